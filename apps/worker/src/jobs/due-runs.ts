import { DueWork } from '@app/platform';
import { RunQueries } from '@app/read-models';
import { runQueue, type RunJob } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';

/** Runs that wait for neither a person nor the bank. */
@Injectable()
export class DueRuns extends DueWork<RunJob> {
  readonly queue = runQueue;

  constructor(private readonly runs: RunQueries) {
    super();
  }

  findDue(): readonly RunJob[] {
    return this.runs.listDue().map(({ runId }) => ({ runId }));
  }
}
