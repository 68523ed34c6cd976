import { tablesProjection } from '@app/platform/read-store';
import { ACCOUNT_TABLES, type AccountRows } from './account.tables';
import { bankFacts, type BankFacts } from './account-bank';
import { cashFacts, type CashFacts } from './account-cash';

/**
 * The ring-fenced account from both sides: what the bank's statements hold, and what events of the
 * ledger say it should (design.md, Solvency). An entry of the bank and its effect in the ledger are two
 * events of two streams; the parts are kept so that the account is explained at every place between.
 */
export const ringFencedAccount = tablesProjection<AccountRows, BankFacts | CashFacts>({
  name: 'ring-fenced-account',
  version: 1,
  tables: ACCOUNT_TABLES,
  on: { ...cashFacts, ...bankFacts },
});
