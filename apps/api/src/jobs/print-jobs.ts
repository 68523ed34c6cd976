import { AggregateStore, jobIdOf, JobQueues, type JobStatus } from '@app/platform';
import { countBooks } from '@app/kernel';
import { print, printQueue } from '@app/voucher-books';
import { Injectable } from '@nestjs/common';
import { Jobs, type JobAnswer } from './jobs';

/** Prints: progress in books, as far as the queue remembers; everything else is in the stream. */
@Injectable()
export class PrintJobs extends Jobs {
  readonly queue = printQueue.name;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly queues: JobQueues,
  ) {
    super();
  }

  async find(printId: string): Promise<JobAnswer | undefined> {
    const { state: found } = await this.aggregates.load(print, printId);
    if (found.status === 'none') return undefined;
    const total = countBooks([found.wanted]);
    const whole = { done: total, total };
    switch (found.status) {
      case 'requested': {
        const job = await this.#findJob(printId);
        // A job that failed is given again by the worker's sweep: the print still waits.
        const state = job?.state === 'running' ? 'running' : 'waiting';
        return { state, progress: { done: job?.progress?.done ?? 0, total } };
      }
      case 'made':
        return { state: 'done', progress: whole, resultUrl: `/v1/prints/${printId}/file` };
      case 'erased':
        return { state: 'done', progress: whole, reason: 'print_erased' };
      case 'abandoned': {
        const reason = 'print_abandoned';
        return { state: 'failed', progress: { done: 0, total }, reason };
      }
    }
  }

  /** Without Redis nobody knows how far it is, and that is no reason not to answer. */
  async #findJob(printId: string): Promise<JobStatus | undefined> {
    return this.queues.find(jobIdOf(printQueue, { printId })).catch(() => undefined);
  }
}
