export { BankReportFiles } from './adapters/bank-report-files';
export { readBankReport, type ReportOptions } from './adapters/bank-reports';
export { BankReportKeys, BankTexts, type KeptText, type TextReader } from './adapters/bank-texts';
export { linesSha256 } from './adapters/lines-sha256';
export { PaymentFiles } from './adapters/payment-file-store';
export {
  type PaymentFilesInput,
  writePaymentFiles,
  type WrittenPaymentFile,
} from './adapters/payment-files';
export { bankEntry, type BankEntryWish, type EntryOfAccount } from './domain/bank/bank-entry';
export { bankReport, type BankReport, type BankReportWish } from './domain/bank/bank-report';
export { identitiesOf } from './domain/bank/entry-identity';
export {
  type BatchLine,
  type Candidate,
  type Known,
  type Match,
  matchEntry,
  proposeCandidate,
  referencesOf,
} from './domain/bank/matching';
export type { PaymentAnswer, ReadReport, ReadStatement } from './domain/bank/read-report';
export { feeSweeps, type FeeSweeps, type FeeSweepWish } from './domain/fee-sweeps/fee-sweeps';
export { payee, type Payee, type PayeeWish, RECOVERY_DAYS } from './domain/payee/payee';
export { payment } from './domain/payment/payment';
export type { PaymentWish } from './domain/payment/payment.messages';
export type { Payment } from './domain/payment/payment.state';
export type { ReimbursementRefusal } from './domain/refuse';
export { assertBankingDay, executionDayOf } from './domain/run/execution-day';
export {
  type ClaimInOwed,
  type Draft,
  type DraftInput,
  draftLines,
  type OwedAmount,
  type PayeeNow,
} from './domain/run/lines';
export { run } from './domain/run/run';
export type { AccountChange, AccountNow, RunWish } from './domain/run/run.messages';
export { heldOf, linesOf, type Run } from './domain/run/run.state';
export { RUN_REGISTER_ID, runRegister, type RunRegister } from './domain/run/run-register';
export { type Replacement, type SepaPayee, sepaPayeeOf } from './domain/run/sepa-payee';
export { sliceDraft, type Slice } from './domain/run/slices';
export {
  bankRematchQueue,
  bankReportQueue,
  type BankEntryJob,
  type BankReportJob,
} from './bank.queue';
export { AccountViews, type IssuedFile } from './ports/account-views';
export { FundingAtBank, type LineOfAccount } from './ports/funding-at-bank';
export { PayableAccounts, type PayableAccount } from './ports/payable-accounts';
export { PayeePlaces } from './ports/payee-places';
export { RunBases, type PreparationPlaces, type RunBasis } from './ports/run-basis';
export { RunSettings } from './ports/run-settings';
export { TreasuryFigures, type AgreementFees } from './ports/treasury-figures';
export { ReimbursementModule } from './reimbursement.module';
export {
  runOpeningQueue,
  runQueue,
  runSliceQueue,
  type RunJob,
  type RunOpeningJob,
  type RunSliceJob,
} from './run.queue';
export { ApplyBankEntry } from './use-cases/bank/apply-entry';
export { EraseBankReport } from './use-cases/bank/erase-report';
export { HandleBankReport, type ReportProgress } from './use-cases/bank/handle-report';
export { ReceiveBankReport } from './use-cases/bank/receive-report';
export { RematchBankEntry } from './use-cases/bank/rematch-entry';
export {
  AcknowledgeAnswer,
  ApproveResolution,
  ProposeResolution,
} from './use-cases/bank/resolve-entry';
export { LiftFraudHold, PlaceFraudHold } from './use-cases/payments/fraud-holds';
export { RepresentPayment } from './use-cases/payments/represent-payment';
export { AdvanceRun, advanceRun, type RunProgress } from './use-cases/runs/advance-run';
export { ApproveRun, RejectRun } from './use-cases/runs/approval';
export { FreezeRunSlice } from './use-cases/runs/freeze-run-slice';
export { OpenRun } from './use-cases/runs/open-run';
export { GetPaymentFile, type PaymentFileContent } from './use-cases/runs/payment-file';
export { PrepareRun } from './use-cases/runs/prepare-run';
export { RecordSubmission } from './use-cases/runs/submissions';
export {
  ApproveFeeSweep,
  ApproveWriteOff,
  CancelFeeSweep,
  CompareBalance,
  ProposeFeeSweep,
  ProposeWriteOff,
  RecordLeaving,
  ReviewMembership,
} from './use-cases/treasury';
