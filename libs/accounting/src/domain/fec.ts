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
  for (const line of lines) yield `${fieldsOf(line).map(plain).join('\t')}\r\n`;
}

const fieldsOf = (line: FecLine): readonly string[] => [
  ...[line.journal, line.journalTitle, String(line.number), compact(line.on)],
  ...[line.account, line.accountTitle, line.auxiliary, line.auxiliaryTitle],
  ...[line.pieceRef, compact(line.pieceOn), line.label],
  ...[decimal(line.debitCents), decimal(line.creditCents), '', ''],
  // What stands in the log is final, so an entry is validated by being made.
  ...[compact(line.on), '', ''],
];

const compact = (day: string): string => day.replaceAll('-', '');

const decimal = (cents: number): string => formatCents(cents).replace('.', ',');

/** What a field cannot hold, since it would end it. */
const plain = (text: string): string => text.replaceAll(/[\t\r\n|]/g, ' ');

/**
 * ISO 8859-15, which the article names. What it has no letter for is written without its accent, or
 * as a question mark.
 */
export const encodeFec = (text: string): Uint8Array => {
  const bytes: number[] = [];
  for (const letter of text.normalize('NFC')) {
    const known = byteOf(letter);
    if (known !== undefined) bytes.push(known);
    else for (const base of baseOf(letter)) bytes.push(byteOf(base) ?? QUESTION_MARK);
  }
  return Uint8Array.from(bytes);
};

const QUESTION_MARK = 0x3f;

/** Where ISO 8859-15 differs from ISO 8859-1, whose codes are those of Unicode. */
const OWN_LETTERS = new Map([
  ['€', 0xa4],
  ['Š', 0xa6],
  ['š', 0xa8],
  ['Ž', 0xb4],
  ['ž', 0xb8],
  ['Œ', 0xbc],
  ['œ', 0xbd],
  ['Ÿ', 0xbe],
]);
const TAKEN = new Set(OWN_LETTERS.values());

const byteOf = (letter: string): number | undefined => {
  const own = OWN_LETTERS.get(letter);
  if (own !== undefined) return own;
  const code = letter.codePointAt(0) ?? 0;
  return code <= 0xff && !TAKEN.has(code) ? code : undefined;
};

const SPELT = new Map([
  ['’', "'"],
  ['‘', "'"],
  ['“', '"'],
  ['”', '"'],
  ['–', '-'],
  ['—', '-'],
  ['…', '...'],
  ['\u202f', '\u00a0'],
]);

const baseOf = (letter: string): string =>
  SPELT.get(letter) ?? (letter.normalize('NFD').replaceAll(/\p{M}/gu, '') || '?');
