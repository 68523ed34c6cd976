import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { organisation } from '../domain/organisation';
import { place } from '../domain/place';
import { refuse } from '../domain/refuse';

/** A place imported without an organisation gets one, once: it is the payee from then on. */
export class AttachPlace extends Wish<{ placeId: string; organisationId: string }> {}

@CommandHandler(AttachPlace)
export class AttachPlaceHandler implements ICommandHandler<AttachPlace> {
  constructor(private readonly aggregates: AggregateStore) {}

  async execute({ input: { placeId, ...data }, context }: AttachPlace): Promise<Handled> {
    const payee = await this.aggregates.load(organisation, data.organisationId);
    if (payee.state.status === 'unknown') return refuse('organisation_unknown');
    return this.aggregates.handle(place, placeId, { type: 'AttachPlace', data }, context);
  }
}
