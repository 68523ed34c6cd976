import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { addDays, parisDayOf } from '@app/kernel';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import { BalanceQueries } from '../ledger/balances.query';
import { CashQueries } from '../ledger/cash.query';
import { ledger } from '../ledger/ledger.projection';
import { AGREEMENTS, PLACES } from '../ledger/scheme.model';
import { accounting } from './accounting.projection';
import type { AccountedEntryRow } from './accounting.tables';
import { CLOCK } from './booking';
import { BookQueries } from './books.query';
import { ENTRIES, type LedgerAccount } from './chart';
import { historyOf } from './history.model';
import { StatementQueries } from './statements.query';

/** Steps of the store's clock: mostly forward, sometimes back, over months and years. */
const STEP = { min: -90_000_000, max: 400_000_000 };

const HISTORIES = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), fc.integer(STEP)), {
      minLength: 60,
      maxLength: 120,
    }),
    fc.array(fc.nat(10_000), { minLength: 40, maxLength: 80 }),
  )
  .map(([choices, seeds]) =>
    historyOf(
      choices.map(([what, which, how, stepMs]) => ({ what, which, how, stepMs })),
      seeds,
    ),
  );

describe('in any history the books', () => {
  it('balance, and say what the ledger says, at every position', () =>
    fc.assert(
      fc.asyncProperty(HISTORIES, async (events) => {
        await inBooks((model, store) => {
          const [books, balances] = [new BookQueries(store), new BalanceQueries(store)];
          const cash = new CashQueries(store);
          for (const event of events) {
            apply(model, [event]);
            const trial = books.getTrialBalance({ asOf: END_OF_TIME });
            expect(sumOf(trial.map(({ balanceCents }) => balanceCents))).toBe(0);
            const debits = sumOf(trial.map(({ debitCents }) => debitCents));
            expect(debits).toBe(sumOf(trial.map(({ creditCents }) => creditCents)));
            for (const agreementId of AGREEMENTS) {
              const told = balances.findAgreement(agreementId);
              if (told === undefined) continue;
              const kept = (account: LedgerAccount) => held(store, account, agreementId);
              expect([event.type, bucketsIn(kept)]).toEqual([
                event.type,
                {
                  availableCents: told.availableCents,
                  reservedCents: told.reservedCents,
                  activeCents: told.activeCents,
                  distributedCents: told.distributedCents,
                  expiredCents: told.expiredCents,
                  owedNetCents: told.owedCents - told.owedByPlacesCents,
                  inRunCents: told.inRunCents,
                  shortfallCents: 0 - told.shortfallCents,
                  feesCents: told.feesCents,
                  cashCents: 0 - (cash.findAgreement(agreementId)?.cashCents ?? 0),
                  announcedCents:
                    (cash.findAgreement(agreementId)?.confirmedCents ?? 0) - told.depositedCents,
                },
              ]);
            }
            const lines = store
              .rows(accounting.table.accountedEntries, 'WHERE booked = 1')
              .map(signed);
            const seen = events.slice(0, events.indexOf(event) + 1);
            expect(heldInAll(store, 'bank')).toBe(0 - sumOf(lines) - openingOf(seen));
          }
          for (const agreementId of AGREEMENTS) {
            const { closing } = new StatementQueries(store).getAgreement(agreementId, EVER);
            const { cashCents, shortfallCents, feesCents: _, ...made } = closing;
            expect(sumOf(Object.values(made)) - shortfallCents).toBe(cashCents);
          }
        });
      }),
      { numRuns: 25, endOnFailure: true },
    ));

  it('number entries from 1 a year without a gap, and pages join up', () =>
    fc.assert(
      fc.asyncProperty(HISTORIES, async (events) => {
        await inBooks((model, store) => {
          apply(model, events);
          const books = new BookQueries(store);
          const all = books.listJournal({ ...EVER, limit: 100_000 });
          let [year, number, day] = ['', 0, ''];
          for (const line of all) {
            expect(line.day >= day).toBe(true);
            expect(line.year).toBe(line.day.slice(0, 4));
            if (line.line > 0) expect([line.year, line.number]).toEqual([year, number]);
            // The first number of a later year is that of the balances brought forward.
            else if (line.year === year) expect(line.number).toBe(number + 1);
            else expect(line.number).toBe(year === '' ? 1 : 2);
            [year, number, day] = [line.year, line.number, line.day];
          }
          const paged = [...books.listJournal({ ...EVER, limit: 7 })];
          for (;;) {
            const last = paged.at(-1);
            const after = last && ([last.year, last.number, last.line] as const);
            const page = books.listJournal({ ...EVER, after, limit: 7 });
            if (page.length === 0) break;
            paged.push(...page);
          }
          expect(paged).toEqual(all);
        });
      }),
      { numRuns: 15, endOnFailure: true },
    ));

  it('never change a month that is over', () =>
    fc.assert(
      fc.asyncProperty(HISTORIES, async (events) => {
        await inBooks((model, store) => {
          const books = new BookQueries(store);
          const over = new Map<string, string>();
          for (const event of events) {
            apply(model, [event]);
            for (const [month, sha256] of over) expect(books.getMonth(month).sha256).toBe(sha256);
            for (const month of monthsOf(events)) {
              const { isOver, sha256 } = books.getMonth(month);
              if (isOver) over.set(month, over.get(month) ?? sha256);
            }
          }
          const sums = monthsOf(events).map((month) => books.getMonth(month));
          const all = books.listJournal({ ...EVER, limit: 100_000 });
          expect(sumOf(sums.map(({ postings }) => postings))).toBe(all.length);
          expect(sumOf(sums.map(({ totalCents }) => totalCents))).toBe(
            sumOf(all.map(({ cents }) => cents)),
          );
        });
      }),
      { numRuns: 10, endOnFailure: true },
    ));

  /** So many events, by the clock of the books: it ticks on what they read, and never goes back. */
  const knownAt = async (instant: Date, events: readonly RecordedEvent[]): Promise<number> => {
    let known = 0;
    await inBooks((model, store) => {
      for (const event of events) {
        apply(model, [event]);
        const clock = store.find(accounting.table.accountingClock, CLOCK);
        if (clock && clock.atMs > instant.getTime()) break;
        known += 1;
      }
    });
    return known;
  };

  it('tell any past instant, and any period, as the sum of their postings', () =>
    fc.assert(
      fc.asyncProperty(HISTORIES, fc.nat(1_000), async (events, where) => {
        await inBooks(async (model, store) => {
          const cut = events[where % events.length];
          if (!cut) return;
          const known = events.slice(0, await knownAt(cut.recordedAt, events));
          apply(model, known);
          const books = new BookQueries(store);
          const then = books.getTrialBalance({ asOf: END_OF_TIME });
          apply(model, events.slice(known.length));
          expect(books.getTrialBalance({ asOf: cut.recordedAt })).toEqual(then);
          const from = parisDayOf(cut.recordedAt);
          const period = books.getTrialBalance({ from, to: '2199-12-31' });
          const end = books.getTrialBalance({ asOf: END_OF_TIME });
          expect(period.map(({ account, balanceCents }) => [account, balanceCents])).toEqual(
            end.map(({ account, balanceCents }) => [account, balanceCents]),
          );
          expect(sumOf(period.map(({ openingCents }) => openingCents))).toBe(0);
        });
      }),
      { numRuns: 15, endOnFailure: true },
    ));

  it('tell places and funders what the ledger says, and periods join up', () =>
    fc.assert(
      fc.asyncProperty(HISTORIES, fc.nat(1_000), async (events, where) => {
        await inBooks(async (model, store) => {
          apply(model, events);
          const [statements, balances] = [new StatementQueries(store), new BalanceQueries(store)];
          const cut = parisDayOf(events[where % events.length]?.recordedAt ?? new Date(0));
          const [first, second] = [
            { from: EVER.from, to: cut },
            { from: addDays(cut, 1), to: EVER.to },
          ];
          for (const placeId of PLACES) {
            const told = balances.getPlace(placeId);
            const whole = await statements.getPlace(placeId, EVER);
            const { owedCents, inRunCents } = whole.closing;
            expect([owedCents, inRunCents]).toEqual([
              told.owedCents - told.owedByPlaceCents,
              told.inRunCents,
            ]);
            const { redeemedCents, cancelledCents } = whole.totals;
            expect(redeemedCents - cancelledCents).toBe(told.redeemedCents);
            expect(sumOf(whole.due.map(({ cents }) => cents))).toBe(Math.max(owedCents, 0));
            const parts = [
              await statements.getPlace(placeId, first),
              await statements.getPlace(placeId, second),
            ];
            expect(parts.flatMap(({ lines }) => lines)).toEqual(whole.lines);
            expect(parts[1]?.opening).toEqual(parts[0]?.closing);
            expect(parts[1]?.closing).toEqual(whole.closing);
          }
          for (const agreementId of AGREEMENTS) {
            const told = balances.findAgreement(agreementId);
            const whole = statements.getAgreement(agreementId, EVER);
            expect(whole.closing.availableCents).toBe(told?.availableCents);
            expect(whole.closing.feesCents).toBe(told?.feesCents);
            expect(whole.closing.inRunCents).toBe(told?.inRunCents);
            const parts = [first, second].map((each) => statements.getAgreement(agreementId, each));
            expect(parts[1]?.opening).toEqual(parts[0]?.closing);
            expect(parts[1]?.closing).toEqual(whole.closing);
            const used = parts.map((each) => each.usedAtEndCents - each.usedAtStartCents);
            expect(sumOf(used)).toBe(whole.usedAtEndCents);
            expect(sumOf(whole.usedByPublic.map(({ cents }) => cents))).toBe(whole.usedAtEndCents);
          }
        });
      }),
      { numRuns: 15, endOnFailure: true },
    ));

  it('are the same fold read at once, one by one, and delivered again (I-12)', () =>
    fc.assert(
      fc.asyncProperty(HISTORIES, fc.nat(60), async (events, split) => {
        const hashOf = (batches: readonly (readonly RecordedEvent[])[]) =>
          inBooks((model) => {
            for (const batch of batches) apply(model, batch);
            return model.views.map((view) => model.hash(view));
          });
        const atOnce = await hashOf([events]);
        expect(await hashOf(events.map((event) => [event]))).toEqual(atOnce);
        expect(await hashOf([events.slice(0, split), events])).toEqual(atOnce);
      }),
      { numRuns: 5, endOnFailure: true },
    ));
});

