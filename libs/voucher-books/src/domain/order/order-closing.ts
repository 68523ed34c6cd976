import { addDays, assertCents, type Day } from '@app/kernel';
import type { OrderFact } from '../../contract';
import { refuse } from '../refuse';
import type {
  CloseOrder,
  ClosingWish,
  DrawStatement,
  EndValidity,
  OpenClosing,
} from './order.messages';
import type { PlacedOrder } from './order.state';

/** The days of an order's end. D is printed, L and R are the last days of use and of hand-in. */
export const closingDaysOf = ({
  validUntilOn,
  lastHandInOn,
}: Readonly<{ validUntilOn: Day; lastHandInOn: Day }>) => ({
  /** D−30: the funder is told four sums. */
  openedOn: addDays(validUntilOn, -30),
  /** D−15: books in stock are blocked on the funder's word. */
  stockBlockOn: addDays(validUntilOn, -15),
  /** D−7: the funder acknowledges that later hand-outs are at its charge. */
  acknowledgementOn: addDays(validUntilOn, -7),
  /** R+1: ValidityEnded. */
  validityEndsOn: addDays(lastHandInOn, 1),
  /** R+2: the statement. */
  statementOn: addDays(lastHandInOn, 2),
});

/** Days the funder has to answer the statement; then it is agreed by default. */
export const STATEMENT_ANSWER_DAYS = 15;

/**
 * The end of an order's validity. Each step is a timer and an event, a missing answer too. A timer
 * that fires again decides nothing, and one that fires late, or after a later step, does no harm.
 */
export function decideClosing(wish: ClosingWish, order: PlacedOrder): readonly OrderFact[] {
  switch (wish.type) {
    case 'OpenClosing':
      return openClosing(wish, order);
    case 'RequestStockBlock':
      return requestStockBlock(wish.data.today, order);
    case 'SettleStockBlock':
      return settleStockBlock(wish.data.today, order);
    case 'AcknowledgeLateHandOuts':
      return acknowledgeLateHandOuts(wish.data.today, order);
    case 'SettleAcknowledgement':
      return settleAcknowledgement(wish.data.today, order);
    case 'EndValidity':
      return endValidity(wish, order);
    case 'OpenStatement':
      return openStatement(wish.data.today, order);
    case 'DrawStatement':
      return drawStatement(wish, order);
    case 'AgreeStatement':
      return agreeStatement(wish.data.today, order);
    case 'SettleStatement':
      return settleStatement(wish.data.today, order);
    case 'CloseOrder':
      return closeOrder(wish, order);
  }
}

function openClosing({ data }: OpenClosing, order: PlacedOrder): readonly OrderFact[] {
  if (order.status === 'closing' || order.status === 'closed' || order.status === 'cancelled') {
    return [];
  }
  if (order.status !== 'active') return refuse('order_not_active');
  const { today, issuedCents, outOfStockCents, inStockCents, startedCents } = data;
  const sums = { issuedCents, outOfStockCents, inStockCents, startedCents };
  refuseNotDue(today, closingDaysOf(order.terms).openedOn);
  Object.values(sums).forEach(assertCents);
  if (issuedCents !== order.terms.faceCents || issuedCents !== outOfStockCents + inStockCents) {
    return refuse('figures_unbalanced');
  }
  return [{ type: 'ClosingOpened', data: { ...idsOf(order), openedOn: today, ...sums } }];
}

function requestStockBlock(today: Day, order: PlacedOrder): readonly OrderFact[] {
  refuseClosedToAnswers(order);
  if (order.stockBlock === 'requested' || order.stockBlock === 'blocked') {
    return refuse('already_so');
  }
  const requested: OrderFact = {
    type: 'StockBlockRequested',
    data: { ...idsOf(order), requestedOn: today },
  };
  const isDue = today >= closingDaysOf(order.terms).stockBlockOn;
  return isDue ? [requested, stockBlocked(today, order)] : [requested];
}

function settleStockBlock(today: Day, order: PlacedOrder): readonly OrderFact[] {
  if (order.validityEnded || order.stockBlock === 'blocked' || order.stockBlock === 'unanswered') {
    return [];
  }
  refuseClosedToAnswers(order);
  const dueOn = closingDaysOf(order.terms).stockBlockOn;
  refuseNotDue(today, dueOn);
  return order.stockBlock === 'requested'
    ? [stockBlocked(today, order)]
    : [{ type: 'StockBlockUnanswered', data: { ...idsOf(order), dueOn } }];
}

const stockBlocked = (today: Day, order: PlacedOrder): OrderFact => ({
  type: 'StockBlocked',
  data: { ...idsOf(order), blockedOn: today },
});

