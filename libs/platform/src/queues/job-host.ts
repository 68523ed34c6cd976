import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger } from '@nestjs/common';
import { WaitingChildrenError, type Job } from 'bullmq';
import type { QueueDefinition } from './queue-definition';

/** A worker that died holds its job for this long at most; then another one takes it. */
const LOCK_MS = 30_000;
const STALLED_CHECK_MS = 15_000;

/** Marks a `JobHost` as the one that does the jobs of this queue. */
export function Processes<Data extends object>(definition: QueueDefinition<Data>): ClassDecorator {
  const { name, concurrency, attempts } = definition;
  const processor = Processor(
    { name },
    {
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      // A killed worker is not the job's fault, unless the job kills every worker.
      maxStalledCount: attempts,
    },
  );
  return (host) => {
    queuesServed.set(host, name);
    processor(host);
  };
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- what a class decorator gets
const queuesServed = new WeakMap<Function, string>();

/** The name of the queue whose jobs a host does, for who does them without a queue. */
export const queueServedBy = (host: JobHost<object>): string | undefined =>
  queuesServed.get(host.constructor);

/**
 * Does the jobs of one queue. `process` may run twice for one job, also at the same time: its effects
 * are appends with deterministic ids at an expected revision, so the second one changes nothing.
 */
export abstract class JobHost<Data extends object> extends WorkerHost {
  readonly #logger = new Logger(this.constructor.name);

  /** `token` is this worker's hold on the job, for `waitForChildren`. */
  abstract override process(job: Job<Data>, token?: string): Promise<unknown>;

  /** Ends the job's turn while it has children left: it is processed again when they are done. */
  protected async waitForChildren(job: Job<Data>, token: string | undefined): Promise<void> {
    if (await job.moveToWaitingChildren(token ?? '')) throw new WaitingChildrenError();
  }

  /** Redis is away or forgot the job under way: the worker goes on by itself. */
  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.#logger.warn(`worker: ${error.message}`);
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job<Data> | undefined, error: Error): void {
    const tries = `try ${job?.attemptsMade ?? '?'} of ${job?.opts.attempts ?? '?'}`;
    this.#logger.warn(`${job?.id ?? 'a job'} failed (${tries}): ${error.message}`);
  }
}
