import type {
  DepositAssigned,
  DepositBooked,
  DepositConfirmed,
  FundsRecalled,
  RefundBooked,
  RefundReturned,
} from '@app/funding/contract';
import type { Recorded } from '@app/platform';
import type {
  DebtRepaid,
  FeeSweepBooked,
  FeeSweepReturned,
  PaymentReturned,
  PaymentSettled,
} from '@app/reimbursement/contract';
import { AccountChange, type Handlers, type Tables } from './account-step';
import type { AccountDeposit, AccountEntry } from './account.tables';

type DepositFacts = DepositAssigned | DepositConfirmed | DepositBooked | FundsRecalled;
type Effects = PaymentSettled | PaymentReturned | DebtRepaid | FeeSweepBooked | FeeSweepReturned;
export type CashFacts = DepositFacts | RefundBooked | RefundReturned | Effects;

/** What changes an agreement's cash, and the entry that stands behind it. */
export const cashFacts: Handlers<CashFacts> = {
  DepositAssigned: (event, tables) => {
    const { depositId, amountCents, valueOn } = event.data;
    const change = new AccountChange(tables, event);
    change.add('cashCents', amountCents);
    change.add('typedCents', amountCents);
    const typed = { typedCents: amountCents, byHand: false, forward: false };
    tables.accountDeposits.put({ depositId, valueOn, amountCents, ...typed });
    change.write();
  },

  // Whether a line of the bank stands behind it says DepositBooked.
  DepositConfirmed: (event, tables) => {
    tables.accountDeposits.put({ ...depositOf(tables, event.data.depositId), byHand: true });
  },

  DepositBooked: (event, tables) => {
    const { depositId, direction, amountCents, source } = event.data;
    const change = new AccountChange(tables, event);
    const deposit = depositOf(tables, depositId);
    const cents = direction === 'credit' ? amountCents : 0 - amountCents;
    const entry = entryOfSource(tables, source);
    // What no entry has stays typed.
    const taken = entry ? change.take(entry, cents) : 0;
    const before = direction === 'credit' ? forwarded(deposit, false, change) : deposit;
    change.add('typedCents', 0 - taken);
    const typedCents = before.typedCents - taken;
    tables.accountDeposits.put({ ...before, typedCents, byHand: false });
    change.write();
  },

  // Cash follows the agreement's copy, as the ledger does.
  FundsRecalled: (event, tables) => {
    const { depositId, amountCents } = event.data;
    const change = new AccountChange(tables, event);
    const known = depositOf(tables, depositId);
    // What never came is nothing the bank held before the first reported day.
    const isThere = known.forward && change.openingCents !== 0;
    const deposit = forwarded(known, isThere, change);
    change.add('cashCents', 0 - amountCents);
    change.add('typedCents', 0 - amountCents);
    const typedCents = deposit.typedCents - amountCents;
    const byHand = deposit.byHand && deposit.forward;
    tables.accountDeposits.put({ ...deposit, typedCents, byHand });
    change.write();
  },

  RefundBooked: (event, tables) => refund(event, tables, 0 - event.data.amountCents),
  RefundReturned: (event, tables) => refund(event, tables, event.data.amountCents),
  PaymentSettled: (event, tables) => effect(event, tables, 0 - event.data.amountCents),
  PaymentReturned: (event, tables) => effect(event, tables, event.data.amountCents),
  DebtRepaid: (event, tables) => effect(event, tables, event.data.amountCents),
  FeeSweepBooked: (event, tables) => effect(event, tables, 0 - event.data.amountCents),
  FeeSweepReturned: (event, tables) => effect(event, tables, event.data.amountCents),
};

/** Confirmed by hand for a day before the first reported one: it was in what the bank held then. */
export const forwarded = (
  deposit: AccountDeposit,
  forward: boolean,
  change: AccountChange,
): AccountDeposit => {
  if (deposit.forward === forward) return deposit;
  const cents = forward ? deposit.amountCents : 0 - deposit.amountCents;
  change.add('forwardCents', cents);
  change.add('typedCents', 0 - cents);
  return { ...deposit, forward, typedCents: deposit.typedCents - cents };
};

const effect = (event: Recorded<Effects>, tables: Tables, cents: number): void => {
  const { source, bookedOn: day } = event.data;
  const change = new AccountChange(tables, event);
  change.move(cents, { entry: entryOfSource(tables, source), day });
  change.write();
};

/** Effects name the entry, and after a `/` what of it they are of. */
const entryOfSource = (tables: Tables, source: string): AccountEntry | undefined => {
  const [entryId = ''] = source.split('/');
  return tables.accountEntries.get(entryId);
};

/** Its event names no entry: it is the one that was found to be this refund. */
const refund = (
  event: Recorded<RefundBooked | RefundReturned>,
  tables: Tables,
  cents: number,
): void => {
  const change = new AccountChange(tables, event);
  const entry = tables.accountEntries
    .where({ targetId: event.data.refundId })
    .find(({ as, leftCents }) => as === 'refund' && Math.sign(leftCents) === Math.sign(cents));
  change.move(cents, { entry });
  change.write();
};

const depositOf = (tables: Tables, depositId: string): AccountDeposit => {
  const deposit = tables.accountDeposits.get(depositId);
  if (deposit === undefined) throw new Error(`deposit ${depositId} was never assigned`);
  return deposit;
};
