import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agreement } from '../domain/agreement';
import { AgreementFigures } from '../ports/agreement-figures';

/** Refused (`agreement_not_empty`) while an order is open or anything is owed, in a run or expired. */
export class CloseAgreement extends Wish<{ agreementId: string }> {}

@CommandHandler(CloseAgreement)
export class CloseAgreementHandler implements ICommandHandler<CloseAgreement> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly figures: AgreementFigures,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { agreementId }, context }: CloseAgreement): Promise<Handled> {
    const figures = await this.figures.getFigures(agreementId);
    const data = {
      openOrders: figures.inUseCents > 0 ? 1 : 0,
      owedCents: figures.owedCents + figures.owedByPlacesCents,
      inRunCents: figures.inRunCents,
      expiredCents: figures.expiredCents,
      closedOn: this.clock.today(),
    };
    const wish = { type: 'CloseAgreement', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}
