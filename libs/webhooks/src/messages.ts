import type {
  CreditNoteIssued,
  DepositConfirmed,
  DepositRecalled,
  RefundBooked,
} from '@app/funding/contract';
import { instantOf, type Instant } from '@app/kernel';
import type { LabelWithdrawn, PlaceRestored, PlaceSuspended } from '@app/places/contract';
import type { FactOf } from '@app/platform';
import type {
  PaymentOrdered,
  PaymentRejected,
  PaymentReturned,
  PaymentSettled,
} from '@app/reimbursement/contract';
import type {
  ClosingOpened,
  OrderActivated,
  OrderClosed,
  RedemptionCancelled,
  StatementAgreed,
  StatementDrawn,
  StockBlocked,
  ValidityEnded,
  VouchersRedeemed,
} from '@app/voucher-books/contract';
import type { Kind } from './domain/kinds';

/** The events of the scheme that messages tell of. */
export type PublishedFact =
  | DepositConfirmed
  | DepositRecalled
  | OrderActivated
  | ClosingOpened
  | StockBlocked
  | ValidityEnded
  | StatementDrawn
  | StatementAgreed
  | OrderClosed
  | CreditNoteIssued
  | RefundBooked
  | VouchersRedeemed
  | RedemptionCancelled
  | PaymentOrdered
  | PaymentSettled
  | PaymentRejected
  | PaymentReturned
  | PlaceSuspended
  | PlaceRestored
  | LabelWithdrawn;

/** Whom an event belongs to, as far as the event itself says. */
export type Owner =
  | Readonly<{ agreementId: string }>
  | Readonly<{ organisationId: string }>
  | Readonly<{ placeId: string }>;

/** One message, before it is known who asked for it. */
export type Message = Readonly<{
  kind: Kind;
  owner: Owner;
  happenedAt: Instant;
  /** JSON: `{ type, version, timestamp, data }`. */
  body: string;
}>;

/**
 * The shape of the bodies, for receivers. Fields are only ever added under one version; whatever else
 * would change gets the next, and both are sent for a time that is announced.
 */
const BODY_VERSION = 1;

/**
 * What is published of an event: ids, amounts, days and words of the scheme, each by name. No code, no
 * number of a book, no account, nothing a person typed freely and nothing of the person who came.
 */
export function messageOf(fact: FactOf<PublishedFact>): Message {
  const happenedAt = instantOf(fact.recordedAt);
  const { kind, owner, data } = told(fact);
  const body = { type: kind, version: BODY_VERSION, timestamp: happenedAt, data };
  return { kind, owner, happenedAt, body: JSON.stringify(body) };
}

/** A message that tells of nothing: for who tries their receiver. */
export const testBodyOf = (webhookId: string, timestamp: Instant): string =>
  JSON.stringify({ type: TEST_KIND, version: BODY_VERSION, timestamp, data: { webhookId } });

/** No kind that anybody asks for: it comes only to who asks for it now. */
export const TEST_KIND = 'test';

type Data = Readonly<Record<string, unknown>>;

type Told = Readonly<{ kind: Kind; owner: Owner; data: Data }>;

