import { jobIdOf, JobQueues } from '@app/platform';
import { runQueue } from '@app/reimbursement';
import { Injectable, Logger } from '@nestjs/common';

/** What was decided about a run is in the log: without Redis the worker's sweep finds it a little later. */
@Injectable()
export class HurriedRuns {
  readonly #logger = new Logger(HurriedRuns.name);

  constructor(private readonly queues: JobQueues) {}

  /** Answers the id of the job that goes on with the run. */
  async hurry(runId: string): Promise<string> {
    try {
      await this.queues.add(runQueue, { runId });
    } catch (error) {
      this.#logger.warn({ err: error, runId }, 'the run waits for the next sweep');
    }
    return jobIdOf(runQueue, { runId });
  }
}
