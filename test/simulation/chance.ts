import { hash } from 'node:crypto';

/** Chance from a seed (sfc32): the same questions in the same order get the same answers. */
export class Chance {
  readonly #state: Uint32Array;

  /** @param stream what it is for: streams of one seed know nothing of each other. */
  constructor(seed: number, stream: string) {
    const start = Buffer.from(hash('sha256', `${seed}/${stream}`, 'hex'), 'hex');
    this.#state = Uint32Array.from([0, 4, 8, 12], (at) => start.readUInt32LE(at));
  }

  /** 0 to limit − 1. */
  below(limit: number): number {
    return Math.floor((this.#next() / 2 ** 32) * limit);
  }

  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** Whether it happens, so many times in 10,000. */
  falls(basisPoints: number): boolean {
    return this.below(10_000) < basisPoints;
  }

  /** Undefined of nothing. */
  pick<T>(all: readonly T[]): T | undefined {
    return all[this.below(all.length)];
  }

  one<T>(all: readonly [T, ...T[]]): T {
    return this.pick(all) ?? all[0];
  }

  /** 0 or more and less than 1, as `Math.random` has it. */
  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  /** A UUIDv4. */
  uuid(): string {
    const hex = Array.from({ length: 4 }, () => this.#next().toString(16).padStart(8, '0')).join(
      '',
    );
    const parts = [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
    ];
    return [...parts, hex.slice(20)].join('-');
  }

  #next(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.#state;
    const drawn = (a + b + counter) >>> 0;
    this.#state[0] = b ^ (b >>> 9);
    this.#state[1] = c + (c << 3);
    this.#state[2] = ((c << 21) | (c >>> 11)) + drawn;
    this.#state[3] = counter + 1;
    return drawn;
  }
}
