import { instantOf } from '@app/kernel';
import { defineQueue, DueWork } from '@app/platform';
import { BankQueries } from '@app/read-models';
import { BankReportKeys, type BankReportJob } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';

export const bankReportErasureQueue = defineQueue<BankReportJob>({
  name: 'bank-report-erasure',
  key: ({ reportId }) => reportId,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 1,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 86_400, countMax: 1_000 },
  // What came back with a backup is not left standing for the sake of a job that is done.
  reviveAfterMs: 5_000,
});

/** How long reports of the bank are kept, and what their entries say in words. */
export abstract class BankReportRetention {
  abstract readonly keepDays: number;
}

/** What came before that was kept long enough, by the configuration of today. */
export const receivedBefore = ({ keepDays }: BankReportRetention, now: Date): string =>
  instantOf(new Date(now.getTime() - keepDays * DAY_MS));

/** Reports kept long enough, and those erased whose key is there: it came back with a backup. */
@Injectable()
export class DueBankReportErasures extends DueWork<BankReportJob> {
  readonly queue = bankReportErasureQueue;

  constructor(
    private readonly bank: BankQueries,
    private readonly keys: BankReportKeys,
    private readonly retention: BankReportRetention,
  ) {
    super();
  }

  async findDue(now: Date): Promise<readonly BankReportJob[]> {
    const old = this.bank.listReportsToErase(receivedBefore(this.retention, now));
    const back = this.bank.listErasedOf(await this.keys.listHeld());
    return [...new Set([...old, ...back])].map((reportId) => ({ reportId }));
  }
}

const DAY_MS = 86_400_000;
