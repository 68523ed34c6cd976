/**
 * What reimbursement publishes. Amounts are integer euro cents, days `YYYY-MM-DD` of Europe/Paris
 * (`…On`), instants RFC 3339 UTC (`…At`), people pseudonymous person ids (`…By`). Streams:
 * `run-register-{one fixed id}`, `run-{runId}`, `payment-{claimId}`, `payee-{organisationId}`,
 * `fee-sweeps-{agreementId}`, `bank-report-{reportId}`, `bank-entry-{entryId}`, `solvency-{day}`.
 */

export type { RunOpened, RunCleared, RunRegisterFact } from './domain/run/run-register.facts';

export type {
  Component,
  FrozenPayee,
  Debtor,
  RunLine,
  HoldReason,
  HeldAmount,
  RunRules,
  PreparationStarted,
  LinesFrozen,
  AmountsHeld,
  RunPrepared,
  ApprovalGiven,
  RunApproved,
  RunRejected,
  RunSentBack,
  LinesReleased,
  PaymentFile,
  WrittenWith,
  PaymentFileIssued,
  SubmissionStarted,
  RunSubmitted,
  SubmissionUnclear,
  RunCompleted,
  RunFact,
} from './domain/run/run.facts';

export type {
  BankEvidence,
  PaymentOrdered,
  AttemptWithdrawn,
  PaymentSettled,
  PaymentRejected,
  PaymentReturned,
  LateRejectionKept,
  BookedDebitDisputed,
  RepresentmentGranted,
  ClaimReleased,
  PaymentFact,
} from './domain/payment/payment.facts';

export type {
  FraudHoldPlaced,
  FraudHoldLifted,
  PayeeLeft,
  PayeeRejoined,
  DebtRepaid,
  WriteOffProposed,
  WriteOffDecided,
  PayeeFact,
} from './domain/payee/payee.facts';

export type {
  FeeSweepProposed,
  FeeSweepOrdered,
  FeeSweepBooked,
  FeeSweepCancelled,
  FeeSweepReturned,
  FeeSweepFact,
} from './domain/fee-sweeps/fee-sweeps.facts';

export type {
  BankReportKind,
  BankReportReceived,
  BankReportRefused,
  ReportedStatement,
  FirstStatement,
  BankReportRead,
  ItemVerdict,
  ReportItemsJudged,
  BankReportCompleted,
  ReportAnswerAcknowledged,
  BankReportErased,
  BankReportFact,
} from './domain/bank/bank-report.facts';

export type {
  TransactionText,
  BankTransaction,
  BankEntry,
  RecordedTransaction,
  RecordedBankEntry,
  BankEntryRecorded,
  BankEntryBooked,
  ResolutionKind,
  Resolution,
  MatchProposed,
  EntryPayment,
  BankEntryMatched,
  ResolutionProposed,
  BankEntryResolved,
  BankEntryApplied,
  BankEntryReopened,
  BankEntryFact,
} from './domain/bank/bank-entry.facts';

export type {
  ComparedBalance,
  SolvencyDiffered,
  SolvencyRestored,
  SolvencyFact,
} from './domain/solvency/solvency.facts';
