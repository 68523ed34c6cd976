import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import type { FundingBalance } from './balances';
import { BalanceQueries } from './balances.query';
import { CashQueries } from './cash.query';
import type { FigureGrouping } from './figures';
import { FigureQueries } from './figures.query';
import { ledger } from './ledger.projection';
import { RunAmountQueries, type OwedAtOpening } from './run-amounts.query';
import { AGREEMENTS, PLACES, Scheme, type RunTold } from './scheme.model';

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
            scheme.actOrPay({ what, which, how, stepMs });
          inLedger(scheme.events, ({ store }) => {
            const balances = new BalanceQueries(store);
            for (const { at, agreements, places, cash } of scheme.instants()) {
              for (const id of AGREEMENTS) {
                expect([at, balances.findAgreement(id, at)]).toEqual([at, agreements.get(id)]);
                assertEquation(agreements.get(id));
              }
              for (const id of PLACES) {
                expect([at, balances.getPlace(id, at)]).toEqual([at, places.get(id)]);
              }
              expect([at, new CashQueries(store).list(at)]).toEqual([at, cash]);
            }
            const last = scheme.instants().at(-1);
            for (const id of AGREEMENTS) {
              expect(balances.findAgreement(id)).toEqual(last?.agreements.get(id));
            }
            expect(new CashQueries(store).list()).toEqual(last?.cash);
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
            scheme.actOrPay({ what, which, how, stepMs });
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

  it('keeps what was owed at the opening and could be drawn at the preparation, whatever follows', () =>
    fc.assert(
      fc.property(RUNS, (choices) => {
        const scheme = new Scheme();
        for (const [what, which, how] of choices)
          scheme.pay({ what, which, how, stepMs: 7_000_000 });
        const { events } = scheme;
        inLedgerOf([], ({ store, apply }) => {
          const amounts = new RunAmountQueries(store);
          for (const [i, event] of events.entries()) {
            apply([event]);
            const { openingEventId, oldestOn, claimed, preparation, drawable } =
              scheme.runs[i] ?? NO_RUN;
            if (openingEventId === undefined) continue;
            const owed = amounts.findOwedAtOpening(openingEventId);
            expect([i, centsOf(owed)]).toEqual([i, owedBefore(events, openingEventId)]);
            const settled = owed?.filter(({ cents, ...row }) => {
              return cents === 0 && !claimed.some((each) => isSamePair(row, each));
            });
            expect([i, settled]).toEqual([i, []]);
            const missing = claimed.filter((each) => !owed?.some((row) => isSamePair(row, each)));
            expect([i, missing]).toEqual([i, []]);
            for (const each of oldestOn) {
              const told = owed?.find((row) => isSamePair(row, each));
              expect([i, told?.oldestOn]).toEqual([i, each.oldestOn ?? told?.oldestOn]);
            }
            if (preparation === undefined) continue;
            expect([i, amounts.findCashAtPreparation(preparation)]).toEqual([i, drawable]);
          }
        });
      }),
      { numRuns: 40, endOnFailure: true },
    ));

  it('knows no opening and no preparation but the latest', () => {
    const scheme = new Scheme();
    for (const act of ['open', 'startPreparation', 'freeze', 'issue', 'open'] as const) {
      scheme.payments[act](0);
    }
    inLedger(scheme.events, ({ store }) => {
      const amounts = new RunAmountQueries(store);
      const openings = scheme.events.filter(({ type }) => type === 'RunOpened').map(({ id }) => id);
      expect(openings.map((id) => amounts.findOwedAtOpening(id)?.length)).toEqual([undefined, 0]);
      expect(amounts.findOwedAtOpening('event-0')).toBeUndefined();
      expect(amounts.findCashAtPreparation({ runId: 'run-1', version: 1 })).toBeDefined();
      expect(amounts.findCashAtPreparation({ runId: 'run-1', version: 2 })).toBeUndefined();
      expect(amounts.findCashAtPreparation({ runId: 'run-2', version: 1 })).toBeUndefined();
    });
  });

  it('counts what is paid by département and public, and the same in all groupings', () =>
    fc.assert(
      fc.property(RUNS, (choices) => {
        const scheme = new Scheme();
        for (const [what, which, how] of choices)
          scheme.pay({ what, which, how, stepMs: 7_000_000 });
        holdPaidFigures(scheme);
      }),
      { numRuns: 40, endOnFailure: true },
    ));

  it('leaves a claim that failed and was released since the opening to the next run', () => {
    const scheme = new Scheme();
    const { payments } = scheme;
    scheme.redeem();
    payments.prepare(ALL);
    payments.issue();
    scheme.redeem();
    payments.open();
    payments.answer(0, REJECT);
    payments.release(0);
    payments.prepare(ALL);
    payments.issue();
    payments.answer(0, SETTLE);
    holdPaidFigures(scheme);
    payments.prepare(ALL);
    payments.issue();
    payments.answer(1, SETTLE);
    holdPaidFigures(scheme);
    expect(scheme.instants().at(-1)?.paidBy?.public).toEqual({ senior: 2 });
  });

  it('takes off a line the debt of its opening, though it was repaid since', () => {
    const scheme = new Scheme();
    const { payments } = scheme;
    scheme.redeem();
    payments.prepare(ALL);
    payments.issue();
    payments.answer(0, SETTLE);
    scheme.cancelRedemption();
    payments.open();
    payments.repay(0, WHOLE);
    payments.prepare(ALL);
    payments.issue();
    payments.answer(1, SETTLE);
    holdPaidFigures(scheme);
    expect(scheme.instants().at(-1)?.paidBy?.public).toEqual({ senior: -1 });
    expect(scheme.instants().at(-1)?.places.get('place-1')).toMatchObject({ owedCents: 1_000 });
  });

  it('lists a pair whose claim equals its debt, for the claim has to be held', () => {
    const scheme = new Scheme();
    const { payments } = scheme;
    for (const answer of [SETTLE, REJECT]) {
      scheme.redeem();
      payments.prepare(ALL);
      payments.issue();
      payments.answer(1, answer);
    }
    scheme.cancelRedemption();
    payments.open();
    inLedger(scheme.events, ({ store }) => {
      const { openingEventId = '' } = scheme.runs.at(-1) ?? NO_RUN;
      expect(new RunAmountQueries(store).findOwedAtOpening(openingEventId)).toMatchObject([
        { agreementId: 'agreement-1', placeId: 'place-1', cents: 0 },
      ]);
    });
  });

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

/** What is paid, by every grouping and at every instant. */
const holdPaidFigures = (scheme: Scheme): void =>
  inLedger(scheme.events, ({ store }) => {
    const figures = new FigureQueries(store);
    for (const { at, agreements, paidBy } of scheme.instants()) {
      const paid = (groupBy: FigureGrouping) =>
        Object.fromEntries(figures.getFigures(groupBy, at).map((row) => [row.group, row.paid]));
      const byFunder = AGREEMENTS.map((id, i) => [
        `funder-${i}`,
        agreements.get(id)?.vouchers.paid,
      ]);
      expect([at, paid('funder')]).toEqual([at, Object.fromEntries(byFunder)]);
      for (const grouping of ['department', 'public', 'month'] as const) {
        const total = sumOf(Object.values(paid(grouping)));
        expect([at, grouping, total]).toEqual([at, grouping, sumOf(Object.values(paid('funder')))]);
      }
      if (paidBy === undefined) continue;
      for (const grouping of ['department', 'public'] as const) {
        expect([at, nonZero(paid(grouping))]).toEqual([at, nonZero(paidBy[grouping])]);
      }
    }
  });

const nonZero = (sums: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));

/** Of acts that are mostly about paying places. */
const RUNS = fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000)), {
  minLength: 60,
  maxLength: 200,
});

