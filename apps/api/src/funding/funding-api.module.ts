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
