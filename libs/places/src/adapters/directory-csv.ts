import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { setImmediate as breathe } from 'node:timers/promises';
import { DomainError } from '@app/kernel';
import { CsvError, parse } from 'csv-parse';
import type { DirectoryCells, DirectoryStandard } from '../domain/directory-line';

export type DirectoryRecord = Readonly<{
  /** On which it begins, from 1. */
  line: number;
  standard: DirectoryStandard;
  cells: DirectoryCells;
}>;

export type CheckedDirectory = Readonly<{ standard: DirectoryStandard; lines: number }>;

/**
 * Reads the whole file once and keeps nothing. Throws a `DomainError` `file_malformed` with the line and
 * the reason, so that of a file nobody can read as a whole nothing is imported.
 */
export async function checkDirectory(bytes: Buffer): Promise<CheckedDirectory> {
  refuseEncoding(bytes);
  let lines = 0;
  let standard: DirectoryStandard | undefined;
  const records = readDirectory(chunksOf(bytes), (found) => (standard = found));
  while ((await records.next()).done !== true) lines += 1;
  return { lines, standard: standard ?? malformed(1, 'header_missing') };
}

/**
 * The records of a file after its header: RFC 4180, UTF-8 with or without BOM, commas, either kind of
 * line end throughout. One record is in memory at a time. Throws like `checkDirectory`.
 */
export async function* readDirectory(
  chunks: AsyncIterable<Buffer>,
  onHeader: (standard: DirectoryStandard) => void = () => undefined,
): AsyncGenerator<DirectoryRecord> {
  const sheet = new Sheet(onHeader);
  const parser = parse({
    bom: true,
    trim: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
    max_record_size: RECORD_MAX,
    on_record: (row, { bytes }) => sheet.take(row, bytes),
  });
  const source = Readable.from(sheet.watch(chunks), { objectMode: false });
  source.once('error', (error) => parser.destroy(error));
  try {
    for await (const row of source.pipe(parser)) yield sheet.recordOf(row as string[]);
  } catch (error) {
    if (error instanceof CsvError) malformed(sheet.lineAfter, reasonOf(error));
    throw error;
  } finally {
    source.destroy();
  }
  if (!sheet.hasHeader) malformed(1, 'header_missing');
}

/** A record longer than this is a quote that nobody closed, or not a directory. */
const RECORD_MAX = 256 * 1024;

/**
 * What the parser does not say: on which line a record begins, how it ends, what its columns are called.
 * Rows are taken as the text is parsed, which is ahead of their being read.
 */
class Sheet {
  #header: Header | undefined;
  /** Of the text that is parsed or about to be; those before `#next` are taken. */
  readonly #lineEnds: LineEnd[] = [];
  #next = 0;
  #linesTaken = 0;
  #bytes = 0;
  #lastByte = 0;
  #endsInCrLf: boolean | undefined;
  readonly #starts: number[] = [];

  constructor(private readonly onHeader: (standard: DirectoryStandard) => void) {}

  get hasHeader(): boolean {
    return this.#header !== undefined;
  }

  /** On which the record begins that never became one. */
  get lineAfter(): number {
    return this.#linesTaken + 1;
  }

