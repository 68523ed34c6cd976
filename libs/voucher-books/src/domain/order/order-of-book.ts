import type { AgreementOfBook, OrderOfBook } from '../book/book.messages';
import type { PlacedOrder } from './order.state';

/**
 * What a book has to know of its order.
 * @param vouchersInBook of a replacement what its BookReplaced says, else of the order.
 */
export function orderOfBook(
  { status, terms, stockBlock, validityEnded }: PlacedOrder,
  {
    agreement,
    vouchersInBook = terms.vouchersPerBook,
  }: Readonly<{ agreement: AgreementOfBook; vouchersInBook?: number }>,
): OrderOfBook {
  const { orderId, agreementId, funderId, faceValueCents } = terms;
  const { validUntilOn, lastDayOfUseOn, lastHandInOn } = terms;
  return {
    ...{ orderId, agreementId, funderId, faceValueCents, vouchersInBook },
    ...{ validUntilOn, lastDayOfUseOn, lastHandInOn },
    wasActivated: status === 'active' || status === 'closing' || status === 'closed',
    stockBlocked: stockBlock === 'blocked',
    validityEnded,
    agreement,
  };
}
