import { Module } from '@nestjs/common';
import { BankAnswers } from './bank-answers';
import { BankEntriesController } from './bank-entries.controller';
import { BankReportsController } from './bank-reports.controller';
import { ReconciliationController } from './reconciliation.controller';

/** The bank's reports and the reconciliation over HTTP, on what `SchemeModule` provides. */
@Module({
  controllers: [BankReportsController, BankEntriesController, ReconciliationController],
  providers: [BankAnswers],
})
export class BankApiModule {}
