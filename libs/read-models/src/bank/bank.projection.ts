import type { DepositFact, RefundFact } from './expected-facts';
import { tablesProjection } from '@app/platform/read-store';
import type {
  BankEntryFact,
  BankReportFact,
  DebtRepaid,
  FeeSweepFact,
  PaymentFact,
  PaymentFileIssued,
} from '@app/reimbursement/contract';
import { BANK_TABLES, type BankRows } from './bank.tables';
import { ENTRY_FACTS } from './entry-facts';
import { EXPECTED_FACTS } from './expected-facts';
import { REPORT_FACTS } from './report-facts';

type Facts =
  | BankReportFact
  | BankEntryFact
  | PaymentFact
  | PaymentFileIssued
  | FeeSweepFact
  | DebtRepaid
  | DepositFact
  | RefundFact;

/** What the bank reported of the ring-fenced account, and what the ledger expects there. */
export const bank = tablesProjection<BankRows, Facts>({
  name: 'bank',
  version: 2,
  tables: BANK_TABLES,
  on: { ...REPORT_FACTS, ...ENTRY_FACTS, ...EXPECTED_FACTS },
});
