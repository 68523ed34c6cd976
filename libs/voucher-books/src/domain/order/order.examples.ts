import type {
  BooksOrdered,
  ClosingSums,
  HandedOutBook,
  OrderFact,
  StatementFigures,
} from '../../contract';
import type { OrderBooks, OrderWish } from './order.messages';

/**
 * An order of 100 books of 10 vouchers at 10 €, valid until 31 December 2026: L is 30 January 2027,
 * R is 5 February 2027. It holds books 1 to 100.
 */
export const ORDER_ID = '0d3e0000-0000-7000-8000-000000000001';
export const AGREEMENT_ID = 'a93e0000-0000-7000-8000-000000000001';
export const FUNDER_ID = 'f00d0000-0000-7000-8000-000000000001';
export const CCAS = 'cca50000-0000-7000-8000-000000000001';
export const MISSION_LOCALE = '31551000-0000-7000-8000-000000000002';
export const KEY_ID = '2026-01-15-0badcafe';

const ids = { orderId: ORDER_ID, agreementId: AGREEMENT_ID };
const need = { faceCents: 1_000_000, feeCents: 50_000, vatCents: 10_000 };

export const orderBooks = (changes: Partial<OrderBooks['data']> = {}): OrderBooks => ({
  type: 'OrderBooks',
  data: {
    ...{ ...ids, funderId: FUNDER_ID, books: 100, vouchersPerBook: 10, faceValueCents: 1_000 },
    ...{ booksOf: [5, 10], feeBasisPoints: 500, vatBasisPoints: 2_000 },
    headroomCents: Number.MAX_SAFE_INTEGER,
    ...{ validUntilOn: '2026-12-31', today: '2026-01-15', ...changes },
  },
});

export const ordered = (changes: Partial<BooksOrdered['data']> = {}): OrderFact => ({
  type: 'BooksOrdered',
  data: {
    ...{ ...ids, funderId: FUNDER_ID, books: 100, vouchersPerBook: 10, faceValueCents: 1_000 },
    ...{ ...need, validUntilOn: '2026-12-31', graceDays: 30, remittanceDays: 6 },
    ...{ lastDayOfUseOn: '2027-01-30', lastHandInOn: '2027-02-05', orderedOn: '2026-01-15' },
    ...changes,
  },
});

export const funded: OrderFact = { type: 'FundsReserved', data: ids };
export const issued: OrderFact = {
  type: 'BooksIssued',
  data: { ...ids, firstBook: 1, lastBook: 100, keyId: KEY_ID },
};
export const delivered: OrderFact = {
  type: 'OrderDelivered',
  data: { ...ids, deliveredOn: '2026-02-01' },
};
export const activated = (invoicedOn = '2026-02-02'): OrderFact => ({
  type: 'OrderActivated',
  data: { ...ids, funderId: FUNDER_ID, ...need, invoicedOn },
});
export const cancelled = (
  cause: 'asked' | 'lapsed' | 'turned-away',
  reason: string,
): OrderFact => ({
  type: 'OrderCancelled',
  data: { ...ids, cause, reason },
});
export const lapsed = cancelled('lapsed', 'its last day of use passed before it was active');

/** The history of an active order, every book unallocated. */
export const active: readonly OrderFact[] = [ordered(), funded, issued, delivered, activated()];

export const reserveFunds: OrderWish = { type: 'ReserveFunds', data: {} };
export const issueBooks = (lastBook = 100): OrderWish => ({
  type: 'IssueBooks',
  data: { firstBook: 1, lastBook, keyId: KEY_ID },
});
export const deliver = (deliveredOn = '2026-02-01', today = '2026-02-01'): OrderWish => ({
  type: 'DeliverOrder',
  data: { deliveredOn, today },
});
export const activate = (today = '2026-02-02'): OrderWish => ({
  type: 'ActivateOrder',
  data: { today },
});
export const cancel = (reason = 'ordered twice'): OrderWish => ({
  type: 'CancelOrder',
  data: { reason },
});

// --- stock --------------------------------------------------------------------------------------

type Range = readonly [firstBook: number, lastBook: number];

const rangeOf = ([firstBook, lastBook]: Range) => ({ firstBook, lastBook });

