import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { place } from '../domain/place';

/** Later redemptions are refused until it is restored; what it is owed is paid. */
export class SuspendPlace extends Wish<{ placeId: string; reason: string }> {}

@CommandHandler(SuspendPlace)
export class SuspendPlaceHandler implements ICommandHandler<SuspendPlace> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { placeId, ...data }, context }: SuspendPlace): Promise<Handled> {
    return this.aggregates.handle(place, placeId, { type: 'SuspendPlace', data }, context);
  }
}

export class RestorePlace extends Wish<{ placeId: string }> {}

@CommandHandler(RestorePlace)
export class RestorePlaceHandler implements ICommandHandler<RestorePlace> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { placeId }, context }: RestorePlace): Promise<Handled> {
    return this.aggregates.handle(place, placeId, { type: 'RestorePlace', data: {} }, context);
  }
}
