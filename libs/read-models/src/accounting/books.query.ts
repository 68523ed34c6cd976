import { addDays, endOfMonth, parisDayOf } from '@app/kernel';
import type { ReadStore } from '@app/platform';
import { accounting } from './accounting.projection';
import type { PeriodRow, Posting } from './accounting.tables';
import { CLOCK, EMPTY_MONTH } from './booking';
import { CHART, ENTRIES, type LedgerAccount } from './chart';

const { postings, accountedMonths, accountingPeriods, accountingClock } = accounting.table;

/** A posting as the journal shows it. */
export type JournalLine = Readonly<{
  year: string;
  number: number;
  line: number;
  day: string;
  journal: string;
  label: string;
  pieceRef: string;
  pieceOn: string;
  debitAccount: string;
  creditAccount: string;
  cents: number;
  agreementId: string | null;
  organisationId: string | null;
  placeId: string | null;
}>;

/** One account of the trial balance; balanceCents = opening + debit − credit. */
export type AccountBalance = Readonly<{
  account: string;
  title: string;
  openingCents: number;
  debitCents: number;
  creditCents: number;
  balanceCents: number;
}>;

export type MonthOfBooks = Readonly<{
  entries: number;
  postings: number;
  totalCents: number;
  sha256: string;
  /** The books' clock is past the month: nothing more falls into it. */
  isOver: boolean;
}>;

export type Period = Readonly<{ from: string; to: string }>;

/** The books: postings in log order, and the sums they make. Days are accounting dates, inclusive. */
export class BookQueries {
  constructor(private readonly store: ReadStore) {}

  /** In the order of their numbers. `after`: year, number and line of the last one before. */
  listJournal({
    from,
    to,
    after,
    limit,
  }: Period & Readonly<{ after?: JournalKey | undefined; limit: number }>): readonly JournalLine[] {
    return this.store.snapshot(() => {
      const [position, line] = this.#placeOf(after) ?? [this.#lastBefore(from), LINE_MAX];
      return this.store
        .rows(
          postings,
          `WHERE (position, line) > (?, ?) AND position <= ? ORDER BY position, line LIMIT ?`,
          position,
          line,
          this.#lastBefore(addDays(to, 1)),
          limit,
        )
        .map(journalLineOf);
    });
  }