/** One entry for each type: the compiler holds it to the union. */
const TELLS: { [Type in PublishedFact['type']]: (data: DataOf<Type>) => Told } = {
  DepositConfirmed: ({ agreementId, depositId, amountCents, confirmedOn }) =>
    ofAgreement('deposit.confirmed', { agreementId, depositId, amountCents, confirmedOn }),
  DepositRecalled: ({ agreementId, depositId, amountCents, wasConfirmed, recalledOn }) =>
    ofAgreement('deposit.recalled', {
      ...{ agreementId, depositId, amountCents, wasConfirmed, recalledOn },
    }),
  OrderActivated: ({ agreementId, orderId, invoicedOn, faceCents, feeCents, vatCents }) =>
    ofAgreement('order.active', {
      ...{ agreementId, orderId, activeOn: invoicedOn, faceCents, feeCents, vatCents },
    }),
  ClosingOpened: ({ agreementId, orderId, openedOn, ...sums }) => {
    const { issuedCents, outOfStockCents, inStockCents, startedCents } = sums;
    return ofAgreement('order.closing_opened', {
      ...{ agreementId, orderId, openedOn },
      ...{ issuedCents, outOfStockCents, inStockCents, startedCents },
    });
  },
  StockBlocked: ({ agreementId, orderId, blockedOn }) =>
    ofAgreement('order.stock_blocked', { agreementId, orderId, blockedOn }),
  ValidityEnded: ({ agreementId, orderId, endedOn }) =>
    ofAgreement('order.validity_ended', { agreementId, orderId, endedOn }),
  StatementDrawn: ({ agreementId, orderId, drawnOn, answerByOn, ...sums }) => {
    const { issuedCents, redeemedCents, unusedCents } = sums;
    return ofAgreement('order.statement_drawn', {
      ...{ agreementId, orderId, drawnOn, answerByOn, issuedCents, redeemedCents, unusedCents },
    });
  },
  StatementAgreed: ({ agreementId, orderId, agreedOn, byDefault, unusedCents }) =>
    ofAgreement('order.statement_agreed', {
      ...{ agreementId, orderId, agreedOn, byDefault, unusedCents },
    }),
  OrderClosed: ({ agreementId, orderId, closedOn }) =>
    ofAgreement('order.closed', { agreementId, orderId, closedOn }),
  CreditNoteIssued: ({ agreementId, orderId, creditNoteId, amountCents, cause, issuedOn }) =>
    ofAgreement('credit_note.issued', {
      ...{ agreementId, orderId, creditNoteId, amountCents, cause, issuedOn },
    }),
  RefundBooked: ({ agreementId, refundId, amountCents }) =>
    ofAgreement('refund.booked', { agreementId, refundId, amountCents }),
  VouchersRedeemed: (data) => {
    const { organisationId, placeId, redemptionId, vouchers, service, priceCents } = data;
    const { coveredCents, remainderCents, performedOn, redeemedAt, promisedPaymentOn } = data;
    return ofOrganisation('redemption.recorded', {
      ...{ organisationId, placeId, redemptionId, vouchers: vouchers.length, service, priceCents },
      ...{ coveredCents, remainderCents, performedOn, redeemedAt, promisedPaymentOn },
    });
  },
  RedemptionCancelled: ({ organisationId, placeId, redemptionId, coveredCents, ...rest }) =>
    ofOrganisation('redemption.cancelled', {
      ...{ organisationId, placeId, redemptionId, coveredCents },
      ...{ cancelledBy: rest.cancelledBy, cancelledAt: rest.cancelledAt },
    }),
  PaymentOrdered: (data) => ofOrganisation('payment.ordered', paymentOf(data)),
  PaymentSettled: (data) =>
    ofOrganisation('payment.settled', { ...paymentOf(data), bookedOn: data.bookedOn }),
  PaymentRejected: (data) =>
    ofOrganisation('payment.rejected', { ...paymentOf(data), reasonCode: data.reasonCode }),
  PaymentReturned: (data) => {
    const { reasonCode, bookedOn } = data;
    return ofOrganisation('payment.returned', { ...paymentOf(data), reasonCode, bookedOn });
  },
  PlaceSuspended: ({ placeId }) => ofPlace('label.suspended', { placeId }),
  PlaceRestored: ({ placeId }) => ofPlace('label.restored', { placeId }),
  LabelWithdrawn: ({ placeId, withdrawnOn }) =>
    ofPlace('label.withdrawn', { placeId, withdrawnOn }),
};

type DataOf<Type> = Extract<PublishedFact, { type: Type }>['data'];

/** The types of the events that messages tell of. */
export const PUBLISHED_TYPES = Object.keys(TELLS) as readonly PublishedFact['type'][];

const told = ({ type, data }: FactOf<PublishedFact>): Told =>
  (TELLS[type] as (data: unknown) => Told)(data);

const ofAgreement = (kind: Kind, data: Data & { agreementId: string }): Told => {
  return { kind, owner: { agreementId: data.agreementId }, data };
};

const ofOrganisation = (kind: Kind, data: Data & { organisationId: string }): Told => {
  return { kind, owner: { organisationId: data.organisationId }, data };
};

const ofPlace = (kind: Kind, data: Data & { placeId: string }): Told => {
  return { kind, owner: { placeId: data.placeId }, data };
};

type OfPayment = Pick<
  PaymentOrdered['data'],
  'organisationId' | 'claimId' | 'runId' | 'attempt' | 'endToEndId' | 'amountCents'
>;

const paymentOf = (data: OfPayment): OfPayment => {
  const { organisationId, claimId, runId, attempt, endToEndId, amountCents } = data;
  return { organisationId, claimId, runId, attempt, endToEndId, amountCents };
};
