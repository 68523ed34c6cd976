import { AccountLookups } from './account-lookups';
import { ApplyBankEntryHandler } from './apply-entry';
import { EntryEffects } from './entry-effects';
import { EntryMatching } from './entry-matching';
import { EraseBankReportHandler } from './erase-report';
import { HandleBankReportHandler } from './handle-report';
import { PaymentAnswers } from './payment-answers';
import { ReceiveBankReportHandler } from './receive-report';
import { RematchBankEntryHandler } from './rematch-entry';
import {
  AcknowledgeAnswerHandler,
  ApproveResolutionHandler,
  ProposeResolutionHandler,
} from './resolve-entry';

export const BANK_HANDLERS = [
  AccountLookups,
  EntryEffects,
  EntryMatching,
  PaymentAnswers,
  ReceiveBankReportHandler,
  HandleBankReportHandler,
  EraseBankReportHandler,
  RematchBankEntryHandler,
  ApplyBankEntryHandler,
  ProposeResolutionHandler,
  ApproveResolutionHandler,
  AcknowledgeAnswerHandler,
];
