import { projection } from '@app/platform/read-store';
import type {
  BookReplaced,
  BooksIssued,
  BooksOrdered,
  ClosingFact,
  FundsReserved,
  OrderActivated,
  OrderCancelled,
  OrderDelivered,
  OrderStatus,
} from '@app/voucher-books/contract';
import { type Closing, closingAfter, type ClosingTimer, nextStepOf, NOT_CLOSING } from './closing';

type Facts =
  | BooksOrdered
  | FundsReserved
  | BooksIssued
  | OrderDelivered
  | OrderActivated
  | OrderCancelled
  | BookReplaced
  | ClosingFact;

/** Days are null until they have come. */
export type OrderView = {
  orderId: string;
  agreementId: string;
  funderId: string;
  status: OrderStatus;
  delivered: boolean;
  books: number;
  vouchersPerBook: number;
  faceValueCents: number;
  firstBook: number | null;
  lastBook: number | null;
  /** Face, fee and VAT together: what the agreement sets aside. */
  needCents: number;
  faceCents: number;
  feeCents: number;
  vatCents: number;
  validUntilOn: string;
  lastDayOfUseOn: string;
  lastHandInOn: string;
  orderedOn: string;
  deliveredOn: string | null;
  /** The fee's invoice has the same day. */
  activatedOn: string | null;
  cancelledFor: string | null;
  closing: Closing;
  /** Books that took a lost one's place, each with its vouchers, which were the old one's unused. */
  replacements: readonly Replacement[];
  nextStep: ClosingTimer | null;
  nextDueOn: string | null;
};

export type Replacement = Readonly<{ replacedBook: number; book: number; vouchers: number }>;

const EMPTY: OrderView = {
  orderId: '',
  agreementId: '',
  funderId: '',
  status: 'ordered',
  delivered: false,
  books: 0,
  vouchersPerBook: 0,
  faceValueCents: 0,
  firstBook: null,
  lastBook: null,
  needCents: 0,
  faceCents: 0,
  feeCents: 0,
  vatCents: 0,
  validUntilOn: '',
  lastDayOfUseOn: '',
  lastHandInOn: '',
  orderedOn: '',
  deliveredOn: null,
  activatedOn: null,
  cancelledFor: null,
  closing: NOT_CLOSING,
  replacements: [],
  nextStep: null,
  nextDueOn: null,
};

/** Orders and how far they have come; where their money is, the ledger tells. */
export const placedOrders = projection<OrderView, Facts>({
  name: 'placed-orders',
  version: 1,
  key: ({ data }) => data.orderId,
  empty: EMPTY,
  columns: {
    firstBook: 'integer?',
    lastBook: 'integer?',
    deliveredOn: 'text?',
    activatedOn: 'text?',
    cancelledFor: 'text?',
    nextStep: 'text?',
    nextDueOn: 'text?',
  },
  indexes: [['agreementId'], ['funderId'], ['status'], ['nextDueOn']],
  on: {
    BooksOrdered: (row, { graceDays: _, remittanceDays: __, ...terms }) => {
      const needCents = terms.faceCents + terms.feeCents + terms.vatCents;
      return timed({ ...row, ...terms, needCents });
    },
    FundsReserved: (row) => timed({ ...row, status: 'funded' }),
    BooksIssued: (row, { firstBook, lastBook }) =>
      timed({ ...row, status: 'issued', firstBook, lastBook }),
    OrderDelivered: (row, { deliveredOn }) => ({ ...row, delivered: true, deliveredOn }),
    OrderActivated: (row, { invoicedOn }) =>
      timed({ ...row, status: 'active', activatedOn: invoicedOn }),
    OrderCancelled: (row, { reason }) =>
      timed({ ...row, status: 'cancelled', cancelledFor: reason }),
    BookReplaced: (row, { book: replacedBook, newBook: book, vouchersInNewBook: vouchers }) => {
      return { ...row, replacements: [...row.replacements, { replacedBook, book, vouchers }] };
    },
    ClosingOpened: (row, _, fact) => inClosing(row, fact),
    StockBlockRequested: (row, _, fact) => inClosing(row, fact),
    StockBlocked: (row, _, fact) => inClosing(row, fact),
    StockBlockUnanswered: (row, _, fact) => inClosing(row, fact),
    LateHandOutsAcknowledged: (row, _, fact) => inClosing(row, fact),
    AcknowledgementUnanswered: (row, _, fact) => inClosing(row, fact),
    ValidityEnded: (row, _, fact) => inClosing(row, fact),
    StatementOpened: (row, _, fact) => inClosing(row, fact),
    StatementDrawn: (row, _, fact) => inClosing(row, fact),
    StatementAgreed: (row, _, fact) => inClosing(row, fact),
    OrderClosed: (row, _, fact) => inClosing(row, fact),
  },
});

const inClosing = (row: OrderView, fact: ClosingFact): OrderView =>
  timed({
    ...row,
    status: fact.type === 'OrderClosed' ? 'closed' : 'closing',
    closing: closingAfter(row.closing, fact),
  });

const timed = (row: OrderView): OrderView => {
  const { nextStep = null, nextDueOn = null } = nextStepOf(row) ?? {};
  return { ...row, nextStep, nextDueOn };
};
