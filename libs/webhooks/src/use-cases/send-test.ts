import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { delivery } from '../domain/delivery';
import { refuse } from '../domain/refuse';
import { webhooks } from '../domain/webhooks';
import { TEST_KIND, testBodyOf } from '../messages';

/** A message of kind `test`, sent and tried again as any other; its id is the command's. */
export class SendTestMessage extends Wish<Readonly<{ partyId: string; webhookId: string }>> {}

@CommandHandler(SendTestMessage)
export class SendTestMessageHandler implements ICommandHandler<SendTestMessage> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `webhook_unknown`, `webhook_ended`, `webhook_paused`: it would only wait. */
  async execute({ input, context }: SendTestMessage): Promise<Handled> {
    const { partyId, webhookId } = input;
    const { state } = await this.aggregates.load(webhooks, partyId);
    const webhook = state[webhookId] ?? refuse('webhook_unknown');
    if (webhook.status !== 'active') {
      return refuse(webhook.status === 'ended' ? 'webhook_ended' : 'webhook_paused');
    }
    const deliveryId = context.commandId;
    const at = instantOf(this.clock.now());
    const data = {
      ...{ deliveryId, webhookId, partyId, kind: TEST_KIND, factId: deliveryId },
      ...{ happenedAt: at, body: testBodyOf(webhookId, at), plannedAt: at },
    };
    return this.aggregates.handle(delivery, deliveryId, { type: 'PlanDelivery', data }, context);
  }
}
