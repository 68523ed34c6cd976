import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import type { FundingBalance } from './balances';
import { BalanceQueries } from './balances.query';
import { FigureQueries } from './figures.query';
import { ledger } from './ledger.projection';
import { AGREEMENTS, PLACES, Scheme } from './scheme.model';

/**
 * A small scheme that knows the state of every single voucher, kept apart from the ledger's way of
 * summing movements, writes random legal histories. After every event both must tell the same.
 */
describe('the ledger', () => {
  it('agrees with the state of every voucher after each event, then and in hindsight', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), fc.integer(STEP)), {
          minLength: 30,
          maxLength: 120,
        }),
        (choices) => {
          const scheme = new Scheme();
          for (const [what, which, how, stepMs] of choices)
            scheme.act({ what, which, how, stepMs });
          inLedger(scheme.events, ({ store }) => {
            const balances = new BalanceQueries(store);
            for (const { at, agreements, places } of scheme.instants()) {
              for (const id of AGREEMENTS) {
                expect([at, balances.findAgreement(id, at)]).toEqual([at, agreements.get(id)]);
                assertEquation(agreements.get(id));
              }
              for (const id of PLACES) {
                expect([at, balances.getPlace(id, at)]).toEqual([at, places.get(id)]);
              }
            }
            const last = scheme.instants().at(-1);
            for (const id of AGREEMENTS) {
              expect(balances.findAgreement(id)).toEqual(last?.agreements.get(id));
            }
          });
        },
      ),
      { numRuns: 60, endOnFailure: true },
    ));

  it('never lets what must not be negative fall below zero', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000)), { minLength: 60 }),
        (choices) => {
          const scheme = new Scheme();
          for (const [what, which, how] of choices) scheme.act({ what, which, how, stepMs: 1_000 });
          inLedger(scheme.events, ({ store }) => {
            const balances = new BalanceQueries(store);
            for (const { at } of scheme.instants()) {
              for (const id of AGREEMENTS) {
                const balance = balances.findAgreement(id, at);
                if (balance) expect(lowestOf(balance)).toBeGreaterThanOrEqual(0);
              }
            }
          });
        },
      ),
      { numRuns: 20, endOnFailure: true },
    ));

  it('is the same fold read at once, one by one, and delivered again (I-12)', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), fc.integer(STEP)), {
          minLength: 40,
        }),
        fc.nat(30),
        (choices, split) => {
          const scheme = new Scheme();
          for (const [what, which, how, stepMs] of choices)
            scheme.act({ what, which, how, stepMs });
          const { events } = scheme;
          const atOnce = inLedger(events, ({ hash }) => hash);
          expect(inLedgerOf([events.slice(0, split), events, events], ({ hash }) => hash)).toBe(
            atOnce,
          );
          expect(
            inLedgerOf(
              events.map((event) => [event]),
              ({ hash }) => hash,
            ),
          ).toBe(atOnce);
        },
      ),
      { numRuns: 10, endOnFailure: true },
    ));

  it('counts as figures what every voucher has reached', () => {
    const scheme = new Scheme();
    for (const [what, which, how] of fc.sample(CHOICES, { numRuns: 1, seed: 1 })[0] ?? []) {
      scheme.act({ what, which, how, stepMs: 3_600_000 });
    }
    inLedger(scheme.events, ({ store }) => {
      const figures = new FigureQueries(store);
      const { at, agreements } = scheme.instants().at(-1) ?? { at: new Date(0) };
      const total = (stage: 'issued' | 'started' | 'redeemed') =>
        figures.getFigures('funder', at).reduce((sum, row) => sum + row[stage], 0);
      const told = [...(agreements?.values() ?? [])];
      expect(total('issued')).toBe(sumOf(told.map(({ vouchers }) => vouchers.issued)));
      expect(total('started')).toBe(sumOf(told.map(({ vouchers }) => vouchers.started)));
      expect(total('redeemed')).toBe(sumOf(told.map(({ vouchers }) => vouchers.redeemed)));
      expect(total('redeemed')).toBeGreaterThan(0);
      for (const grouping of ['department', 'public', 'month'] as const) {
        const redeemed = figures.getFigures(grouping, at).map((row) => row.redeemed);
        expect(sumOf(redeemed)).toBe(total('redeemed'));
      }
    });
  });
});

/** Steps of the store's clock: mostly forward, sometimes back. */
const STEP = { min: -7_200_000, max: 40_000_000 };

const CHOICES = fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000)), {
  minLength: 600,
  maxLength: 600,
});

const sumOf = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const assertEquation = (balance: FundingBalance | undefined): void => {
  if (!balance) return;
  const b = balance;
  expect(b.depositedCents + b.shortfallCents).toBe(
    b.availableCents +
      b.reservedCents +
      b.activeCents +
      b.distributedCents +
      b.owedCents -
      b.owedByPlacesCents +
      b.inRunCents +
      b.paidCents +
      b.expiredCents +
      b.returnedCents +
      b.feesCents,
  );
};

const lowestOf = (b: FundingBalance): number =>
  Math.min(
    ...[b.availableCents, b.reservedCents, b.activeCents, b.distributedCents, b.expiredCents],
    ...[b.returnedCents, b.feesCents, b.shortfallCents],
  );

type Opened = { store: ReadStore; hash: string };

const inLedger = <T>(events: readonly RecordedEvent[], work: (opened: Opened) => T): T =>
  inLedgerOf([events], work);

const inLedgerOf = <T>(
  batches: readonly (readonly RecordedEvent[])[],
  work: (opened: Opened) => T,
): T => {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-ledger-'));
  const path = join(folder, 'views.sqlite');
  const model = new ReadModel(path, [ledger]);
  const store = new ReadStore(path);
  try {
    for (const batch of batches) model.apply(model.views, batch);
    const [view] = model.views;
    if (view === undefined) throw new TypeError('a file without its view');
    if (view.stopped) throw view.stopped;
    model.putLive(view);
    return work({ store, hash: model.hash(view) });
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
