import type {
  BankEntryBooked,
  BankEntryMatched,
  BankEntryRecorded,
  BankEntryReopened,
  BankEntryResolved,
  BankReportCompleted,
  BankReportRead,
} from '@app/reimbursement/contract';
import type { Recorded } from '@app/platform';
import { forwarded } from './account-cash';
import { AccountChange, type Handlers, type Tables } from './account-step';
import type { AccountEntry } from './account.tables';

type Found = BankEntryMatched | BankEntryResolved;
type Reports = BankReportRead | BankReportCompleted;
export type BankFacts = Reports | BankEntryRecorded | BankEntryBooked | Found | BankEntryReopened;

/** What the bank says of the account, and what its entries were found to be. */
export const bankFacts: Handlers<BankFacts> = {
  // Only a statement says balances, and it says them once all its entries are known.
  BankReportRead: ({ data: { reportId, statements } }, tables) => {
    const stated = statements.flatMap((each) => {
      const { statementId, openingCents, closingCents, toOn, fromOn = toOn } = each;
      if (openingCents === undefined || closingCents === undefined) return [];
      if (toOn === undefined || fromOn === undefined) return [];
      return [{ statementId, openingCents, closingCents, fromOn, toOn }];
    });
    if (stated.length > 0) tables.accountReports.put({ reportId, statements: stated });
  },

  BankEntryRecorded: (event, tables) => {
    const { entryId, source, entry } = event.data;
    const { direction, amountCents, status, bookedOn } = entry;
    const cents = direction === 'credit' ? amountCents : 0 - amountCents;
    const unknown = { as: '', targetId: '', reportId: '' } as const;
    tables.accountEntries.put({ entryId, day: '', cents, leftCents: 0, ...unknown });
    if (source !== 'statement' || status !== 'booked') return;
    const { data } = event;
    bookEntry(event, tables, { ...data, ...(bookedOn !== undefined && { bookedOn }) });
  },

  BankEntryBooked: (event, tables) => bookEntry(event, tables, event.data),

  BankEntryMatched: (event, tables) => found(event, tables),
  BankEntryResolved: (event, tables) => found(event, tables),

  BankEntryReopened: ({ data: { entryId } }, tables) => {
    tables.accountEntries.put({ ...entryOf(tables, entryId), as: '', targetId: '' });
  },

  BankReportCompleted: (event, tables) => {
    const { reportId } = event.data;
    const report = tables.accountReports.get(reportId);
    if (report === undefined) return;
    tables.accountReports.delete(reportId);
    const change = new AccountChange(tables, event);
    for (const entry of tables.accountEntries.where({ reportId })) {
      change.book(entry.day, entry.cents);
      tables.accountEntries.put({ ...entry, reportId: '' });
    }
    const { atMs } = change;
    for (const [seq, statement] of report.statements.entries()) {
      const { position } = event;
      tables.accountStatements.insert({ position, seq, atMs, reportId, ...statement });
      const { fromOn, openingCents } = statement;
      if (change.firstOn !== '' && fromOn >= change.firstOn) continue;
      Object.assign(change, { firstOn: fromOn, openingCents });
    }
    bringForward(tables, change);
    change.write();
  },
};

/**
 * Deposits of before the first reported day are in its opening balance, if a person has said so and no
 * entry could be them.
 */
const bringForward = (tables: Tables, change: AccountChange): void => {
  for (const deposit of tables.accountDeposits.where({ byHand: true })) {
    const { valueOn, amountCents, forward } = deposit;
    const isEarlier = valueOn < change.firstOn;
    const mayBeHere =
      !forward && tables.accountEntries.where({ leftCents: amountCents }).length > 0;
    const after = forwarded(deposit, isEarlier && !mayBeHere, change);
    if (after !== deposit) tables.accountDeposits.put(after);
  }
};

const bookEntry = (
  event: Recorded<BankEntryRecorded | BankEntryBooked>,
  tables: Tables,
  booked: Readonly<{ entryId: string; reportId: string; statementId: string; bookedOn?: string }>,
): void => {
  const entry = entryOf(tables, booked.entryId);
  const { cents } = entry;
  const change = new AccountChange(tables, event);
  const day = dayOf(tables, booked) ?? change.today;
  const { reportId } = booked;
  tables.accountEntries.put({ ...entry, day, leftCents: cents, reportId });
  change.add('unresolvedCents', cents);
  change.write();
};

/** The day it was booked, if its statement is of that day; else the day for which that is stated. */
const dayOf = (
  tables: Tables,
  {
    reportId,
    statementId,
    bookedOn,
  }: Readonly<{
    reportId: string;
    statementId: string;
    bookedOn?: string;
  }>,
): string | undefined => {
  const report = tables.accountReports.get(reportId);
  const statement = report?.statements.find((each) => each.statementId === statementId);
  if (statement === undefined) return bookedOn;
  const { fromOn, toOn } = statement;
  return bookedOn !== undefined && fromOn <= bookedOn && bookedOn <= toOn ? bookedOn : toOn;
};

/** Charges, interest and duplicates have no other effect than this; the others have their own event. */
const found = (event: Recorded<Found>, tables: Tables): void => {
  const { entryId, amountCents, direction, resolution } = event.data;
  const { as, targetId = '' } = resolution;
  const entry: AccountEntry = { ...entryOf(tables, entryId), as, targetId };
  tables.accountEntries.put(entry);
  if (as !== 'bankCharge' && as !== 'interest' && as !== 'duplicate') return;
  const change = new AccountChange(tables, event);
  const taken = change.take(entry, direction === 'credit' ? amountCents : 0 - amountCents);
  if (as === 'duplicate') undo(entry, { taken, change, tables });
  else change.add('operatorCents', taken);
  change.write();
};

/** The bank booked it once: it is in no balance a second time. */
const undo = (
  { entryId }: AccountEntry,
  { taken, change, tables }: { taken: number; change: AccountChange; tables: Tables },
): void => {
  const entry = entryOf(tables, entryId);
  tables.accountEntries.put({ ...entry, cents: entry.cents - taken });
  if (entry.reportId === '') change.book(entry.day, 0 - taken);
};

const entryOf = (tables: Tables, entryId: string): AccountEntry => {
  const entry = tables.accountEntries.get(entryId);
  if (entry === undefined) throw new Error(`entry ${entryId} was never recorded`);
  return entry;
};
