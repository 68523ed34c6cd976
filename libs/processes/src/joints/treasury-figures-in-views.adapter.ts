import { agreement } from '@app/funding';
import { AggregateStore, ReadModelBehind } from '@app/platform';
import { BalanceQueries, bank, BankQueries, ledger } from '@app/read-models';
import { TreasuryFigures, type AgreementFees } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';
import { ViewsAtHead } from './views-at-head.adapter';

/** Fees and debts from the ledger; what an agreement lacks its own stream knows best. */
@Injectable()
export class TreasuryFiguresInViews extends TreasuryFigures {
  constructor(
    private readonly balances: BalanceQueries,
    private readonly account: BankQueries,
    private readonly aggregates: AggregateStore,
    private readonly atHead: ViewsAtHead,
  ) {
    super();
  }

  async getFees(agreementId: string): Promise<AgreementFees> {
    await this.atHead.reach(ledger);
    const balance = this.balances.findAgreement(agreementId);
    const { state } = await this.aggregates.load(agreement, agreementId);
    if (balance === undefined || state.status === 'unknown') {
      throw new ReadModelBehind('the agreement is not in the ledger yet');
    }
    return { feesCents: balance.feesCents, shortfallCents: state.shortfallCents };
  }

  async listOwed(organisationId: string) {
    await this.atHead.reach(ledger);
    return this.balances
      .listOwed('organisationId', organisationId)
      .map(({ owedCents, ...pair }) => ({ ...pair, cents: owedCents }));
  }

  findAgreementOf(kind: 'refund' | 'feeSweep', targetId: string) {
    const look = () => this.account.listExpectedTargets(kind, targetId)[0]?.agreementId;
    return this.atHead.find(look, bank);
  }
}