  /** Accounts that ever moved, by number: as of an instant, or over a period. All add up to 0. */
  getTrialBalance(asked: Readonly<{ asOf: Date }> | Period): readonly AccountBalance[] {
    return this.store.snapshot(() => {
      const sums = new Map<LedgerAccount, { opening: number; debit: number; credit: number }>();
      const add = (flows: readonly Flow[], isOpening: boolean): void => {
        for (const { debit, credit, cents } of flows) {
          for (const account of [debit, credit]) {
            if (!sums.has(account)) sums.set(account, { opening: 0, debit: 0, credit: 0 });
          }
          const [to, from] = [sums.get(debit), sums.get(credit)];
          if (!to || !from) continue;
          if (isOpening) to.opening += cents;
          else to.debit += cents;
          if (isOpening) from.opening -= cents;
          else from.credit += cents;
        }
      };
      if ('asOf' in asked) {
        const day = parisDayOf(asked.asOf);
        add(this.#flows('day < ?', day), false);
        add(this.#flowsOfDay(day, asked.asOf.getTime()), false);
      } else {
        add(this.#flows('day < ?', asked.from), true);
        add(this.#flows('day BETWEEN ? AND ?', asked.from, asked.to), false);
      }
      return [...sums].map(([account, sum]) => balanceOf(account, sum)).sort(byNumber);
    });
  }

  /** `month`: `YYYY-MM`; all 0 for a month without a posting. */
  getMonth(month: string): MonthOfBooks {
    return this.store.snapshot(() => {
      const row = this.store.find(accountedMonths, month) ?? { ...EMPTY_MONTH, month };
      const { entries, postings: count, totalCents, sha256 } = row;
      const day = this.store.find(accountingClock, CLOCK)?.day ?? '';
      const isOver = day > endOfMonth(`${month}-01`);
      return { entries, postings: count, totalCents, sha256, isOver };
    });
  }

  /** Closed months that are not what they were closed on: a person has to find out why. */
  countChangedMonths(): number {
    const changed = this.store.get<{ months: number }>(
      `SELECT COUNT(*) AS months FROM accounting_periods LEFT JOIN accounted_months USING (month)
        WHERE status = 'closed' AND accounting_periods.sha256 IS NOT
              COALESCE(accounted_months.sha256, ?)`,
      EMPTY_MONTH.sha256,
    );
    return changed?.months ?? 0;
  }

  findPeriod(month: string): PeriodRow | undefined {
    return this.store.find(accountingPeriods, month);
  }

  /** Months proposed or closed, in order. */
  listPeriods(after: string, limit: number): readonly PeriodRow[] {
    const tail = 'WHERE month > ? ORDER BY month LIMIT ?';
    return this.store.rows(accountingPeriods, tail, after, limit);
  }

  /** The last position on which an entry of an earlier day stands. */
  #lastBefore(day: string): bigint {
    const row = this.store.get<{ last: number }>(
      'SELECT COALESCE(MAX(lastPosition), -1) AS last FROM accounting_days WHERE day < ?',
      day,
    );
    return BigInt(row?.last ?? -1);
  }

  /** Where in the log an entry stands; a new year's entries begin again with 1. */
  #placeOf(key: JournalKey | undefined): readonly [bigint, number] | undefined {
    if (key === undefined) return undefined;
    const [year, number, line] = key;
    const day = this.store.get<{ day: string; lastPosition: number }>(
      `SELECT day, lastPosition FROM accounting_days
        WHERE day BETWEEN ? AND ? AND lastNumber >= ? ORDER BY day LIMIT 1`,
      ...[`${year}-01-01`, `${year}-12-31`, number],
    );
    if (day === undefined) return undefined;
    const row = this.store.get<{ position: number }>(
      'SELECT position FROM postings WHERE position > ? AND position <= ? AND number = ? LIMIT 1',
      ...[this.#lastBefore(day.day), day.lastPosition, number],
    );
    return row && [BigInt(row.position), line];
  }

  #flows(where: string, ...days: readonly string[]): readonly Flow[] {
    return this.store.all<Flow>(
      `SELECT debit, credit, SUM(cents) AS cents FROM flows WHERE ${where} GROUP BY debit, credit`,
      ...days,
    );
  }

  #flowsOfDay(day: string, atMs: number): readonly Flow[] {
    return this.store.all<Flow>(
      `SELECT debit, credit, SUM(cents) AS cents FROM postings
        WHERE position > ? AND position <= ? AND atMs <= ? GROUP BY debit, credit`,
      this.#lastBefore(day),
      this.#lastBefore(addDays(day, 1)),
      atMs,
    );
  }
}

/** Year, number of the entry, line in it: what the journal is sorted by. */
export type JournalKey = readonly [year: string, number: number, line: number];

type Flow = Readonly<{ debit: LedgerAccount; credit: LedgerAccount; cents: number }>;

const LINE_MAX = 2 ** 40;

const journalLineOf = (posting: Posting): JournalLine => {
  const { number, line, day, journal, kind, pieceRef, pieceOn, cents } = posting;
  return {
    ...{ year: day.slice(0, 4), number, line, day, journal, label: ENTRIES[kind].label },
    ...{ pieceRef, pieceOn, cents },
    debitAccount: CHART[posting.debit].number,
    creditAccount: CHART[posting.credit].number,
    agreementId: posting.agreementId || null,
    organisationId: posting.organisationId || null,
    placeId: posting.placeId || null,
  };
};

const balanceOf = (
  account: LedgerAccount,
  { opening, debit, credit }: Readonly<{ opening: number; debit: number; credit: number }>,
): AccountBalance => ({
  account: CHART[account].number,
  title: CHART[account].title,
  openingCents: opening,
  debitCents: debit,
  creditCents: credit,
  balanceCents: opening + debit - credit,
});

const byNumber = (a: AccountBalance, b: AccountBalance): number => (a.account < b.account ? -1 : 1);
