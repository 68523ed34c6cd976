import type { Event } from '@app/kernel';
import { givenFacts } from '@app/platform/testing/given-projection';
import { type Closing, NOT_CLOSING } from './closing';
import { placedOrders } from './orders.projection';

const ids = { orderId: 'o', agreementId: 'a' };
const need = { faceCents: 100_000, feeCents: 5_000, vatCents: 1_000 };
const days = { validUntilOn: '2026-12-31', lastDayOfUseOn: '2027-01-30' };
const terms = {
  ...{ ...ids, ...need, ...days, funderId: 'f', books: 10, vouchersPerBook: 10 },
  ...{ faceValueCents: 1_000, lastHandInOn: '2027-02-05', orderedOn: '2026-01-15' },
};

const fact = (type: string, data: object = {}): Event => ({ type, data: { ...ids, ...data } });
const ordered = fact('BooksOrdered', { ...terms, graceDays: 30, remittanceDays: 6 });
const active: readonly Event[] = [
  ordered,
  fact('FundsReserved'),
  fact('BooksIssued', { firstBook: 1, lastBook: 10, keyId: 'k' }),
  fact('OrderDelivered', { deliveredOn: '2026-02-01' }),
  fact('OrderActivated', { ...need, funderId: 'f', invoicedOn: '2026-02-02' }),
];

const row = {
  ...({ ...terms, key: 'o', needCents: 106_000, status: 'ordered', delivered: false } as const),
  ...{ firstBook: null, lastBook: null, deliveredOn: null, activatedOn: null },
  ...{ cancelledFor: null, closing: NOT_CLOSING, replacements: [] },
  ...({ nextStep: 'EndValidity', nextDueOn: '2027-01-31' } as const),
};
const activeRow = {
  ...row,
  ...({ status: 'active', delivered: true, firstBook: 1, lastBook: 10 } as const),
  ...{ deliveredOn: '2026-02-01', activatedOn: '2026-02-02' },
  ...({ nextStep: 'OpenClosing', nextDueOn: '2026-12-01' } as const),
};

describe('the view of orders', () => {
  it('shows a wish, and when it lapses', () => givenFacts(placedOrders, ordered).then(row));

  it('shows an order in use, and when its closing begins', () =>
    givenFacts(placedOrders, ...active).then(activeRow));

  it('shows why an order was cancelled, and asks nothing more of it', () =>
    givenFacts(
      placedOrders,
      ordered,
      fact('OrderCancelled', { cause: 'asked', reason: 'twice' }),
    ).then({
      ...row,
      status: 'cancelled',
      cancelledFor: 'twice',
      nextStep: null,
      nextDueOn: null,
    }));

  it('shows which book stands for a lost one', () =>
    givenFacts(
      placedOrders,
      ...active,
      fact('BookReplaced', { book: 3, newBook: 11, vouchersInNewBook: 7 }),
    ).then({ ...activeRow, replacements: [{ replacedBook: 3, book: 11, vouchers: 7 }] }));

  it('shows the end, with every answer and every figure', () => {
    const sums = {
      ...{ issuedCents: 100_000, outOfStockCents: 30_000 },
      ...{ inStockCents: 70_000, startedCents: 20_000 },
    };
    const figures = { issuedCents: 100_000, redeemedCents: 20_000, unusedCents: 80_000 };
    const end: readonly Event[] = [
      fact('ClosingOpened', { openedOn: '2026-12-01', ...sums }),
      fact('StockBlockRequested', { requestedOn: '2026-12-02' }),
      fact('StockBlocked', { blockedOn: '2026-12-16' }),
      fact('AcknowledgementUnanswered', { dueOn: '2026-12-24' }),
      fact('LateHandOutsAcknowledged', { acknowledgedOn: '2026-12-25' }),
      fact('ValidityEnded', { funderId: 'f', endedOn: '2027-02-06' }),
      fact('StatementOpened', { openedOn: '2027-02-07' }),
      fact('StatementDrawn', { drawnOn: '2027-02-08', answerByOn: '2027-02-23', ...figures }),
    ];
    const closing: Closing = {
      ...NOT_CLOSING,
      ...{ openedOn: '2026-12-01', sums, stockBlock: 'blocked' },
      ...{ stockBlockRequestedOn: '2026-12-02', stockBlockedOn: '2026-12-16' },
      ...{ acknowledgement: 'given', acknowledgedOn: '2026-12-25' },
      ...{ validityEndedOn: '2027-02-06', statement: 'drawn', statementOpenedOn: '2027-02-07' },
      ...{ statementDrawnOn: '2027-02-08', answerByOn: '2027-02-23', figures },
    };
    const drawn = {
      ...activeRow,
      ...({ status: 'closing', closing } as const),
      ...({ nextStep: 'SettleStatement', nextDueOn: '2027-02-24' } as const),
    };
    givenFacts(placedOrders, ...active, ...end).then(drawn);
    givenFacts(
      placedOrders,
      ...[...active, ...end],
      fact('StatementAgreed', { byDefault: true, agreedOn: '2027-02-24', unusedCents: 80_000 }),
      fact('OrderClosed', { closedOn: '2027-02-24', creditNoteId: 'c' }),
    ).then({
      ...{ ...drawn, status: 'closed', nextStep: null, nextDueOn: null },
      closing: {
        ...{ ...closing, statement: 'agreed', agreedOn: '2027-02-24', agreedByDefault: true },
        ...{ closedOn: '2027-02-24', creditNoteId: 'c' },
      },
    });
  });
});
