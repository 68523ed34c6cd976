import { formatCents } from '@app/kernel';

/**
 * One line of an accounting entry, as the file of accounting entries has it (fichier des écritures
 * comptables, article A47 A-1 of the Livre des procédures fiscales).
 */
export type FecLine = Readonly<{
  journal: string;
  journalTitle: string;
  number: number;
  on: string;
  account: string;
  accountTitle: string;
  auxiliary: string;
  auxiliaryTitle: string;
  pieceRef: string;
  pieceOn: string;
  label: string;
  debitCents: number;
  creditCents: number;
}>;

/** The 18 columns of article A47 A-1 VII 1°, in its order. */
export const FEC_COLUMNS = [
  ...['JournalCode', 'JournalLib', 'EcritureNum', 'EcritureDate', 'CompteNum', 'CompteLib'],
  ...['CompAuxNum', 'CompAuxLib', 'PieceRef', 'PieceDate', 'EcritureLib', 'Debit', 'Credit'],
  ...['EcritureLet', 'DateLet', 'ValidDate', 'Montantdevise', 'Idevise'],
] as const;

/** `123456789FEC20261231.txt`: SIREN and the last day of the financial year, which is the calendar's. */
export const fecNameOf = (siret: string, year: number): string =>
  `${siret.slice(0, 9)}FEC${year}1231.txt`;

/** Tab, CR LF, the header first. */
export function* fecText(lines: Iterable<FecLine>): Generator<string> {
  yield `${FEC_COLUMNS.join('\t')}\r\n`;
  for (const line of lines) yield `${fieldsOf(line).join('\t')}\r\n`;
}

const fieldsOf = (line: FecLine): readonly string[] => [
  ...[line.journal, line.journalTitle, String(line.number), compact(line.on)],
  ...[line.account, line.accountTitle, line.auxiliary],
  // A party has a name where it has a number, and every entry a piece, whatever people have typed.
  ...[plain(line.auxiliaryTitle) || line.auxiliary, plain(line.pieceRef) || String(line.number)],
  ...[compact(line.pieceOn), line.label],
  ...[decimal(line.debitCents), decimal(line.creditCents), '', ''],
  // What stands in the log is final, so an entry is validated by being made.
  ...[compact(line.on), '', ''],
];

const compact = (day: string): string => day.replaceAll('-', '');

const decimal = (cents: number): string => formatCents(cents).replace('.', ',');

/** Without what would end a field, or is no letter. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}|]/gu, ' ').trim();
