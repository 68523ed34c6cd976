import { addDays } from '@app/kernel';
import type { ClosingFact, ClosingSums, StatementFigures } from '@app/voucher-books/contract';

/** An order's end as far as it has come; null is what has not happened. */
export type Closing = Readonly<{
  openedOn: string | null;
  sums: ClosingSums | null;
  stockBlock: 'none' | 'requested' | 'unanswered' | 'blocked';
  stockBlockRequestedOn: string | null;
  stockBlockedOn: string | null;
  acknowledgement: 'none' | 'unanswered' | 'given';
  acknowledgedOn: string | null;
  validityEndedOn: string | null;
  statement: 'none' | 'opened' | 'drawn' | 'agreed';
  statementOpenedOn: string | null;
  statementDrawnOn: string | null;
  figures: StatementFigures | null;
  answerByOn: string | null;
  agreedOn: string | null;
  agreedByDefault: boolean | null;
  closedOn: string | null;
  creditNoteId: string | null;
}>;

export const NOT_CLOSING: Closing = {
  openedOn: null,
  sums: null,
  stockBlock: 'none',
  stockBlockRequestedOn: null,
  stockBlockedOn: null,
  acknowledgement: 'none',
  acknowledgedOn: null,
  validityEndedOn: null,
  statement: 'none',
  statementOpenedOn: null,
  statementDrawnOn: null,
  figures: null,
  answerByOn: null,
  agreedOn: null,
  agreedByDefault: null,
  closedOn: null,
  creditNoteId: null,
};

export const closingAfter = (closing: Closing, { type, data }: ClosingFact): Closing => {
  switch (type) {
    case 'ClosingOpened': {
      const { openedOn, issuedCents, outOfStockCents, inStockCents, startedCents } = data;
      const sums = { issuedCents, outOfStockCents, inStockCents, startedCents };
      return { ...closing, openedOn, sums };
    }
    case 'StockBlockRequested':
      return { ...closing, stockBlock: 'requested', stockBlockRequestedOn: data.requestedOn };
    case 'StockBlocked':
      return { ...closing, stockBlock: 'blocked', stockBlockedOn: data.blockedOn };
    case 'StockBlockUnanswered':
      return { ...closing, stockBlock: 'unanswered' };
    case 'LateHandOutsAcknowledged':
      return { ...closing, acknowledgement: 'given', acknowledgedOn: data.acknowledgedOn };
    case 'AcknowledgementUnanswered':
      return { ...closing, acknowledgement: 'unanswered' };
    case 'ValidityEnded':
      return { ...closing, validityEndedOn: data.endedOn };
    case 'StatementOpened':
      return { ...closing, statement: 'opened', statementOpenedOn: data.openedOn };
    case 'StatementDrawn': {
      const { drawnOn, answerByOn, issuedCents, redeemedCents, unusedCents } = data;
      const figures = { issuedCents, redeemedCents, unusedCents };
      return { ...closing, statement: 'drawn', statementDrawnOn: drawnOn, answerByOn, figures };
    }
    case 'StatementAgreed': {
      const { agreedOn, byDefault } = data;
      return { ...closing, statement: 'agreed', agreedOn, agreedByDefault: byDefault };
    }
    case 'OrderClosed':
      return { ...closing, closedOn: data.closedOn, creditNoteId: data.creditNoteId ?? null };
  }
};

/** What a timer asks of an order, by the name of the wish. */
export type ClosingTimer =
  | 'OpenClosing'
  | 'SettleStockBlock'
  | 'SettleAcknowledgement'
  | 'EndValidity'
  | 'OpenStatement'
  | 'DrawStatement'
  | 'SettleStatement';

export type TimerStep = Readonly<{ nextStep: ClosingTimer; nextDueOn: string }>;

export type OrderDays = Readonly<{
  validUntilOn: string;
  lastDayOfUseOn: string;
  lastHandInOn: string;
}>;

/** Days of the steps, from D, L and R (design.md, Closing). */
export const closingDays = ({ validUntilOn, lastDayOfUseOn, lastHandInOn }: OrderDays) => ({
  opening: addDays(validUntilOn, -30),
  stockBlock: addDays(validUntilOn, -15),
  acknowledgement: addDays(validUntilOn, -7),
  lapse: addDays(lastDayOfUseOn, 1),
  validityEnd: addDays(lastHandInOn, 1),
  statement: addDays(lastHandInOn, 2),
});

type Timed = OrderDays & Readonly<{ status: string; closing: Closing }>;

/**
 * The one step a timer has to take next, undefined where none is left. Steps come one after the
 * other, so that after a pause of the worker nothing is left out.
 */
export const nextStepOf = (order: Timed): TimerStep | undefined => {
  const { status, closing } = order;
  const days = closingDays(order);
  if (status === 'closed' || status === 'cancelled') return undefined;
  if (closing.validityEndedOn !== null) return nextOfStatement(closing, days.statement);
  if (status === 'active') return { nextStep: 'OpenClosing', nextDueOn: days.opening };
  // Before it is active an order has no closing: past its last day of use it lapses.
  if (status !== 'closing') return { nextStep: 'EndValidity', nextDueOn: days.lapse };
  if (closing.stockBlock === 'none' || closing.stockBlock === 'requested') {
    return { nextStep: 'SettleStockBlock', nextDueOn: days.stockBlock };
  }
  if (closing.acknowledgement === 'none') {
    return { nextStep: 'SettleAcknowledgement', nextDueOn: days.acknowledgement };
  }
  return { nextStep: 'EndValidity', nextDueOn: days.validityEnd };
};

const nextOfStatement = (closing: Closing, statementOn: string): TimerStep | undefined => {
  const { statement, statementOpenedOn, answerByOn } = closing;
  if (statement === 'none') return { nextStep: 'OpenStatement', nextDueOn: statementOn };
  if (statement === 'opened' && statementOpenedOn !== null) {
    return { nextStep: 'DrawStatement', nextDueOn: statementOpenedOn };
  }
  if (statement === 'drawn' && answerByOn !== null) {
    return { nextStep: 'SettleStatement', nextDueOn: addDays(answerByOn, 1) };
  }
  // Agreed: its credit note closes the order, which no day has to bring about.
  return undefined;
};
