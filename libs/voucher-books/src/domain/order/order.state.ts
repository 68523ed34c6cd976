import { addRange, type Intervals, subtractRange } from '@app/kernel';
import type {
  BookRange,
  BooksIssued,
  BooksOrdered,
  OrderFact,
  OrderStatus,
  StatementDrawn,
  StockFact,
} from '../../contract';

/** An order as its own stream tells it. */
export type Order = Readonly<{ status: 'none' }> | PlacedOrder;

export type PlacedOrder = Readonly<{
  status: OrderStatus;
  terms: Readonly<BooksOrdered['data']>;
  /** Of the order itself; replacements have their own. */
  range?: Readonly<Pick<BooksIssued['data'], 'firstBook' | 'lastBook' | 'keyId'>>;
  deliveredOn?: string;
  /** Allocated to nobody. */
  unallocated: Intervals;
  /** By prescriber; what was handed out stays in. */
  stocks: Readonly<Record<string, Intervals>>;
  /** Every book that ever replaced one of the order's, wherever it is now. */
  replacements: Intervals;
  stockBlock: 'none' | 'requested' | 'unanswered' | 'blocked';
  acknowledgement: 'none' | 'unanswered' | 'given';
  validityEnded: boolean;
  statement: Statement;
}>;

type Statement =
  | Readonly<{ status: 'none' | 'opened' }>
  | (Readonly<{ status: 'drawn' | 'agreed' }> &
      Readonly<Pick<StatementDrawn['data'], 'unusedCents' | 'answerByOn'>>);

export const NO_ORDER: Order = { status: 'none' };

export function evolve(order: Order, event: OrderFact): Order {
  if (event.type === 'BooksOrdered') return placed(event.data);
  // A stream begins with BooksOrdered; anything before it tells nothing.
  return order.status === 'none' ? order : evolvePlaced(order, event);
}

const placed = (terms: BooksOrdered['data']): PlacedOrder => ({
  status: 'ordered',
  terms,
  unallocated: [],
  stocks: {},
  replacements: [],
  stockBlock: 'none',
  acknowledgement: 'none',
  validityEnded: false,
  statement: { status: 'none' },
});

function evolvePlaced(order: PlacedOrder, event: Exclude<OrderFact, BooksOrdered>): PlacedOrder {
  switch (event.type) {
    case 'FundsReserved':
      return { ...order, status: 'funded' };
    case 'BooksIssued': {
      const { firstBook, lastBook, keyId } = event.data;
      const unallocated = [{ firstBook, lastBook }];
      return { ...order, status: 'issued', range: { firstBook, lastBook, keyId }, unallocated };
    }
    case 'OrderDelivered':
      return { ...order, deliveredOn: event.data.deliveredOn };
    case 'OrderActivated':
      return { ...order, status: 'active' };
    case 'OrderCancelled':
      return { ...order, status: 'cancelled' };
    case 'BooksAllocated':
    case 'BooksReturned':
    case 'BooksTransferred':
    case 'StockCorrected':
      return { ...order, ...movedStock(order, event) };
    case 'ReplacementStocked': {
      const { book } = event.data;
      const replacements = addRange(order.replacements, { firstBook: book, lastBook: book });
      return { ...order, ...movedStock(order, event), replacements };
    }
    case 'ClosingOpened':
      return { ...order, status: 'closing' };
    case 'StockBlockRequested':
      return { ...order, stockBlock: 'requested' };
    case 'StockBlocked':
      return { ...order, stockBlock: 'blocked' };
    case 'StockBlockUnanswered':
      return { ...order, stockBlock: 'unanswered' };
    case 'LateHandOutsAcknowledged':
      return { ...order, acknowledgement: 'given' };
    case 'AcknowledgementUnanswered':
      return { ...order, acknowledgement: 'unanswered' };
    case 'ValidityEnded':
      return { ...order, status: 'closing', validityEnded: true };
    case 'StatementOpened':
      return { ...order, statement: { status: 'opened' } };
    case 'StatementDrawn': {
      const { unusedCents, answerByOn } = event.data;
      return { ...order, statement: { status: 'drawn', unusedCents, answerByOn } };
    }
    case 'StatementAgreed':
      return 'unusedCents' in order.statement
        ? { ...order, statement: { ...order.statement, status: 'agreed' } }
        : order;
    case 'OrderClosed':
      return { ...order, status: 'closed' };
  }
}

type Stock = Pick<PlacedOrder, 'unallocated' | 'stocks'>;

function movedStock(order: PlacedOrder, { type, data }: StockFact): Stock {
  switch (type) {
    case 'BooksAllocated':
      return putInto(takenOut(order, data), data.prescriberId, data);
    case 'BooksReturned':
      return putInto(takenOut(order, data, data.prescriberId), undefined, data);
    case 'BooksTransferred':
      return putInto(takenOut(order, data, data.fromPrescriberId), data.toPrescriberId, data);
    case 'StockCorrected': {
      const { book, prescriberId, fromPrescriberId } = data;
      const one = { firstBook: book, lastBook: book };
      return putInto(takenOut(order, one, fromPrescriberId), prescriberId, one);
    }
    case 'ReplacementStocked': {
      const { replacedBook, book, prescriberId } = data;
      const replaced = { firstBook: replacedBook, lastBook: replacedBook };
      const stock = takenOut(order, replaced, prescriberId);
      return putInto(stock, prescriberId, { firstBook: book, lastBook: book });
    }
  }
}

function takenOut({ unallocated, stocks }: Stock, range: BookRange, prescriberId?: string): Stock {
  if (prescriberId === undefined) {
    return { unallocated: subtractRange(unallocated, range), stocks };
  }
  const left = subtractRange(stocks[prescriberId] ?? [], range);
  return { unallocated, stocks: { ...stocks, [prescriberId]: left } };
}

function putInto(
  { unallocated, stocks }: Stock,
  prescriberId: string | undefined,
  { firstBook, lastBook }: BookRange,
): Stock {
  const range = { firstBook, lastBook };
  if (prescriberId === undefined) return { unallocated: addRange(unallocated, range), stocks };
  const held = addRange(stocks[prescriberId] ?? [], range);
  return { unallocated, stocks: { ...stocks, [prescriberId]: held } };
}
