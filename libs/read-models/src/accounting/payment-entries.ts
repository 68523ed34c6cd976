import type { Recorded } from '@app/platform';
import type {
  BankEntryApplied,
  BankEntryBooked,
  BankEntryRecorded,
  BankReportRead,
  BankReportReceived,
  Component,
  DebtRepaid,
  FirstStatement,
  FeeSweepBooked,
  FeeSweepReturned,
  LinesFrozen,
  LinesReleased,
  PaymentRejected,
  PaymentReturned,
  PaymentSettled,
  RunOpened,
} from '@app/reimbursement/contract';
import type { AccountedEntryRow } from './accounting.tables';
import { book, tick, type Books, type Transfer } from './booking';
import type { Entries } from './funder-entries';
import type { LedgerAccount } from './chart';

export type PaymentFacts =
  | RunOpened
  | LinesFrozen
  | LinesReleased
  | PaymentSettled
  | PaymentRejected
  | PaymentReturned
  | DebtRepaid
  | FeeSweepBooked
  | FeeSweepReturned
  | BankReportReceived
  | BankReportRead
  | BankEntryRecorded
  | BankEntryBooked
  | BankEntryApplied;

/**
 * What places are paid, and what the bank's statements say. `bank` follows the statements alone; what
 * the scheme knows of a movement of money stands against `suspense`, and so does the statement's line:
 * what is left there is what the two do not agree on yet.
 */
export const paymentEntries: Entries<PaymentFacts> = {
  RunOpened: (event, books) => {
    tick(books, event);
    const { runId, number } = event.data;
    books.accountedRuns.put({ runId, number });
  },

  LinesFrozen: (event, books) => {
    const { runId, lines } = event.data;
    book(books, event, { ref: runReferenceOf(books, runId) }, [
      ...lines.flatMap((line) => between('owed', 'inRun', line)),
    ]);
  },

  LinesReleased: (event, books) => {
    const { runId, lines } = event.data;
    book(books, event, { ref: runReferenceOf(books, runId) }, [
      ...lines.flatMap((line) => between('inRun', 'owed', line)),
    ]);
  },

  PaymentSettled: (event, books) => {
    const { endToEndId, bookedOn, from } = event.data;
    const piece = { ref: endToEndId, on: bookedOn };
    book(books, event, piece, between(from, 'suspense', event.data));
  },

  PaymentRejected: (event, books) => {
    book(books, event, { ref: event.data.endToEndId }, between('inRun', 'owed', event.data));
  },

  PaymentReturned: (event, books) => {
    const { endToEndId, bookedOn } = event.data;
    const piece = { ref: endToEndId, on: bookedOn };
    book(books, event, piece, between('suspense', 'owed', event.data));
  },

  // What the operator pays in for a place, the place now owes the operator.
  DebtRepaid: (event, books) => {
    const { statementReference, bookedOn, repaidBy } = event.data;
    const piece = { ref: statementReference, on: bookedOn };
    if (repaidBy === 'organisation') {
      return book(books, event, piece, between('suspense', 'owed', event.data));
    }
    book(books, event, piece, [
      ...between('suspense', 'transfer', event.data),
      ...between('recovery', 'owed', event.data),
    ]);
  },

  FeeSweepBooked: (event, books) => {
    const { agreementId, amountCents: cents, statementReference, bookedOn } = event.data;
    book(books, event, { ref: statementReference, on: bookedOn }, [
      { debit: 'transfer', credit: 'suspense', cents, agreementId },
    ]);
  },

  FeeSweepReturned: (event, books) => {
    const { agreementId, amountCents: cents, statementReference, bookedOn } = event.data;
    book(books, event, { ref: statementReference, on: bookedOn }, [
      { debit: 'suspense', credit: 'transfer', cents, agreementId },
    ]);
  },

  BankReportReceived: (event, books) => {
    tick(books, event);
  },

  BankReportRead: (event, books) => {
    const { first, statements } = event.data;
    if (first !== undefined) return bookOpening(books, event, first);
    // Read before the books began with it: its lines are in them, so nothing later comes first.
    const [fromOn] = statements
      .flatMap((each) => (each.openingCents === undefined ? [] : (each.fromOn ?? [])))
      .toSorted();
    const before = books.firstStatement.get(FIRST);
    if (fromOn === undefined || (before && before.fromOn <= fromOn)) return;
    const unknown = { openingCents: 0, closingCents: 0 };
    const bookedCents = before?.bookedCents ?? 0;
    books.firstStatement.put({ name: FIRST, fromOn, ...unknown, bookedCents });
  },

  BankEntryRecorded: (event, books) => {
    const { entryId, source, entry } = event.data;
    const { amountCents, direction, reference = entryId, bookedOn } = entry;
    const booked = source === 'statement' && entry.status === 'booked';
    const row = { entryId, amountCents, direction, reference, booked, duplicateCents: 0 };
    books.accountedEntries.put(row);
    book(books, event, { ref: reference, on: bookedOn }, booked ? [onStatement(row)] : []);
  },

  BankEntryBooked: (event, books) => {
    const row = entryOf(books, event.data.entryId);
    books.accountedEntries.put({ ...row, booked: true });
    const piece = { ref: row.reference, on: event.data.bookedOn };
    book(books, event, piece, row.booked ? [] : [onStatement(row)]);
  },

  // Once it has its effect, whoever found what the line is: before, it may still be found otherwise.
  BankEntryApplied: (event, books) => {
    const { entryId, bookedOn } = event.data;
    const piece = { ref: entryOf(books, entryId).reference, on: bookedOn };
    book(books, event, piece, explained(books, event));
  },
};

