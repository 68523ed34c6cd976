import { tablesProjection } from '@app/platform/read-store';
import { ACCOUNTING_TABLES, type AccountingRows } from './accounting.tables';
import { paymentEntries, type PaymentFacts } from './payment-entries';
import { funderEntries, type FunderFacts } from './funder-entries';
import { voucherEntries, type VoucherEntryFacts } from './voucher-entries';

/**
 * The books: a numbered entry for every event that moves money, in log order, on the day of its place
 * in the log. Told from the events apart from the ledger, which it must agree with at every position.
 */
export const accounting = tablesProjection<
  AccountingRows,
  FunderFacts | VoucherEntryFacts | PaymentFacts
>({
  name: 'accounting',
  version: 2,
  tables: ACCOUNTING_TABLES,
  on: { ...funderEntries, ...voucherEntries, ...paymentEntries },
});
