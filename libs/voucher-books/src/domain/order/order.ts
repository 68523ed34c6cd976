import { addDays, type Decider, multiplyCents, shareOf } from '@app/kernel';
import type { OrderFact } from '../../contract';
import { refuse } from '../refuse';
import type {
  ActivateOrder,
  DeliverOrder,
  IssueBooks,
  LifeCycleWish,
  OrderBooks,
  OrderWish,
} from './order.messages';
import { evolve, NO_ORDER, type Order, type PlacedOrder } from './order.state';
import { decideClosing } from './order-closing';
import { decideStock } from './order-stock';

export const BOOKS_PER_ORDER_MAX = 1_000_000;
/** A voucher's place in its book is one base-32 symbol of its code, and 0 is the book itself. */
export const VOUCHERS_PER_BOOK_MAX = 31;
const GRACE_DAYS = 30;
const REMITTANCE_DAYS = 6;
const EXTRA_DAYS_MAX = 365;

/** ordered → funded → issued → (delivered) → active → closing → closed; cancelled until active. */
export const order: Decider<OrderWish, Order, OrderFact> = {
  name: 'order',
  initialState: NO_ORDER,
  decide: (wish, current) => {
    if (wish.type === 'OrderBooks') return orderBooks(wish, current);
    if (current.status === 'none') return refuse('order_unknown');
    return decidePlaced(wish, current);
  },
  evolve,
};

function decidePlaced(
  wish: Exclude<OrderWish, OrderBooks>,
  current: PlacedOrder,
): readonly OrderFact[] {
  switch (wish.type) {
    case 'ReserveFunds':
    case 'IssueBooks':
    case 'DeliverOrder':
    case 'ActivateOrder':
    case 'CancelOrder':
    case 'TurnOrderAway':
      return decideLifeCycle(wish, current);
    case 'AllocateBooks':
    case 'ReturnBooks':
    case 'TransferBooks':
    case 'StockReplacement':
    case 'CorrectStock':
      return decideStock(wish, current);
    case 'OpenClosing':
    case 'RequestStockBlock':
    case 'SettleStockBlock':
    case 'AcknowledgeLateHandOuts':
    case 'SettleAcknowledgement':
    case 'EndValidity':
    case 'OpenStatement':
    case 'DrawStatement':
    case 'AgreeStatement':
    case 'SettleStatement':
    case 'CloseOrder':
      return decideClosing(wish, current);
  }
}

function orderBooks({ data }: OrderBooks, current: Order): readonly OrderFact[] {
  // The id is the command's own: an order that is there already is this very one.
  if (current.status !== 'none') return [];
  const { orderId, agreementId, funderId, books, vouchersPerBook, faceValueCents, today } = data;
  const { validUntilOn, graceDays = GRACE_DAYS, remittanceDays = REMITTANCE_DAYS } = data;
  if (!isCount(books, BOOKS_PER_ORDER_MAX)) return refuse('books_out_of_range');
  if (!isCount(vouchersPerBook, VOUCHERS_PER_BOOK_MAX) || !data.booksOf.includes(vouchersPerBook)) {
    return refuse('vouchers_per_book_not_allowed');
  }
  if (!isExtraDays(graceDays) || !isExtraDays(remittanceDays)) return refuse('days_out_of_range');
  if (validUntilOn < today) return refuse('valid_until_past');
  const faceCents = multiplyCents(faceValueCents, books * vouchersPerBook);
  const feeCents = shareOf(faceCents, data.feeBasisPoints);
  const lastDayOfUseOn = addDays(validUntilOn, graceDays);
  const ordered = {
    ...{ orderId, agreementId, funderId, books, vouchersPerBook, faceValueCents, faceCents },
    ...{ feeCents, vatCents: shareOf(feeCents, data.vatBasisPoints) },
    ...{ validUntilOn, graceDays, remittanceDays, lastDayOfUseOn, orderedOn: today },
    lastHandInOn: addDays(lastDayOfUseOn, remittanceDays),
  };
  if (faceCents + feeCents + ordered.vatCents > data.headroomCents) {
    return refuse('ceiling_exceeded', { headroomCents: data.headroomCents });
  }
  return [{ type: 'BooksOrdered', data: ordered }];
}

