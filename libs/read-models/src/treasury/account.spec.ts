import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import { Account, type Expected } from './account.model';
import { ringFencedAccount } from './account.projection';
import { solvencyAlarms } from './solvency-alarms.projection';
import { SolvencyQueries } from './solvency.query';

const choices = fc.array(
  fc
    .tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000))
    .map(([what, which, how]) => ({ what, which, how })),
  { minLength: 30, maxLength: 160 },
);

describe('the ring-fenced account', () => {
  it('is explained to the cent at every place of any history, then and in hindsight', () => {
    let [compared, late] = [0, 0];
    fc.assert(
      fc.property(choices, fc.constantFrom(0, 50_000), (acts, migratedCents) => {
        const account = new Account(migratedCents);
        for (const act of acts) account.act(act);
        inView([account.events], (solvency) => {
          for (const expected of account.told) {
            assertTold(solvency, expected);
            compared += expected.days.length;
            if (expected.hasGap) late += 1;
          }
        });
      }),
      { numRuns: 120, endOnFailure: true },
    );
    // Else nothing was tried.
    expect(compared).toBeGreaterThan(1_000);
    expect(late).toBeGreaterThan(100);
  });

  it('differs by what the ledger moved and the bank did not, from that day on', () =>
    fc.assert(
      fc.property(choices, choices, fc.integer({ min: 1, max: 5_000 }), (before, after, cents) => {
        const account = new Account(0);
        for (const act of before) account.act(act);
        account.haunt(cents);
        for (const act of after) account.act(act);
        inView([account.events], (solvency) => {
          for (const expected of account.told) assertTold(solvency, expected);
        });
      }),
      { numRuns: 40, endOnFailure: true },
    ));

  it('is the same fold read at once, one by one, and delivered again (I-12)', () =>
    fc.assert(
      fc.property(choices, fc.nat(60), (acts, split) => {
        const { events } = acts.reduce(
          (account, act) => (account.act(act), account),
          new Account(7),
        );
        const atOnce = inView([events], (_, hash) => hash);
        const again = [events.slice(0, split), events, events];
        expect(inView(again, (_, hash) => hash)).toBe(atOnce);
        const single = events.map((event) => [event]);
        expect(inView(single, (_, hash) => hash)).toBe(atOnce);
      }),
      { numRuns: 10, endOnFailure: true },
    ));
});

describe('an event of the account', () => {
  const assigned = (depositId: string, valueOn: string): Fact => {
    return ['DepositAssigned', { depositId, valueOn, amountCents: 900 }];
  };
  const confirmed = (depositId: string): Fact => ['DepositConfirmed', { depositId }];
  const recalled = (depositId: string): Fact => [
    ...(['FundsRecalled', { depositId, amountCents: 900 }] as const),
  ];
  const stated = (on: string, openingCents: number, ...cents: readonly number[]): Fact[] => [
    [
      'BankReportRead',
      {
        reportId: on,
        statements: [
          {
            ...{ statementId: 's', fromOn: on, toOn: on, openingCents },
            closingCents: openingCents + cents.reduce((sum, each) => sum + each, 0),
          },
        ],
      },
    ],
    ...cents.map((each, i): Fact => {
      const direction = each > 0 ? 'credit' : 'debit';
      const entry = { amountCents: Math.abs(each), direction, status: 'booked', bookedOn: on };
      const where = { reportId: on, statementId: 's', source: 'statement' };
      return ['BankEntryRecorded', { entryId: `${on} ${i}`, ...where, entry }];
    }),
    ['BankReportCompleted', { reportId: on }],
  ];
  const settled = (source: string, amountCents: number): Fact => {
    return ['PaymentSettled', { source, bookedOn: '2026-03-02', amountCents }];
  };
  const differenceOf = (...facts: readonly Fact[]): number | undefined =>
    inView([facts.map(recorded)], (solvency) => solvency.getAccount().compared?.differenceCents);

  it('is explained by its entry as far as that goes, and no further', () => {
    const paid = stated('2026-03-02', 0, -100);
    expect(differenceOf(...paid, settled('2026-03-02 0/a', 60))).toBe(0);
    const [first, second] = [settled('2026-03-02 0/a', 60), settled('2026-03-02 0/b', 40)];
    expect(differenceOf(...paid, first, second)).toBe(0);
    // The ledger paid more, or what was a credit: the bank did not.
    expect(differenceOf(...paid, first, settled('2026-03-02 0/b', 50))).toBe(10);
    expect(differenceOf(...stated('2026-03-02', 0, 100), settled('2026-03-02 0/a', 100))).toBe(100);
  });

  it('may tell of deposits that were there before the first statement', () => {
    const there = stated('2026-03-02', 900);
    const before = [assigned('d', '2026-03-01'), confirmed('d')];
    expect(differenceOf(...before, ...there)).toBe(0);
    expect(differenceOf(assigned('d', '2026-03-01'), ...there)).toBeUndefined();
    expect(differenceOf(...before, ...stated('2026-03-02', 0))).toBe(-900);
    // Recalled before the bank said anything: it never came.
    expect(differenceOf(...before, recalled('d'), ...stated('2026-03-02', 0))).toBe(0);
    const late = [assigned('d', '2026-03-02'), confirmed('d')];
    expect(differenceOf(...late, ...stated('2026-03-02', 0))).toBe(0);
  });

  it('counts a duplicate neither before its report is whole nor after', () => {
    const [read, first, second, completed] = stated('2026-03-02', 0, 100, 100);
    const resolution = { as: 'duplicate', targetId: '2026-03-02 0' };
    const data = { entryId: '2026-03-02 1', amountCents: 100, direction: 'credit', resolution };
    const found: Fact = ['BankEntryResolved', data];
    if (!read || !first || !second || !completed) throw new TypeError('there are four');
    // The bank's balance has the one, and its report both.
    const once: Fact = ['BankReportRead', onceOf(read)];
    expect(differenceOf(once, first, second, completed)).toBe(-100);
    expect(differenceOf(once, first, second, completed, found)).toBe(0);
    expect(differenceOf(once, first, second, found, completed)).toBe(0);
  });

  it('is of the day it was booked on, in whichever statement it came first', () => {
    const [read, first, second, completed] = stated('2026-03-03', 0, 100, 20);
    if (!read || !first || !second || !completed) throw new TypeError('there are four');
    const both: Fact = ['BankReportRead', twoDaysOf(read)];
    const facts = [both, earlierOf(first), second, completed];
    const [daily, , whole] = stated('2026-03-02', 0, 100);
    if (!daily || !whole) throw new TypeError('there are three');
    inView([[...facts, daily, whole].map(recorded)], (solvency) => {
      const days = solvency.listDays().map(({ on, differenceCents }) => [on, differenceCents]);
      expect(days).toEqual([
        ['2026-03-02', 0],
        ['2026-03-03', 0],
      ]);
    });
  });

  it('keeps its place in the log when the clock of a server is set back', () => {
    const facts = [assigned('d', '2026-03-02'), recalled('d')].map(recorded);
    const [first, second] = facts;
    if (!first || !second) throw new TypeError('there are two');
    const earlier = { ...second, recordedAt: new Date(first.recordedAt.getTime() - 60_000) };
    inView([[first, earlier]], (solvency) => {
      const cashAt = (at: Date) => solvency.getAccount(at).parts.cashByEventsCents;
      expect(cashAt(earlier.recordedAt)).toBe(0);
      expect(cashAt(first.recordedAt)).toBe(0);
      expect(solvency.getAccount().parts.cashByEventsCents).toBe(0);
    });
  });
});

