import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type CommandContext, type Handled } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ContactCards, type ContactCard } from '../adapters/contact-cards';
import type { PartyKind } from '../contract';
import { contact, type ContactCommand } from '../domain/contact';

/** The contact's id is the command's. */
export class RecordContact extends Wish<{
  partyKind: PartyKind;
  partyId: string;
  card: ContactCard;
}> {}

/** The same card again says that it still holds. */
export class ChangeContact extends Wish<{ contactId: string; card: ContactCard }> {}

/**
 * The event comes first and the card after it: a request that is refused, or is another one under the
 * same key, changes no card; one that is cut off between the two has not answered, and brings the
 * card when it is asked again.
 */
@Injectable()
export class CardKeeper {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly cards: ContactCards,
    private readonly clock: Clock,
  ) {}

  now(): string {
    return instantOf(this.clock.now());
  }

  async keep(contactId: string, wish: ContactCommand, asked: Keeping): Promise<Handled> {
    const { card, context } = asked;
    const handled = await this.aggregates.handle(contact, contactId, wish, context);
    const { state } = await this.aggregates.load(contact, contactId);
    // Only what the log says last is kept: not a card that came late, nor one of the erased.
    if (state.status === 'unknown' || state.status === 'erased') return handled;
    if (state.cardId !== context.commandId) return handled;
    await this.cards.keep(contactId, state.cardId, card);
    await this.cards.dropAllBut(contactId, state.cardId);
    return handled;
  }
}

type Keeping = Readonly<{ card: ContactCard; context: CommandContext }>;

@CommandHandler(RecordContact)
export class RecordContactHandler implements ICommandHandler<RecordContact> {
  constructor(private readonly keeper: CardKeeper) {}

  execute({ input: { card, partyKind, partyId }, context }: RecordContact): Promise<Handled> {
    const contactId = context.commandId;
    const recordedAt = this.keeper.now();
    const data = { contactId, partyKind, partyId, cardId: context.commandId, recordedAt };
    return this.keeper.keep(contactId, { type: 'RecordContact', data }, { card, context });
  }
}

@CommandHandler(ChangeContact)
export class ChangeContactHandler implements ICommandHandler<ChangeContact> {
  constructor(private readonly keeper: CardKeeper) {}

  execute({ input: { contactId, card }, context }: ChangeContact): Promise<Handled> {
    const data = { contactId, cardId: context.commandId, changedAt: this.keeper.now() };
    return this.keeper.keep(contactId, { type: 'ChangeContact', data }, { card, context });
  }
}
