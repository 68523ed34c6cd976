import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, hashOf, uuidV5, Wish, type Handled } from '@app/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ContactCards } from '../adapters/contact-cards';
import { contact, isDue } from '../domain/contact';
import { refuse } from '../domain/refuse';

export class ProposeErasure extends Wish<{ contactId: string }> {}

@CommandHandler(ProposeErasure)
export class ProposeErasureHandler implements ICommandHandler<ProposeErasure> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { contactId }, context }: ProposeErasure): Promise<Handled> {
    const proposedAt = instantOf(this.clock.now());
    const data = { contactId, proposedBy: context.actor.id, proposedAt };
    return this.aggregates.handle(contact, contactId, { type: 'ProposeErasure', data }, context);
  }
}

/** By another person than who proposed it. */
export class ApproveErasure extends Wish<{ contactId: string }> {}

@CommandHandler(ApproveErasure)
export class ApproveErasureHandler implements ICommandHandler<ApproveErasure> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { contactId }, context }: ApproveErasure): Promise<Handled> {
    const approvedAt = instantOf(this.clock.now());
    const data = { contactId, approvedBy: context.actor.id, approvedAt };
    return this.aggregates.handle(contact, contactId, { type: 'ApproveErasure', data }, context);
  }
}

/**
 * The key and the card go first: a crash leaves the event to be told, never a card behind. Whoever
 * is erased by the log and has a key again, from a backup, loses it again.
 */
export class EraseContact extends Command<void> {
  /** @param keptSinceBefore what nobody touched since then was kept long enough. */
  constructor(
    readonly contactId: string,
    readonly keptSinceBefore: string,
  ) {
    super();
  }
}

@CommandHandler(EraseContact)
export class EraseContactHandler implements ICommandHandler<EraseContact> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly cards: ContactCards,
    private readonly clock: Clock,
  ) {}

  async execute({ contactId, keptSinceBefore }: EraseContact): Promise<void> {
    const { state } = await this.aggregates.load(contact, contactId);
    if (!isDue(state, keptSinceBefore)) return refuse('erasure_not_approved');
    await this.cards.erase(contactId);
    if (state.status === 'erased') return;
    const erasedAt = instantOf(this.clock.now());
    const data = { contactId, erasedAt, keptSinceBefore };
    await this.aggregates.handle(
      contact,
      contactId,
      { type: 'RecordErasure', data },
      {
        commandId: uuidV5(contactId, 'erase'),
        requestHash: hashOf([contactId, 'erase']),
        actor: { id: 'contact', partyId: 'operator', role: 'system' },
        correlationId: contactId,
        causationId: contactId,
      },
    );
  }
}
