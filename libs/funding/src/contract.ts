import type { Event } from '@app/kernel';

/**
 * What funding publishes. Amounts are integer euro cents, shares and rates integer basis points,
 * days `YYYY-MM-DD` of Europe/Paris. Streams: `funder-{id}`, `deposit-{id}`, `agreement-{id}`.
 */

// --- funder -------------------------------------------------------------------------------------

export type PostalAddress = Readonly<{
  street: string;
  postalCode: string;
  city: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
}>;

export type FunderDetails = Readonly<{
  name: string;
  siret: string;
  kind: FunderKind;
  /** Absent where nobody gave it, and on all that was registered before it could be. */
  address?: PostalAddress;
}>;

export type FunderRegistered = Event<'FunderRegistered', { funderId: string } & FunderDetails>;

/** All details as they are from now on; what they were stays here. */
export type FunderCorrected = Event<'FunderCorrected', { funderId: string } & FunderDetails>;

export type FunderKind =
  | 'region'
  | 'departement'
  | 'intercommunality'
  | 'municipality'
  | 'public-operator'
  | 'foundation'
  | 'firm';

export type FunderBankAccountDeclared = Event<
  'FunderBankAccountDeclared',
  {
    funderId: string;
    bankAccountId: string;
    iban: string;
    bic?: string;
    holderName: string;
    /** Who asked, as a pseudonymous person id: another one verifies. */
    declaredBy: string;
  }
>;

export type FunderBankAccountVerified = Event<
  'FunderBankAccountVerified',
  {
    funderId: string;
    bankAccountId: string;
    /** Only `match` lets a refund go there. */
    outcome: 'match' | 'close' | 'no-match';
    verifiedBy: string;
  }
>;

export type FunderBankAccountRevoked = Event<
  'FunderBankAccountRevoked',
  { funderId: string; bankAccountId: string; reason: string }
>;

// --- deposit ------------------------------------------------------------------------------------

/** Money seen (or announced) on the ring-fenced account: world → available of the agreement. */
export type DepositAssigned = Event<
  'DepositAssigned',
  {
    depositId: string;
    agreementId: string;
    funderId: string;
    amountCents: number;
    bankReference: string;
    valueOn: string;
    /** A pseudonymous person id, or the machine that read the bank's report. */
    recordedBy: string;
  }
>;

/** A booked credit stands behind the deposit. */
export type DepositConfirmed = Event<
  'DepositConfirmed',
  {
    depositId: string;
    agreementId: string;
    amountCents: number;
    statementReference: string;
    confirmedOn: string;
  }
>;

/** The payer's bank took the money back, or the announced money never came. */
export type DepositRecalled = Event<
  'DepositRecalled',
  {
    depositId: string;
    agreementId: string;
    amountCents: number;
    wasConfirmed: boolean;
    reason: string;
    recalledOn: string;
  }
>;

/**
 * A line of the ring-fenced account stands behind the deposit (credit) or its recall (debit), whoever
 * confirmed or recorded it before. Moves nothing.
 */
export type DepositBooked = Event<
  'DepositBooked',
  {
    depositId: string;
    agreementId: string;
    amountCents: number;
    direction: 'credit' | 'debit';
    /** Of the bank's line; another one is other money. */
    source: string;
    statementReference: string;
    bookedOn: string;
  }
>;

// --- agreement ----------------------------------------------------------------------------------

export type CoFunder = Readonly<{ name: string; shareBasisPoints: number; ceilingCents?: number }>;

/** An empty list restricts nothing. */
export type Restrictions = Readonly<{
  /** Département codes ("58", "2A") or INSEE commune codes ("58194"). */
  territories: readonly string[];
  services: readonly string[];
  publics: readonly string[];
}>;

export type AgreementSigned = Event<
  'AgreementSigned',
  {
    agreementId: string;
    funderId: string;
    reference: string;
    faceValueCents: number;
    booksOf: readonly number[];
    feeBasisPoints: number;
    vatBasisPoints: number;
    ceilingCents: number;
    /** The entry of `coFunders` that is the funder itself: shares above a ceiling fall to it. */
    funderName: string;
    /** The funder itself is listed; shares add up to 10,000. */
    coFunders: readonly CoFunder[];
    restrictions: Restrictions;
    singleHandOut: boolean;
    allowPrescribingPlace: boolean;
  }
>;

/** Copy of DepositAssigned: the agreement knows the money and repays a shortfall with it first. */
export type FundsReceived = Event<
  'FundsReceived',
  { agreementId: string; depositId: string; amountCents: number; shortfallRepaidCents: number }
>;

/** Copy of DepositConfirmed: orders up to the confirmed sum may become active. */
export type FundsConfirmed = Event<
  'FundsConfirmed',
  { agreementId: string; depositId: string; amountCents: number }
>;

