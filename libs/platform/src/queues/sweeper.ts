import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock/clock';
import type { AnyDefinition, JobQueues } from './job-queues';

/**
 * Where work comes from: what is due by the truth (a read model, a stream), whether or not a job for it
 * exists. The queue is only a hint, and this is what mends it.
 */
export abstract class DueWork<Data extends object = object> {
  abstract readonly queue: AnyDefinition;

  /** Everything due now, at least once: a step that is done must not be answered any more. */
  abstract findDue(now: Date): Iterable<Data> | AsyncIterable<Data> | Promise<Iterable<Data>>;
}

export type SweeperOptions = Readonly<{
  queues: JobQueues;
  clock: Clock;
  sources: readonly DueWork[];
  everyMs: number;
  onFailure: (queue: string, error: unknown) => void;
}>;

/** Due work kept in memory at once. */
const CHUNK_MAX = 1_000;

/** Adds a job for all work that is due, again and again. Several at once do no harm. */
export class Sweeper {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly options: SweeperOptions) {}

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** One round. A source that fails is told and tried in the next round; the others go on. */
  async sweep(): Promise<void> {
    for (const source of this.options.sources) {
      if (this.#stop.signal.aborted) return;
      try {
        await this.#sweepOne(source);
      } catch (error) {
        this.options.onFailure(source.queue.name, error);
      }
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.sweep();
      await sleep(this.options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #sweepOne(source: DueWork): Promise<void> {
    const { queues, clock } = this.options;
    const { queue } = source;
    let chunk: object[] = [];
    for await (const data of await source.findDue(clock.now())) {
      chunk.push(data);
      if (chunk.length < CHUNK_MAX) continue;
      await queues.addDue(queue, chunk, clock.now());
      chunk = [];
    }
    await queues.addDue(queue, chunk, clock.now());
  }
}
