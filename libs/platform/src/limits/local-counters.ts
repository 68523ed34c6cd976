import { Counters, type Tally, type Window } from './counters';

/** Of this process alone, for tests and for the time that Redis is away. */
export class LocalCounters extends Counters {
  readonly #instants = new Map<string, number[]>();

  /** @param keysMax beyond it the key counted longest ago is forgotten. */
  constructor(private readonly keysMax = 100_000) {
    super();
  }

  async add(windows: readonly Window[], atMs: number): Promise<readonly Tally[]> {
    return windows.map((window) => {
      const instants = this.#recent(window, atMs);
      const isLate = atMs < (instants.at(-1) ?? atMs);
      instants.push(atMs);
      if (isLate) instants.sort((a, b) => a - b);
      // Counted again goes to the end: a Map gives its keys in the order they were put in.
      this.#instants.delete(window.key);
      this.#instants.set(window.key, instants);
      this.#forgetOldest();
      return tallyOf(instants);
    });
  }

  async read(windows: readonly Window[], atMs: number): Promise<readonly Tally[]> {
    return windows.map((window) => tallyOf(this.#recent(window, atMs)));
  }

  /** The key's instants, oldest first, without those that left the window. */
  #recent({ key, windowMs }: Window, atMs: number): number[] {
    const instants = this.#instants.get(key) ?? [];
    const kept = instants.findIndex((instant) => instant > atMs - windowMs);
    instants.splice(0, kept < 0 ? instants.length : kept);
    return instants;
  }

  #forgetOldest(): void {
    for (const key of this.#instants.keys()) {
      if (this.#instants.size <= this.keysMax) return;
      this.#instants.delete(key);
    }
  }
}

function tallyOf(instants: readonly number[]): Tally {
  const [oldestAtMs] = instants;
  const latestAtMs = instants.at(-1);
  if (oldestAtMs === undefined || latestAtMs === undefined) return { count: 0 };
  return { count: instants.length, oldestAtMs, latestAtMs };
}
