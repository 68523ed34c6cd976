import type { Event } from '@app/kernel';
import type { Recorded, TableInput, TableWriter } from '@app/platform';
import type {
  Component,
  HoldReason,
  PaymentFile,
  RunCompleted,
  RunRules,
} from '@app/reimbursement/contract';

/** Amounts are integer cents, `…Position` places in the log, `…Ms` instants of the log's clock. */
export type RunStatus =
  | 'opened'
  | 'preparing'
  | 'prepared'
  | 'approved'
  /** A version failed, and its slices go back to owed one by one. */
  | 'releasing'
  /** Until somebody prepares it again. */
  | 'released'
  | 'issued'
  | 'submitting'
  | 'submitted'
  | 'unclear'
  | 'completed';

export type RunRow = Readonly<{
  runId: string;
  number: number;
  status: RunStatus;
  /** 0 before its first preparation. */
  version: number;
  openedBy: string;
  openedAt: string;
  openedOn: string;
  openingEventId: string;
  openingPosition: bigint;
  files: readonly PaymentFile[];
  executionOn: string | null;
  issuedAt: string | null;
  submission: readonly SubmissionStep[];
  /** Payments of its files that the bank has not answered. */
  unanswered: number;
  outcome: RunCompleted['data']['outcome'] | null;
  completedAt: string | null;
  /** The next run may open. */
  cleared: boolean;
}>;

export type SubmissionStep = Readonly<{
  step: 'started' | 'submitted' | 'unclear';
  by: string;
  at: string;
  evidence?: string;
}>;

export type RunVersionRow = Readonly<{
  runId: string;
  version: number;
  number: number;
  preparationPosition: bigint;
  preparedBy: string;
  startedAt: string;
  rules: RunRules;
  slicesFrozen: number;
  slicesReleased: number;
  organisations: number;
  lines: number;
  payableCents: number;
  heldCents: number;
  /** Of its lines, hex; null until all are frozen, like the two instants. */
  linesSha256: string | null;
  preparedAt: string | null;
  preparedMs: number | null;
  approvals: readonly Approval[];
  /** Why there is a next version, or will be. */
  failure: VersionFailure | null;
}>;

export type Approval = Readonly<{ approvedBy: string; approvedAt: string }>;

export type VersionFailure = Readonly<{
  reason: 'rejected' | 'bank_account_changed' | 'claim_changed';
  at: string;
  /** Of a rejection: who, and why in their words. */
  by?: string;
  words?: string;
  /** What the others are about. */
  organisationIds?: readonly string[];
}>;

export type RunLineRow = Readonly<{
  runId: string;
  version: number;
  organisationId: string;
  claimId: string;
  attempt: number;
  endToEndId: string;
  amountCents: number;
  components: readonly Component[];
  bankAccountId: string;
  ibanMasked: string;
  holderName: string;
}>;

export type HeldAmountRow = Readonly<{
  runId: string;
  version: number;
  organisationId: string;
  reason: HoldReason;
  /** '' for what belongs to no claim. */
  claimId: string;
  amountCents: number;
  components: readonly Component[];
}>;

/** A component of a line or of a held amount: how a place finds its runs. */
export type RunPartRow = Readonly<{
  runId: string;
  version: number;
  seq: string;
  number: number;
  organisationId: string;
  agreementId: string;
  placeId: string;
  cents: number;
  claimId: string;
  /** 0 of what is held. */
  attempt: number;
  /** '' of what is paid. */
  reason: HoldReason | '';
}>;

export type PaymentStatus = 'ordered' | 'settled' | 'rejected' | 'returned' | 'released';

/** A claim of one organisation, as it is now. */
export type PaymentRow = Readonly<{
  claimId: string;
  organisationId: string;
  status: PaymentStatus;
  amountCents: number;
  components: readonly Component[];
  attempt: number;
  endToEndId: string;
  /** Of the last attempt. */
  runId: string;
  version: number;
  ibanMasked: string;
  /** The next run takes it again. */
  granted: boolean;
  /** Why the bank rejected or returned it last. */
  reasonCode: string | null;
  /** Of the last booked debit or return. */
  bookedOn: string | null;
  /** Booked debits that nothing explains, until what two people say of them is taken. */
  disputes: number;
  /** Before the attempt at hand, for when it is withdrawn. */
  before: Pick<PaymentRow, AttemptColumn> | null;
}>;

type AttemptColumn =
  'status' | 'attempt' | 'endToEndId' | 'runId' | 'version' | 'ibanMasked' | 'reasonCode';

export type PaymentStep =
  | 'ordered'
  | 'withdrawn'
  | 'settled'
  | 'rejected'
  | 'returned'
  | 'lateRejection'
  | 'disputed'
  | 'representmentGranted'
  | 'released';

/** Everything that happened to a claim, for what it was at any position. */
export type PaymentStepRow = Readonly<{
  claimId: string;
  position: bigint;
  organisationId: string;
  step: PaymentStep;
  at: string;
  atMs: number;
  attempt: number;
  endToEndId: string | null;
  runId: string | null;
  bookedOn: string | null;
  reasonCode: string | null;
  statementReference: string | null;
  /** Of a booked debit in dispute. */
  dispute: string | null;
}>;

/** A booked debit that nothing explains, by the entry that people resolve. */
export type DisputeRow = Readonly<{
  entryId: string;
  endToEndId: string;
  claimId: string;
  /** Two people have said what it is, and the ledger has not taken it yet. */
  decided: boolean;
}>;

