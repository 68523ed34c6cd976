/** Counts what happened lately, per key, for limits that every process shares. */
export abstract class Counters {
  /** Counts one more at `atMs` in each window, atomically; answers each with it, in their order. */
  abstract add(windows: readonly Window[], atMs: number): Promise<readonly Tally[]>;

  /** What each window holds, in their order. */
  abstract read(windows: readonly Window[], atMs: number): Promise<readonly Tally[]>;
}

/** What happened more than `windowMs` ago is forgotten: the window slides. */
export type Window = Readonly<{ key: string; windowMs: number }>;

/** Milliseconds of the epoch; absent while the count is 0. */
export type Tally = Readonly<{ count: number; oldestAtMs?: number; latestAtMs?: number }>;