/**
 * Copy of DepositRecalled: deposited falls by amountCents. Refunds ordered but not sent are
 * cancelled first (reserved → available), available absorbs what it can, the rest is shortfall:
 * amountCents = fromAvailableCents + shortfallCents.
 */
export type FundsRecalled = Event<
  'FundsRecalled',
  {
    agreementId: string;
    depositId: string;
    amountCents: number;
    wasConfirmed: boolean;
    cancelledRefunds: readonly Readonly<{ refundId: string; amountCents: number }>[];
    fromAvailableCents: number;
    shortfallCents: number;
  }
>;

/** What an order needs: face value, the operator's fee on it and VAT on the fee. */
export type OrderNeed = Readonly<{ faceCents: number; feeCents: number; vatCents: number }>;

/** The order waits for money, behind older ones. */
export type OrderEnqueued = Event<
  'OrderEnqueued',
  { agreementId: string; orderId: string } & OrderNeed
>;

/** The agreement does not queue the order: over its ceiling, or it is closed. Nothing moved. */
export type OrderTurnedAway = Event<
  'OrderTurnedAway',
  { agreementId: string; orderId: string; reason: 'ceiling_exceeded' | 'agreement_closed' }
>;

/** available → reserved: face + fee + VAT. An order is funded once. */
export type OrderFunded = Event<
  'OrderFunded',
  { agreementId: string; orderId: string } & OrderNeed
>;

/** The order was cancelled while it still waited: nothing had moved. */
export type OrderWithdrawn = Event<'OrderWithdrawn', { agreementId: string; orderId: string }>;

/** The order was cancelled after it was funded, before activation: reserved → available. */
export type ReservationReleased = Event<
  'ReservationReleased',
  { agreementId: string; orderId: string; amountCents: number; shortfallRepaidCents: number }
>;

/** The order is printed, delivered and waits until confirmed deposits cover its activation. */
export type ActivationRequested = Event<
  'ActivationRequested',
  { agreementId: string; orderId: string }
>;

/** Confirmed deposits cover everything activated with this order: it may become active. */
export type ActivationPermitted = Event<
  'ActivationPermitted',
  { agreementId: string; orderId: string } & OrderNeed
>;

/** Unused face value given back: expired → available. Fees are not returned. */
export type CreditNoteIssued = Event<
  'CreditNoteIssued',
  {
    agreementId: string;
    orderId: string;
    creditNoteId: string;
    amountCents: number;
    shortfallRepaidCents: number;
    /** `closing`, or `cancellation` of a redemption made after the closing's credit note. */
    cause: 'closing' | 'cancellation';
    issuedOn: string;
  }
>;

export type RefundProposed = Event<
  'RefundProposed',
  {
    agreementId: string;
    refundId: string;
    amountCents: number;
    bankAccountId: string;
    /** A pseudonymous person id: another one approves. */
    proposedBy: string;
  }
>;

/** Approved by another person: available → reserved. `reference` is what the bank will show. */
export type RefundOrdered = Event<
  'RefundOrdered',
  {
    agreementId: string;
    refundId: string;
    amountCents: number;
    bankAccountId: string;
    reference: string;
    approvedBy: string;
  }
>;

/** Entered at the bank by hand: a recall can no longer cancel it. Nothing moves. */
export type RefundSent = Event<'RefundSent', { agreementId: string; refundId: string }>;

/** The bank booked the refund: reserved → returned. */
export type RefundBooked = Event<
  'RefundBooked',
  { agreementId: string; refundId: string; amountCents: number; statementReference: string }
>;

/** The bank refused the refund: reserved → available. */
export type RefundFailed = Event<
  'RefundFailed',
  {
    agreementId: string;
    refundId: string;
    amountCents: number;
    reason: string;
    shortfallRepaidCents: number;
  }
>;

/** A booked refund came back: returned → available. */
export type RefundReturned = Event<
  'RefundReturned',
  {
    agreementId: string;
    refundId: string;
    amountCents: number;
    statementReference: string;
    shortfallRepaidCents: number;
  }
>;

export type AgreementClosed = Event<'AgreementClosed', { agreementId: string; closedOn: string }>;

export type FunderFact =
  | FunderRegistered
  | FunderCorrected
  | FunderBankAccountDeclared
  | FunderBankAccountVerified
  | FunderBankAccountRevoked;

export type DepositFact = DepositAssigned | DepositConfirmed | DepositRecalled | DepositBooked;

export type AgreementFact =
  | AgreementSigned
  | FundsReceived
  | FundsConfirmed
  | FundsRecalled
  | OrderEnqueued
  | OrderTurnedAway
  | OrderFunded
  | OrderWithdrawn
  | ReservationReleased
  | ActivationRequested
  | ActivationPermitted
  | CreditNoteIssued
  | RefundProposed
  | RefundOrdered
  | RefundSent
  | RefundBooked
  | RefundFailed
  | RefundReturned
  | AgreementClosed;
