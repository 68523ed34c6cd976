import { JobHost, permanentIfRefused, Processes } from '@app/platform';
import { openingWish } from '@app/processes';
import { runOpeningQueue, type RunOpeningJob } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';

@Injectable()
@Processes(runOpeningQueue)
export class RunOpeningProcessor extends JobHost<RunOpeningJob> {
  constructor(private readonly commands: CommandBus) {
    super();
  }

  /** Safe to run again: the run of that day is opened once, and not beside another. */
  async process({ data }: Job<RunOpeningJob>): Promise<void> {
    await permanentIfRefused(() => this.commands.execute(openingWish(data.dueOn)));
  }
}