/** What the model's acts take for: no one held; rejected; settled; all of a debt. */
const ALL = 4;
const REJECT = 0;
const SETTLE = 1;
const WHOLE = 0;

const NO_RUN: RunTold = { oldestOn: [], claimed: [], drawable: {} };

const isSamePair = (a: OfPair, b: OfPair): boolean =>
  a.agreementId === b.agreementId && a.placeId === b.placeId;

type OfPair = { agreementId: string; placeId: string };

const centsOf = (owed: readonly OwedAtOpening[] | undefined): Record<string, number> | undefined =>
  owed &&
  Object.fromEntries(
    owed.flatMap((row) =>
      row.cents === 0 ? [] : [[`${row.agreementId} ${row.placeId}`, row.cents]],
    ),
  );

/** By agreement and place, from the events before it alone and the table of reimbursement. */
const owedBefore = (events: readonly RecordedEvent[], eventId: string): Record<string, number> => {
  const owed: Record<string, number> = {};
  const add = ({ agreementId, placeId }: OfPair, cents: number): void => {
    const pair = `${agreementId} ${placeId}`;
    owed[pair] = (owed[pair] ?? 0) + cents;
  };
  for (const event of events) {
    if (event.id === eventId) break;
    const { type, data } = event as unknown as { type: string; data: Money };
    const { components = [], lines = [] } = data;
    const parts = [...components, ...lines.flatMap((line) => line.components)];
    const sign = type === 'PaymentSettled' && data.from === 'owed' ? -1 : (ENTERS_OWED[type] ?? 0);
    if (data.coveredCents !== undefined) add(data, sign * data.coveredCents);
    for (const part of parts) add(part, sign * part.cents);
  }
  return Object.fromEntries(Object.entries(owed).filter(([, cents]) => cents !== 0));
};

type Money = OfPair & {
  coveredCents?: number;
  from?: string;
  components?: (OfPair & { cents: number })[];
  lines?: { components: (OfPair & { cents: number })[] }[];
};

const ENTERS_OWED: Readonly<Record<string, number>> = {
  VouchersRedeemed: 1,
  RedemptionCancelled: -1,
  LinesFrozen: -1,
  LinesReleased: 1,
  PaymentRejected: 1,
  PaymentReturned: 1,
  DebtRepaid: 1,
};

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

type Opened = {
  store: ReadStore;
  hash: string;
  apply: (events: readonly RecordedEvent[]) => void;
};

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
    const [view] = model.views;
    if (view === undefined) throw new TypeError('a file without its view');
    const apply = (events: readonly RecordedEvent[]): void => {
      model.apply(model.views, events);
      if (view.stopped) throw view.stopped;
    };
    for (const batch of batches) apply(batch);
    model.putLive(view);
    return work({ store, hash: model.hash(view), apply });
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
