import { Clock, JobHost, permanentIfRefused, Processes } from '@app/platform';
import { EraseBankReport, type BankReportJob } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';
import {
  bankReportErasureQueue,
  BankReportRetention,
  receivedBefore,
} from './due-bank-report-erasures';

@Injectable()
@Processes(bankReportErasureQueue)
export class BankReportErasureProcessor extends JobHost<BankReportJob> {
  constructor(
    private readonly commands: CommandBus,
    private readonly retention: BankReportRetention,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Safe to run again: what is erased stays erased. */
  async process({ data: { reportId } }: Job<BankReportJob>): Promise<void> {
    const wish = new EraseBankReport(reportId, receivedBefore(this.retention, this.clock.now()));
    await permanentIfRefused(() => this.commands.execute(wish));
  }
}
