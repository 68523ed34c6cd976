import {
  ApproveErasure,
  ChangeContact,
  contact,
  ContactCards,
  ProposeErasure,
  RecordContact,
  type Contact,
  type ContactCard,
} from '@app/contacts';
import type { PartyKind } from '@app/contacts/contract';
import {
  AggregateStore,
  Asked,
  Changed,
  CurrentActor,
  Documented,
  notFound,
  Page,
  Reads,
  UuidParam,
  type Actor,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import { ContactQueries, contactViews, type ContactView } from '@app/read-models';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own } from '../access/own';
import { CONTACTS } from './contacts.documents';
import { ContactBody, ContactChangeBody, ContactsQuery } from './contacts.dto';

/** Whom to call. What it answers is personal data; what it writes down for ever is not. */
@Controller('v1/contacts')
export class ContactsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly aggregates: AggregateStore,
    private readonly cards: ContactCards,
    private readonly views: ContactQueries,
    private readonly own: Own,
  ) {}

  @Post()
  @Documented(CONTACTS.recordContact)
  async record(
    @Body() { partyKind, partyId, ...card }: ContactBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    if (!isOf(actor, { partyKind, partyId })) throw notFound();
    await this.own[partyKind](actor, partyId);
    const wish = new RecordContact({ partyKind, partyId, card: cardOf(card) }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { contactId: asked.commandId });
  }

  @Get()
  @Documented(CONTACTS.listContacts)
  @Reads(contactViews)
  list(@Query() _: ContactsQuery, @CurrentActor() actor: Actor, @Page() page: PageOf) {
    const partyId = actor.reach === 'all' ? undefined : actor.partyId;
    return page.answer<ContactView>({
      find: ([after] = [''], limit) => this.views.list({ partyId, after: String(after), limit }),
      keyOf: ({ contactId }) => [contactId],
      columns: ['contactId', 'partyKind', 'partyId', 'status', 'keptSinceAt', 'erasedAt'],
    });
  }

  @Get(':contactId')
  @Documented(CONTACTS.getContact)
  get(@Param('contactId', UuidParam) contactId: string, @CurrentActor() actor: Actor) {
    return this.#show(contactId, actor);
  }

  /** What the person may ask for (GDPR, article 15); the operator hands it over. */
  @Get(':contactId/export')
  @Documented(CONTACTS.exportContact)
  async export(@Param('contactId', UuidParam) contactId: string, @CurrentActor() actor: Actor) {
    const shown = await this.#show(contactId, actor);
    const history = [];
    for await (const { type, metadata, recordedAt } of this.aggregates.readEvents(
      contact,
      contactId,
    )) {
      const { id: by, role } = metadata.actor;
      history.push({ type, at: recordedAt, by, role });
    }
    return { ...shown, history };
  }

  @Post(':contactId/change')
  @Documented(CONTACTS.changeContact)
  @HttpCode(200)
  async change(
    @Param('contactId', UuidParam) contactId: string,
    @Body() card: ContactChangeBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.#getOwn(contactId, actor);
    const wish = new ChangeContact({ contactId, card: cardOf(card) }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { contactId });
  }

  @Post(':contactId/erasure')
  @Documented(CONTACTS.proposeContactErasure)
  @HttpCode(200)
  async proposeErasure(
    @Param('contactId', UuidParam) contactId: string,
    @Asked() asked: RequestContext,
  ) {
    const { position } = await this.commands.execute(new ProposeErasure({ contactId }, asked));
    return new Changed(position, { contactId, status: 'erasure-proposed' });
  }

  @Post(':contactId/erasure/approval')
  @Documented(CONTACTS.approveContactErasure)
  @HttpCode(200)
  async approveErasure(
    @Param('contactId', UuidParam) contactId: string,
    @Asked() asked: RequestContext,
  ) {
    const { position } = await this.commands.execute(new ApproveErasure({ contactId }, asked));
    return new Changed(position, { contactId, status: 'erasure-approved' });
  }

  async #show(contactId: string, actor: Actor) {
    const { partyKind, partyId, status, cardId, keptSinceAt } = await this.#getOwn(
      contactId,
      actor,
    );
    const card = (await this.cards.find(contactId, cardId)) ?? null;
    return { contactId, partyKind, partyId, status, keptSinceAt, card };
  }

  async #getOwn(contactId: string, actor: Actor): Promise<Exclude<Contact, { status: 'unknown' }>> {
    const { state } = await this.aggregates.load(contact, contactId);
    if (state.status === 'unknown' || !isOf(actor, state)) throw notFound();
    return state;
  }
}

/** A funder that may look up prescribers is not thereby one of their people. */
const PARTY_OF: Partial<Record<Actor['role'], PartyKind>> = {
  funder: 'funder',
  prescriber: 'prescriber',
  'place-manager': 'organisation',
};

const isOf = (
  { role, reach, partyId }: Actor,
  party: { partyKind: PartyKind; partyId: string },
): boolean => reach === 'all' || (PARTY_OF[role] === party.partyKind && partyId === party.partyId);

const cardOf = ({ name, duty, email, phone }: ContactChangeBody): ContactCard => ({
  ...{ name, duty: duty ?? null, email: email ?? null, phone: phone ?? null },
});
