export { AccountingModule } from './accounting.module';
export { encodeFec, fecNameOf, fecText, type FecLine } from './domain/fec';
export type { AccountingRefusal } from './domain/refuse';
export { BooksOfMonths } from './ports/books-of-months';
export { TermsOfAgreements, type InvoicedTerms } from './ports/invoiced-terms';
export { OperatorIdentity, vatNumberOf } from './ports/operator';
export { CloseMonth, ProposeClosing } from './use-cases/close-month';
export { IssueInvoice } from './use-cases/issue-invoice';
