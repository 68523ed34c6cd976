import { DueWork } from '@app/platform';
import { BankQueries } from '@app/read-models';
import {
  bankRematchQueue,
  bankReportQueue,
  BankTexts,
  referencesOf,
  type BankEntryJob,
  type BankReportJob,
} from '@app/reimbursement';
import { Injectable } from '@nestjs/common';

/** Reports of the bank that have not come to their end, the oldest first. */
@Injectable()
export class DueBankReports extends DueWork<BankReportJob> {
  readonly queue = bankReportQueue;

  constructor(private readonly bank: BankQueries) {
    super();
  }

  findDue(): readonly BankReportJob[] {
    return this.bank.listUnfinished().map(({ reportId }) => ({ reportId }));
  }
}

/** Entries that wait, and what they are about has come since. */
@Injectable()
export class DueBankRematches extends DueWork<BankEntryJob> {
  readonly queue = bankRematchQueue;

  constructor(
    private readonly bank: BankQueries,
    private readonly texts: BankTexts,
  ) {
    super();
  }

  async findDue(): Promise<readonly BankEntryJob[]> {
    const due = new Set(this.bank.listRematchable());
    const reader = this.texts.reader();
    for (const row of this.bank.listWaitingTexts()) {
      if (due.has(row.entryId)) continue;
      const references = referencesOf({ transactions: [await reader.read(row)] });
      if (this.bank.findExpected(references).length > 0) due.add(row.entryId);
    }
    return [...due].map((entryId) => ({ entryId }));
  }
}
