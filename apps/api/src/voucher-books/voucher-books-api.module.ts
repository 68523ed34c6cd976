import type { RefusalStatuses } from '@app/platform';
import { BookCodes, BookHistories } from '@app/voucher-books';
import { Module } from '@nestjs/common';
import { Own } from '../access/own';
import { BooksController } from './books.controller';
import { ClosingController } from './closing.controller';
import { DistributionsController } from './distributions.controller';
import { FiguresController } from './figures.controller';
import { KeysController } from './keys.controller';
import { OrdersController } from './orders.controller';
import { PrescribersController } from './prescribers.controller';
import { StockController } from './stock.controller';

/**
 * Orders, stock, hand-outs, books and figures over HTTP. Whoever imports it provides globally the
 * handlers of `VoucherBooksModule`, `EventStore`, `VoucherCodes`, `CodeGate`, `CommandLookup` and the
 * queries of the read models.
 */
@Module({
  controllers: [
    OrdersController,
    ClosingController,
    StockController,
    PrescribersController,
    DistributionsController,
    BooksController,
    KeysController,
    FiguresController,
  ],
  providers: [Own, BookCodes, BookHistories],
})
export class VoucherBooksApiModule {}

/** What is refused with another status than 409. */
export const VOUCHER_BOOKS_STATUSES: RefusalStatuses = {
  agreement_unknown: 404,
  book_code_required: 422,
  book_unknown: 404,
  books_out_of_range: 422,
  code_check: 422,
  code_format: 422,
  code_repeated: 422,
  days_out_of_range: 422,
  delivered_on_invalid: 422,
  idempotency_mismatch: 422,
  key_unknown: 404,
  order_unknown: 404,
  prescriber_unknown: 404,
  range_invalid: 422,
  same_prescriber: 422,
  too_many_attempts: 429,
  valid_until_past: 422,
  voucher_unknown: 404,
  vouchers_per_book_not_allowed: 422,
};
