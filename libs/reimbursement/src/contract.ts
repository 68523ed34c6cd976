import type { Event } from '@app/kernel';

/**
 * What reimbursement publishes. Amounts are integer euro cents, days `YYYY-MM-DD` of Europe/Paris
 * (`…On`), instants RFC 3339 UTC (`…At`), people pseudonymous person ids (`…By`). Streams:
 * `run-register-{one fixed id}`, `run-{runId}`, `payment-{claimId}`, `payee-{organisationId}`,
 * `fee-sweeps-{agreementId}`, `bank-report-{reportId}`, `bank-entry-{entryId}`, `solvency-{day}`.
 */

// --- run register -------------------------------------------------------------------------------

/** This event's place in the log is the run's cut-off. The next run waits for RunCleared. */
export type RunOpened = Event<
  'RunOpened',
  { runId: string; number: number; openedBy: string; openedAt: string; openedOn: string }
>;

/** Copy of PaymentFileIssued, or of RunCompleted without a line: the next run may open. */
export type RunCleared = Event<'RunCleared', { runId: string; number: number }>;

export type RunRegisterFact = RunOpened | RunCleared;

// --- run ----------------------------------------------------------------------------------------

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

// --- payment ------------------------------------------------------------------------------------

type OfAttempt = Readonly<{
  claimId: string;
  organisationId: string;
  /** The run that ordered this attempt. */
  runId: string;
  attempt: number;
  endToEndId: string;
  amountCents: number;
}>;

type Moving = OfAttempt & Readonly<{ components: readonly Component[] }>;

/** What makes the difference between an answer of the bank and another copy of it. */
export type BankEvidence = Readonly<{
  /** Id of the bank entry, or message id and position of a pain.002. */
  source: string;
  /** As a person finds it: statement or message, and reference. */
  statementReference: string;
}>;

/** Copy of a line: the claim's attempt is in a payment file. LinesFrozen has moved the money. */
export type PaymentOrdered = Event<
  'PaymentOrdered',
  Moving & { version: number; iban: string; bankAccountId: string }
>;

/** The version that took a re-presentment was released before its file: the claim waits again. */
export type AttemptWithdrawn = Event<'AttemptWithdrawn', OfAttempt & { version: number }>;

/** inRun → paid; `from` owed where a rejection had put it back before: owed → paid. */
export type PaymentSettled = Event<
  'PaymentSettled',
  Moving & { from: 'inRun' | 'owed'; bookedOn: string } & BankEvidence
>;

/** inRun → owed; it stays its claim's. */
export type PaymentRejected = Event<
  'PaymentRejected',
  Moving & { reasonCode: string; iban: string; accountBarred: boolean } & BankEvidence
>;

/** paid → owed; it stays its claim's. */
export type PaymentReturned = Event<
  'PaymentReturned',
  Moving & {
    reasonCode: string;
    iban: string;
    accountBarred: boolean;
    bookedOn: string;
  } & BankEvidence
>;

/** A rejection after the booked debit: kept, and it changes nothing. */
export type LateRejectionKept = Event<
  'LateRejectionKept',
  OfAttempt & { reasonCode: string } & BankEvidence
>;

/** A booked debit that nothing in the ledger explains: an alarm, and a person. Moves nothing. */
export type BookedDebitDisputed = Event<
  'BookedDebitDisputed',
  OfAttempt & {
    debitCents: number;
    reason:
      'amount_differs' | 'later_attempt' | 'settled_before' | 'returned_before' | 'claim_released';
    bookedOn: string;
  } & BankEvidence
>;

/** The claim is in the next run again, unmerged, as its attempt n + 1. */
export type RepresentmentGranted = Event<
  'RepresentmentGranted',
  {
    claimId: string;
    organisationId: string;
    nextAttempt: number;
    /** What it is granted on, naming the attempt that failed. */
    evidence: Readonly<{ endToEndId: string; reference: string }>;
    grantedBy: string;
    grantedAt: string;
  }
>;

/** The claim ends; its parts stay owed and join the organisation's next ordinary line. */
export type ClaimReleased = Event<
  'ClaimReleased',
  {
    claimId: string;
    organisationId: string;
    /** The run at whose preparation the organisation's other amounts were negative. */
    runId: string;
    amountCents: number;
    components: readonly Component[];
  }
