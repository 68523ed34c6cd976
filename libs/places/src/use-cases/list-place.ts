import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PlaceDetails } from '../contract';
import { organisation } from '../domain/organisation';
import { place } from '../domain/place';
import { refuse } from '../domain/refuse';

/** The place's id is the command's. Its organisation must be registered. */
export class ListPlace extends Wish<{ organisationId: string } & PlaceDetails> {}

@CommandHandler(ListPlace)
export class ListPlaceHandler implements ICommandHandler<ListPlace> {
  constructor(private readonly aggregates: AggregateStore) {}

  async execute({ input, context }: ListPlace): Promise<Handled> {
    const payee = await this.aggregates.load(organisation, input.organisationId);
    if (payee.state.status === 'unknown') return refuse('organisation_unknown');
    const placeId = context.commandId;
    const wish = { type: 'ListPlace', data: { placeId, ...input } } as const;
    return this.aggregates.handle(place, placeId, wish, context);
  }
}
