import { tablesProjection } from '@app/platform/read-store';
import type {
  BankEntryApplied,
  BankEntryReopened,
  BankEntryResolved,
  FraudHoldLifted,
  FraudHoldPlaced,
  PayeeLeft,
  PayeeRejoined,
  PaymentFact,
  RunFact,
  RunRegisterFact,
} from '@app/reimbursement/contract';
import { PAYEE_FACTS, PAYMENT_FACTS } from './payment-facts';
import { RUN_FACTS } from './run-facts';
import { RUN_TABLES, type RunRows } from './runs.tables';

type Facts =
  | RunRegisterFact
  | RunFact
  | PaymentFact
  | FraudHoldPlaced
  | FraudHoldLifted
  | PayeeLeft
  | PayeeRejoined
  | BankEntryResolved
  | BankEntryReopened
  | BankEntryApplied;

/** Runs, their lines and holds, and what became of each payment; the money itself is the ledger's. */
export const runs = tablesProjection<RunRows, Facts>({
  name: 'runs',
  version: 2,
  tables: RUN_TABLES,
  on: { ...RUN_FACTS, ...PAYMENT_FACTS, ...PAYEE_FACTS },
});
