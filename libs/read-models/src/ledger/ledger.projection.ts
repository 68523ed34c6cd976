import { tablesProjection } from '@app/platform/read-store';
import { fundingPostings, type FundingFacts } from './funding-postings';
import { LEDGER_TABLES, type LedgerRows } from './ledger.tables';
import { reimbursementPostings, type ReimbursementFacts } from './reimbursement-postings';
import { voucherPostings, type VoucherFacts } from './voucher-postings';

/**
 * Where every cent is, from the log alone (design.md, Where money is): movements in log order, the
 * sums they make, and daily closings from which any past instant is told.
 */
export const ledger = tablesProjection<
  LedgerRows,
  FundingFacts | VoucherFacts | ReimbursementFacts
>({
  name: 'ledger',
  version: 5,
  tables: LEDGER_TABLES,
  on: { ...fundingPostings, ...voucherPostings, ...reimbursementPostings },
});
