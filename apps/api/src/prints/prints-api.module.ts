import { Module } from '@nestjs/common';
import { Own } from '../access/own';
import { JobsApiModule } from '../jobs/jobs-api.module';
import { PrintsController } from './prints.controller';

/**
 * Prints over HTTP. Whoever imports it provides globally the handlers of `VoucherBooksModule`,
 * `JobQueues`, `PublicHost` and the queries of the read models.
 */
@Module({ imports: [JobsApiModule], controllers: [PrintsController], providers: [Own] })
export class PrintsApiModule {}
