import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PlaceLabelled } from '../contract';
import { place } from '../domain/place';

/** The right to redeem: for these services, from the first to the last of these days. */
export class LabelPlace extends Wish<PlaceLabelled['data']> {}

@CommandHandler(LabelPlace)
export class LabelPlaceHandler implements ICommandHandler<LabelPlace> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { placeId, ...data }, context }: LabelPlace): Promise<Handled> {
    return this.aggregates.handle(place, placeId, { type: 'LabelPlace', data }, context);
  }
}
