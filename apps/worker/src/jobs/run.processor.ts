import { JobHost, JobQueues, permanentIfRefused, Processes } from '@app/platform';
import { AdvanceRun, runQueue, runSliceQueue, type RunJob } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';

@Injectable()
@Processes(runQueue)
export class RunProcessor extends JobHost<RunJob> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queues: JobQueues,
  ) {
    super();
  }

  /** Safe to run again: whatever is done is in the run's stream. A preparation's slices are children. */
  async process(job: Job<RunJob>, token?: string): Promise<void> {
    const { runId } = job.data;
    for (;;) {
      const progress = await permanentIfRefused(() => this.commands.execute(new AdvanceRun(runId)));
      if (progress.waitsFor !== 'slices') return;
      const { version, slices, of: total } = progress;
      await job.updateProgress({ done: total - slices.length, total });
      const children = slices.map((slice) => ({ runId, version, slice }));
      await this.queues.addChildren(runSliceQueue, children, job);
      await this.waitForChildren(job, token);
    }
  }
}
