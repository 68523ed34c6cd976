import { addMonths } from '@app/kernel';
import { NO_FIGURES, STAGES, type FigureGrouping, type Figures, type Stage } from './figures';

export type LastingGrouping = Exclude<FigureGrouping, 'month'>;

/** What a month, `YYYY-MM`, added to each group's figures. */
export type MonthFlows = Readonly<{ month: string } & Record<LastingGrouping, readonly Figures[]>>;

/** Null: not told, or 0. */
export type PublicFigures = Readonly<{ group: string } & Record<Stage, number | null>>;

/** Vouchers of fewer people than this might tell of one of them. */
const CELL_MIN = 10;

/**
 * The figures anyone may see at the end of the last of these months, in every grouping, such that none that is withheld
 * follows from the others: not from the totals that other groupings add up to, nor from the ends of the
 * months before.
 *
 * A figure is small that is under 10 and not 0, or differs by that little from what was told of it last:
 * the month's own few. It is withheld, and with it as many others of its grouping, the least changed
 * first, as it takes for those to have changed by 10 or more together. Where there are not as many, or
 * the total itself is small, that stage is told in no grouping that month. Months are gone through from
 * the first one on, so that what is told of a month is the same whenever it is asked.
 */
export function publicFigures(
  flows: readonly MonthFlows[],
): Readonly<Record<FigureGrouping, readonly PublicFigures[]>> {
  const total = new Grouping();
  const [funder, department, byPublic] = [new Grouping(), new Grouping(), new Grouping()];
  const all = [funder, department, byPublic];
  const months: PublicFigures[] = [];
  let before: readonly Stage[] = STAGES;
  for (const { month, ...added } of flows) {
    const inAll = sumOf(added.funder);
    total.pass([{ group: '', ...inAll }]);
    funder.pass(added.funder);
    department.pass(added.department);
    byPublic.pass(added.public);
    const told = STAGES.filter((stage) => {
      const isTold = [total, ...all].every((grouping) => grouping.withhold(stage));
      for (const grouping of [total, ...all]) grouping.settle(stage, isTold);
      return isTold;
    });
    const isFlowTold = (stage: Stage): boolean => told.includes(stage) && before.includes(stage);
    const hasAny = added.funder.length > 0;
    if (hasAny) months.push(rowOf(month, (stage) => (isFlowTold(stage) ? inAll[stage] : 0)));
    before = told;
  }
  return {
    funder: funder.rows(),
    department: department.rows(),
    public: byPublic.rows(),
    month: months,
  };
}

type Cell = { value: number; told: number; isWithheld: boolean };

/** One way of grouping, month after month. */
class Grouping {
  readonly #cells = new Map<string, Record<Stage, Cell>>();
  /** Groups of which something is withheld this month: with one stage goes the next. */
  #withheld = new Set<string>();

  /** What a month added. */
  pass(flows: readonly Figures[]): void {
    this.#withheld = new Set();
    for (const flow of flows) {
      const cells = this.#cells.get(flow.group) ?? newCells();
      this.#cells.set(flow.group, cells);
      for (const stage of STAGES) cells[stage].value += flow[stage];
    }
  }

  /** Chooses what is not told of this month; false where no choice hides what is small. */
  withhold(stage: Stage): boolean {
    const cells = [...this.#cells].map(([group, of]) => ({ group, cell: of[stage] }));
    const hidden = cells.filter(({ cell }) => isSmall(cell));
    const spare = cells
      .filter(({ cell }) => !isSmall(cell) && stepOf(cell) > 0)
      .sort(
        (a, b) =>
          Number(this.#withheld.has(b.group)) - Number(this.#withheld.has(a.group)) ||
          stepOf(a.cell) - stepOf(b.cell) ||
          (a.group < b.group ? -1 : 1),
      );
    while (!hides(hidden.map(({ cell }) => cell))) {
      const next = spare.shift();
      if (next === undefined) return false;
      hidden.push(next);
    }
    for (const { cell } of cells) cell.isWithheld = false;
    for (const { group, cell } of hidden) {
      cell.isWithheld = true;
      this.#withheld.add(group);
    }
    return true;
  }

  /** With the stage not told at all, nothing of it is. */
  settle(stage: Stage, isTold: boolean): void {
    for (const cells of this.#cells.values()) {
      const cell = cells[stage];
      if (!isTold) cell.isWithheld = true;
      if (!cell.isWithheld) cell.told = cell.value;
    }
  }

  rows(): readonly PublicFigures[] {
    return [...this.#cells]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([group, cells]) =>
        rowOf(group, (stage) => (cells[stage].isWithheld ? 0 : cells[stage].value)),
      );
  }
}

const stepOf = ({ value, told }: Cell): number => Math.abs(value - told);

const isSmall = (cell: Cell): boolean =>
  (stepOf(cell) > 0 && stepOf(cell) < CELL_MIN) || (cell.value > 0 && cell.value < CELL_MIN);

/** Whether the others withheld changed enough for none that is small to follow from their sum. */
const hides = (cells: readonly Cell[]): boolean => {
  const sum = cells.reduce((steps, cell) => steps + stepOf(cell), 0);
  return cells.every((cell) => !isSmall(cell) || sum - stepOf(cell) >= CELL_MIN);
};

const newCells = (): Record<Stage, Cell> =>
  Object.fromEntries(
    STAGES.map((stage) => [stage, { value: 0, told: 0, isWithheld: false }]),
  ) as Record<Stage, Cell>;

const rowOf = (group: string, valueOf: (stage: Stage) => number): PublicFigures => {
  const values = STAGES.map((stage) => {
    const value = valueOf(stage);
    return [stage, value < CELL_MIN ? null : value];
  });
  return { group, ...(Object.fromEntries(values) as Record<Stage, number | null>) };
};

const sumOf = (flows: readonly Figures[]): Record<Stage, number> => {
  const sum = { ...NO_FIGURES };
  for (const flow of flows) for (const stage of STAGES) sum[stage] += flow[stage];
  return sum;
};

/** Both included, those without a figure too. */
export function monthsBetween(first: string | null | undefined, upTo: string): readonly string[] {
  const months: string[] = [];
  if (!first) return months;
  for (let day = `${first}-01`; day.slice(0, 7) <= upTo; day = addMonths(day, 1)) {
    months.push(day.slice(0, 7));
  }
  return months;
}