>;

export type PaymentFact =
  | PaymentOrdered
  | AttemptWithdrawn
  | PaymentSettled
  | PaymentRejected
  | PaymentReturned
  | LateRejectionKept
  | BookedDebitDisputed
  | RepresentmentGranted
  | ClaimReleased;

// --- payee --------------------------------------------------------------------------------------

/** Nothing is paid to the organisation until it is lifted; what it is owed stays owed. */
export type FraudHoldPlaced = Event<
  'FraudHoldPlaced',
  { organisationId: string; reason: string; placedBy: string; placedAt: string }
>;

export type FraudHoldLifted = Event<
  'FraudHoldLifted',
  { organisationId: string; reason: string; liftedBy: string; liftedAt: string }
>;

/** Its last line is paid whatever the minimum; what it owes is due within 60 days. */
export type PayeeLeft = Event<
  'PayeeLeft',
  { organisationId: string; leftOn: string; recoverUntilOn: string; recordedBy: string }
>;

/** A place of it is labelled again: it is a payee like any other. */
export type PayeeRejoined = Event<
  'PayeeRejoined',
  { organisationId: string; rejoinedOn: string; recordedBy: string }
>;

/** paid → owed, every component: a debt repaid, by the organisation or by the operator for it. */
export type DebtRepaid = Event<
  'DebtRepaid',
  {
    organisationId: string;
    repaidBy: 'organisation' | 'operator';
    /** Positive, Σ components. */
    amountCents: number;
    components: readonly Component[];
    bookedOn: string;
  } & BankEvidence
>;

export type WriteOffProposed = Event<
  'WriteOffProposed',
  {
    organisationId: string;
    writeOffId: string;
    amountCents: number;
    reason: string;
    proposedBy: string;
    proposedAt: string;
  }
>;

/** The operator will pay. Nothing moves before its top-up is booked (DebtRepaid by the operator). */
export type WriteOffDecided = Event<
  'WriteOffDecided',
  {
    organisationId: string;
    writeOffId: string;
    amountCents: number;
    decidedBy: string;
    decidedAt: string;
  }
>;

export type PayeeFact =
  | FraudHoldPlaced
  | FraudHoldLifted
  | PayeeLeft
  | PayeeRejoined
  | DebtRepaid
  | WriteOffProposed
  | WriteOffDecided;

// --- fee sweeps ---------------------------------------------------------------------------------

type OfSweep = Readonly<{ agreementId: string; feeSweepId: string; amountCents: number }>;

export type FeeSweepProposed = Event<'FeeSweepProposed', OfSweep & { proposedBy: string }>;

/** Approved by another person; `reference` is what the bank will show. No bucket moves. */
export type FeeSweepOrdered = Event<
  'FeeSweepOrdered',
  OfSweep & { approvedBy: string; reference: string }
>;

/** Swept: the agreement's cash falls by it. No bucket moves: fees stay what was earned. */
export type FeeSweepBooked = Event<'FeeSweepBooked', OfSweep & { bookedOn: string } & BankEvidence>;

/** It was not carried out, and will not be. */
export type FeeSweepCancelled = Event<'FeeSweepCancelled', OfSweep & { reason: string }>;

/** A booked sweep came back: the agreement's cash rises by it again. */
export type FeeSweepReturned = Event<
  'FeeSweepReturned',
  OfSweep & { bookedOn: string } & BankEvidence
>;

export type FeeSweepFact =
  FeeSweepProposed | FeeSweepOrdered | FeeSweepBooked | FeeSweepCancelled | FeeSweepReturned;

// --- bank reports -------------------------------------------------------------------------------

export type BankReportKind =
  'camt.053.001.02' | 'camt.053.001.08' | 'camt.054.001.08' | 'pain.002.001.03' | 'pain.002.001.10';

/** The bytes are kept under their SHA-256 before anything is decided on them. */
export type BankReportReceived = Event<
  'BankReportReceived',
  { reportId: string; sha256: string; bytes: number; receivedBy: string; receivedAt: string }
>;

/** Nothing of the file takes effect. */
export type BankReportRefused = Event<
  'BankReportRefused',
  { reportId: string; reason: string; reasons: readonly string[] }