export const allocate = (
  what: number | Range,
  {
    prescriberId = CCAS,
    agreementShort = false,
    today = '2026-03-01',
  }: { prescriberId?: string; agreementShort?: boolean; today?: string } = {},
): OrderWish => ({
  type: 'AllocateBooks',
  data: {
    ...{ prescriberId, agreementShort, today },
    ...(typeof what === 'number' ? { books: what } : rangeOf(what)),
  },
});
export const allocated = (range: Range, prescriberId = CCAS): OrderFact => ({
  type: 'BooksAllocated',
  data: { ...ids, prescriberId, ...rangeOf(range) },
});
export const giveBack = (
  range: Range,
  { prescriberId = CCAS, handedOut = [] as readonly number[] } = {},
): OrderWish => ({ type: 'ReturnBooks', data: { prescriberId, handedOut, ...rangeOf(range) } });
export const returned = (range: Range, prescriberId = CCAS): OrderFact => ({
  type: 'BooksReturned',
  data: { ...ids, prescriberId, ...rangeOf(range) },
});
export const transfer = (
  range: Range,
  {
    fromPrescriberId = CCAS,
    toPrescriberId = MISSION_LOCALE,
    handedOut = [] as readonly number[],
    agreementShort = false,
  } = {},
): OrderWish => ({
  type: 'TransferBooks',
  data: { fromPrescriberId, toPrescriberId, handedOut, agreementShort, ...rangeOf(range) },
});
export const transferred = (
  range: Range,
  { fromPrescriberId = CCAS, toPrescriberId = MISSION_LOCALE } = {},
): OrderFact => ({
  type: 'BooksTransferred',
  data: { ...ids, fromPrescriberId, toPrescriberId, ...rangeOf(range) },
});
export const stockReplacement = (
  replacedBook: number,
  book: number,
  prescriberId?: string,
): OrderWish => ({
  type: 'StockReplacement',
  data: { replacedBook, book, ...(prescriberId === undefined ? {} : { prescriberId }) },
});
export const replacementStocked = (
  replacedBook: number,
  book: number,
  prescriberId?: string,
): OrderFact => ({
  type: 'ReplacementStocked',
  data: { ...ids, replacedBook, book, ...(prescriberId === undefined ? {} : { prescriberId }) },
});

export const correctStock = (...handedOut: readonly HandedOutBook[]): OrderWish => ({
  type: 'CorrectStock',
  data: { handedOut },
});
export const stockCorrected = (
  book: number,
  prescriberId = CCAS,
  fromPrescriberId?: string,
): OrderFact => ({
  type: 'StockCorrected',
  data: {
    ...{ ...ids, book, prescriberId },
    ...(fromPrescriberId === undefined ? {} : { fromPrescriberId }),
  },
});

// --- closing ------------------------------------------------------------------------------------

export const SUMS: ClosingSums = {
  issuedCents: 1_000_000,
  outOfStockCents: 300_000,
  inStockCents: 700_000,
  startedCents: 200_000,
};
export const FIGURES: StatementFigures = {
  issuedCents: 1_000_000,
  redeemedCents: 250_000,
  unusedCents: 750_000,
};
export const CREDIT_NOTE = { creditNoteId: 'c4ed0000-0000-7000-8000-000000000001' };

export const onDay = (
  type: Exclude<
    Extract<OrderWish, { data: { today: string } }>['type'],
    'OrderBooks' | 'DeliverOrder' | 'AllocateBooks' | 'OpenClosing' | 'DrawStatement' | 'CloseOrder'
  >,
  today: string,
): OrderWish => ({ type, data: { today } });

export const openClosing = (today: string, sums: ClosingSums = SUMS): OrderWish => ({
  type: 'OpenClosing',
  data: { today, ...sums },
});
export const closingOpened = (openedOn = '2026-12-01'): OrderFact => ({
  type: 'ClosingOpened',
  data: { ...ids, openedOn, ...SUMS },
});
export const stockBlockRequested = (requestedOn: string): OrderFact => ({
  type: 'StockBlockRequested',
  data: { ...ids, requestedOn },
});
export const stockBlocked = (blockedOn = '2026-12-16'): OrderFact => ({
  type: 'StockBlocked',
  data: { ...ids, blockedOn },
});
export const stockBlockUnanswered: OrderFact = {
  type: 'StockBlockUnanswered',
  data: { ...ids, dueOn: '2026-12-16' },
};
export const lateHandOutsAcknowledged = (acknowledgedOn: string): OrderFact => ({
  type: 'LateHandOutsAcknowledged',
  data: { ...ids, acknowledgedOn },
});
export const acknowledgementUnanswered: OrderFact = {
  type: 'AcknowledgementUnanswered',
  data: { ...ids, dueOn: '2026-12-24' },
};
export const validityEnded = (endedOn = '2027-02-06'): OrderFact => ({
  type: 'ValidityEnded',
  data: { ...ids, funderId: FUNDER_ID, endedOn },
});
export const statementOpened = (openedOn = '2027-02-07'): OrderFact => ({
  type: 'StatementOpened',
  data: { ...ids, openedOn },
});
export const drawStatement = (today: string, figures: StatementFigures = FIGURES): OrderWish => ({
  type: 'DrawStatement',
  data: { today, ...figures },
});
export const statementDrawn = (figures: StatementFigures = FIGURES): OrderFact => ({
  type: 'StatementDrawn',
  data: { ...ids, drawnOn: '2027-02-07', answerByOn: '2027-02-22', ...figures },
});
export const statementAgreed = (agreedOn: string, byDefault = false): OrderFact => ({
  type: 'StatementAgreed',
  data: { ...ids, byDefault, agreedOn, unusedCents: 750_000 },
});
export const closeOrder = (amountCents?: number): OrderWish => ({
  type: 'CloseOrder',
  data: {
    today: '2027-03-01',
    ...(amountCents === undefined ? {} : { creditNote: { ...CREDIT_NOTE, amountCents } }),
  },
});
export const closed = (creditNote: { creditNoteId?: string } = CREDIT_NOTE): OrderFact => ({
  type: 'OrderClosed',
  data: { ...ids, closedOn: '2027-03-01', ...creditNote },
});
