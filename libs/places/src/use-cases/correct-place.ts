import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PlaceDetails } from '../contract';
import { place } from '../domain/place';

/** All details as they are from now on; what they were stays in the stream. */
export class CorrectPlace extends Wish<{ placeId: string } & PlaceDetails> {}

@CommandHandler(CorrectPlace)
export class CorrectPlaceHandler implements ICommandHandler<CorrectPlace> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { placeId, ...data }, context }: CorrectPlace): Promise<Handled> {
    return this.aggregates.handle(place, placeId, { type: 'CorrectPlace', data }, context);
  }
}
