import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrganisationDetails } from '../contract';
import { organisation } from '../domain/organisation';

/** The organisation's id is the command's. */
export class RegisterOrganisation extends Wish<OrganisationDetails> {}

@CommandHandler(RegisterOrganisation)
export class RegisterOrganisationHandler implements ICommandHandler<RegisterOrganisation> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: RegisterOrganisation): Promise<Handled> {
    const organisationId = context.commandId;
    const wish = { type: 'RegisterOrganisation', data: { organisationId, ...input } } as const;
    return this.aggregates.handle(organisation, organisationId, wish, context);
  }
}
