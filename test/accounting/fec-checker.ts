import { isDay } from '@app/kernel';

/**
 * What is wrong with a file of accounting entries, by article A47 A-1 of the Livre des procédures
 * fiscales and the rules any set of books keeps. Written apart from what writes the file; answers one
 * line a fault, none for a file that is right.
 */
export function faultsOfFec(name: string, bytes: Uint8Array): readonly string[] {
  const year = /^(\d{9})FEC(\d{4})1231\.txt$/.exec(name)?.[2];
  if (year === undefined) return ['name: SirenFECAAAAMMJJ.txt'];
  const text = decoded(bytes);
  if (text === undefined) return ['encoding: not ISO 8859-15'];
  if (!text.endsWith('\r\n')) return ['lines: the last does not end'];
  const [header = '', ...lines] = text.slice(0, -2).split('\r\n');
  if (header !== HEADER) return ['columns: the header'];
  const faults: string[] = [];
  const rows = lines.map((line, index) => {
    const fields = line.split('\t');
    if (fields.length !== 18) faults.push(`columns: ${fields.length} on line ${index + 2}`);
    return Object.fromEntries(COLUMNS.map((column, i) => [column, fields[i] ?? ''])) as Row;
  });
  if (faults.length > 0) return faults;
  return [
    ...rows.flatMap((row, index) => faultsOfRow(row, year).map((each) => `${each} (${index + 2})`)),
    ...faultsOfOrder(rows),
    ...faultsOfEntries(rows),
    ...PAIRS.flatMap(([code, title]) => faultsOfPair(rows, code, title)),
  ];
}

const COLUMNS = [
  ...(['JournalCode', 'JournalLib', 'EcritureNum', 'EcritureDate', 'CompteNum'] as const),
  ...(['CompteLib', 'CompAuxNum', 'CompAuxLib', 'PieceRef', 'PieceDate', 'EcritureLib'] as const),
  ...(['Debit', 'Credit', 'EcritureLet', 'DateLet', 'ValidDate'] as const),
  ...(['Montantdevise', 'Idevise'] as const),
];
const HEADER =
  'JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\t' +
  'CompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\t' +
  'ValidDate\tMontantdevise\tIdevise';

type Row = Record<(typeof COLUMNS)[number], string>;

/** One name for one code, all through the file. */
const PAIRS = [
  ['JournalCode', 'JournalLib'],
  ['CompteNum', 'CompteLib'],
  ['CompAuxNum', 'CompAuxLib'],
] as const;

/** Printable letters, tabs and line ends: nothing that ISO 8859-15 leaves to terminals. */
function decoded(bytes: Uint8Array): string | undefined {
  for (const byte of bytes) {
    const isControl = byte < 0x20 || (byte >= 0x7f && byte <= 0x9f);
    if (isControl && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return undefined;
  }
  const text = new TextDecoder('iso-8859-15').decode(bytes);
  return /\r(?!\n)|(?<!\r)\n/.test(text) ? undefined : text;
}

function faultsOfRow(row: Row, year: string): readonly string[] {
  const { EcritureDate, ValidDate, PieceDate, Debit, Credit } = row;
  const faults: [string, boolean][] = [
    ['JournalCode', row.JournalCode !== '' && row.JournalLib !== ''],
    ['CompteNum: three digits of the chart', /^[1-7]\d{2}\d*$/.test(row.CompteNum)],
    ['CompteLib', row.CompteLib !== ''],
    ['CompAux: both or none', (row.CompAuxNum === '') === (row.CompAuxLib === '')],
    ['PieceRef', row.PieceRef.trim() !== ''],
    ['PieceDate', isCompactDay(PieceDate)],
    ['EcritureLib', row.EcritureLib !== ''],
    [
      'EcritureDate: a day of the year',
      isCompactDay(EcritureDate) && EcritureDate.startsWith(year),
    ],
    ['ValidDate: not before the entry', isCompactDay(ValidDate) && ValidDate >= EcritureDate],
    ['Debit, Credit: decimal comma', [Debit, Credit].every((sum) => AMOUNT.test(sum))],
    ['Debit, Credit: one of them', Debit === '0,00' || Credit === '0,00'],
    ['Lettrage: both or none', (row.EcritureLet === '') === (row.DateLet === '')],
    ['Devise: both or none', (row.Montantdevise === '') === (row.Idevise === '')],
    ['blanks around a field', COLUMNS.every((column) => row[column].trim() === row[column])],
  ];
  return faults.filter(([, isRight]) => !isRight).map(([fault]) => fault);
}

const AMOUNT = /^(0|[1-9]\d*),\d{2}$/;

const isCompactDay = (text: string): boolean =>
  /^\d{8}$/.test(text) && isDay(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`);

/** Numbers from 1 without a gap, lines of an entry together, days never back. */
function faultsOfOrder(rows: readonly Row[]): readonly string[] {
  const faults: string[] = [];
  let [number, day] = [0, ''];
  for (const row of rows) {
    const next = Number(row.EcritureNum);
    if (String(next) !== row.EcritureNum) faults.push(`EcritureNum: ${row.EcritureNum}`);
    if (next !== number && next !== number + 1) faults.push(`EcritureNum: ${next} after ${number}`);
    if (row.EcritureDate < day) faults.push(`EcritureDate: ${row.EcritureDate} after ${day}`);
    [number, day] = [next, row.EcritureDate];
  }
  return faults;
}

/** Each in one journal, on one day, with one piece, and balanced. */
function faultsOfEntries(rows: readonly Row[]): readonly string[] {
  return [...Map.groupBy(rows, ({ EcritureNum }) => EcritureNum)].flatMap(([number, lines]) => {
    const faults: string[] = [];
    const debit = lines.reduce((sum, { Debit }) => sum + centsOf(Debit), 0n);
    const credit = lines.reduce((sum, { Credit }) => sum + centsOf(Credit), 0n);
    if (debit !== credit) faults.push(`entry ${number} is not balanced`);
    for (const column of ['JournalCode', 'EcritureDate', 'PieceRef', 'PieceDate'] as const) {
      if (new Set(lines.map((line) => line[column])).size > 1) {
        faults.push(`entry ${number} has more than one ${column}`);
      }
    }
    return faults;
  });
}

const centsOf = (amount: string): bigint => BigInt(amount.replace(/[,.]/, ''));

function faultsOfPair(rows: readonly Row[], code: keyof Row, title: keyof Row): readonly string[] {
  const titles = Map.groupBy(rows, (row) => row[code]);
  return [...titles].flatMap(([each, of]) =>
    new Set(of.map((row) => row[title])).size > 1 ? [`${code} ${each} has several names`] : [],
  );
}
