import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrganisationDetails } from '../contract';
import { organisation } from '../domain/organisation';

/** All details as they are from now on; what they were stays in the stream. */
export class CorrectOrganisation extends Wish<{ organisationId: string } & OrganisationDetails> {}

@CommandHandler(CorrectOrganisation)
export class CorrectOrganisationHandler implements ICommandHandler<CorrectOrganisation> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: CorrectOrganisation): Promise<Handled> {
    const { organisationId, ...data } = input;
    const wish = { type: 'CorrectOrganisation', data } as const;
    return this.aggregates.handle(organisation, organisationId, wish, context);
  }
}