/** An account that answered AC01, AC04 or AC06, from that position on. */
export type BarredAccountRow = Readonly<{ organisationId: string; position: bigint; iban: string }>;

/** What was decided about an organisation that a run heeds. */
export type PayeeStepRow = Readonly<{
  organisationId: string;
  position: bigint;
  step: 'fraudHoldPlaced' | 'fraudHoldLifted' | 'left' | 'rejoined';
  at: string;
  /** Pseudonymous id of the person. */
  by: string;
  reason: string | null;
}>;

export type RunRows = {
  runs: RunRow;
  runVersions: RunVersionRow;
  runLines: RunLineRow;
  heldAmounts: HeldAmountRow;
  runParts: RunPartRow;
  payments: PaymentRow;
  paymentSteps: PaymentStepRow;
  disputes: DisputeRow;
  barredAccounts: BarredAccountRow;
  payeeSteps: PayeeStepRow;
};

export type RunTables = Readonly<{ [Name in keyof RunRows]: TableWriter<RunRows[Name]> }>;

export type RunFolds<Facts extends Event> = {
  readonly [Fact in Facts as Fact['type']]: (event: Recorded<Fact>, tables: RunTables) => void;
};

export const RUN_TABLES: Readonly<{ [Name in keyof RunRows]: TableInput<RunRows[Name]> }> = {
  runs: {
    columns: {
      runId: 'text',
      number: 'integer',
      status: 'text',
      version: 'integer',
      openedBy: 'text',
      openedAt: 'text',
      openedOn: 'text',
      openingEventId: 'text',
      openingPosition: 'position',
      files: 'json',
      executionOn: 'text?',
      issuedAt: 'text?',
      submission: 'json',
      unanswered: 'integer',
      outcome: 'text?',
      completedAt: 'text?',
      cleared: 'boolean',
    },
    key: ['runId'],
    indexes: [['number'], ['status']],
  },
  runVersions: {
    columns: {
      runId: 'text',
      version: 'integer',
      number: 'integer',
      preparationPosition: 'position',
      preparedBy: 'text',
      startedAt: 'text',
      rules: 'json',
      slicesFrozen: 'integer',
      slicesReleased: 'integer',
      organisations: 'integer',
      lines: 'integer',
      payableCents: 'integer',
      heldCents: 'integer',
      linesSha256: 'text?',
      preparedAt: 'text?',
      preparedMs: 'integer?',
      approvals: 'json',
      failure: 'json?',
    },
    key: ['runId', 'version'],
    indexes: [['number', 'version']],
  },
  runLines: {
    columns: {
      runId: 'text',
      version: 'integer',
      organisationId: 'text',
      claimId: 'text',
      attempt: 'integer',
      endToEndId: 'text',
      amountCents: 'integer',
      components: 'json',
      bankAccountId: 'text',
      ibanMasked: 'text',
      holderName: 'text',
    },
    key: ['runId', 'version', 'organisationId', 'endToEndId'],
  },
  heldAmounts: {
    columns: {
      runId: 'text',
      version: 'integer',
      organisationId: 'text',
      reason: 'text',
      claimId: 'text',
      amountCents: 'integer',
      components: 'json',
    },
    key: ['runId', 'version', 'organisationId', 'claimId', 'reason'],
  },
  runParts: {
    columns: {
      runId: 'text',
      version: 'integer',
      seq: 'text',
      number: 'integer',
      organisationId: 'text',
      agreementId: 'text',
      placeId: 'text',
      cents: 'integer',
      claimId: 'text',
      attempt: 'integer',
      reason: 'text',
    },
    key: ['runId', 'version', 'seq'],
    indexes: [['placeId', 'agreementId'], ['organisationId']],
  },
  payments: {
    columns: {
      claimId: 'text',
      organisationId: 'text',
      status: 'text',
      amountCents: 'integer',
      components: 'json',
      attempt: 'integer',
      endToEndId: 'text',
      runId: 'text',
      version: 'integer',
      ibanMasked: 'text',
      granted: 'boolean',
      reasonCode: 'text?',
      bookedOn: 'text?',
      disputes: 'integer',
      before: 'json?',
    },
    key: ['claimId'],
    indexes: [['organisationId'], ['status'], ['runId', 'version']],
  },
  paymentSteps: {
    columns: {
      claimId: 'text',
      position: 'position',
      organisationId: 'text',
      step: 'text',
      at: 'text',
      atMs: 'integer',
      attempt: 'integer',
      endToEndId: 'text?',
      runId: 'text?',
      bookedOn: 'text?',
      reasonCode: 'text?',
      statementReference: 'text?',
      dispute: 'text?',
    },
    key: ['claimId', 'position'],
    indexes: [['position'], ['organisationId']],
  },
  disputes: {
    columns: { entryId: 'text', endToEndId: 'text', claimId: 'text', decided: 'boolean' },
    key: ['entryId', 'endToEndId'],
  },
  barredAccounts: {
    columns: { organisationId: 'text', position: 'position', iban: 'text' },
    key: ['organisationId', 'position'],
  },
  payeeSteps: {
    columns: {
      organisationId: 'text',
      position: 'position',
      step: 'text',
      at: 'text',
      by: 'text',
      reason: 'text?',
    },
    key: ['organisationId', 'position'],
  },
};
