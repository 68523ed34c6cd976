import { instantOf } from '@app/kernel';
import { Clock, Documented, Reads } from '@app/platform';
import { bank, ReconciliationQueries } from '@app/read-models';
import { Controller, Get, Query } from '@nestjs/common';
import { asOfDate } from '../common/fields';
import { BankAnswers } from './bank-answers';
import { BANK } from './bank.documents';
import { ReconciliationQuery } from './bank.dto';

@Controller('v1/reconciliation')
export class ReconciliationController {
  constructor(
    private readonly views: ReconciliationQueries,
    private readonly answers: BankAnswers,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Documented(BANK.reconcile)
  @Reads(bank)
  async get(@Query() query: ReconciliationQuery) {
    const asOf = asOfDate(query) ?? this.clock.now();
    return {
      asOf: instantOf(asOf),
      ...(await this.answers.reconciliationOf(this.views.reconcile(asOf))),
    };
  }
}
