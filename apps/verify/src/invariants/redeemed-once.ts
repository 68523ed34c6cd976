import type { RecordedEvent } from '@app/platform';
import type { BookFact } from '@app/voucher-books/contract';
import { type Broken, handle, type Handlers, Invariant } from '../invariant';
import { bitsOf, Books } from './books';

/** I-4: a voucher is in at most one redemption that is not cancelled, and was handed out once. */
export class RedeemedOnce extends Invariant {
  readonly id = 'I-4';
  readonly says = 'a voucher is redeemed at most once, and only after it was handed out';

  readonly #books = new Books();
  #broken: Broken = () => undefined;

  see(event: RecordedEvent, broken: Broken): void {
    this.#broken = broken;
    handle<BookFact>(this.#handlers, event);
    this.#books.apply(event);
  }

  readonly #handlers: Handlers<BookFact> = {
    BookDistributed: ({ book, vouchers }) => {
      const before = this.#books.find(book)?.handedOut ?? 0;
      if (before & bitsOf(vouchers)) this.#broken(`vouchers of book ${book} are handed out twice`);
    },
    VouchersRedeemed: ({ book, vouchers, redemptionId }) => {
      const bits = bitsOf(vouchers);
      const before = this.#books.find(book);
      if (new Set(vouchers).size < vouchers.length) {
        this.#broken(`redemption ${redemptionId} counts a voucher of book ${book} twice`);
      }
      if ((before?.used ?? 0) & bits) {
        this.#broken(`redemption ${redemptionId} takes vouchers of book ${book} that are used`);
      }
      if (((before?.handedOut ?? 0) & bits) !== bits) {
        this.#broken(`redemption ${redemptionId} takes vouchers nobody handed out`);
      }
      if (this.#books.findRedemption(redemptionId)) {
        this.#broken(`redemption ${redemptionId} is recorded twice`);
      }
    },
    RedemptionCancelled: ({ book, vouchers, redemptionId }) => {
      const found = this.#books.findRedemption(redemptionId);
      if (found?.book !== book || found.bits !== bitsOf(vouchers)) {
        this.#broken(`redemption ${redemptionId} is cancelled, and is not what was redeemed`);
      } else if (found.isCancelled) {
        this.#broken(`redemption ${redemptionId} is cancelled twice`);
      }
    },
  };
}
