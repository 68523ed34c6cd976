import type { Command, Day, Instant } from '@app/kernel';
import type { HeldAmount, PaymentFile, RunLine, RunRules, WrittenWith } from '../../contract';

/** Version 1 follows the opening; every further one a rejection or a change, once all is released. */
export type StartPreparation = Command<
  'StartPreparation',
  {
    runId: string;
    number: number;
    openingEventId: string;
    preparedBy: string;
    startedAt: Instant;
    rules: RunRules;
  }
>;

/** Slices are numbered from 0; a job that was killed freezes the same slice again. */
export type FreezeSlice = Command<
  'FreezeSlice',
  { version: number; slice: number; lines: readonly RunLine[]; held: readonly HeldAmount[] }
>;

/** What the draft says the slices add up to; the run compares it with what it has frozen. */
export type FinishPreparation = Command<
  'FinishPreparation',
  {
    version: number;
    slices: number;
    lines: number;
    payableCents: number;
    linesSha256: string;
    preparedAt: Instant;
  }
>;

/** Read again from the organisations' streams; absent where nothing is payable now. */
export type AccountNow = Readonly<{
  organisationId: string;
  bankAccountId?: string;
  iban?: string;
}>;

/** Who declared or revoked an account of an organisation, and when. */
export type AccountChange = Readonly<{
  organisationId: string;
  changedBy: string;
  changedAt: Instant;
}>;

export type ApproveRun = Command<
  'ApproveRun',
  {
    approvedBy: string;
    isMachine: boolean;
    approvedAt: Instant;
    linesSha256: string;
    accounts: readonly AccountNow[];
    accountChanges: readonly AccountChange[];
  }
>;

export type RejectRun = Command<
  'RejectRun',
  { rejectedBy: string; isMachine: boolean; rejectedAt: Instant; reason: string }
>;

export type ReleaseSlice = Command<'ReleaseSlice', { version: number; slice: number }>;

export type IssueFiles = Command<
  'IssueFiles',
  {
    version: number;
    files: readonly PaymentFile[];
    executionOn: Day;
    written: WrittenWith;
    issuedBy: string;
    issuedAt: Instant;
    accounts: readonly AccountNow[];
    /** Organisations of claims that their own streams no longer let be re-presented. */
    changedClaims: readonly string[];
  }
>;

export type StartSubmission = Command<
  'StartSubmission',
  { startedBy: string; isMachine: boolean; startedAt: Instant; evidence?: string }
>;

export type ReportSubmission = Command<
  'ReportSubmission',
  {
    outcome: 'submitted' | 'unclear';
    reportedBy: string;
    reportedAt: Instant;
    evidence?: string;
  }
>;

/** `unanswered`: payments of the run that are still ordered. */
export type CompleteRun = Command<'CompleteRun', { unanswered: number; completedAt: Instant }>;

export type RunWish =
  | StartPreparation
  | FreezeSlice
  | FinishPreparation
  | ApproveRun
  | RejectRun
  | ReleaseSlice
  | IssueFiles
  | StartSubmission
  | ReportSubmission
  | CompleteRun;
