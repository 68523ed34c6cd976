import { AggregateStore } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { RangeAllotted } from '../contract';
import { book as bookDecider } from '../domain/book/book';
import type { OrderOfBook } from '../domain/book/book.messages';
import { order } from '../domain/order/order';
import { orderOfBook } from '../domain/order/order-of-book';
import type { PlacedOrder } from '../domain/order/order.state';
import {
  findRangeOf,
  SERIAL_REGISTER_ID,
  serialRegister,
} from '../domain/serial-register/serial-register';
import { Agreements } from '../ports/agreements';

/** A book's order, read from the streams: what decides when memory refuses or is behind. */
export type FoundBook = Readonly<{
  range: RangeAllotted['data'];
  placed: PlacedOrder;
  ofBook: OrderOfBook;
}>;

@Injectable()
export class OrdersOfBooks {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly agreements: Agreements,
  ) {}

  /** Undefined for a number that no order holds: never allotted, or a replacement not yet counted. */
  async find(book: number): Promise<FoundBook | undefined> {
    const register = await this.aggregates.load(serialRegister, SERIAL_REGISTER_ID);
    const range = findRangeOf(register.state, book);
    if (range === undefined) return undefined;
    const { state: placed } = await this.aggregates.load(order, range.orderId);
    if (placed.status === 'none') return undefined;
    const replacement = await this.#vouchersOfReplacement(range, book);
    if (replacement === 'uncounted') return undefined;
    const agreement = await this.agreements.find(placed.terms.agreementId);
    if (agreement === undefined) return undefined;
    const ofBook = orderOfBook(placed, {
      agreement: agreement.ofBook,
      ...(replacement !== undefined && { vouchersInBook: replacement }),
    });
    return { range, placed, ofBook };
  }

  /** A replacement's number counts only once the old book's BookReplaced names it. */
  async #vouchersOfReplacement(
    { replacedBook }: RangeAllotted['data'],
    book: number,
  ): Promise<number | 'uncounted' | undefined> {
    if (replacedBook === undefined) return undefined;
    const { state: old } = await this.aggregates.load(bookDecider, `${replacedBook}`);
    return old.replacedBy === book ? old.vouchersInNewBook : 'uncounted';
  }
}
