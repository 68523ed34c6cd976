import { instantOf } from '@app/kernel';
import { Clock, Documented, Reads } from '@app/platform';
import { bank, ReconciliationQueries } from '@app/read-models';
import { Controller, Get, Query } from '@nestjs/common';
import { asOfDate } from '../common/fields';
import { reconciliationOf } from './bank-answers';
import { BANK } from './bank.documents';
import { ReconciliationQuery } from './bank.dto';

@Controller('v1/reconciliation')
export class ReconciliationController {
  constructor(
    private readonly views: ReconciliationQueries,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Documented(BANK.reconcile)
  @Reads(bank)
  get(@Query() query: ReconciliationQuery) {
    const asOf = asOfDate(query) ?? this.clock.now();
    return { asOf: instantOf(asOf), ...reconciliationOf(this.views.reconcile(asOf)) };
  }
}
