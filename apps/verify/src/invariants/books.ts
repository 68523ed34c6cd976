import type { RecordedEvent } from '@app/platform';
import type { VouchersRedeemed, BookFact } from '@app/voucher-books/contract';

/** What the log says of one book that something happened to: vouchers as bits, 1 in bit 1. */
export type Book = {
  /** 1 where the vouchers were ever handed out. */
  handedOut: number;
  /** 1 where a redemption holds them that is not cancelled. */
  used: number;
  status: 'open' | 'blocked' | 'replaced';
  handOuts: { bits: number; public: string; distributedOn: string; prescriberSiret?: string }[];
};

export const bitsOf = (vouchers: readonly number[]): number => {
  let bits = 0;
  for (const voucher of vouchers) bits |= 1 << voucher;
  return bits;
};

/** Books and redemptions, folded as far as several invariants need them alike. */
export class Books {
  readonly #books = new Map<number, Book>();
  readonly #redemptions = new Map<string, { book: number; bits: number; isCancelled: boolean }>();

  find(book: number): Book | undefined {
    return this.#books.get(book);
  }

  findRedemption(redemptionId: string) {
    return this.#redemptions.get(redemptionId);
  }

  /** To be called after the invariants have looked at what was before. */
  apply({ type, data }: RecordedEvent): void {
    if (!BOOK_FACTS.has(type)) return;
    const fact = { type, data } as BookFact;
    const book = this.#of(fact.data.book);
    switch (fact.type) {
      case 'BookDistributed': {
        const { vouchers, public: category, distributedOn, prescriberSiret } = fact.data;
        const bits = bitsOf(vouchers);
        book.handedOut |= bits;
        const siret = prescriberSiret === undefined ? {} : { prescriberSiret };
        book.handOuts.push({ bits, public: category, distributedOn, ...siret });
        return;
      }
      case 'VouchersRedeemed':
        return this.#redeem(book, fact.data);
      case 'RedemptionCancelled': {
        const found = this.#redemptions.get(fact.data.redemptionId);
        if (found) found.isCancelled = true;
        book.used &= ~bitsOf(fact.data.vouchers);
        return;
      }
      case 'BookBlocked':
        book.status = 'blocked';
        return;
      case 'BookUnblocked':
        book.status = 'open';
        return;
      case 'BookReplaced':
        book.status = 'replaced';
    }
  }

  #redeem(book: Book, { redemptionId, book: number, vouchers }: VouchersRedeemed['data']): void {
    const bits = bitsOf(vouchers);
    book.used |= bits;
    this.#redemptions.set(redemptionId, { book: number, bits, isCancelled: false });
  }

  #of(number: number): Book {
    const known = this.#books.get(number);
    if (known) return known;
    const book: Book = { handedOut: 0, used: 0, status: 'open', handOuts: [] };
    this.#books.set(number, book);
    return book;
  }
}

const BOOK_FACTS: ReadonlySet<string> = new Set<BookFact['type']>([
  ...(['BookDistributed', 'VouchersRedeemed', 'RedemptionCancelled'] as const),
  ...(['BookBlocked', 'BookUnblocked', 'BookReplaced'] as const),
]);
