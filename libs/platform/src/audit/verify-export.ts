import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { addDays, type Day, isDay } from '@app/kernel';
import type { PublicKey } from './audit-keys';
import type { ExportHead } from './audit-export';
import { Chain, logSeed, readChained, refusalsSeed } from './chain';
import type { ChangeRecord } from './change-records';
import { type DayRoot, fileTextOf, isSignedBy, rootOf } from './day-roots';
import { DaySequence, readDayRoot, type Tell, type Trust } from './day-sequence';
import { exists } from './refusal-files';

export type VerifiedSums = Readonly<{
  days: number;
  /** Changes. */
  records: number;
  refusals: number;
  lastDay: Day | null;
  lastRoot: string | null;
}>;

const NOTHING: VerifiedSums = { days: 0, records: 0, refusals: 0, lastDay: null, lastRoot: null };

/**
 * Holds an export to its own signatures, byte by byte: every file is the one canonical form of what was
 * signed, and no file is missing or too many. Needs nothing but the folder, and the first key to trust.
 */
export async function verifyExport(
  dir: string,
  tell: Tell,
  trust: Trust = {},
): Promise<VerifiedSums> {
  const keys = readKeys(await readCanonical(dir, 'keys.json', tell));
  const head = readHead(await readCanonical(dir, 'head.json', tell));
  if (keys === undefined) tell({ where: 'keys.json', what: 'it is no list of keys' });
  if (head === undefined) tell({ where: 'head.json', what: 'it is no head of an export' });
  if (keys === undefined || head === undefined) return NOTHING;
  const { statement } = head;
  if (!isSignedBy(statement, head.signature) || statement.key !== keys.at(-1)?.key) {
    tell({ where: 'head.json', what: 'its signature does not hold' });
    return NOTHING;
  }
  if (statement.keysSha256 !== rootOf(keys)) {
    tell({ where: 'keys.json', what: 'it is another than the export was made with' });
  }
  return new ExportVerifier(dir, { statement, keys, trust, tell }).verify();
}

type Given = Readonly<{
  statement: ExportHead['statement'];
  keys: readonly PublicKey[];
  trust: Trust;
  tell: Tell;
}>;

class ExportVerifier {
  readonly #sequence: DaySequence;
  readonly #expected = new Set(['keys.json', 'head.json']);
  #sums = NOTHING;

  constructor(
    private readonly dir: string,
    private readonly given: Given,
  ) {
    this.#sequence = new DaySequence(given.keys, given.trust, given.tell);
  }

  async verify(): Promise<VerifiedSums> {
    const { statement, tell } = this.given;
    const { firstDay, lastDay, lastRoot } = statement;
    for (let day = firstDay; day <= lastDay; day = addDays(day, 1)) {
      await this.#verifyDay(day);
    }
    if (this.#sequence.last?.root !== lastRoot) {
      tell({ where: `day ${lastDay}`, what: 'it is not the last day the export was made with' });
    }
    this.#sequence.end();
    for (const file of await listFiles(this.dir)) {
      if (!this.#expected.has(file)) tell({ where: file, what: 'it is no part of the export' });
    }
    return { ...this.#sums, lastDay, lastRoot };
  }

  async #verifyDay(day: Day): Promise<void> {
    const { tell, statement } = this.given;
    const file = `days/${day}.json`;
    this.#expected.add(file).add(`log/${day}.jsonl`);
    const root = readDayRoot(await readCanonical(this.dir, file, tell));
    if (root?.statement.day !== day) {
      return tell({ where: file, what: 'it is missing or is no root of that day' });
    }
    const before = this.#sequence.last;
    this.#sequence.see(root);
    await this.#verifyLog(root, before);
    const { refusals } = root.statement;
    const isKept = statement.refusalsFrom !== null && day >= statement.refusalsFrom;
    if (isKept && refusals.count > 0) await this.#verifyRefusals(root);
    const { days } = this.#sums;
    this.#sums = { ...this.#sums, days: days + 1 };
  }

  async #verifyLog({ statement }: DayRoot, before: DayRoot | undefined): Promise<void> {
    const { day, log } = statement;
    const chain = new Chain(logSeed(day));
    const last = await this.#readLines(`log/${day}.jsonl`, chain, log);
    const { streamName, revision, id } = (last ?? before?.statement.log.through ?? {}) as Partial<
      Pick<ChangeRecord, 'streamName' | 'revision' | 'id'>
    >;
    const { through } = log;
    const ends =
      through?.id === id && through?.streamName === streamName && through?.revision === revision;
    if (!ends) {
      this.given.tell({ where: `log/${day}.jsonl`, what: 'it ends with another record' });
    }
    this.#sums = { ...this.#sums, records: this.#sums.records + chain.count };
  }

  async #verifyRefusals({ statement: { day, refusals } }: DayRoot): Promise<void> {
    this.#expected.add(`refusals/${day}.jsonl`);
    const chain = new Chain(refusalsSeed(day));
    await this.#readLines(`refusals/${day}.jsonl`, chain, refusals);
    this.#sums = { ...this.#sums, refusals: this.#sums.refusals + chain.count };
  }

  /** Answers the last record. */
  async #readLines(
    file: string,
    chain: Chain,
    anchored: Readonly<{ count: number; head: string }>,
  ): Promise<unknown> {
    const { tell } = this.given;
    let last: unknown;
    if (!(await exists(join(this.dir, file)))) {
      tell({ where: file, what: 'it is missing' });
      return undefined;
    }
    const chunks = createReadStream(join(this.dir, file)) as AsyncIterable<Buffer>;
    for await (const read of readChained(chunks, chain)) {
      if ('broken' in read) {
        tell({ where: file, what: read.broken });
        return undefined;
      }
      last = read.record;
    }
    if (chain.count !== anchored.count) {
      tell({ where: file, what: `${chain.count} records, anchored are ${anchored.count}` });
    } else if (chain.head !== anchored.head) {
      tell({ where: file, what: 'its records are not those that were anchored' });
    }
    return last;
  }
}

/** Undefined, and told, unless it is the one canonical form of some JSON. */
async function readCanonical(dir: string, file: string, tell: Tell): Promise<unknown> {
  try {
    const bytes = await readFile(join(dir, file));
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (Buffer.from(fileTextOf(value)).equals(bytes)) return value;
    tell({ where: file, what: 'it is not written as it was exported' });
  } catch {
    tell({ where: file, what: 'it is missing or is no JSON' });
  }
  return undefined;
}

function readKeys(value: unknown): readonly PublicKey[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const isKey = ({ key, madeAt, endorsement }: Partial<PublicKey>): boolean =>
    typeof key === 'string' &&
    typeof madeAt === 'string' &&
    (endorsement === null || typeof endorsement === 'string');
  return value.every((each: unknown) => isKey(each ?? {})) ? value : undefined;
}

function readHead(value: unknown): ExportHead | undefined {
  const { statement, signature } = (value ?? {}) as Partial<ExportHead>;
  const { format, firstDay, lastDay, key } = (statement ?? {}) as Partial<ExportHead['statement']>;
  const isHead =
    format === 'carnet-audit-export/1' &&
    isDay(firstDay) &&
    isDay(lastDay) &&
    [key, signature].every((each) => typeof each === 'string');
  return isHead ? (value as ExportHead) : undefined;
}

async function listFiles(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ parentPath, name }) => relative(dir, join(parentPath, name)));
}
