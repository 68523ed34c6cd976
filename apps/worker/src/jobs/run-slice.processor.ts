import { JobHost, permanentIfRefused, Processes } from '@app/platform';
import { FreezeRunSlice, runSliceQueue, type RunSliceJob } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';

@Injectable()
@Processes(runSliceQueue)
export class RunSliceProcessor extends JobHost<RunSliceJob> {
  constructor(private readonly commands: CommandBus) {
    super();
  }

  /** Safe to run again: a slice is frozen once. */
  async process({ data }: Job<RunSliceJob>): Promise<void> {
    await permanentIfRefused(() => this.commands.execute(new FreezeRunSlice(data)));
  }
}
