import type { RefusalStatuses } from '@app/platform';
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

/** What is refused with another status than 409. */
export const PRINTS_STATUSES: RefusalStatuses = {
  layout_of_pdf_only: 422,
  print_erased: 410,
  print_file_damaged: 410,
  print_file_missing: 410,
  print_too_large: 422,
  print_unknown: 404,
};
