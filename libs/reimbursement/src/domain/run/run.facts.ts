import type { Event } from '@app/kernel';

/**
 * Money of one agreement at one place, signed: negative where the place owes. The ledger posts one
 * movement per component, in the direction that the event's own comment gives.
 */
export type Component = Readonly<{ agreementId: string; placeId: string; cents: number }>;

/** The payee as it was at the preparation: a line freezes the account. */
export type FrozenPayee = Readonly<{
  bankAccountId: string;
  iban: string;
  bic?: string;
  /** Whose account it is: the name the bank compares. */
  holderName: string;
  address: Readonly<{ street: string; postalCode: string; city: string; country: string }>;
}>;

/** Whose money is paid out: the holder of the ring-fenced account. */
export type Debtor = Omit<FrozenPayee, 'bankAccountId'>;

/**
 * One payment of one organisation; amountCents = Σ components, always positive. An organisation has one
 * ordinary line in a run, or several where one payment cannot carry it (`cut-payments.ts`).
 */
export type RunLine = Readonly<{
  organisationId: string;
  /** UUIDv5(run, organisation) of the first ordinary line; a re-presentment keeps its claim's. */
  claimId: string;
  /** 1 for an ordinary line; a re-presentment is the claim's next. */
  attempt: number;
  /** At most 35 characters, of this attempt alone, for ever. */
  endToEndId: string;
  amountCents: number;
  components: readonly Component[];
  payee: FrozenPayee;
}>;

/** Why an amount stays owed and joins the next run; the first that applies, in this order. */
export type HoldReason =
  | 'not_positive'
  | 'no_verified_account'
  | 'quarantine'
  | 'fraud_hold'
  | 'below_minimum'
  | 'agreement_short'
  /** More than payments can carry, or than the run has room for. */
  | 'too_large'
  | 'claim_open';

/** Nothing moves: it stays owed. What is too much for one event is held in several of one reason. */
export type HeldAmount = Readonly<{
  organisationId: string;
  reason: HoldReason;
  /** Of a claim's parts, which no ordinary line takes. */
  claimId?: string;
  /** Signed, Σ components. */
  amountCents: number;
  components: readonly Component[];
}>;

/** What a preparation goes by, frozen so that a killed job prepares the same again. */
export type RunRules = Readonly<{
  /** A line below it is held until its oldest part is `minimumWaivedAfterDays` old. */
  minimumCents: number;
  minimumWaivedAfterDays: number;
  /** A run that pays more than this takes two approvers. */
  secondApprovalAboveCents: number;
}>;

/**
 * Accounts and holds are those of this event's place in the log, `startedAt` is the preparation's
 * clock; the amounts are those of the opening's place, for every version alike.
 */
export type PreparationStarted = Event<
  'PreparationStarted',
  {
    runId: string;
    number: number;
    version: number;
    /** Id of the RunOpened event: its place is the cut-off. */
    openingEventId: string;
    preparedBy: string;
    startedAt: string;
    rules: RunRules;
  }
>;

/** owed → inRun, every component of every line. At most 200 organisations. */
export type LinesFrozen = Event<
  'LinesFrozen',
  { runId: string; version: number; slice: number; lines: readonly RunLine[] }
>;

/** Moves nothing. At most 200 organisations, those of the same slice. */
export type AmountsHeld = Event<
  'AmountsHeld',
  { runId: string; version: number; slice: number; held: readonly HeldAmount[] }
>;

export type RunPrepared = Event<
  'RunPrepared',
  {
    runId: string;
    version: number;
    organisations: number;
    lines: number;
    payableCents: number;
    /** Σ of the held amounts that are positive. */
    heldCents: number;
    /** Of the canonical form of the version's lines, hex. What approvers approve. */
    linesSha256: string;
    preparedAt: string;
  }
>;

/** One of the approvals; RunApproved follows in the same append when no other is needed. */
export type ApprovalGiven = Event<
  'ApprovalGiven',
  { runId: string; version: number; approvedBy: string; approvedAt: string; linesSha256: string }
>;

export type RunApproved = Event<
  'RunApproved',
  { runId: string; version: number; approvedBy: readonly string[]; linesSha256: string }
>;

/** A person says no: every line is released, then the same cut-off is prepared again. */
export type RunRejected = Event<
  'RunRejected',
  { runId: string; version: number; reason: string; rejectedBy: string; rejectedAt: string }
>;

/** What the lines stand on has changed: they are released and prepared again. */
export type RunSentBack = Event<
  'RunSentBack',
  {
    runId: string;
    version: number;
    /** `claim_changed`: a claim to be re-presented was answered by the bank meanwhile. */
    reason: 'bank_account_changed' | 'claim_changed';
    organisationIds: readonly string[];
    sentBackAt: string;
  }
>;

/** inRun → owed, every component of every line: those of one LinesFrozen of the version. */
export type LinesReleased = Event<
  'LinesReleased',
  {
    runId: string;
    version: number;
    slice: number;
    lines: readonly Pick<
      RunLine,
      'organisationId' | 'claimId' | 'attempt' | 'amountCents' | 'components'
    >[];
  }
>;

export type PaymentFile = Readonly<{
  /** MsgId of the pain.001, unique for ever. */
  messageId: string;
  paymentInformationId: string;
  /** Of the bytes, hex: equal at every later download and submission. */
  sha256: string;
  bytes: number;
  transactions: number;
  amountCents: number;
  firstEndToEndId: string;
  lastEndToEndId: string;
}>;

export type WrittenWith = Readonly<{
  /** Of the last approval, so that no clock at writing time is in the bytes. */
  createdAt: string;
  debtor: Debtor;
  transactionsPerFileMax: number;
}>;

/** From here the lines are ordered at the bank, and the next run may open. */
export type PaymentFileIssued = Event<
  'PaymentFileIssued',
  {
    runId: string;
    version: number;
    files: readonly PaymentFile[];
    /** A TARGET day. */
    executionOn: string;
    /** With the version's lines, all it takes to write the same bytes again. */
    written: WrittenWith;
    issuedBy: string;
    issuedAt: string;
  }
>;

export type SubmissionStarted = Event<
  'SubmissionStarted',
  {
    runId: string;
    startedBy: string;
    startedAt: string;
    /** Why an unclear submission may be made again: the bank's word that it has nothing. */
    evidence?: string;
  }
>;

export type RunSubmitted = Event<
  'RunSubmitted',
  { runId: string; submittedBy: string; submittedAt: string; evidence?: string }
>;

/** Nobody knows whether the bank has it: a person decides, nothing is sent again by itself. */
export type SubmissionUnclear = Event<
  'SubmissionUnclear',
  { runId: string; reportedBy: string; reportedAt: string; evidence?: string }
>;

export type RunCompleted = Event<
  'RunCompleted',
  {
    runId: string;
    /** The bank answered every payment, or no line was payable and there was neither approval nor file. */
    outcome: 'answered' | 'nothing_payable';
    completedAt: string;
  }
>;

export type RunFact =
  | PreparationStarted
  | LinesFrozen
  | AmountsHeld
  | RunPrepared
  | ApprovalGiven
  | RunApproved
  | RunRejected
  | RunSentBack
  | LinesReleased
  | PaymentFileIssued
  | SubmissionStarted
  | RunSubmitted
  | SubmissionUnclear
  | RunCompleted;
