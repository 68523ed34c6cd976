import fc from 'fast-check';
import { NO_FIGURES, type FigureGrouping } from './figures';
import {
  monthsBetween,
  publicFigures,
  type LastingGrouping,
  type PublicFigures,
} from './public-figures';

type Flow = Readonly<{
  month: string;
  funder: string;
  department: string;
  public?: string;
  redeemed: number;
}>;
type Told = Readonly<Record<FigureGrouping, readonly PublicFigures[]>>;

const LASTING = ['funder', 'department', 'public'] as const satisfies readonly LastingGrouping[];

const groupOf = (flow: Flow, by: LastingGrouping): string => flow[by] ?? 'all';

const byGroup = (flows: readonly Flow[], by: LastingGrouping) =>
  flows.map((flow) => ({ ...NO_FIGURES, redeemed: flow.redeemed, group: groupOf(flow, by) }));

const told = (flows: readonly Flow[], upTo: string): Told => {
  const [first] = flows.map(({ month }) => month).sort();
  const months = monthsBetween(first, upTo).map((month) => {
    const own = flows.filter((each) => each.month === month);
    const [funder, department] = [byGroup(own, 'funder'), byGroup(own, 'department')];
    return { month, funder, department, public: byGroup(own, 'public') };
  });
  return publicFigures(months);
};

const redeemed = (rows: readonly PublicFigures[]) =>
  Object.fromEntries(rows.map((row) => [row.group, row.redeemed]));

const flow = (month: string, funder: string, department: string, count: number): Flow => {
  return { month, funder, department, redeemed: count };
};

describe('public figures', () => {
  it('withhold with a small one another, so that their total does not tell it', () => {
    const flows = [
      ...[flow('2026-01', 'A', '58', 9), flow('2026-01', 'B', '58', 40)],
      ...[flow('2026-01', 'C', '75', 70), flow('2026-01', 'D', '75', 10)],
    ];
    const { funder, department, public: all } = told(flows, '2026-01');
    // D is the least that hides A.
    expect(redeemed(funder)).toEqual({ A: null, B: 40, C: 70, D: null });
    expect(redeemed(department)).toEqual({ 58: 49, 75: 80 });
    expect(redeemed(all)).toEqual({ all: 129 });
  });

  it('withhold what a month added little to, and tell it once it is enough', () => {
    const january = [flow('2026-01', 'A', '58', 100), flow('2026-01', 'B', '58', 100)];
    const february = [...january, flow('2026-02', 'A', '58', 3), flow('2026-02', 'B', '58', 50)];
    const march = [...february, flow('2026-03', 'A', '58', 7)];
    expect(redeemed(told(january, '2026-01').funder)).toEqual({ A: 100, B: 100 });
    expect(redeemed(told(february, '2026-02').funder)).toEqual({ A: null, B: null });
    // 7 more in all would tell of A: the scheme waits for more too.
    expect(redeemed(told(march, '2026-03').public)).toEqual({ all: null });
    const april = [...march, flow('2026-04', 'B', '58', 20)];
    expect(redeemed(told(april, '2026-04').funder)).toEqual({ A: 110, B: 170 });
  });

  it('tell no grouping where one of them has nobody to hide among', () => {
    const flows = [flow('2026-01', 'A', '58', 9), flow('2026-01', 'A', '75', 9)];
    const { funder, department, month } = told(flows, '2026-01');
    expect(redeemed(funder)).toEqual({ A: null });
    expect(redeemed(department)).toEqual({ 58: null, 75: null });
    expect(redeemed(month)).toEqual({ '2026-01': null });
  });

  it('say the same of a month whenever it is asked', () => {
    const flows = [flow('2026-01', 'A', '58', 100), flow('2026-02', 'A', '58', 3)];
    const upTo = flows.filter(({ month }) => month <= '2026-01');
    expect(told(upTo, '2026-01').funder).toEqual(told(flows.slice(0, 1), '2026-01').funder);
    expect(redeemed(told(flows, '2026-02').month)).toEqual({ '2026-01': 100, '2026-02': null });
  });
});

const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'];

/** All that follows by addition from what was told at the end of each month. */
class Reader {
  readonly #known = new Map<string, number>();
  readonly #groups: Readonly<Record<LastingGrouping, readonly string[]>>;

