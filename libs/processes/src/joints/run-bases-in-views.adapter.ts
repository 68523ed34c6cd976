import { setTimeout as sleep } from 'node:timers/promises';
import { ReadModelBehind } from '@app/platform';
import { RunAmountQueries, RunQueries } from '@app/read-models';
import { RunBases, type PreparationPlaces, type RunBasis } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';

/** What a run is prepared from: amounts and cash of the ledger, claims and payees of the runs' view. */
@Injectable()
export class RunBasesInViews extends RunBases {
  constructor(
    private readonly amounts: RunAmountQueries,
    private readonly runs: RunQueries,
  ) {
    super();
  }

  async fetchBasis(places: PreparationPlaces): Promise<RunBasis> {
    const endsAtMs = performance.now() + WAIT_MS_MAX;
    for (;;) {
      const basis = this.#findBasis(places);
      if (basis !== undefined) return basis;
      if (performance.now() > endsAtMs) {
        const { runId, version } = places;
        throw new ReadModelBehind(`the views have not passed version ${version} of run ${runId}`);
      }
      await sleep(POLL_MS);
    }
  }

  #findBasis(places: PreparationPlaces): RunBasis | undefined {
    const { runId, version, openingEventId, openedAt, preparedAt } = places;
    // What tells whether the views are there comes first: amounts are many thousands.
    if (this.runs.find(runId)?.preparation?.version !== version) return undefined;
    const cashCents = this.amounts.findCashAtPreparation({ runId, version });
    const amounts = cashCents && this.amounts.findOwedAtOpening(openingEventId);
    if (cashCents === undefined || amounts === undefined) return undefined;
    return {
      ...{ amounts, cashCents },
      claimIds: this.runs.listClaimsInOwedAt(openedAt),
      barredAccounts: this.runs.listBarredAccountsAt(preparedAt),
      payees: this.runs.listPayeesAt(preparedAt),
    };
  }
}

/** The projector follows within milliseconds, unless it is being started or rebuilds its views. */
const WAIT_MS_MAX = 5_000;
const POLL_MS = 10;
