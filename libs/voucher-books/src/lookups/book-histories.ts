import { EventStore } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { BookFact, BookStatus } from '../contract';
import { book as bookDecider } from '../domain/book/book';
import { isUsed, unusedVouchersOf } from '../domain/book/book.state';

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
  constructor(private readonly store: EventStore) {}

  async getHistory(book: number, asOf?: Date): Promise<BookHistory> {
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
    const handedOutVouchers = state.handOuts.flatMap(({ vouchers }) => vouchers);
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
