import { JobHost, permanentIfRefused, Processes } from '@app/platform';
import { MakePrint, printQueue, type PrintJob } from '@app/voucher-books';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';

@Injectable()
@Processes(printQueue)
export class PrintProcessor extends JobHost<PrintJob> {
  constructor(private readonly commands: CommandBus) {
    super();
  }

  /** Safe to run again: the same request gives the same bytes, and one that is made is left alone. */
  async process(job: Job<PrintJob>): Promise<void> {
    const make = new MakePrint(job.data.printId, (progress) => job.updateProgress({ ...progress }));
    await permanentIfRefused(() => this.commands.execute(make));
  }
}
