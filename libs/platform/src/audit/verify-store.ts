import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays, type Day } from '@app/kernel';
import type { Clock } from '../clock/clock';
import { canonicalJson } from '../event-store/command-ids';
import type { EventStore, Position } from '../event-store/event-store';
import type { PublicKey } from './audit-keys';
import { changesBetween } from './audit-export';
import { AUDIT_TRAIL_STREAM, type DayAnchored } from './audit-trail';
import { Chain, logSeed, readChained, refusalsSeed } from './chain';
import type { ChangeRecord } from './change-records';
import { positionOf, rootFileNameOf, rootIn } from './day-anchors';
import { type DayRoot, fileTextOf } from './day-roots';
import { DaySequence, type Tell, type Trust } from './day-sequence';
import { findFirstDifference } from './record-hashes';
import { exists, RefusalFiles } from './refusal-files';
import type { VerifiedSums } from './verify-export';

export type StoreVerification = Readonly<{
  store: EventStore;
  publicKeys: readonly PublicKey[];
  clock: Clock;
  /** `DATA_DIR/audit`. */
  folder: string;
  keepDays: number;
  tell: Tell;
  trust?: Trust;
  /** An export of before: where a day differs from it, the first record that does is named. */
  exported?: string;
}>;

/**
 * Holds the log, the refusal logs and the roots on disk to the roots in the log. What is written since the
 * last anchored day is nobody's yet.
 */
export async function verifyStore(options: StoreVerification): Promise<VerifiedSums> {
  return new StoreVerifier(options).verify();
}

class StoreVerifier {
  readonly #sequence: DaySequence;
  readonly #refusalFiles: RefusalFiles;
  readonly #rootFiles = new Set<string>();
  #position: Position | undefined;
  #sums = { days: 0, records: 0, refusals: 0 };

  constructor(private readonly options: StoreVerification) {
    const { publicKeys, trust = {}, tell, folder } = options;
    this.#sequence = new DaySequence(publicKeys, trust, tell);
    this.#refusalFiles = new RefusalFiles(folder);
  }

  async verify(): Promise<VerifiedSums> {
    for await (const event of this.options.store.readStream(AUDIT_TRAIL_STREAM)) {
      const day = rootIn(event as unknown as DayAnchored);
      this.#sequence.see(day);
      await this.#verifyLog(day);
      await this.#verifyRefusals(day);
      await this.#verifyRootFile(day);
      this.#sums.days += 1;
    }
    this.#sequence.end();
    await this.#verifyRootFolder();
    const { last } = this.#sequence;
    const [lastDay, lastRoot] = [last?.statement.day ?? null, last?.root ?? null];
    return { ...this.#sums, lastDay, lastRoot };
  }

  async #verifyLog({ statement: { day, log } }: DayRoot): Promise<void> {
    const { store } = this.options;
    const where = `log of ${day}`;
    const after = this.#position;
    if (log.through !== null) {
      try {
        this.#position = await positionOf(store, log.through);
      } catch (error) {
        return this.#found(where, `cut: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    const chain = new Chain(logSeed(day));
    for await (const text of changesBetween(store, after, this.#position)) {
      chain.add(text);
      this.#verifyActor(JSON.parse(text) as ChangeRecord);
    }
    this.#sums.records += chain.count;
    if (chain.head === log.head && chain.count === log.count) return;
    const what = `${chain.count} records, anchored are ${log.count}, and they are not those`;
    const { folder } = this.options;
    const first =
      (await this.#findDifference(day, after)) ??
      (await findFirstDifference(
        { folder, day, count: log.count },
        changesBetween(store, after, this.#position),
      ));
    this.#found(where, first === undefined ? what : `${what}: the first is ${first}`);
  }

  /** Every change says who asked for it, and for whom. */
  #verifyActor({ metadata, streamName, revision }: ChangeRecord): void {
    const { id, partyId, role } = (metadata.actor ?? {}) as Partial<
      ChangeRecord['metadata']['actor']
    >;
    if (id && partyId && role) return;
    this.#found(`${streamName}@${revision}`, 'it does not say who asked for it');
  }

  /** What an export of before has in the place where the log has something else. */
  async #findDifference(day: Day, after: Position | undefined): Promise<string | undefined> {
    const { exported, store } = this.options;
    const file = exported === undefined ? undefined : join(exported, 'log', `${day}.jsonl`);
    if (file === undefined || !(await exists(file))) return undefined;
    const now = changesBetween(store, after, this.#position);
    const chunks = createReadStream(file) as AsyncIterable<Buffer>;
    for await (const read of readChained(chunks, new Chain(logSeed(day)))) {
      if ('broken' in read) return undefined;
      const next = await now.next();
      if (next.done || next.value !== canonicalJson(read.record)) {
        const { streamName, revision } = read.record as ChangeRecord;
        return `${streamName}@${revision}`;
      }
    }
    return 'one after the last that was exported';
  }

  async #verifyRefusals({ statement: { day, refusals } }: DayRoot): Promise<void> {
    const { clock, keepDays } = this.options;
    const where = `refusals of ${day}`;
    if (!(await exists(this.#refusalFiles.pathOf(day)))) {
      const isErased = day < addDays(clock.today(), -keepDays);
      if (refusals.count > 0 && !isErased) this.#found(where, 'the file is missing');
      return;
    }
    const chain = new Chain(refusalsSeed(day));
    for await (const read of this.#refusalFiles.read(day, chain)) {
      if ('broken' in read) return this.#found(where, read.broken);
    }
    this.#sums.refusals += chain.count;
    if (chain.head === refusals.head && chain.count === refusals.count) return;
    this.#found(where, `${chain.count} records, anchored are ${refusals.count}, not those`);
  }

  async #verifyRootFile(day: DayRoot): Promise<void> {
    const name = rootFileNameOf(day);
    this.#rootFiles.add(name);
    const path = join(this.options.folder, 'roots', name);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === fileTextOf(day)) return;
    this.#found(`roots/${name}`, text === undefined ? 'it is missing' : 'it is not the root');
  }

  /** A root that the log does not have: the log is another, or its end is cut. */
  async #verifyRootFolder(): Promise<void> {
    const names = await readdir(join(this.options.folder, 'roots')).catch(() => []);
    for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
      if (this.#rootFiles.has(name)) continue;
      this.#found(`roots/${name}`, 'it was anchored, and the log does not have it');
    }
  }

  #found(where: string, what: string): void {
    this.options.tell({ where, what });
  }
}
