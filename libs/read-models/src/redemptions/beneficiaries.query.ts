import type { ReadStore } from '@app/platform';
import { ledger } from '../ledger/ledger.projection';
import type { BookRow } from '../ledger/ledger.tables';
import { placedOrders } from '../orders/orders.projection';

/** What one person still has of one prescriber's books; integer cents. */
export type BeneficiaryBalance = Readonly<{
  books: readonly BeneficiaryBook[];
  vouchersLeft: number;
  valueLeftCents: number;
  redeemedCents: number;
}>;

export type BeneficiaryBook = Readonly<{
  book: number;
  status: BookRow['status'];
  validUntilOn: string;
  lastDayOfUseOn: string;
  vouchersLeft: number;
  valueLeftCents: number;
  redeemedCents: number;
}>;

/** Books a person is told of at most; nobody is handed out more. */
const BOOKS_MAX = 500;

export class BeneficiaryQueries {
  constructor(private readonly store: ReadStore) {}

  /**
   * @param beneficiaryRef the pseudonym the prescriber's reference has in the events.
   * @param today after a book's last day of use nothing of it is left.
   */
  getBalance(
    { prescriberId, beneficiaryRef }: Readonly<{ prescriberId: string; beneficiaryRef: string }>,
    today: string,
  ): BeneficiaryBalance {
    return this.store.snapshot(() => {
      // Of a book handed out voucher by voucher, any may be this person's.
      const rows = this.store.rows(
        ledger.table.books,
        'WHERE prescriberId = ? AND instr(handOuts, ?) > 0 ORDER BY book LIMIT ?',
        ...[prescriberId, beneficiaryRef, BOOKS_MAX],
      );
      const books = rows.flatMap((row) => this.#bookOf(row, beneficiaryRef, today));
      const sum = (amount: (book: BeneficiaryBook) => number): number =>
        books.reduce((all, each) => all + amount(each), 0);
      return {
        books,
        vouchersLeft: sum(({ vouchersLeft }) => vouchersLeft),
        valueLeftCents: sum(({ valueLeftCents }) => valueLeftCents),
        redeemedCents: sum(({ redeemedCents }) => redeemedCents),
      };
    });
  }

  #bookOf(row: BookRow, beneficiaryRef: string, today: string): readonly BeneficiaryBook[] {
    const [order] = this.store.rows(placedOrders.table, 'WHERE key = ?', row.orderId);
    const handedOut = row.handOuts
      .filter((handOut) => handOut.beneficiaryRef === beneficiaryRef)
      .flatMap(({ vouchers }) => vouchers);
    if (order === undefined || handedOut.length === 0) return [];
    const { validUntilOn, lastDayOfUseOn, faceValueCents } = order;
    const redeemed = handedOut.filter((voucher) => row.redeemed.includes(voucher));
    const isUsable = row.status === 'open' && today <= lastDayOfUseOn;
    const vouchersLeft = isUsable ? handedOut.length - redeemed.length : 0;
    return [
      {
        ...{ book: row.book, status: row.status, validUntilOn, lastDayOfUseOn, vouchersLeft },
        valueLeftCents: vouchersLeft * faceValueCents,
        redeemedCents: redeemed.length * faceValueCents,
      },
    ];
  }
}
