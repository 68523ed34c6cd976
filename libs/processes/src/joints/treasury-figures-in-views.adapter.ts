import { agreement } from '@app/funding';
import { AggregateStore, ReadModelBehind } from '@app/platform';
import { BalanceQueries } from '@app/read-models';
import { TreasuryFigures, type AgreementFees } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';

/** Fees and debts from the ledger; what an agreement lacks its own stream knows best. */
@Injectable()
export class TreasuryFiguresInViews extends TreasuryFigures {
  constructor(
    private readonly balances: BalanceQueries,
    private readonly aggregates: AggregateStore,
  ) {
    super();
  }

  async getFees(agreementId: string): Promise<AgreementFees> {
    const balance = this.balances.findAgreement(agreementId);
    const { state } = await this.aggregates.load(agreement, agreementId);
    if (balance === undefined || state.status === 'unknown') {
      throw new ReadModelBehind('the agreement is not in the ledger yet');
    }
    return { feesCents: balance.feesCents, shortfallCents: state.shortfallCents };
  }

  listOwed(organisationId: string) {
    return this.balances
      .listOwed('organisationId', organisationId)
      .map(({ owedCents, ...pair }) => ({ ...pair, cents: owedCents }));
  }
}
