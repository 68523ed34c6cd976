import type { EventStore, Following, Position, RecordedEvent } from './event-store';

export type FollowerOptions = Readonly<{
  store: EventStore;
  /** Only events of these types; absent means all. */
  types?: readonly string[];
  /** Events whose data changes nothing any more: see `FollowOptions`. */
  isKnown?: (position: Position) => boolean;
  /** Folds one event into whatever the lookup keeps. Throwing ends the follower. */
  apply: (event: RecordedEvent) => void;
  /** The first time, and after every break, that everything there was has been applied. */
  onLive?: () => void;
  onBreak?: (error: unknown, retryInMs: number) => void;
  /** `apply` threw or an event cannot be read: from now on the follower is behind for ever. */
  onFailure?: (error: unknown) => void;
  batchMax?: number;
}>;

/** How much of the log a follower is sure to have applied. */
export type FollowerLag = Readonly<{
  /** Everything that was in the log this long ago is applied; Infinity until the first time. */
  ms: number;
  isReplaying: boolean;
  /** Events applied since the follower started, without those it knew. */
  eventsApplied: number;
}>;

/** A reader trusts a follower up to this lag and consults the streams beyond it (design.md, Shape). */
export const LAG_MS_MAX = 5_000;

/**
 * Follows the log from its start and keeps a lookup in memory. It is a hint with a known age: a
 * refusal is confirmed on the streams, and a follower that is behind is not asked at all.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #following: Following;
  readonly #waiting = new Set<{ position: Position; resolve: () => void }>();
  #position: Position | undefined;
  #currentAsOfMs = -Infinity;
  #isReplaying = true;
  #eventsApplied = 0;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#following = options.store.follow({
      batchMax: options.batchMax ?? 1_000,
      ...(options.types && { types: options.types }),
      ...(options.isKnown && { isKnown: options.isKnown }),
      onBatch: (events) => this.#apply(events),
      onCheckpoint: (position) => this.#reach(position),
      onLive: () => options.onLive?.(),
      onCurrent: (asOfMs) => {
        this.#currentAsOfMs = asOfMs;
        this.#isReplaying = false;
      },
      onBreak: (error, retryInMs) => options.onBreak?.(error, retryInMs),
    });
    this.#following.ended.catch((error: unknown) => {
      this.#currentAsOfMs = -Infinity;
      this.#isReplaying = true;
      options.onFailure?.(error);
    });
  }

  /** Of the last event applied, or passed because it is of another type. */
  get position(): Position | undefined {
    return this.#position;
  }

  lag(): FollowerLag {
    const ms = Math.max(0, performance.now() - this.#currentAsOfMs);
    return { ms, isReplaying: this.#isReplaying, eventsApplied: this.#eventsApplied };
  }

  /** Whether what the follower keeps may be decided on. */
  isTrusted(lagMsMax = LAG_MS_MAX): boolean {
    const { ms, isReplaying } = this.lag();
    return !isReplaying && ms <= lagMsMax;
  }

  /** Resolves to whether the position was reached within the time. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean> {
    if (this.#position !== undefined && this.#position >= position) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiting = {
        position,
        resolve: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve(false);
      }, timeoutMs);
      this.#waiting.add(waiting);
    });
  }

  stop(): Promise<void> {
    return this.#following.stop();
  }

  #apply(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      this.#options.apply(event);
      this.#eventsApplied += 1;
    }
    const last = events.at(-1);
    if (last !== undefined) this.#reach(last.position);
  }

  #reach(position: Position): void {
    this.#position = position;
    for (const waiting of this.#waiting) {
      if (waiting.position > position) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }
}
