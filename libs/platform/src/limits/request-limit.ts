import type { Clock } from '../clock/clock';

/** Counts that the processes of a scheme tell one another. */
export abstract class SharedCounts {
  /**
   * Tells what this process counted in the window that ends at `endsAtMs`, and answers, for each key in
   * its order, what all others have told. To tell again is no second count. Rejects when nobody can be
   * asked, also of no key.
   */
  abstract exchange(told: ToldCounts): Promise<readonly number[]>;
}

export type ToldCounts = Readonly<{
  /** Of the limit: two limits never share a key. */
  name: string;
  endsAtMs: number;
  counts: readonly Readonly<{ key: string; own: number }>[];
}>;

export type RequestLimitOptions = Readonly<{
  name: string;
  /** What one key may spend in a minute. */
  perMinuteMax: number;
  clock: Clock;
  /** Absent: this process is the only one. */
  shared?: SharedCounts;
  /** Beyond it the key that came first is forgotten. */
  keysMax?: number;
  exchangeEveryMs?: number;
}>;

export const WINDOW_MS = 60_000;

/** While the others cannot be asked, two processes that share the load bear what all did together. */
const ALONE_DIVISOR = 2;

/** From this share of the limit on others hear of a key: most keys never come so far. */
const TOLD_DIVISOR = 20;

type Count = {
  readonly key: string;
  own: number;
  others: number;
  isToBeTold: boolean;
};

/**
 * How much each key may spend in a minute of the clock. `take` looks into memory alone: what other
 * processes counted is fetched beside it, about twice a second. So a key that jumps between processes
 * may get through what they let in between two exchanges, and 1/20 of the limit in each of them, more.
 */
export class RequestLimit {
  readonly #options: RequestLimitOptions;
  readonly #counts = new Map<string, Count>();
  readonly #toldFrom: number;
  readonly #exchanges: NodeJS.Timeout | undefined;
  #toBeTold: Count[] = [];
  #endsAtMs = 0;
  #perProcessMax: number;
  #isExchanging = false;

  constructor(options: RequestLimitOptions) {
    this.#options = options;
    this.#perProcessMax = options.perMinuteMax;
    this.#toldFrom = options.perMinuteMax / TOLD_DIVISOR;
    if (options.shared === undefined) return;
    this.#exchanges = setInterval(() => void this.exchange(), options.exchangeEveryMs ?? 500);
    this.#exchanges.unref();
  }

  /** 0 when it is taken; else nothing is, and in so many seconds there is some again. */
  take(key: string, cost: number): number {
    const atMs = this.#options.clock.now().getTime();
    if (atMs >= this.#endsAtMs || atMs < this.#endsAtMs - WINDOW_MS) this.#begin(atMs);
    const count = this.#counts.get(key) ?? this.#add(key);
    const own = count.own + cost;
    if (own > this.#perProcessMax || own + count.others > this.#options.perMinuteMax) {
      return Math.ceil((this.#endsAtMs - atMs) / 1_000);
    }
    count.own = own;
    if (own >= this.#toldFrom && !count.isToBeTold) this.#willTell(count);
    return 0;
  }

  /** Whether the last exchange came about, or there is nobody to exchange with. */
  get isShared(): boolean {
    return this.#perProcessMax === this.#options.perMinuteMax;
  }

  /** Keys of this minute. */
  get keys(): number {
    return this.#counts.size;
  }

  /** Never rejects. What could not be told now is told with the next one. */
  async exchange(): Promise<void> {
    const { shared, name, perMinuteMax } = this.#options;
    if (shared === undefined || this.#isExchanging) return;
    // While alone it asks all the same, so that it is not for longer than it must.
    if (this.#toBeTold.length === 0 && this.isShared) return;
    this.#isExchanging = true;
    const told = this.#toBeTold;
    const endsAtMs = this.#endsAtMs;
    this.#toBeTold = [];
    for (const count of told) count.isToBeTold = false;
    try {
      const others = await shared.exchange({ name, endsAtMs, counts: told });
      told.forEach((count, at) => (count.others = others[at] ?? 0));
      this.#perProcessMax = perMinuteMax;
    } catch {
      this.#perProcessMax = Math.floor(perMinuteMax / ALONE_DIVISOR);
      if (endsAtMs === this.#endsAtMs) {
        for (const count of told) if (!count.isToBeTold) this.#willTell(count);
      }
    } finally {
      this.#isExchanging = false;
    }
  }

  close(): void {
    clearInterval(this.#exchanges);
  }

  /** All keys begin at nothing again; counts that are on their way are of the minute that is over. */
  #begin(atMs: number): void {
    this.#endsAtMs = (Math.floor(atMs / WINDOW_MS) + 1) * WINDOW_MS;
    this.#counts.clear();
    this.#toBeTold = [];
  }

  #add(key: string): Count {
    const { keysMax = KEYS_MAX } = this.#options;
    if (this.#counts.size >= keysMax) {
      const [oldest] = this.#counts.keys();
      if (oldest !== undefined) this.#counts.delete(oldest);
    }
    const count = { key, own: 0, others: 0, isToBeTold: false };
    this.#counts.set(key, count);
    return count;
  }

  #willTell(count: Count): void {
    count.isToBeTold = true;
    this.#toBeTold.push(count);
  }
}

/** About 20 MB. */
const KEYS_MAX = 100_000;
