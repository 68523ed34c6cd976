import { Chance } from './chance';

type Timer = { atMs: number; order: number; everyMs: number | undefined; fire: () => void };

/** What `setTimeout` answers here: enough of it for those who keep it, `unref` it or clear it. */
class Handle {
  constructor(
    readonly timer: Timer,
    readonly clear: () => void,
  ) {}

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}

/** Node's own turn of the loop, kept before it is replaced. */
const realSetImmediate = setImmediate;

/**
 * All microtasks there are have run when it resolves. Nothing else can come to pass meanwhile: in a
 * simulation timers are virtual, files are read and written at once, and there is no network.
 */
export const quiet = (): Promise<void> => new Promise((resolve) => realSetImmediate(resolve));

/**
 * The time, the pauses and the chance of everything that runs in a simulation. While it reigns, timers
 * fire when the scheduler says so, `performance.now()` stands still in between, and `Math.random()` is
 * the seed's: code under test is run as it is, and needs no port for a pause.
 */
export class VirtualTime {
  #nowMs = 0;
  #order = 0;
  #timers: Timer[] = [];
  readonly #restores: (() => void)[] = [];

  #step = 0;
  #chance: Chance | undefined;

  constructor(private readonly seed: number) {}

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Milliseconds to the next timer; undefined where none waits. */
  get nextInMs(): number | undefined {
    const [first] = this.#timers;
    return first && Math.max(0, first.atMs - this.#nowMs);
  }

  /**
   * Each step has chance of its own: libraries keep what they draw for later, so how often they ask
   * depends on what this process lived before.
   */
  beginStep(step: number): void {
    this.#step = step;
    this.#chance = undefined;
  }

  /** Goes on to the next timer and fires it. */
  fireNext(): void {
    const timer = this.#timers.shift();
    if (timer === undefined) return;
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    if (timer.everyMs !== undefined) this.#keep({ ...timer, atMs: this.#nowMs + timer.everyMs });
    timer.fire();
  }

  /** From here until `end()` this process has no other time. */
  begin(): void {
    const promises = process.getBuiltinModule('node:timers/promises');
    const start = (fire: () => void, ms = 0, everyMs?: number): Handle => {
      return this.#start({ fire, inMs: ms, everyMs });
    };
    const sleep = (ms = 0, value?: unknown, options: { signal?: AbortSignal } = {}) =>
      new Promise((resolve, reject) => {
        const abort = (): void => reject(options.signal?.reason as Error);
        if (options.signal?.aborted) return abort();
        options.signal?.addEventListener('abort', abort, { once: true });
        start(() => resolve(value), ms);
      });
    type Call = (...rest: unknown[]) => void;
    this.#replace(globalThis, {
      setTimeout: (fire: Call, ms: number, ...rest: unknown[]) => start(() => fire(...rest), ms),
      setInterval: (fire: Call, ms: number, ...rest: unknown[]) =>
        start(() => fire(...rest), ms, Math.max(1, ms)),
      setImmediate: (fire: Call, ...rest: unknown[]) => start(() => fire(...rest)),
      ...{ clearTimeout: clear, clearInterval: clear, clearImmediate: clear },
    });
    this.#replace(promises, {
      setTimeout: sleep,
      setImmediate: (value?: unknown) => sleep(0, value),
    });
    this.#replace(performance, { now: () => this.#nowMs });
    const random = (): number => {
      this.#chance ??= new Chance(this.seed, `step ${this.#step}`);
      return this.#chance.fraction();
    };
    this.#replace(Math, { random });
  }

  end(): void {
    for (const restore of this.#restores.splice(0).reverse()) restore();
    this.#timers = [];
  }

  #start({ fire, inMs, everyMs }: { fire: () => void; inMs: number; everyMs: number | undefined }) {
    const atMs = this.#nowMs + Math.max(0, inMs);
    const timer = this.#keep({ atMs, order: 0, everyMs, fire });
    return new Handle(timer, () => {
      // An interval's next turn is another entry with the same `fire`.
      this.#timers = this.#timers.filter((each) => each.fire !== fire);
    });
  }

  #keep(timer: Timer): Timer {
    const kept = { ...timer, order: ++this.#order };
    const at = this.#timers.findLastIndex(({ atMs }) => atMs <= kept.atMs) + 1;
    this.#timers.splice(at, 0, kept);
    return kept;
  }

  #replace(owner: object, replacements: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(replacements)) {
      const before = Object.getOwnPropertyDescriptor(owner, name);
      Object.defineProperty(owner, name, { value, configurable: true, writable: true });
      this.#restores.push(() => {
        if (before === undefined) Reflect.deleteProperty(owner, name);
        else Object.defineProperty(owner, name, before);
      });
    }
  }
}

const clear = (handle: unknown): void => {
  if (handle instanceof Handle) handle.clear();
};
