import { Module } from '@nestjs/common';
import { AgreementCash } from './use-cases/agreement-cash';
import { CloseAgreementHandler } from './use-cases/close-agreement';
import {
  ConfirmFundsHandler,
  RecallFundsHandler,
  ReceiveFundsHandler,
} from './use-cases/copy-funds';
import {
  BookDepositHandler,
  ConfirmDepositHandler,
  RecallDepositHandler,
  RecordDepositHandler,
} from './use-cases/deposits';
import {
  EnqueueOrderHandler,
  IssueCreditNoteHandler,
  ReleaseOrderHandler,
  RequestActivationHandler,
} from './use-cases/fund-orders';
import {
  DeclareFunderBankAccountHandler,
  RevokeFunderBankAccountHandler,
  VerifyFunderBankAccountHandler,
} from './use-cases/funder-bank-accounts';
import {
  ApproveRefundHandler,
  BookRefundHandler,
  FailRefundHandler,
  ProposeRefundHandler,
  ReturnRefundHandler,
  SendRefundHandler,
} from './use-cases/refunds';
import { CorrectFunderHandler } from './use-cases/correct-funder';
import { RegisterFunderHandler } from './use-cases/register-funder';
import { SignAgreementHandler } from './use-cases/sign-agreement';

/**
 * Handlers of funding's wishes. Whoever imports it provides `AggregateStore`, `Clock`,
 * `RingFencedAccount` and `AgreementFigures` globally.
 */
@Module({
  providers: [
    RegisterFunderHandler,
    CorrectFunderHandler,
    DeclareFunderBankAccountHandler,
    VerifyFunderBankAccountHandler,
    RevokeFunderBankAccountHandler,
    SignAgreementHandler,
    RecordDepositHandler,
    ConfirmDepositHandler,
    RecallDepositHandler,
    BookDepositHandler,
    ReceiveFundsHandler,
    ConfirmFundsHandler,
    RecallFundsHandler,
    EnqueueOrderHandler,
    ReleaseOrderHandler,
    RequestActivationHandler,
    IssueCreditNoteHandler,
    AgreementCash,
    ProposeRefundHandler,
    ApproveRefundHandler,
    SendRefundHandler,
    BookRefundHandler,
    FailRefundHandler,
    ReturnRefundHandler,
    CloseAgreementHandler,
  ],
})
export class FundingModule {}
