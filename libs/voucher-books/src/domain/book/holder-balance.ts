import type { Day } from '@app/kernel';
import type { OrderOfBook } from './book.messages';
import { type Book, unusedVouchersOf } from './book.state';

/** What is left to spend of a book, or of one voucher of it; integer cents. */
export type HolderBalance = Readonly<{ vouchersLeft: number; valueLeftCents: number }>;

/**
 * What its holder can still spend: handed out, unused, of a book that is neither blocked nor
 * replaced, up to the last day of use.
 * @param voucher undefined for the whole book.
 */
export function holderBalance(
  book: Book,
  order: OrderOfBook,
  { voucher, today }: Readonly<{ voucher: number | undefined; today: Day }>,
): HolderBalance {
  const isUsable =
    book.status === 'open' &&
    order.wasActivated &&
    !order.validityEnded &&
    today <= order.lastDayOfUseOn;
  const unused = isUsable ? unusedVouchersOf(book) : [];
  const left = voucher === undefined ? unused : unused.filter((each) => each === voucher);
  return { vouchersLeft: left.length, valueLeftCents: left.length * order.faceValueCents };
}
