import type { RefusalStatuses } from '@app/platform';
import { Module } from '@nestjs/common';
import { Own } from '../access/own';
import { AgreementsController } from './agreements.controller';
import { DepositsController } from './deposits.controller';
import { FundersController } from './funders.controller';

/** Funders, agreements and deposits over HTTP, on what `SchemeModule` provides. */
@Module({
  controllers: [FundersController, AgreementsController, DepositsController],
  providers: [Own],
})
export class FundingApiModule {}

/** What is refused with another status than 409. */
export const FUNDING_STATUSES: RefusalStatuses = {
  agreement_unknown: 404,
  co_funders_invalid: 422,
  deposit_unknown: 404,
  funder_unknown: 404,
  refund_unknown: 404,
};