const FIRST = 'first';

/**
 * What the account held before the earliest statement there is: with the lines since, the bank's balance.
 * Where an earlier one comes later, its lines tell what had been taken for held before, and the sum is
 * put right by the difference.
 */
const bookOpening = (
  books: Books,
  event: Recorded<BankReportRead>,
  { statementId, ...first }: FirstStatement,
): void => {
  const before = books.firstStatement.get(FIRST);
  const bookedCents = before?.bookedCents ?? 0;
  const isFirst = before === undefined || comesBefore(first, before);
  const cents = isFirst ? first.openingCents - bookedCents : 0;
  book(books, event, { ref: statementId, on: first.fromOn }, [
    { debit: 'bank', credit: 'suspense', cents },
  ]);
  if (isFirst) {
    books.firstStatement.put({ name: FIRST, ...first, bookedCents: first.openingCents });
  }
};

type Stated = Omit<FirstStatement, 'statementId'>;

/** Of one day, the one that the other goes on from. */
const comesBefore = (a: Stated, b: Stated): boolean =>
  a.fromOn === b.fromOn
    ? a.closingCents === b.openingCents && a.openingCents !== b.closingCents
    : a.fromOn < b.fromOn;

/** Every component on its own, signed: of its agreement and place. */
const between = (
  debit: LedgerAccount,
  credit: LedgerAccount,
  {
    organisationId,
    components,
  }: Readonly<{ organisationId: string; components: readonly Component[] }>,
): readonly Transfer[] =>
  components.map((component) => ({ debit, credit, organisationId, ...component }));

const onStatement = ({ direction, amountCents, duplicateCents }: AccountedEntryRow): Transfer => {
  const cents = amountCents - duplicateCents;
  return direction === 'credit'
    ? { debit: 'bank', credit: 'suspense', cents }
    : { debit: 'suspense', credit: 'bank', cents };
};

/**
 * Charges and interest are the operator's, and a second copy of a line is none. All else has an event
 * of its own that says what became of the money.
 */
const explained = (books: Books, { data }: Recorded<BankEntryApplied>): readonly Transfer[] => {
  const { entryId, amountCents, direction, resolution } = data;
  const cents = direction === 'credit' ? amountCents : -amountCents;
  const { as } = resolution;
  if (as === 'bankCharge') return [{ debit: 'suspense', credit: 'charges', cents }];
  if (as === 'interest') return [{ debit: 'suspense', credit: 'interest', cents }];
  if (as !== 'duplicate') return [];
  const row = entryOf(books, entryId);
  books.accountedEntries.put({ ...row, duplicateCents: row.duplicateCents + amountCents });
  return row.booked ? [{ debit: 'suspense', credit: 'bank', cents }] : [];
};

const entryOf = (books: Books, entryId: string): AccountedEntryRow => {
  const row = books.accountedEntries.get(entryId);
  if (row === undefined) throw new Error(`entry ${entryId} is judged before it is recorded`);
  return row;
};

/** `REMB 12`. */
const runReferenceOf = (books: Books, runId: string): string =>
  `REMB ${books.accountedRuns.get(runId)?.number ?? runId}`;
