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
