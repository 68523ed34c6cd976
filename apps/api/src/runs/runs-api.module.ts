import { Module } from '@nestjs/common';
import { Own } from '../access/own';
import { FraudHoldsController } from './fraud-holds.controller';
import { HurriedRuns } from './hurried-runs';
import { PaymentsController } from './payments.controller';
import { RunDecisionsController } from './run-decisions.controller';
import { RunsController } from './runs.controller';

/** Runs and payments over HTTP, on what `SchemeModule` provides. */
@Module({
  controllers: [RunsController, RunDecisionsController, PaymentsController, FraudHoldsController],
  providers: [Own, HurriedRuns],
})
export class RunsApiModule {}
