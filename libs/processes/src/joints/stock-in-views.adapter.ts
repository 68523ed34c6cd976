import { ReadModelBehind } from '@app/platform';
import { ledger, StockQueries } from '@app/read-models';
import { StockFigures } from '@app/voucher-books';
import type { BookRange, ClosingSums, HandedOutBook } from '@app/voucher-books/contract';
import { Injectable } from '@nestjs/common';
import { ViewsAtHead } from './views-at-head.adapter';

/** What an order's own stream does not know of its books, from the views. */
@Injectable()
export class StockInViews extends StockFigures {
  constructor(
    private readonly stock: StockQueries,
    private readonly atHead: ViewsAtHead,
  ) {
    super();
  }

  async listHandedOut(range: BookRange): Promise<readonly HandedOutBook[]> {
    await this.atHead.reach(ledger);
    return this.stock.listHandedOut(range);
  }

  getClosingSums(orderId: string): ClosingSums {
    const sums = this.stock.findClosingSums(orderId);
    if (sums === undefined) throw new ReadModelBehind('the order is not in the views yet');
    return sums;
  }
}
