import { parisDayOf, type Event } from '@app/kernel';
import { hashOf, type Recorded, type TableWriter } from '@app/platform/read-store';
import type {
  AccountingClockRow,
  AccountingRows,
  FlowRow,
  MonthRow,
  Posting,
} from './accounting.tables';
import { CHART, ENTRIES, type EntryKind, type LedgerAccount } from './chart';

export type Books = Readonly<{
  [Name in keyof AccountingRows]: TableWriter<AccountingRows[Name]>;
}>;

/**
 * What goes from one account to another: `cents` are the debit of one and the credit of the other. A
 * negative sum goes the other way, a sum of 0 nowhere.
 */
export type Transfer = Readonly<{ debit: LedgerAccount; credit: LedgerAccount; cents: number }> &
  Partial<Pick<Posting, 'agreementId' | 'organisationId' | 'placeId' | 'promisedOn'>>;

/** What proves it; where nothing does beside the log, the entry's own day. */
export type Piece = Readonly<{ ref: string; on?: string | undefined; promisedOn?: string }>;

/** One event is one entry: all its transfers, under one number, in one journal. */
export const book = (
  books: Books,
  event: Recorded<Event> & Readonly<{ type: EntryKind }>,
  piece: Piece,
  transfers: readonly Transfer[],
): void => {
  const moving = transfers.filter(({ cents }) => cents !== 0).map(withoutSign);
  const clock = tick(books, event);
  if (moving.length === 0) return;
  const { atMs, day } = clock;
  const number = clock.number + 1;
  const { journal } = ENTRIES[event.type];
  moving.forEach((transfer, line) => {
    const posting: Posting = {
      position: event.position,
      line,
      number,
      atMs,
      day,
      journal,
      kind: event.type,
      debit: transfer.debit,
      credit: transfer.credit,
      cents: transfer.cents,
      agreementId: transfer.agreementId ?? '',
      organisationId: transfer.organisationId ?? '',
      placeId: transfer.placeId ?? '',
      pieceRef: piece.ref,
      pieceOn: piece.on ?? day,
      promisedOn: transfer.promisedOn ?? '',
    };
    books.postings.insert(posting);
    addFlow(books, posting);
    addToMonth(books, posting);
  });
  books.accountingClock.put({ ...clock, number });
  books.accountingDays.put({ day, lastPosition: event.position, lastNumber: number });
};

/**
 * The time of this event on a clock that never goes back: the store's, held at its latest. The day it
 * shows is the accounting date, so that what is recorded later never falls into an earlier day.
 */
export const tick = (
  books: Books,
  { recordedAt }: Pick<Recorded<Event>, 'recordedAt'>,
): AccountingClockRow => {
  const before = books.accountingClock.get(CLOCK);
  const recordedMs = recordedAt.getTime();
  if (before !== undefined && recordedMs <= before.atMs) return before;
  // Days of Paris begin on the hour, so one hour is of one day.
  const isSameHour = before && hourOf(recordedMs) === hourOf(before.atMs);
  const day = isSameHour ? before.day : parisDayOf(recordedAt);
  const after = { name: CLOCK, atMs: recordedMs, day, number: numberBefore(before, day) };
  books.accountingClock.put(after);
  return after;
};

const hourOf = (atMs: number): number => Math.floor(atMs / 3_600_000);

export const CLOCK = 'accounting';

/** A new year's first number is that of the balances brought forward, where there are any. */
const numberBefore = (before: AccountingClockRow | undefined, day: string): number => {
  if (before === undefined) return 0;
  if (before.day.slice(0, 4) === day.slice(0, 4)) return before.number;
  return before.number > 0 ? 1 : 0;
};

const withoutSign = (transfer: Transfer): Transfer => {
  const { debit, credit, cents } = transfer;
  return cents > 0 ? transfer : { ...transfer, debit: credit, credit: debit, cents: -cents };
};

const addFlow = (books: Books, posting: Posting): void => {
  const { day, agreementId, kind, debit, credit, cents } = posting;
  const row: FlowRow = books.flows.get(day, agreementId, kind, debit, credit) ?? {
    ...{ day, agreementId, kind, debit, credit, cents: 0, postings: 0 },
  };
  books.flows.put({ ...row, cents: row.cents + cents, postings: row.postings + 1 });
};

/** What a closed month is held to: every word of every posting, in their order. */
const addToMonth = (books: Books, posting: Posting): void => {
  const month = posting.day.slice(0, 7);
  const row: MonthRow = books.accountedMonths.get(month) ?? { ...EMPTY_MONTH, month };
  books.accountedMonths.put({
    month,
    entries: row.entries + (posting.line === 0 ? 1 : 0),
    postings: row.postings + 1,
    totalCents: row.totalCents + posting.cents,
    sha256: hashOf([row.sha256, ...wordsOf(posting)]),
  });
};

/** A month without a posting can be closed too. */
export const EMPTY_MONTH = {
  ...{ entries: 0, postings: 0, totalCents: 0 },
  sha256: hashOf([]),
};

const wordsOf = (posting: Posting): readonly (string | number)[] => {
  const { number, line, day, journal, kind, debit, credit, cents } = posting;
  const { agreementId, organisationId, placeId, pieceRef, pieceOn } = posting;
  return [
    ...[number, line, day, journal, kind, CHART[debit].number, CHART[credit].number, cents],
    ...[agreementId, organisationId, placeId, pieceRef, pieceOn],
  ];
};
