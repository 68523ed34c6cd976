import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { instantOf, type Day } from '@app/kernel';
import type { Clock } from '../clock/clock';
import { canonicalJson } from '../event-store/command-ids';
import type { Randomness } from '../ids/randomness';
import { Chain } from './chain';
import { openFolderOf, segmentNameOf, segmentSeed } from './refusal-files';
import type { Lost, RefusedRequest, SignIn } from './refusal-records';
import { Shares } from './refusal-shares';

export type RefusalLogOptions = Readonly<{
  /** `DATA_DIR/audit`; made when the first record is written. */
  folder: string;
  clock: Clock;
  randomness: Randomness;
  /** Told once when writing begins to fail; requests go on. */
  onFailure: (error: unknown) => void;
  limits?: Partial<RefusalLimits>;
}>;

export type RefusalLimits = Readonly<{
  /** Of one program on one day; what comes after is counted by code. */
  bytesMax: number;
  /** Records that wait to be written; what comes after is lost, and how many is recorded. */
  waitingMax: number;
  /** A record is in the file so long after its request at the latest, while the disk is well. */
  flushMs: number;
  /** Pause before the next try when the disk will not have it. */
  retryMs: number;
}>;

export const REFUSAL_LIMITS: RefusalLimits = {
  bytesMax: 16 * 1024 * 1024,
  waitingMax: 10_000,
  flushMs: 200,
  retryMs: 5_000,
};

/** Records hashed in one turn of the loop: half a millisecond. */
const CHUNK_RECORDS = 50;

type Open = { day: Day; name: string; file: FileHandle; chain: Chain; bytes: number };

/**
 * Refusals and sign-ins, in a file per program and day. `record` puts into memory and returns: no request
 * ever waits for the disk, nor is answered otherwise because of it. A change needs no record here: its
 * event is the record, in the same append, so that one without the other cannot be.
 */
export class RefusalLog {
  readonly #limits: RefusalLimits;
  readonly #shares: Shares;
  #waiting: (RefusedRequest | SignIn | Lost)[] = [];
  #lost = 0;
  #open: Open | undefined;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #failing = false;

  constructor(private readonly options: RefusalLogOptions) {
    this.#limits = { ...REFUSAL_LIMITS, ...options.limits };
    this.#shares = new Shares(this.#limits.bytesMax);
  }

  record(record: RefusedRequest | SignIn): void {
    if (this.#waiting.length >= this.#limits.waitingMax) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(record);
    this.#schedule(this.#limits.flushMs);
  }

  /** Records that no file has, because it would not have them or is not asked yet. */
  get unwritten(): number {
    return this.#waiting.length + this.#lost;
  }

  /** Writes what waits, as far as the disk has it. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#flushing;
    await this.#flush(true);
    await this.#closeFile();
    clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    if (this.#timer !== undefined || this.#flushing !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flushing = this.#flush(false).finally(() => {
        this.#flushing = undefined;
        const { flushMs, retryMs } = this.#limits;
        if (this.#waiting.length > 0) this.#schedule(this.#failing ? retryMs : flushMs);
      });
    }, ms);
    this.#timer.unref();
  }

  async #flush(isLast: boolean): Promise<void> {
    try {
      while (this.#waiting.length > 0 || this.#lost > 0) await this.#write();
      if (isLast) await this.#writeCounts();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.options.onFailure(error);
      this.#failing = true;
      await this.#abandonFile();
    }
  }

  async #write(): Promise<void> {
    const segment = await this.#segment();
    const lost = this.#lost;
    const at = instantOf(this.options.clock.now());
    const chunk = this.#waiting.splice(0, CHUNK_RECORDS);
    const all = lost > 0 ? [{ kind: 'lost', at, records: lost } as const, ...chunk] : chunk;
    const lines = all.flatMap((record) => {
      const text = canonicalJson(record);
      return this.#shares.take(record, text.length) ? [segment.chain.line(text)] : [];
    });
    try {
      await this.#append(segment, lines);
    } catch (error) {
      // Again from the start, in another file: nobody knows how much of this one was written.
      this.#waiting.unshift(...chunk);
      throw error;
    }
    this.#lost -= lost;
  }

  async #append(segment: Open, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const bytes = Buffer.from(lines.join(''));
    await segment.file.write(bytes, 0, bytes.length, segment.bytes).then(({ bytesWritten }) => {
      if (bytesWritten < bytes.length) throw new Error('only a part was written: disk full?');
    });
    segment.bytes += bytes.length;
  }

  /** Today's. What the bounds left out of an earlier day's is told in today's: that day may be sealed. */
  async #segment(): Promise<Open> {
    const { clock, randomness, folder } = this.options;
    const day = clock.today();
    if (this.#open?.day === day) return this.#open;
    await this.#closeFile();
    await mkdir(openFolderOf(folder), { recursive: true, mode: 0o700 });
    const name = segmentNameOf(day, clock.now(), randomness);
    const file = await open(join(openFolderOf(folder), name), 'wx', 0o600);
    this.#open = { day, name, file, chain: new Chain(segmentSeed(name)), bytes: 0 };
    this.#shares.begin(day);
    await this.#writeCounts();
    return this.#open;
  }

  async #writeCounts(): Promise<void> {
    const counted = this.#shares.counted(instantOf(this.options.clock.now()));
    if (counted.length === 0) return;
    const segment = this.#open;
    // A new file begins with them.
    if (segment === undefined) return void (await this.#segment());
    const lines = counted.map((record) => segment.chain.line(canonicalJson(record)));
    await this.#append(segment, lines);
    this.#shares.forgetCounts();
  }

  async #closeFile(): Promise<void> {
    const segment = this.#open;
    this.#open = undefined;
    await segment?.file.sync().catch(() => undefined);
    await segment?.file.close().catch(() => undefined);
  }

  /** Cut to what is known to be whole; where even that fails the day's sealing leaves the rest out. */
  async #abandonFile(): Promise<void> {
    const segment = this.#open;
    await segment?.file.truncate(segment.bytes).catch(() => undefined);
    await this.#closeFile();
  }
}
