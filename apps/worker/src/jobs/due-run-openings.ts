import { parisDayOf, type Weekday } from '@app/kernel';
import { DueWork } from '@app/platform';
import { dueOpening } from '@app/processes';
import { RunQueries } from '@app/read-models';
import { runOpeningQueue, type RunOpeningJob } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';

/** When runs are opened. */
export abstract class RunSchedule {
  abstract readonly weekday: Weekday;
}

/** The weekly run, once its day has come. */
@Injectable()
export class DueRunOpenings extends DueWork<RunOpeningJob> {
  readonly queue = runOpeningQueue;

  constructor(
    private readonly runs: RunQueries,
    private readonly schedule: RunSchedule,
  ) {
    super();
  }

  findDue(now: Date): readonly RunOpeningJob[] {
    const [latest] = this.runs.list({ before: undefined, limit: 1 });
    const dueOn = dueOpening(parisDayOf(now), this.schedule.weekday, latest);
    return dueOn === undefined ? [] : [{ dueOn }];
  }
}
