import { JobHost, permanentIfRefused, Processes } from '@app/platform';
import {
  bankRematchQueue,
  bankReportQueue,
  HandleBankReport,
  RematchBankEntry,
  type BankEntryJob,
  type BankReportJob,
} from '@app/reimbursement';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';

@Injectable()
@Processes(bankReportQueue)
export class BankReportProcessor extends JobHost<BankReportJob> {
  constructor(private readonly commands: CommandBus) {
    super();
  }

  /** Safe to run again: items that have their verdict are passed over. */
  async process(job: Job<BankReportJob>): Promise<void> {
    const handle = new HandleBankReport(job.data.reportId, (progress) =>
      job.updateProgress({ ...progress }),
    );
    await permanentIfRefused(() => this.commands.execute(handle));
  }
}

@Injectable()
@Processes(bankRematchQueue)
export class BankRematchProcessor extends JobHost<BankEntryJob> {
  constructor(private readonly commands: CommandBus) {
    super();
  }

  /** Safe to run again: an entry that is matched is left alone. */
  async process({ data }: Job<BankEntryJob>): Promise<void> {
    await permanentIfRefused(() => this.commands.execute(new RematchBankEntry(data.entryId)));
  }
}
