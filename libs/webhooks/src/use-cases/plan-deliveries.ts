import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, uuidV5, Wish } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { delivery } from '../domain/delivery';
import { wants, webhooks, type Webhook } from '../domain/webhooks';
import type { Message, Owner } from '../messages';
import { DeliveryLog } from '../ports/delivery-log';
import { Owners } from '../ports/owners';

/** The operator's endpoints, which are the scheme's. */
export const SCHEME_PARTY = 'scheme';

/** A message to every endpoint that asked for it before its event; `factId` names the event. */
export class PlanDeliveries extends Wish<Readonly<{ factId: string; message: Message }>, void> {}

@CommandHandler(PlanDeliveries)
export class PlanDeliveriesHandler implements ICommandHandler<PlanDeliveries> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly owners: Owners,
    private readonly log: DeliveryLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { factId, message }, context }: PlanDeliveries): Promise<void> {
    const { kind, owner, happenedAt, body } = message;
    const party = await this.#findParty(owner);
    const plannedAt = instantOf(this.clock.now());
    for (const partyId of party === undefined ? [SCHEME_PARTY] : [party, SCHEME_PARTY]) {
      for (const webhook of await this.#listAt(partyId, context.followedPosition)) {
        if (!wants(webhook, kind, happenedAt)) continue;
        const { webhookId } = webhook;
        const deliveryId = uuidV5(webhookId, factId);
        const of = { deliveryId, webhookId, partyId };
        const data = { ...of, kind, factId, happenedAt, body, plannedAt };
        const own = { ...context, commandId: uuidV5(context.commandId, deliveryId) };
        await this.aggregates.handle(delivery, deliveryId, { type: 'PlanDelivery', data }, own);
      }
    }
  }

  /** As they were at the event's place in the log: an endpoint is told nothing of before it. */
  async #listAt(partyId: string, at: bigint | undefined): Promise<readonly Webhook[]> {
    // Nearly always nobody asked, and the views know that without a word to the store.
    if (at !== undefined && !this.log.mayHaveWebhooks(partyId, at)) return [];
    const { state, revision } = await this.aggregates.load(webhooks, partyId);
    if (at === undefined || revision === undefined) return Object.values(state);
    const then = await this.aggregates.loadAt(webhooks, partyId, at);
    // What was ended since is told nothing any more.
    return Object.values(then.state).filter(({ webhookId }) => {
      return state[webhookId]?.status !== 'ended';
    });
  }

  async #findParty(owner: Owner): Promise<string | undefined> {
    if ('organisationId' in owner) return owner.organisationId;
    if ('agreementId' in owner) return this.owners.findFunderOf(owner.agreementId);
    return this.owners.findOrganisationOf(owner.placeId);
  }
}
