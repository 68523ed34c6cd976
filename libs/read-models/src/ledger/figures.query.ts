import { setImmediate } from 'node:timers/promises';
import { parisDayOf } from '@app/kernel';
import type { ReadStore } from '@app/platform';
import { DAY_RANGE, dayRange } from './balances.query';
import { NO_FIGURES, STAGES, type FigureGrouping, type Figures } from './figures';
import {
  monthsBetween,
  publicFigures,
  type LastingGrouping,
  type MonthFlows,
  type PublicFigures,
} from './public-figures';
import { flowsOf } from './posting';
import type { Sum } from './roll-forward';

/** The scheme's figures at any instant, recomputable by anyone who has the log. */
export class FigureQueries {
  readonly #months = new Map<string, MonthFlows>();

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

  /** What anyone may see at the end of a month, `YYYY-MM`, that is over. */
  async getPublicFigures(groupBy: FigureGrouping, upTo: string): Promise<readonly PublicFigures[]> {
    const [first] = this.store.all<{ month: string }>(
      'SELECT substr(MIN(day), 1, 7) AS month FROM figures WHERE day <= ?',
      `${upTo}-31`,
    );
    const months: MonthFlows[] = [];
    for (const month of monthsBetween(first?.month, upTo)) {
      const known = this.#months.get(month);
      months.push(known ?? this.#readMonth(month));
      // Years of months are read in a second, and others are not to wait for it.
      if (known === undefined) await setImmediate();
    }
    return publicFigures(months)[groupBy];
  }

  /** Kept once the view has seen a later day: nothing is added to the month any more. */
  #readMonth(month: string): MonthFlows {
    const flows = this.store.snapshot(() => ({
      month,
      funder: this.#ofMonth('funder', month),
      department: this.#ofMonth('department', month),
      public: this.#ofMonth('public', month),
    }));
    const later = 'SELECT 1 FROM figures WHERE day > ? LIMIT 1';
    if (this.store.get(later, `${month}-31`) !== undefined) this.#months.set(month, flows);
    return flows;
  }

  #ofMonth(groupBy: LastingGrouping, month: string): readonly Figures[] {
    return this.store.all<Figures>(
      `SELECT ${COLUMN[groupBy]} AS "group", ${SUMS} FROM figures
        WHERE day BETWEEN ? AND ? GROUP BY 1`,
      ...[`${month}-01`, `${month}-31`],
    );
  }

  #ofEarlierDays(groupBy: FigureGrouping, asOf: Date): readonly Figures[] {
    const column = { ...COLUMN, month: 'substr(day, 1, 7)' }[groupBy];
    return this.store.all<Figures>(
      `SELECT ${column} AS "group", ${SUMS} FROM figures WHERE day < ? GROUP BY 1`,
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
  const sums = groups.get(group) ?? { group, ...NO_FIGURES };
  for (const stage of STAGES) sums[stage] += flows[stage] ?? 0;
  groups.set(group, sums);
};

const SUMS = STAGES.map((stage) => `SUM(${stage}) AS ${stage}`).join(', ');