  constructor(
    private readonly answers: readonly Told[],
    flows: readonly Flow[],
  ) {
    const groups = (by: LastingGrouping) => [...new Set(flows.map((each) => groupOf(each, by)))];
    const [funder, department] = [groups('funder'), groups('department')];
    this.#groups = { funder, department, public: groups('public') };
    this.#read();
    while (this.#add());
  }

  of(key: string): number | undefined {
    return this.#known.get(key);
  }

  #read(): void {
    for (const [at, answer] of this.answers.entries()) {
      for (const by of LASTING) {
        for (const { group, redeemed: value } of answer[by]) {
          if (value !== null) this.#known.set(`${by}/${group}/${at}`, value);
        }
      }
    }
  }

  /** Whether something more is known now. */
  #add(): boolean {
    const before = this.#known.size;
    for (const [at, answer] of this.answers.entries()) {
      for (const by of LASTING) {
        this.#solve([...this.#groups[by].map((group) => `${by}/${group}/${at}`)], `total/${at}`);
      }
      for (const { group, redeemed: value } of answer.month) {
        const month = MONTHS.indexOf(group);
        if (value !== null) this.#known.set(`flow/${month}`, value);
        const earlier = month === 0 ? [] : [`total/${month - 1}`];
        this.#solve([`flow/${month}`, ...earlier], `total/${month}`);
      }
    }
    return this.#known.size > before;
  }

  /** parts add up to whole: whichever one of them is unknown follows. */
  #solve(parts: readonly string[], whole: string): void {
    const missing = parts.filter((part) => !this.#known.has(part));
    const sum = parts.reduce((cents, part) => cents + (this.#known.get(part) ?? 0), 0);
    const total = this.#known.get(whole);
    const [one, another] = missing;
    if (total === undefined) {
      if (one === undefined) this.#known.set(whole, sum);
    } else if (one !== undefined && another === undefined) this.#known.set(one, total - sum);
  }
}

describe('public figures, whatever there is', () => {
  const some = fc.record({
    month: fc.constantFrom(...MONTHS),
    funder: fc.constantFrom('A', 'B', 'C', 'D'),
    department: fc.constantFrom('58', '75', ''),
    public: fc.constantFrom('senior', 'youth'),
    redeemed: fc.oneof(fc.integer({ min: -3, max: 12 }), fc.integer({ min: 0, max: 60 })),
  });
  const positive = (flows: readonly Flow[]): boolean =>
    LASTING.every((by) =>
      MONTHS.every((month) =>
        [...Map.groupBy(flows, (each) => groupOf(each, by)).values()].every(
          (own) => sumUpTo(own, month) >= 0,
        ),
      ),
    );
  const sumUpTo = (flows: readonly Flow[], month: string): number =>
    flows.filter((each) => each.month <= month).reduce((sum, each) => sum + each.redeemed, 0);

  it('let nobody add up a figure of few people', () => {
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 24 }), (flows) => {
        fc.pre(positive(flows));
        const answers = MONTHS.map((month) =>
          told(
            flows.filter((each) => each.month <= month),
            month,
          ),
        );
        const reader = new Reader(answers, flows);
        for (const by of LASTING) {
          const groups = Map.groupBy(flows, (each) => groupOf(each, by));
          for (const [group, own] of groups) {
            for (const [at, month] of MONTHS.entries()) {
              const value = sumUpTo(own, month);
              if (value === 0 || value >= 10) continue;
              expect([by, group, month, reader.of(`${by}/${group}/${at}`)]).toEqual([
                ...[by, group, month, undefined],
              ]);
            }
            expectNoSmallStep(reader, `${by}/${group}`);
          }
        }
        expectNoSmallStep(reader, 'total');
      }),
      { numRuns: 3_000 },
    );
  });

  /** From one month that can be known to the next that can. */
  function expectNoSmallStep(reader: Reader, of: string): void {
    const known = MONTHS.map((_, at) => reader.of(`${of}/${at}`)).filter(
      (each) => each !== undefined,
    );
    for (const [at, value] of known.entries()) {
      const step = Math.abs(value - (known[at - 1] ?? 0));
      expect([of, known, step > 0 && step < 10]).toEqual([of, known, false]);
    }
  }
});
