import type { AgreementFact } from '@app/funding/contract';
import type { RecordedEvent } from '@app/platform';
import type { BookFact, OrderFact, SerialRegisterFact } from '@app/voucher-books/contract';
import { type Broken, handle, type Handlers, Invariant } from '../invariant';

type Fact = AgreementFact | BookFact | OrderFact | SerialRegisterFact;

type Order = {
  readonly books: number;
  readonly vouchersPerBook: number;
  readonly faceValueCents: number;
  isFunded: boolean;
};

/** I-3: vouchers are worth what was reserved for them before they were made. */
export class FaceValue extends Invariant {
  readonly id = 'I-3';
  readonly says =
    'every voucher has a funded reservation made before it, and is worth its face value';

  readonly #orders = new Map<string, Order>();
  readonly #replaced = new Set<number>();
  #lastBook = 0;
  #broken: Broken = () => undefined;

  see(event: RecordedEvent, broken: Broken): void {
    this.#broken = broken;
    handle<Fact>(this.#handlers, event);
  }

  #order(orderId: string): Order | undefined {
    const order = this.#orders.get(orderId);
    if (order === undefined) this.#broken(`order ${orderId} is unknown`);
    return order;
  }

  #assertWorth(orderId: string, vouchers: readonly number[], cents: number): void {
    const order = this.#order(orderId);
    if (order && cents !== vouchers.length * order.faceValueCents) {
      this.#broken(`${vouchers.length} vouchers of order ${orderId} count as ${cents} cents`);
    }
  }

  readonly #handlers: Handlers<Fact> = {
    BooksOrdered: ({ orderId, books, vouchersPerBook, faceValueCents, faceCents }) => {
      this.#orders.set(orderId, { books, vouchersPerBook, faceValueCents, isFunded: false });
      if (faceCents !== books * vouchersPerBook * faceValueCents) {
        this.#broken(`order ${orderId} is not worth its vouchers`);
      }
    },
    OrderFunded: ({ orderId }) => {
      const order = this.#order(orderId);
      if (order) order.isFunded = true;
    },
    RangeAllotted: ({ orderId, firstBook, lastBook, replacedBook }) => {
      if (firstBook !== this.#lastBook + 1 || lastBook < firstBook) {
        this.#broken(`books ${firstBook}–${lastBook} do not follow book ${this.#lastBook}`);
      }
      this.#lastBook = lastBook;
      const order = this.#order(orderId);
      if (!order) return;
      if (!order.isFunded) this.#broken(`books ${firstBook}–${lastBook} were never funded`);
      const books = replacedBook === undefined ? order.books : 1;
      if (lastBook - firstBook + 1 !== books) {
        this.#broken(`order ${orderId} got ${lastBook - firstBook + 1} books for ${books}`);
      }
    },
    BookDistributed: ({ orderId, vouchers, valueCents }) => {
      this.#assertWorth(orderId, vouchers, valueCents);
    },
    VouchersRedeemed: ({ orderId, vouchers, coveredCents, priceCents, remainderCents }) => {
      this.#assertWorth(orderId, vouchers, coveredCents);
      if (coveredCents + remainderCents !== priceCents || remainderCents < 0) {
        this.#broken(`covered ${coveredCents} and remainder ${remainderCents} of ${priceCents}`);
      }
    },
    RedemptionCancelled: ({ orderId, vouchers, coveredCents }) => {
      this.#assertWorth(orderId, vouchers, coveredCents);
    },
    BookReplaced: ({ book }) => {
      if (this.#replaced.has(book)) this.#broken(`book ${book} is replaced twice`);
      this.#replaced.add(book);
    },
  };
}
