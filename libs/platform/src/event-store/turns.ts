import { StoreUnavailable } from './event-store';

/** One at a time per key, in the order of asking; more than `waitingMax` of one key are refused. */
export class Turns {
  /** Those waiting behind the one whose turn it is, null while nobody does; `FREE` once it is over. */
  #waiting = new Map<string, (() => void)[] | typeof FREE | null>();
  #freeKeys = 0;
  readonly #waitingMax: number;

  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const earlier = this.begin(key);
    if (earlier !== undefined) await earlier;
    try {
      return await work();
    } finally {
      this.pass(key);
    }
  }

  /** The turn begins at once where nobody has it, else when the promise resolves; `pass` ends it. */
  begin(key: string): Promise<void> | undefined {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined || waiting === FREE) {
      if (waiting === FREE) this.#freeKeys -= 1;
      this.#waiting.set(key, null);
      return undefined;
    }
    if ((waiting?.length ?? 0) >= this.#waitingMax) {
      throw new StoreUnavailable(`${key}: ${this.#waitingMax} commands wait already`);
    }
    return new Promise((resolve) => {
      if (waiting === null) this.#waiting.set(key, [resolve]);
      else waiting.push(resolve);
    });
  }

  pass(key: string): void {
    const waiting = this.#waiting.get(key);
    const next = Array.isArray(waiting) ? waiting.shift() : undefined;
    if (next !== undefined) return next();
    this.#waiting.set(key, FREE);
    this.#freeKeys += 1;
    if (this.#freeKeys > FREE_KEYS_MAX) this.#forgetFree();
  }

  /** Many at once: a Map that is emptied key by key shrinks and grows with every tide of requests. */
  #forgetFree(): void {
    this.#waiting = new Map([...this.#waiting].filter(([, waiting]) => waiting !== FREE));
    this.#freeKeys = 0;
  }
}

const FREE = Symbol('nobody has the turn');
const FREE_KEYS_MAX = 500;