const EVER = { from: '2000-01-01', to: '2199-12-30' };
const END_OF_TIME = new Date('2199-12-30T00:00:00.000Z');

/** Credit − debit of an account: what it holds, below zero for what it is owed. */
const held = (store: ReadStore, account: LedgerAccount, agreementId: string): number =>
  store.get<{ cents: number }>(
    `SELECT COALESCE(SUM(CASE WHEN credit = ?1 THEN cents ELSE 0 END), 0)
          - COALESCE(SUM(CASE WHEN debit = ?1 THEN cents ELSE 0 END), 0) AS cents
       FROM postings WHERE agreementId = ?2`,
    account,
    agreementId,
  )?.cents ?? 0;

const heldInAll = (store: ReadStore, account: LedgerAccount): number =>
  AGREEMENTS.concat('').reduce((sum, each) => sum + held(store, account, each), 0);

/** The ledger's buckets of an agreement, as the books hold them. */
const bucketsIn = (kept: (account: LedgerAccount) => number) => ({
  availableCents: kept('available'),
  reservedCents: kept('reserved'),
  activeCents: kept('active'),
  distributedCents: kept('distributed'),
  expiredCents: kept('expired'),
  owedNetCents: kept('owed'),
  inRunCents: kept('inRun'),
  shortfallCents: kept('shortfall'),
  feesCents: kept('receivable') + kept('fees') + kept('vat'),
  cashCents: kept('announced') + kept('suspense'),
  announcedCents: kept('announced'),
});

