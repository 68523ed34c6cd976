import type { Keyed, Params, ReadStore } from '@app/platform';
import type { OrderStatus, StatementFigures } from '@app/voucher-books/contract';
import { ledger } from '../ledger/ledger.projection';
import { closingDays, type ClosingTimer } from './closing';
import { placedOrders, type OrderView } from './orders.projection';

export type OrderFilter = Readonly<{
  after: string;
  limit: number;
  funderId?: string | undefined;
  agreementId?: string | undefined;
  status?: OrderStatus | undefined;
}>;

export class OrderQueries {
  constructor(private readonly store: ReadStore) {}

  findOrder(orderId: string): OrderView | undefined {
    const row = this.store.find(placedOrders.table, orderId);
    return row && viewOf(row);
  }

  /** In id order. */
  listOrders({ after, limit, ...filters }: OrderFilter): readonly OrderView[] {
    const given = Object.entries(filters).filter(([, value]) => value !== undefined);
    const wanted = given.map(([column]) => `${COLUMN[column as keyof typeof COLUMN]} = ? AND `);
    const params: Params = [...given.map(([, value]) => String(value)), after, limit];
    const tail = `WHERE ${wanted.join('')}key > ? ORDER BY key LIMIT ?`;
    return this.store.rows(placedOrders.table, tail, ...params).map(viewOf);
  }
}

export type DueStep = Readonly<{ orderId: string; step: ClosingTimer; dueOn: string }>;

/** A step of the closing as the funder is told; null until its day is known, or it is done. */
export type StepAnswer = Readonly<{ step: string; dueOn: string | null; doneOn: string | null }>;

/** What each order's end asks for, and when. */
export class ClosingQueries {
  constructor(private readonly store: ReadStore) {}

  /**
   * At most one step per order, the oldest first: the next one is due once the view has seen this
   * one. A statement is drawn only when the ledger has its figures (`findFigures`).
   */
  listDue(today: string): readonly DueStep[] {
    const tail = 'WHERE nextDueOn <= ? ORDER BY nextDueOn, key';
    return this.store.rows(placedOrders.table, tail, today).flatMap((row) => {
      const { orderId, nextStep: step, nextDueOn: dueOn } = row;
      if (step === null || dueOn === null) return [];
      if (step === 'DrawStatement' && this.findFigures(orderId) === undefined) return [];
      return [{ orderId, step, dueOn }];
    });
  }

  /** What the log held of the order at its StatementOpened, once the ledger has passed it. */
  findFigures(orderId: string): StatementFigures | undefined {
    const row = this.store.find(ledger.table.statements, orderId);
    if (row === undefined) return undefined;
    const { issuedCents, redeemedCents, unusedCents } = row;
    return { issuedCents, redeemedCents, unusedCents };
  }

  findClosing(orderId: string) {
    const row = this.store.find(placedOrders.table, orderId);
    return row && closingAnswerOf(row);
  }
}

/** Names of columns are never a caller's text. */
const COLUMN = { funderId: 'funderId', agreementId: 'agreementId', status: 'status' } as const;

/** A row without its key, which repeats the id. */
const viewOf = ({ key: _, ...view }: Keyed<OrderView>): OrderView => view;

const closingAnswerOf = ({ closing, ...order }: OrderView) => {
  const { orderId, status, validUntilOn, lastDayOfUseOn, lastHandInOn } = order;
  const days = closingDays(order);
  const { sums, figures, stockBlock, acknowledgement, statement, creditNoteId } = closing;
  const steps: readonly StepAnswer[] = [
    { step: 'opening', dueOn: days.opening, doneOn: closing.openedOn },
    { step: 'stock-block', dueOn: days.stockBlock, doneOn: closing.stockBlockedOn },
    { step: 'acknowledgement', dueOn: days.acknowledgement, doneOn: closing.acknowledgedOn },
    { step: 'validity-end', dueOn: days.validityEnd, doneOn: closing.validityEndedOn },
    { step: 'statement', dueOn: days.statement, doneOn: closing.statementDrawnOn },
    { step: 'agreement', dueOn: closing.answerByOn, doneOn: closing.agreedOn },
    { step: 'credit-note', dueOn: null, doneOn: closing.closedOn },
  ];
  const { stockBlockRequestedOn, agreedByDefault } = closing;
  return {
    ...{ orderId, status, validUntilOn, lastDayOfUseOn, lastHandInOn, steps, sums },
    answers: { stockBlock, stockBlockRequestedOn, acknowledgement, statement, agreedByDefault },
    ...{ figures, creditNoteId },
  };
};
