import type { FactOf } from '@app/platform';
import type { PublishedFact } from './messages';

type Examples = {
  readonly [Type in PublishedFact['type']]: Extract<PublishedFact, { type: Type }>['data'];
};

const agreementId = '01980a3c-52d1-7b54-8f3e-6f0c2a9d4e11';
const funderId = '01980a3c-4f9a-7d33-8b21-5c6d7e8f9a0b';
const orderId = '01980a3d-1c2d-7b3e-84f5-061728394a5b';
const organisationId = '01980a3d-2d3e-7c4f-9506-1728394a5b6c';
const placeId = '01980a3d-3e4f-7d50-a617-28394a5b6c7d';
const prescriberId = '01980a3d-4f50-7e61-b728-394a5b6c7d8e';
const redemptionId = '01980a3d-6172-7083-994a-5b6c7d8e9fa0';
const order = { agreementId, orderId };
const deposit = {
  ...{ depositId: '2b8c9f10-6a4d-5e3b-8c1d-0e9f7a6b5c4d', agreementId, amountCents: 500_000 },
};
const components = [{ agreementId, placeId, cents: 12_000 }];
const payment = {
  ...{ claimId: '5d9e0f1a-7b2c-5d3e-9f40-516273849a5b', organisationId, components },
  ...{ runId: '01980a3d-a4b5-74c6-9d7e-0f1a2b3c4d5e', attempt: 1, endToEndId: 'C5D9E0F1A-1' },
  amountCents: 12_000,
};
/** What is never told: whatever is marked so is looked for in the bodies. */
const UNTOLD = 'untold';
const answered = { source: UNTOLD, statementReference: UNTOLD };
const failed = { reasonCode: 'AC04', iban: UNTOLD, accountBarred: true, ...answered };
const book = { book: 987_654, ...order, funderId, prescriberId, placeId, organisationId };
const byPublic = [{ public: UNTOLD, vouchers: 2, cents: 2_000 }];

/** One of each event that messages tell of, by the type of its event. */
const EXAMPLES: Examples = {
  DepositConfirmed: { ...deposit, statementReference: UNTOLD, confirmedOn: '2026-03-02' },
  DepositRecalled: { ...deposit, wasConfirmed: true, reason: UNTOLD, recalledOn: '2026-03-02' },
  OrderActivated: {
    ...{ ...order, funderId, invoicedOn: '2026-03-02' },
    ...{ faceCents: 100_000, feeCents: 5_000, vatCents: 1_000 },
  },
  ClosingOpened: {
    ...{ ...order, openedOn: '2026-03-02', issuedCents: 100_000 },
    ...{ outOfStockCents: 80_000, inStockCents: 20_000, startedCents: 60_000 },
  },
  StockBlocked: { ...order, blockedOn: '2026-03-02' },
  ValidityEnded: { ...order, funderId, endedOn: '2026-03-02' },
  StatementDrawn: {
    ...{ ...order, drawnOn: '2026-03-02', answerByOn: '2026-03-17' },
    ...{ issuedCents: 100_000, redeemedCents: 75_000, unusedCents: 25_000 },
  },
  StatementAgreed: { ...order, byDefault: false, agreedOn: '2026-03-02', unusedCents: 25_000 },
  OrderClosed: { ...order, closedOn: '2026-03-02' },
  CreditNoteIssued: {
    ...{ ...order, creditNoteId: '01980a3d-8394-72a5-bb6c-7d8e9fa0b1c2', amountCents: 25_000 },
    ...{ shortfallRepaidCents: 0, cause: 'closing', issuedOn: '2026-03-02' },
  },
  RefundBooked: {
    ...{ agreementId, refundId: '01980a3d-7283-7194-aa5b-6c7d8e9fa0b1', amountCents: 25_000 },
    statementReference: UNTOLD,
  },
  VouchersRedeemed: {
    ...{ ...book, redemptionId, vouchers: [1, 2], department: '58', service: 'online-forms' },
    ...{ priceCents: 2_500, coveredCents: 2_000, remainderCents: 500, byPublic },
    ...{ performedOn: '2026-03-01', redeemedOn: '2026-03-02' },
    ...{ redeemedAt: '2026-03-02T09:00:00.000Z', promisedPaymentOn: '2026-03-12' },
  },
  RedemptionCancelled: {
    ...{ ...book, redemptionId, vouchers: [1, 2], department: '58', coveredCents: 2_000 },
    ...{ byPublic, bookStatus: 'open', redeemedOn: '2026-03-02', reason: UNTOLD },
    ...{ cancelledBy: 'place', cancelledOn: '2026-03-02' },
    cancelledAt: '2026-03-02T09:00:00.000Z',
  },
  PaymentOrdered: { ...payment, version: 1, iban: UNTOLD, bankAccountId: UNTOLD },
  PaymentSettled: { ...payment, ...answered, from: 'inRun', bookedOn: '2026-03-02' },
  PaymentRejected: { ...payment, ...failed },
  PaymentReturned: { ...payment, ...failed, bookedOn: '2026-03-02' },
  PlaceSuspended: { placeId, reason: UNTOLD },
  PlaceRestored: { placeId },
  LabelWithdrawn: { placeId, reason: UNTOLD, withdrawnOn: '2026-03-02' },
};

export const EXAMPLE_FACTS = Object.entries(EXAMPLES).map(([type, data]) => ({
  ...{ type, data, recordedAt: new Date('2026-03-02T09:00:00Z') },
})) as unknown as readonly FactOf<PublishedFact>[];
