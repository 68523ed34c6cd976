import { AggregateStore, EventStore } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { BookFact, BookStatus, RangeAllotted } from '../contract';
import { book as bookDecider } from '../domain/book/book';
import { isUsed, listHandedOut, unusedVouchersOf } from '../domain/book/book.state';
import {
  findRangeOf,
  SERIAL_REGISTER_ID,
  serialRegister,
} from '../domain/serial-register/serial-register';

/** A book as its own stream tells it, now or as the log knew it at a past instant. */
export type BookHistory = Readonly<{
  status: BookStatus;
  handedOutVouchers: readonly number[];
  usedVouchers: readonly number[];
  /** Handed out and not used; of a replaced book none, since they live on in the new one. */
  unusedVouchers: readonly number[];
  replacedBy: number | null;
  history: readonly HappenedToBook[];
}>;

/** `at`: when the store recorded it. */
export type HappenedToBook = Readonly<{ at: string }> & BookFact;

@Injectable()
export class BookHistories {
  constructor(
    private readonly store: EventStore,
    private readonly aggregates: AggregateStore,
  ) {}

  /** Undefined where the log knew no book of that number. */
  async findHistory(book: number, asOf?: Date): Promise<BookHistory | undefined> {
    const { state } = await this.aggregates.load(serialRegister, SERIAL_REGISTER_ID);
    const range = findRangeOf(state, book);
    const isKnown =
      range && (await this.#isGiven(range, asOf)) && (await this.#counts(range, asOf));
    return isKnown ? this.#tell(book, asOf) : undefined;
  }

  async #isGiven({ firstBook }: RangeAllotted['data'], asOf?: Date): Promise<boolean> {
    if (asOf === undefined) return true;
    for await (const event of this.aggregates.readEvents(serialRegister, SERIAL_REGISTER_ID)) {
      if (event.recordedAt > asOf) return false;
      if (event.type === 'RangeAllotted' && event.data.firstBook === firstBook) return true;
    }
    return false;
  }

  /** A replacement's number is one once the old book's stream names it. */
  async #counts({ replacedBook, firstBook }: RangeAllotted['data'], asOf?: Date): Promise<boolean> {
    if (replacedBook === undefined) return true;
    for await (const event of this.aggregates.readEvents(bookDecider, `${replacedBook}`)) {
      if (asOf !== undefined && event.recordedAt > asOf) return false;
      if (event.type === 'BookReplaced' && event.data.newBook === firstBook) return true;
    }
    return false;
  }

  async #tell(book: number, asOf?: Date): Promise<BookHistory> {
    let state = bookDecider.initialState;
    const history: HappenedToBook[] = [];
    for await (const { recordedAt, ...event } of this.store.readStream(`book-${book}`)) {
      // The log's order decides: what follows a later instant is later, whatever its clock says.
      if (asOf !== undefined && recordedAt > asOf) break;
      const { type, data } = event as unknown as BookFact;
      const fact = { type, data } as BookFact;
      state = bookDecider.evolve(state, fact);
      history.push({ at: recordedAt.toISOString(), ...fact });
    }
    const handedOutVouchers = listHandedOut(state);
    return {
      status: state.status,
      handedOutVouchers,
      usedVouchers: handedOutVouchers.filter((voucher) => isUsed(state, voucher)),
      unusedVouchers: state.status === 'replaced' ? [] : unusedVouchersOf(state),
      replacedBy: state.replacedBy ?? null,
      history,
    };
  }
}
