import { AgreementFigures, type AgreementFiguresOf } from '@app/funding';
import { BalanceQueries } from '@app/read-models';
import { Injectable } from '@nestjs/common';

/** An agreement's money outside its own stream, from the ledger. */
@Injectable()
export class FiguresOfAgreements extends AgreementFigures {
  constructor(private readonly balances: BalanceQueries) {
    super();
  }

  getFigures(agreementId: string): AgreementFiguresOf {
    const balance = this.balances.findAgreement(agreementId);
    if (balance === undefined) return NOTHING_YET;
    const { depositedCents, paidCents, returnedCents, activeCents, distributedCents } = balance;
    const { owedCents, owedByPlacesCents, inRunCents, expiredCents } = balance;
    return {
      ...{ owedCents, owedByPlacesCents, inRunCents, expiredCents },
      cashCents: depositedCents - paidCents - returnedCents,
      inUseCents: activeCents + distributedCents,
    };
  }
}

/** The view has not seen the agreement: no money of it can be vouched for. */
const NOTHING_YET: AgreementFiguresOf = {
  cashCents: 0,
  owedCents: 0,
  owedByPlacesCents: 0,
  inRunCents: 0,
  expiredCents: 0,
  inUseCents: 0,
};
