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
