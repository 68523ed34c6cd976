import { performance } from 'node:perf_hooks';
import type { Position, RecordedEvent } from '../event-store/event-store';

export type EventBatchesOptions = Readonly<{
  batchMax: number;
  /** How long events may wait for company while more keep coming; a lone event waits for none. */
  flushEveryMs: number;
  /** One at a time, in log order; `reached` is the last event's position or further. */
  write: (events: readonly RecordedEvent[], reached: Position) => Promise<void>;
  /** A write nobody was waiting for has failed. */
  onFailure: (error: unknown) => void;
}>;

/** Gathers what a following hands over, so that under load one commit serves many events. */
export class EventBatches {
  #pending: RecordedEvent[] = [];
  #reached: Position | undefined;
  #writing: Promise<void> = Promise.resolve();
  #writtenAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: EventBatchesOptions) {}

  get pending(): number {
    return this.#pending.length;
  }

  /** Resolves when there is room for more, which slows the following down to what can be written. */
  async add(
    events: readonly RecordedEvent[],
    reached: Position | undefined = events.at(-1)?.position,
  ): Promise<void> {
    for (const event of events) this.#pending.push(event);
    this.#reached = further(this.#reached, reached);
    const { batchMax, flushEveryMs } = this.options;
    const waitMs = this.#writtenAt + flushEveryMs - performance.now();
    if (this.#pending.length >= batchMax || waitMs <= 0) return await this.flush();
    this.#timer ??= setTimeout(() => void this.flush().catch(this.options.onFailure), waitMs);
  }

  /** Resolves once everything added so far is written. */
  flush(): Promise<void> {
    this.drop();
    return (this.#writing = this.#writing.then(() => this.#writeAll()));
  }

  /** Lets go of the timer; what is pending stays unwritten. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #writeAll(): Promise<void> {
    while (this.#reached !== undefined) {
      const events = this.#pending.slice(0, this.options.batchMax);
      const isAll = events.length === this.#pending.length;
      const reached = isAll ? this.#reached : events.at(-1)?.position;
      if (reached === undefined) break;
      await this.options.write(events, reached);
      // Pending until it is committed; what came meanwhile is behind it.
      this.#pending.splice(0, events.length);
      if (this.#reached === reached) this.#reached = undefined;
    }
    this.#writtenAt = performance.now();
  }
}

export function further(a: Position | undefined, b: Position | undefined): Position | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}
