import { AgreementFigures, type AgreementFiguresOf } from '@app/funding';
import { BalanceQueries, CashQueries, ledger } from '@app/read-models';
import { Injectable } from '@nestjs/common';
import { ViewsAtHead } from './views-at-head.adapter';

/** An agreement's money outside its own stream, from the ledger. */
@Injectable()
export class FiguresOfAgreements extends AgreementFigures {
  constructor(
    private readonly balances: BalanceQueries,
    private readonly cash: CashQueries,
    private readonly atHead: ViewsAtHead,
  ) {
    super();
  }

  async getFigures(agreementId: string): Promise<AgreementFiguresOf> {
    await this.atHead.reach(ledger);
    const balance = this.balances.findAgreement(agreementId);
    const cash = this.cash.findAgreement(agreementId);
    if (balance === undefined || cash === undefined) return NOTHING_YET;
    const { activeCents, distributedCents, expiredCents } = balance;
    const { inRunByPlacesCents, ...gross } = this.balances.getGross(agreementId);
    return {
      ...{ ...gross, expiredCents },
      // Either side of a line in a run keeps the agreement open, though they may net to nothing.
      inRunCents: gross.inRunCents + inRunByPlacesCents,
      // What a run has frozen is the places', and what is ordered is on its way: no refund takes it.
      cashCents: cash.cashCents - cash.frozenCents,
      inUseCents: activeCents + distributedCents,
    };
  }
}

/** There is no such agreement: no money of it can be vouched for. */
const NOTHING_YET: AgreementFiguresOf = {
  cashCents: 0,
  owedCents: 0,
  owedByPlacesCents: 0,
  inRunCents: 0,
  expiredCents: 0,
  inUseCents: 0,
};
