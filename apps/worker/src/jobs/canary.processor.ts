import { canaryQueue, JobHost, Processes, type CanaryJob } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { Job } from 'bullmq';

/** That it ran is all it says; whoever asks whether jobs are done looks when the last one was. */
@Injectable()
@Processes(canaryQueue)
export class CanaryProcessor extends JobHost<CanaryJob> {
  process(_job: Job<CanaryJob>): Promise<void> {
    return Promise.resolve();
  }
}