>;

export type ReportedStatement = Readonly<{
  statementId: string;
  /** Booked balances, signed; absent in a notification (camt.054). */
  openingCents?: number;
  closingCents?: number;
  fromOn?: string;
  toOn?: string;
  entries: number;
}>;

/** The file is whole and of the ring-fenced account; every entry will get a verdict. */
export type BankReportRead = Event<
  'BankReportRead',
  {
    reportId: string;
    kind: BankReportKind;
    messageId: string;
    createdAt: string;
    statements: readonly ReportedStatement[];
    /** Entries of a camt, answers of a pain.002. */
    items: number;
  }
>;

export type ItemVerdict = Readonly<{
  /** Place in the file, from 0. */
  item: number;
  /** Of a camt's entry, absent for a pain.002's answer. */
  entryId?: string;
  /** Of a pain.002's answer. */
  endToEndId?: string;
  verdict:
    | 'matched'
    /** A person has to look. */
    | 'waiting'
    /** The same fact was known before. */
    | 'duplicate'
    /** Pending, or informative: nothing was booked. */
    | 'not_booked'
    /** A pain.002 that rejects nothing. */
    | 'noted';
  reason?: string;
}>;

/** The verdicts of the next items, at most 200. */
export type ReportItemsJudged = Event<
  'ReportItemsJudged',
  { reportId: string; verdicts: readonly ItemVerdict[] }
>;

export type BankReportCompleted = Event<
  'BankReportCompleted',
  { reportId: string } & Record<
    'matched' | 'waiting' | 'duplicate' | 'not_booked' | 'noted',
    number
  >
>;

/** A person has looked at an answer of a pain.002 that is about nothing of ours. Moves nothing. */
export type ReportAnswerAcknowledged = Event<
  'ReportAnswerAcknowledged',
  { reportId: string; item: number; reason: string; acknowledgedBy: string }
>;

/**
 * Kept long enough: its file is gone, and the key of what it says in words, so that every copy of them is
 * noise. The figures, dates and references stay.
 */
export type BankReportErased = Event<'BankReportErased', { reportId: string; erasedAt: string }>;

export type BankReportFact =
  | BankReportReceived
  | BankReportRefused
  | BankReportRead
  | ReportItemsJudged
  | BankReportCompleted
  | ReportAnswerAcknowledged
  | BankReportErased;

// --- bank entry ---------------------------------------------------------------------------------

/** What the bank wrote of a transaction in words: a person may be in it. */
export type TransactionText = Readonly<{
  endToEndId?: string;
  counterpartyName?: string;
  counterpartyIban?: string;
  remittance?: string;
}>;

export type BankTransaction = TransactionText &
  Readonly<{
    amountCents: number;
    /** ISO reason code of a return: AC04, MD07… */
    returnReason?: string;
  }>;

/** One line of the account, in one shape whatever message it came in. */
export type BankEntry = Readonly<{
  amountCents: number;
  direction: 'credit' | 'debit';
  /** The entry undoes an earlier one of the other direction. */
  reversal: boolean;
  status: 'booked' | 'pending' | 'information';
  bookedOn?: string;
  valueOn?: string;
  /** The bank's own reference of the entry. */
  reference?: string;
  /** Of a batch: our MsgId and PmtInfId, as far as the bank names them. */
  messageId?: string;
  paymentInformationId?: string;
  /** Σ amountCents = the entry's, or empty where the bank itemises nothing. */
  transactions: readonly BankTransaction[];
}>;

/**
 * As the log keeps it: `text` is a `TransactionText` sealed under the report's key, and in clear there are
 * only end-to-end ids of ours. Entries recorded before texts were sealed have them in clear.
 */
export type RecordedTransaction = BankTransaction & Readonly<{ text?: string }>;

export type RecordedBankEntry = Omit<BankEntry, 'transactions'> &
  Readonly<{ transactions: readonly RecordedTransaction[] }>;

/** Seen for the first time, in whichever report. */
export type BankEntryRecorded = Event<
  'BankEntryRecorded',
  {
    entryId: string;
    reportId: string;
    /** Only a statement (camt.053) makes the entry booked; a notification announces it. */
    source: 'statement' | 'notification';
    statementId: string;
    entry: RecordedBankEntry;
  }
