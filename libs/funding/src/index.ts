export { agreement } from './domain/agreement';
export { headroomCents, type Agreement, type SignedAgreement } from './domain/agreement.state';
export { claimCoFunding, type CoFundingClaim } from './domain/co-funding';
export { deposit, type Deposit } from './domain/deposit';
export { funder, type Funder } from './domain/funder';
export type { FundingRefusal } from './domain/refuse';
export { FundingModule } from './funding.module';
export { AgreementFigures, type AgreementFiguresOf } from './ports/agreement-figures';
export { RingFencedAccount } from './ports/ring-fenced-account';
export { CloseAgreement } from './use-cases/close-agreement';
export { CorrectFunder } from './use-cases/correct-funder';
export { ConfirmFunds, RecallFunds, ReceiveFunds } from './use-cases/copy-funds';
export { BookDeposit, ConfirmDeposit, RecallDeposit, RecordDeposit } from './use-cases/deposits';
export {
  EnqueueOrder,
  IssueCreditNote,
  ReleaseOrder,
  RequestActivation,
} from './use-cases/fund-orders';
export {
  DeclareFunderBankAccount,
  RevokeFunderBankAccount,
  VerifyFunderBankAccount,
} from './use-cases/funder-bank-accounts';
export {
  ApproveRefund,
  BookRefund,
  FailRefund,
  ProposeRefund,
  ReturnRefund,
  SendRefund,
} from './use-cases/refunds';
export { RegisterFunder } from './use-cases/register-funder';
export { SignAgreement } from './use-cases/sign-agreement';