const isCount = (value: number, max: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= max;

const isExtraDays = (days: number): boolean =>
  Number.isInteger(days) && days >= 0 && days <= EXTRA_DAYS_MAX;

function decideLifeCycle(
  wish: Exclude<LifeCycleWish, OrderBooks>,
  current: PlacedOrder,
): readonly OrderFact[] {
  const { orderId, agreementId } = current.terms;
  switch (wish.type) {
    case 'ReserveFunds':
      if (current.status !== 'ordered') return []; // a second copy, or one of a cancelled order
      return [{ type: 'FundsReserved', data: { orderId, agreementId } }];
    case 'IssueBooks':
      return issueBooks(wish, current);
    case 'DeliverOrder':
      return deliverOrder(wish, current);
    case 'ActivateOrder':
      return activateOrder(wish, current);
    case 'CancelOrder': {
      if (current.status === 'cancelled') return refuse('already_so');
      if (!isBeforeActivation(current)) return refuse('order_already_active');
      return [cancelled(current, 'asked', wish.data.reason)];
    }
    case 'TurnOrderAway':
      return current.status === 'ordered'
        ? [cancelled(current, 'turned-away', wish.data.reason)]
        : [];
  }
}

function issueBooks({ data }: IssueBooks, current: PlacedOrder): readonly OrderFact[] {
  if (current.status === 'ordered') return refuse('order_not_funded');
  if (current.status !== 'funded') return [];
  const { orderId, agreementId, books } = current.terms;
  const { firstBook, lastBook, keyId } = data;
  if (lastBook - firstBook + 1 !== books) return refuse('range_invalid');
  return [{ type: 'BooksIssued', data: { orderId, agreementId, firstBook, lastBook, keyId } }];
}

function deliverOrder({ data }: DeliverOrder, current: PlacedOrder): readonly OrderFact[] {
  if (current.status === 'cancelled') return refuse('order_cancelled');
  if (current.range === undefined) return refuse('order_not_issued');
  if (current.deliveredOn !== undefined) return refuse('already_so');
  const { orderId, agreementId, orderedOn } = current.terms;
  const { deliveredOn, today } = data;
  if (deliveredOn < orderedOn || deliveredOn > today) return refuse('delivered_on_invalid');
  return [{ type: 'OrderDelivered', data: { orderId, agreementId, deliveredOn } }];
}

function activateOrder({ data }: ActivateOrder, current: PlacedOrder): readonly OrderFact[] {
  if (!isBeforeActivation(current)) return [];
  if (current.range === undefined) return refuse('order_not_issued');
  if (current.deliveredOn === undefined) return refuse('order_not_delivered');
  if (data.today > current.terms.lastDayOfUseOn) return [lapsed(current)];
  const { orderId, agreementId, funderId, faceCents, feeCents, vatCents } = current.terms;
  const need = { faceCents, feeCents, vatCents };
  const activated = { orderId, agreementId, funderId, ...need, invoicedOn: data.today };
  return [{ type: 'OrderActivated', data: activated }];
}

const isBeforeActivation = ({ status }: PlacedOrder): boolean =>
  status === 'ordered' || status === 'funded' || status === 'issued';

const lapsed = (current: PlacedOrder): OrderFact =>
  cancelled(current, 'lapsed', 'its last day of use passed before it was active');

const cancelled = (
  { terms: { orderId, agreementId } }: PlacedOrder,
  cause: 'asked' | 'lapsed' | 'turned-away',
  reason: string,
): OrderFact => ({ type: 'OrderCancelled', data: { orderId, agreementId, cause, reason } });