type Fact = readonly [type: string, data: object];

type Read = { statements: { closingCents: number; fromOn: string }[] };

/** Without the second entry's sum. */
const onceOf = ([, data]: Fact): object => {
  const { statements, ...rest } = data as Read;
  return { ...rest, statements: statements.map((each) => ({ ...each, closingCents: 100 })) };
};

/** Of the day before too. */
const twoDaysOf = ([, data]: Fact): object => {
  const { statements, ...rest } = data as Read;
  return { ...rest, statements: statements.map((each) => ({ ...each, fromOn: '2026-03-02' })) };
};

const earlierOf = ([type, data]: Fact): Fact => {
  const { entry, ...rest } = data as { entry: object };
  return [type, { ...rest, entry: { ...entry, bookedOn: '2026-03-02' } }];
};

const recorded = ([type, data]: Fact, index: number): RecordedEvent =>
  ({
    ...{ id: `event-${index}`, streamName: 'any', revision: index, type, data, metadata: {} },
    ...{ position: BigInt(index + 1), recordedAt: new Date(Date.UTC(2026, 2, 2, 8, 0, index)) },
  }) as unknown as RecordedEvent;

function assertTold(solvency: SolvencyQueries, expected: Expected): void {
  const { at, cash, typed, unresolved, operator, days, hasGap } = expected;
  const { parts, compared, gap } = solvency.getAccount(at);
  const [told, difference] = [parts, compared?.differenceCents];
  expect([
    at,
    told,
    gap !== undefined,
    compared?.on,
    compared?.bankBalanceCents,
    difference,
  ]).toEqual([
    at,
    {
      ...{ cashByEventsCents: cash, typedDepositsCents: typed },
      ...{ unresolvedEntriesCents: unresolved, operatorPositionCents: operator },
    },
    hasGap,
    ...(days.at(-1) ?? [undefined, undefined, undefined]),
  ]);
  if (!compared) return;
  // The equation of design.md, with what other days have.
  const explained = cash - typed + unresolved + operator - compared.bookedOutsideCents;
  expect(compared.bankBalanceCents).toBe(explained + compared.differenceCents);
}

function inView<T>(
  batches: readonly (readonly RecordedEvent[])[],
  work: (solvency: SolvencyQueries, hash: string) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-account-'));
  const path = join(folder, 'views.sqlite');
  const model = new ReadModel(path, [ringFencedAccount, solvencyAlarms]);
  const store = new ReadStore(path);
  try {
    for (const batch of batches) model.apply(model.views, batch);
    for (const view of model.views) {
      if (view.stopped) throw view.stopped;
      model.putLive(view);
    }
    const [view] = model.views;
    if (view === undefined) throw new TypeError('a file without its view');
    return work(new SolvencyQueries(store), model.hash(view));
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
