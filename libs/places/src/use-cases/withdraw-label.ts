import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { place } from '../domain/place';

/** From today on the place has no label; sessions of the days before still count. */
export class WithdrawLabel extends Wish<{ placeId: string; reason: string }> {}

@CommandHandler(WithdrawLabel)
export class WithdrawLabelHandler implements ICommandHandler<WithdrawLabel> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { placeId, reason }, context }: WithdrawLabel): Promise<Handled> {
    const data = { reason, withdrawnOn: this.clock.today() };
    return this.aggregates.handle(place, placeId, { type: 'WithdrawLabel', data }, context);
  }
}
