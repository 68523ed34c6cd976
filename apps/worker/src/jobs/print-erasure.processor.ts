import { JobHost, permanentIfRefused, Processes } from '@app/platform';
import { ErasePrint, type PrintJob } from '@app/voucher-books';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';
import { printErasureQueue } from './due-print-erasures';

@Injectable()
@Processes(printErasureQueue)
export class PrintErasureProcessor extends JobHost<PrintJob> {
  constructor(private readonly commands: CommandBus) {
    super();
  }

  /** Safe to run again: what is erased stays erased. */
  async process({ data }: Job<PrintJob>): Promise<void> {
    await permanentIfRefused(() => this.commands.execute(new ErasePrint(data.printId)));
  }
}
