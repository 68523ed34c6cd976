import { Module } from '@nestjs/common';
import { BankReportJobs } from './bank-report-jobs';
import { ImportJobs } from './import-jobs';
import { JobsController } from './jobs.controller';
import { PrintJobs } from './print-jobs';
import { RunJobs } from './run-jobs';

/**
 * Jobs over HTTP, for the modules whose routes begin one. Whoever imports it provides `AggregateStore`,
 * `JobQueues` and the queries of the read models globally.
 */
@Module({
  controllers: [JobsController],
  providers: [BankReportJobs, ImportJobs, PrintJobs, RunJobs],
})
export class JobsApiModule {}
