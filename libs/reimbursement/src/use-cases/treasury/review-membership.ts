import { AggregateStore, Clock, Wish } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { payee } from '../../domain/payee/payee';
import { PayeePlaces } from '../../ports/payee-places';

/** A label was granted or withdrawn: an organisation without any has left, and leaves debts to recover. */
export class ReviewMembership extends Wish<{ placeId: string }, void> {}

@CommandHandler(ReviewMembership)
export class ReviewMembershipHandler implements ICommandHandler<ReviewMembership> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly places: PayeePlaces,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { placeId }, context }: ReviewMembership): Promise<void> {
    const membership = await this.places.findMembership(placeId);
    if (membership === undefined) return;
    const { organisationId } = membership;
    const data = { ...membership, reviewedOn: this.clock.today(), recordedBy: context.actor.id };
    const wish = { type: 'ReviewMembership', data } as const;
    await this.aggregates.handle(payee, organisationId, wish, context);
  }
}