  async *watch(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#lineEnds.splice(0, this.#next);
      this.#next = 0;
      if (this.#lineEnds.length > RECORD_MAX * 2) malformed(this.lineAfter, 'record_too_long');
      for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) {
        const before = at > 0 ? chunk[at - 1] : this.#lastByte;
        this.#lineEnds.push({ offset: this.#bytes + at, isCrLf: before === CR });
      }
      this.#bytes += chunk.length;
      this.#lastByte = chunk.at(-1) ?? this.#lastByte;
      yield chunk;
    }
  }

  /** A row that ends before this byte. The header is kept back. */
  take(row: string[], end: number): string[] | null {
    const line = this.lineAfter;
    const lineEnd = this.#takeLineEnds(end);
    // The last record may end with the file.
    if (lineEnd?.offset === end - 1) this.#refuseOtherLineEnd(lineEnd, line);
    if (this.#header === undefined) {
      this.#header = headerOf(row);
      this.onHeader(this.#header.standard);
      return null;
    }
    this.#starts.push(line);
    return row;
  }

  recordOf(row: readonly string[]): DirectoryRecord {
    const { names = [], standard = '1.0' } = this.#header ?? {};
    const cells = Object.fromEntries(names.map((name, at) => [name, row[at]]));
    return { line: this.#starts.shift() ?? 0, standard, cells };
  }

  /** Answers the last one before this byte. */
  #takeLineEnds(end: number): LineEnd | undefined {
    let last: LineEnd | undefined;
    for (;;) {
      const lineEnd = this.#lineEnds[this.#next];
      if (lineEnd === undefined || lineEnd.offset >= end) return last;
      last = lineEnd;
      this.#next += 1;
      this.#linesTaken += 1;
    }
  }

  #refuseOtherLineEnd({ isCrLf }: LineEnd, line: number): void {
    this.#endsInCrLf ??= isCrLf;
    if (this.#endsInCrLf !== isCrLf) malformed(line, 'line_ends_mixed');
  }
}

type LineEnd = Readonly<{ offset: number; isCrLf: boolean }>;

const [LF, CR] = [0x0a, 0x0d];

type Header = Readonly<{ standard: DirectoryStandard; names: readonly string[] }>;

const CHUNK = 64 * 1024;

/** In pieces, so that other requests are served between them. */
async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK) {
    await breathe();
    yield bytes.subarray(at, at + CHUNK);
  }
}

const REQUIRED = ['id', 'nom', 'commune', 'code_postal', 'adresse'];
const ONLY_IN_1_0 = [
  'courriels',
  'itinerance',
  'publics_specifiquement_adresses',
  'prise_en_charge_specifique',
  'frais_a_charge',
  'dispositif_programmes_nationaux',
  'formations_labels',
  'autres_formations_labels',
  'modalites_acces',
  'fiche_acces_libre',
];
const ONLY_IN_0_1 = [
  'cle_ban',
  'courriel',
  'publics_accueillis',
  'conditions_acces',
  'labels_nationaux',
  'labels_autres',
  'accessibilite',
];

/** The version is told by the columns only one of them has; with none of either it is the newer. */
function headerOf(names: readonly string[]): Header {
  if (new Set(names).size !== names.length) malformed(1, 'header_duplicate');
  if (REQUIRED.some((name) => !names.includes(name))) malformed(1, 'header_missing');
  const isNew = ONLY_IN_1_0.some((name) => names.includes(name));
  const isOld = ONLY_IN_0_1.some((name) => names.includes(name));
  if (isNew && isOld) malformed(1, 'header_of_two_versions');
  return { names, standard: isOld ? '0.1' : '1.0' };
}

/** Windows-1252 and UTF-16 are told from UTF-8 by their first byte that is none. */
function refuseEncoding(bytes: Buffer): void {
  if (isUtf8(bytes) && !bytes.includes(0)) return;
  let line = 1;
  for (let at = 0; at < bytes.length; line += 1) {
    const end = bytes.indexOf('\n', at);
    const text = bytes.subarray(at, end === -1 ? bytes.length : end);
    if (!isUtf8(text) || text.includes(0)) malformed(line, 'encoding');
    if (end === -1) break;
    at = end + 1;
  }
  malformed(line, 'encoding');
}

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'quote_not_closed',
  CSV_INVALID_CLOSING_QUOTE: 'quote_misplaced',
  INVALID_OPENING_QUOTE: 'quote_misplaced',
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'columns_uneven',
  CSV_MAX_RECORD_SIZE: 'record_too_long',
};

const reasonOf = ({ code }: CsvError): string => REASONS[code] ?? 'csv_malformed';

const malformed = (line: number, reason: string): never => {
  throw new DomainError('file_malformed', { line, reason });
};