function acknowledgeLateHandOuts(today: Day, order: PlacedOrder): readonly OrderFact[] {
  refuseClosedToAnswers(order);
  if (order.acknowledgement === 'given') return refuse('already_so');
  const data = { ...idsOf(order), acknowledgedOn: today };
  return [{ type: 'LateHandOutsAcknowledged', data }];
}

function settleAcknowledgement(today: Day, order: PlacedOrder): readonly OrderFact[] {
  if (order.validityEnded || order.acknowledgement !== 'none') return [];
  refuseClosedToAnswers(order);
  const dueOn = closingDaysOf(order.terms).acknowledgementOn;
  refuseNotDue(today, dueOn);
  return [{ type: 'AcknowledgementUnanswered', data: { ...idsOf(order), dueOn } }];
}

function endValidity({ data }: EndValidity, order: PlacedOrder): readonly OrderFact[] {
  if (order.validityEnded || order.status === 'cancelled') return [];
  const ids = idsOf(order);
  if (order.status !== 'active' && order.status !== 'closing') {
    refuseNotDue(data.today, addDays(order.terms.lastDayOfUseOn, 1));
    const reason = 'its last day of use passed before it was active';
    return [{ type: 'OrderCancelled', data: { ...ids, cause: 'lapsed', reason } }];
  }
  refuseNotDue(data.today, closingDaysOf(order.terms).validityEndsOn);
  const { funderId } = order.terms;
  return [{ type: 'ValidityEnded', data: { ...ids, funderId, endedOn: data.today } }];
}

function openStatement(today: Day, order: PlacedOrder): readonly OrderFact[] {
  if (order.statement.status !== 'none' || order.status === 'cancelled') return [];
  if (!order.validityEnded) return refuse('validity_running');
  refuseNotDue(today, closingDaysOf(order.terms).statementOn);
  return [{ type: 'StatementOpened', data: { ...idsOf(order), openedOn: today } }];
}

function drawStatement({ data }: DrawStatement, order: PlacedOrder): readonly OrderFact[] {
  if (order.statement.status === 'none') return refuse('validity_running');
  if (order.statement.status !== 'opened') return [];
  const { today, issuedCents, redeemedCents, unusedCents } = data;
  const figures = { issuedCents, redeemedCents, unusedCents };
  Object.values(figures).forEach(assertCents);
  const isBalanced = issuedCents === order.terms.faceCents;
  if (!isBalanced || issuedCents !== redeemedCents + unusedCents || unusedCents < 0) {
    return refuse('figures_unbalanced');
  }
  const days = { drawnOn: today, answerByOn: addDays(today, STATEMENT_ANSWER_DAYS) };
  return [{ type: 'StatementDrawn', data: { ...idsOf(order), ...days, ...figures } }];
}

function agreeStatement(today: Day, order: PlacedOrder): readonly OrderFact[] {
  if (order.statement.status === 'agreed') return refuse('already_so');
  if (order.statement.status !== 'drawn') return refuse('statement_not_drawn');
  return [statementAgreed(today, order, { byDefault: false })];
}

function settleStatement(today: Day, order: PlacedOrder): readonly OrderFact[] {
  if (order.statement.status === 'agreed') return [];
  if (order.statement.status !== 'drawn') return refuse('statement_not_drawn');
  refuseNotDue(today, addDays(order.statement.answerByOn, 1));
  return [statementAgreed(today, order, { byDefault: true })];
}

function statementAgreed(
  agreedOn: Day,
  order: PlacedOrder,
  { byDefault }: { byDefault: boolean },
): OrderFact {
  const unusedCents = 'unusedCents' in order.statement ? order.statement.unusedCents : 0;
  return { type: 'StatementAgreed', data: { ...idsOf(order), byDefault, agreedOn, unusedCents } };
}

function closeOrder({ data }: CloseOrder, order: PlacedOrder): readonly OrderFact[] {
  if (order.status === 'closed') return [];
  if (order.statement.status !== 'agreed') return refuse('statement_not_agreed');
  const { creditNote, today: closedOn } = data;
  if ((creditNote?.amountCents ?? 0) !== order.statement.unusedCents) {
    return refuse('credit_note_differs');
  }
  const note = creditNote ? { creditNoteId: creditNote.creditNoteId } : {};
  return [{ type: 'OrderClosed', data: { ...idsOf(order), closedOn, ...note } }];
}

/** The funder can answer from D−30 until the validity ends, after its due day too. */
function refuseClosedToAnswers({ status, validityEnded }: PlacedOrder): void {
  if (validityEnded) refuse('validity_ended');
  if (status !== 'closing') refuse('closing_not_open');
}

function refuseNotDue(today: Day, dueOn: Day): void {
  if (today < dueOn) refuse('closing_not_due', { dueOn });
}

const idsOf = ({ terms: { orderId, agreementId } }: PlacedOrder) => ({ orderId, agreementId });
