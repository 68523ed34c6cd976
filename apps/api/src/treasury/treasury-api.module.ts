import { Module } from '@nestjs/common';
import { Own } from '../access/own';
import { DebtsController } from './debts.controller';
import { FeeSweepsController } from './fee-sweeps.controller';
import { SolvencyController } from './solvency.controller';

/** Fees, debts and solvency over HTTP, on what `SchemeModule` provides. */
@Module({
  controllers: [FeeSweepsController, DebtsController, SolvencyController],
  providers: [Own],
})
export class TreasuryApiModule {}