>;

/** A statement holds what a notification had announced: one fact, booked from here. */
export type BankEntryBooked = Event<
  'BankEntryBooked',
  { entryId: string; reportId: string; statementId: string; bookedOn: string }
>;

export type ResolutionKind =
  | 'deposit'
  | 'depositRecall'
  | 'payment'
  | 'paymentReturn'
  | 'refund'
  | 'feeSweep'
  | 'debtRepayment'
  | 'operatorTopUp'
  | 'bankCharge'
  | 'interest'
  | 'duplicate';

export type Resolution = Readonly<{ as: ResolutionKind; targetId?: string }>;

/** The machine's guess, for a person: by amount and counterparty it proves nothing. */
export type MatchProposed = Event<
  'MatchProposed',
  { entryId: string; resolution: Resolution; reason: string }
>;

/** One of our payments in an entry; with the reason where it came back. */
export type EntryPayment = Readonly<{
  endToEndId: string;
  amountCents: number;
  reasonCode?: string;
}>;

/**
 * By end-to-end id or reference, so by machine. `amountCents` is the entry's, or what was reopened of
 * it; `payments` add up to it.
 */
export type BankEntryMatched = Event<
  'BankEntryMatched',
  {
    entryId: string;
    amountCents: number;
    direction: 'credit' | 'debit';
    resolution: Resolution;
    payments?: readonly EntryPayment[];
  }
>;

export type ResolutionProposed = Event<
  'ResolutionProposed',
  { entryId: string; amountCents: number; resolution: Resolution; proposedBy: string }
>;

/** Approved by another person; of the entry's open amount, or of a part of it. */
export type BankEntryResolved = Event<
  'BankEntryResolved',
  {
    entryId: string;
    amountCents: number;
    direction: 'credit' | 'debit';
    resolution: Resolution;
    proposedBy: string;
    approvedBy: string;
  }
>;

/** What was matched or resolved last has its effect, to this amount. */
export type BankEntryApplied = Event<
  'BankEntryApplied',
  {
    entryId: string;
    amountCents: number;
    direction: 'credit' | 'debit';
    resolution: Resolution;
    bookedOn: string;
  }
>;

/**
 * What was matched or resolved last has no effect to this amount: it was refused, or the ledger does
 * not explain the debit (BookedDebitDisputed). So much of the entry waits for a person again.
 */
export type BankEntryReopened = Event<
  'BankEntryReopened',
  {
    entryId: string;
    amountCents: number;
    direction: 'credit' | 'debit';
    resolution: Resolution;
    /** Of the refusal, or of the dispute. */
    reason: string;
    payments?: readonly EntryPayment[];
  }
>;

export type BankEntryFact =
  | BankEntryRecorded
  | BankEntryBooked
  | MatchProposed
  | BankEntryMatched
  | ResolutionProposed
  | BankEntryResolved
  | BankEntryApplied
  | BankEntryReopened;

// --- solvency -----------------------------------------------------------------------------------

/**
 * The ring-fenced account at the end of one booked day: bankBalance = cashByEvents − typedDeposits +
 * unresolvedEntries + operatorPosition − bookedOutside + difference.
 */
export type ComparedBalance = Readonly<{
  on: string;
  /** Closing balance of the day, as the statements say. */
  bankBalanceCents: number;
  /** Deposited − paid − returned − swept, of all agreements. */
  cashByEventsCents: number;
  /** Typed and not booked yet; less recalls typed before the bank has booked them. */
  typedDepositsCents: number;
  /** Booked, and no event of the ledger explains it yet. */
  unresolvedEntriesCents: number;
  /** Interest − charges. */
  operatorPositionCents: number;
  /** Booked on other days than those from the first reported one to this. */
  bookedOutsideCents: number;
  /** What the bank has beyond all that; negative where it has less. */
  differenceCents: number;
  comparedAt: string;
}>;

/** An alarm, and a person: the difference is not 0, and not the one said before. */
export type SolvencyDiffered = Event<'SolvencyDiffered', ComparedBalance>;

/** The difference said before is gone. */
export type SolvencyRestored = Event<'SolvencyRestored', ComparedBalance>;

export type SolvencyFact = SolvencyDiffered | SolvencyRestored;
