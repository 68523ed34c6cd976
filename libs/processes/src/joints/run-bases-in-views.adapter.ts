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

  getBasis(places: PreparationPlaces): RunBasis {
    const { runId, version, openingEventId, openedAt, preparedAt } = places;
    const amounts = this.amounts.findOwedAtOpening(openingEventId);
    const cashCents = this.amounts.findCashAtPreparation({ runId, version });
    const seen = this.runs.find(runId)?.preparation?.version;
    if (amounts === undefined || cashCents === undefined || seen !== version) {
      throw new ReadModelBehind(`the views have not passed version ${version} of run ${runId}`);
    }
    return {
      ...{ amounts, cashCents },
      claimIds: this.runs.listClaimsInOwedAt(openedAt),
      barredAccounts: this.runs.listBarredAccountsAt(preparedAt),
      payees: this.runs.listPayeesAt(preparedAt),
    };
  }
}
