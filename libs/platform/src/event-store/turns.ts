import { StoreUnavailable } from './event-store';

/** One at a time per key, in the order of asking; more than `waitingMax` of one key are refused. */
export class Turns {
  /** Those waiting behind the one whose turn it is; no entry while nobody has the turn. */
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #waitingMax: number;

  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      this.#waiting.set(key, []);
    } else {
      if (waiting.length >= this.#waitingMax) {
        throw new StoreUnavailable(`${key}: ${this.#waitingMax} commands wait already`);
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      this.#pass(key);
    }
  }

  #pass(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    if (next === undefined) this.#waiting.delete(key);
    else next();
  }
}
