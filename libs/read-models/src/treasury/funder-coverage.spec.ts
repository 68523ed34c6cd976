import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import { ledger } from '../ledger/ledger.projection';
import { Scheme } from '../ledger/scheme.model';
import { ringFencedAccount } from './account.projection';
import { CoverageQueries } from './funder-coverage.query';
import { solvencyAlarms } from './solvency-alarms.projection';
import { SolvencyQueries } from './solvency.query';

const nat = fc.nat(1_000);
const choices = fc.array(fc.tuple(nat, nat, nat, fc.integer({ min: 1, max: 40_000_000 })), {
  minLength: 100,
  maxLength: 300,
});

describe("a funder's money", () => {
  it('is its promises and what the operator has earned, at every instant of any history', () =>
    fc.assert(
      fc.property(choices, (acts) => {
        const scheme = new Scheme();
        for (const [what, which, how, stepMs] of acts) {
          const choice = { what, which, how, stepMs };
          if (how % 2 === 0) scheme.pay(choice);
          else scheme.act(choice);
        }
        inViews(scheme, (store) => {
          const [coverage, solvency] = [new CoverageQueries(store), new SolvencyQueries(store)];
          for (const { at } of scheme.instants()) {
            const funders = coverage.listFunders(at);
            for (const each of funders) {
              const { cashCents, owedByPlacesCents, shortfallCents } = each;
              const promised = each.liabilitiesCents + each.unsweptFeesCents;
              expect([at, cashCents + owedByPlacesCents + shortfallCents]).toEqual([at, promised]);
              expect([at, coverage.listFunders(at, each.funderId)]).toEqual([at, [each]]);
            }
            // The account and the ledger count the same cash, each in its own way.
            const cash = funders.reduce((sum, { cashCents }) => sum + cashCents, 0);
            expect([at, solvency.getAccount(at).parts.cashByEventsCents]).toEqual([at, cash]);
          }
        });
      }),
      { numRuns: 20, endOnFailure: true },
    ));
});

/** With what the ledger never asks, and the bank's side of the account does. */
function whole(event: RecordedEvent): RecordedEvent {
  const data = event.data as { components?: readonly { cents: number }[] };
  const amountCents = data.components?.reduce((sum, { cents }) => sum + cents, 0);
  const evidence = { valueOn: '2026-04-02', bookedOn: '2026-04-02', source: 'an entry' };
  return {
    ...event,
    data: { ...evidence, ...(amountCents !== undefined && { amountCents }), ...data },
  };
}

function inViews(scheme: Scheme, work: (store: ReadStore) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-coverage-'));
  const path = join(folder, 'views.sqlite');
  const model = new ReadModel(path, [ledger, ringFencedAccount, solvencyAlarms]);
  const store = new ReadStore(path);
  try {
    model.apply(model.views, scheme.events.map(whole));
    for (const view of model.views) {
      if (view.stopped) throw view.stopped;
      model.putLive(view);
    }
    work(store);
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
