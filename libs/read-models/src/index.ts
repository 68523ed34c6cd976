export { access, type ApiKeyRow, type MembershipRow } from './access/access.projection';
export { AccessQueries, type InvitationView, type UserView } from './access/access.query';
export { accounting } from './accounting/accounting.projection';
export type { InvoiceRow, PeriodRow } from './accounting/accounting.tables';
export {
  BookQueries,
  type AccountBalance,
  type JournalKey,
  type JournalLine,
  type MonthOfBooks,
} from './accounting/books.query';
export { FecQueries, type EntryLine } from './accounting/fec.query';
export { InvoiceQueries } from './accounting/invoices.query';
export {
  StatementQueries,
  type AgreementMovements,
  type PlaceStatement,
} from './accounting/statements.query';
export { bank } from './bank/bank.projection';
export { BankQueries, type JudgedItem } from './bank/bank.query';
export type { BankEntryRow, BankItemRow, BankReportRow, ExpectedRow } from './bank/bank.tables';
export {
  LISTED_MAX,
  ReconciliationQueries,
  type Reconciliation,
  type StatementGap,
} from './bank/reconciliation.query';
export { agreementTerms, type AgreementView } from './funding/agreements.projection';
export { deposits, type DepositView } from './funding/deposits.projection';
export { funders, type FunderView } from './funding/funders.projection';
export { FundingQueries } from './funding/funding.query';
export type { FundingBalance, GrossBalance, PayeeBalance } from './ledger/balances';
export { BalanceQueries, type OwedPair } from './ledger/balances.query';
export type { FigureGrouping, Figures } from './ledger/figures';
export { FigureQueries } from './ledger/figures.query';
export { CashQueries, type AgreementCash } from './ledger/cash.query';
export { ledger } from './ledger/ledger.projection';
export { RunAmountQueries, type OwedAtOpening } from './ledger/run-amounts.query';
export type { ClosingTimer } from './orders/closing';
export { placedOrders, type OrderView } from './orders/orders.projection';
export { ClosingQueries, OrderQueries, type DueStep } from './orders/orders.query';
export {
  directoryImports,
  type DirectoryImportView,
  type DirectoryVerdict,
} from './places/directory-imports.projection';
export { DirectoryImportQueries } from './places/directory-imports.query';
export { organisations, type OrganisationView } from './places/organisations.projection';
export { OrganisationQueries } from './places/organisations.query';
export { places } from './places/places.projection';
export {
  PlaceQueries,
  type FoundPlace,
  type Nearby,
  type PlaceView,
  type PlaceWithSiret,
} from './places/places.query';
export { PROJECTIONS, REBUILT_TOGETHER } from './projections';
export { prescribers, type PrescriberView } from './prescribers/prescribers.projection';
export { StockQueries, type OrderStock } from './prescribers/prescribers.query';
export { prescriberStock } from './prescribers/stock.projection';
export { contactViews, type ContactView } from './contacts/contacts.projection';
export { ContactQueries } from './contacts/contacts.query';
export { prints, type PrintView } from './prints/prints.projection';
export { PrintQueries } from './prints/prints.query';
export {
  BeneficiaryQueries,
  type BeneficiaryBalance,
  type BeneficiaryBook,
} from './redemptions/beneficiaries.query';
export { redemptions } from './redemptions/redemptions.projection';
export {
  RedemptionCommands,
  RedemptionQueries,
  type RedemptionView,
  type TimelineStep,
} from './redemptions/redemptions.query';
export { HeldQueries, type Held } from './runs/held.query';
export {
  PaymentQueries,
  type FraudHold,
  type PaymentStepView,
  type PaymentView,
} from './runs/payments.query';
export { RunContentQueries } from './runs/run-contents.query';
export { runs } from './runs/runs.projection';
export { RunQueries, type BarredAccount, type PayeeState, type RunView } from './runs/runs.query';
export type {
  HeldAmountRow,
  PaymentStatus,
  RunLineRow,
  RunPartRow,
  RunStatus,
  RunVersionRow,
} from './runs/runs.tables';
export { ringFencedAccount } from './treasury/account.projection';
export { debtDecisions, type WriteOffView } from './treasury/debtors.projection';
export { DebtQueries, type Debt, type Debtor, type DebtPart } from './treasury/debts.query';
export { feeSweepViews, type FeeSweepView } from './treasury/fee-sweeps.projection';
export { FeeSweepQueries } from './treasury/fee-sweeps.query';
export { CoverageQueries, type FunderCoverage } from './treasury/funder-coverage.query';
export { solvencyAlarms, type SolvencyAlarmView } from './treasury/solvency-alarms.projection';
export {
  SolvencyQueries,
  type Account,
  type Compared,
  type UntoldDay,
} from './treasury/solvency.query';

export {
  webhookDeliveries,
  webhookViews,
  type DeliveryView,
  type WebhookView,
} from './webhooks/webhooks.projection';
export { WebhookQueries } from './webhooks/webhooks.query';
