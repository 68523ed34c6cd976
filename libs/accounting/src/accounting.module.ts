import { Module } from '@nestjs/common';
import { CloseMonthHandler, ProposeClosingHandler } from './use-cases/close-month';
import { IssueInvoiceHandler } from './use-cases/issue-invoice';

/**
 * Handlers of accounting's wishes. Whoever imports it provides `AggregateStore`, `Clock`,
 * `TermsOfAgreements`, `OperatorIdentity` and `BooksOfMonths` globally.
 */
@Module({ providers: [IssueInvoiceHandler, ProposeClosingHandler, CloseMonthHandler] })
export class AccountingModule {}
