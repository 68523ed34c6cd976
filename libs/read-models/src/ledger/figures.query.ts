import { parisDayOf } from '@app/kernel';
import type { ReadStore } from '@app/platform';
import { DAY_RANGE, dayRange } from './balances.query';
import type { FigureRow } from './ledger.tables';
import { flowsOf } from './posting';
import type { Sum } from './roll-forward';

export type FigureGrouping = 'funder' | 'department' | 'public' | 'month';

/** Vouchers, each counted in every stage it reached: redeemed ones are distributed ones too. */
export type Figures = Readonly<
  { group: string } & Omit<FigureRow, 'day' | 'funderId' | 'department' | 'public'>
>;

/** The scheme's figures at any instant, recomputable by anyone who has the log. */
export class FigureQueries {
  constructor(private readonly store: ReadStore) {}

  /** In group order. Groups by month count what happened in it; all others up to the instant. */
  getFigures(groupBy: FigureGrouping, asOf: Date): readonly Figures[] {
    return this.store.snapshot(() => {
      const groups = new Map<string, Mutable<Figures>>();
      for (const row of this.#ofEarlierDays(groupBy, asOf)) addTo(groups, row.group, row);
      for (const row of this.#movedThatDay(groupBy, asOf)) {
        addTo(groups, row.group, flowsOf(row.from, row.to, row.vouchers) ?? {});
      }
      for (const row of this.#countedThatDay(groupBy, asOf)) addTo(groups, row.group, row);
      return [...groups.values()].sort((a, b) => (a.group < b.group ? -1 : 1));
    });
  }

  #ofEarlierDays(groupBy: FigureGrouping, asOf: Date): readonly Figures[] {
    const column = { ...COLUMN, month: 'substr(day, 1, 7)' }[groupBy];
    return this.store.all<Figures>(
      `SELECT ${column} AS "group", SUM(issued) AS issued, SUM(active) AS active,
              SUM(distributed) AS distributed, SUM(started) AS started, SUM(redeemed) AS redeemed,
              SUM(paid) AS paid, SUM(expired) AS expired
         FROM figures WHERE day < ? GROUP BY 1`,
      parisDayOf(asOf),
    );
  }

  #movedThatDay(groupBy: FigureGrouping, asOf: Date) {
    const { column, params } = thatDay(groupBy, asOf);
    return this.store.all<Sum & { group: string }>(
      `SELECT ${column} AS "group", "from", "to", SUM(vouchers) AS vouchers
         FROM movements WHERE ${DAY_RANGE} AND vouchers <> 0 GROUP BY 1, 2, 3`,
      ...params,
    );
  }

  #countedThatDay(groupBy: FigureGrouping, asOf: Date) {
    const { column, params } = thatDay(groupBy, asOf);
    return this.store.all<{ group: string; issued: number; started: number }>(
      `SELECT ${column} AS "group", SUM(issued) AS issued, SUM(started) AS started
         FROM counts WHERE ${DAY_RANGE} GROUP BY 1`,
      ...params,
    );
  }
}

const COLUMN = { funder: 'funderId', department: 'department', public: 'public' } as const;

/** All of a day is of its month, so the month of the partial day is one text. */
const thatDay = (groupBy: FigureGrouping, asOf: Date) => {
  const range = dayRange(asOf);
  return groupBy === 'month'
    ? { column: `'${parisDayOf(asOf).slice(0, 7)}'`, params: range }
    : { column: COLUMN[groupBy], params: range };
};

type Mutable<Row> = { -readonly [Key in keyof Row]: Row[Key] };

const addTo = (
  groups: Map<string, Mutable<Figures>>,
  group: string,
  flows: Partial<Figures>,
): void => {
  const sums = groups.get(group) ?? { group, ...NONE };
  for (const stage of STAGES) sums[stage] += flows[stage] ?? 0;
  groups.set(group, sums);
};

const NONE = {
  issued: 0,
  active: 0,
  distributed: 0,
  started: 0,
  redeemed: 0,
  paid: 0,
  expired: 0,
};
const STAGES = Object.keys(NONE) as (keyof typeof NONE)[];