type Read = Readonly<{ statements: readonly Stated[]; first?: Stated }>;
type Stated = Readonly<{ fromOn: string; openingCents: number }>;

/** Before the first statement of the first day there is one of, where its report said so. */
const openingOf = (events: readonly RecordedEvent[]): number => {
  const read = events.flatMap(({ type, data }) =>
    type === 'BankReportRead' ? [data as Read] : [],
  );
  const days = read.map(({ statements }) => statements[0]?.fromOn ?? '');
  let opening = 0;
  for (const [at, { first }] of read.entries()) {
    const isEarlier = days.slice(0, at).every((day) => day > (days[at] ?? ''));
    if (isEarlier && first) opening = first.openingCents;
  }
  return opening;
};

const signed = ({ direction, amountCents, duplicateCents }: AccountedEntryRow): number =>
  (amountCents - duplicateCents) * (direction === 'credit' ? 1 : -1);

const sumOf = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const monthsOf = (events: readonly RecordedEvent[]): readonly string[] => [
  ...new Set(events.map(({ recordedAt }) => parisDayOf(recordedAt).slice(0, 7))),
];

const apply = (model: ReadModel, events: readonly RecordedEvent[]): void => {
  model.apply(model.views, events);
  for (const view of model.views) {
    if (view.stopped) throw view.stopped;
    model.putLive(view);
  }
};

const inBooks = async <T>(
  work: (model: ReadModel, store: ReadStore) => T | Promise<T>,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-books-'));
  const path = join(folder, 'views.sqlite');
  const model = new ReadModel(path, [ledger, accounting]);
  const store = new ReadStore(path);
  try {
    return await work(model, store);
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

describe('histories', () => {
  it('come by every kind of entry', async () => {
    const kinds: string[] = [];
    for (const events of fc.sample(HISTORIES, { numRuns: 60, seed: 7 })) {
      await inBooks((model, store) => {
        apply(model, events);
        const rows = store.all<{ kind: string }>('SELECT DISTINCT kind FROM postings');
        kinds.push(...rows.map(({ kind }) => kind));
      });
    }
    const never = Object.keys(ENTRIES).filter((kind) => !kinds.includes(kind));
    expect(never).toEqual([]);
  });
});
