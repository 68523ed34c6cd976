import { DomainError, instantOf } from '@app/kernel';
import {
  AggregateStore,
  Clock,
  uuidV5,
  Wish,
  type CommandContext,
  type Handled,
} from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReplayRequested } from '../contract';
import { delivery } from '../domain/delivery';
import { refuse } from '../domain/refuse';
import { webhooks } from '../domain/webhooks';
import { DeliveryLog } from '../ports/delivery-log';

const PAGE = 200;

/** One message that was delivered or given up, again. */
export class ReplayDelivery extends Wish<
  Readonly<{ partyId: string; webhookId: string; deliveryId: string }>
> {}

@CommandHandler(ReplayDelivery)
export class ReplayDeliveryHandler implements ICommandHandler<ReplayDelivery> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: ReplayDelivery): Promise<Handled> {
    const { partyId, webhookId, deliveryId } = input;
    const { state } = await this.aggregates.load(webhooks, partyId);
    const webhook = state[webhookId];
    if (webhook === undefined) return refuse('webhook_unknown');
    if (webhook.status === 'ended') return refuse('webhook_ended');
    const known = await this.aggregates.load(delivery, deliveryId);
    if (known.state.status === 'none' || known.state.webhookId !== webhookId) {
      return refuse('delivery_unknown');
    }
    const data = { replayId: context.commandId, replayedAt: instantOf(this.clock.now()) };
    return this.aggregates.handle(delivery, deliveryId, { type: 'ReplayDelivery', data }, context);
  }
}

/** All that happened in a period, bounds inclusive; the process of replays does it. */
export class RequestReplay extends Wish<
  Readonly<{ partyId: string; webhookId: string; fromAt: string; toAt: string }>
> {}

@CommandHandler(RequestReplay)
export class RequestReplayHandler implements ICommandHandler<RequestReplay> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { partyId, ...asked }, context }: RequestReplay): Promise<Handled> {
    const data = { ...asked, replayId: context.commandId };
    return this.aggregates.handle(webhooks, partyId, { type: 'RequestReplay', data }, context);
  }
}

/** What was asked for, once it is in the log. Safe to run again: a replay counts once a message. */
export class ReplayPeriod extends Wish<ReplayRequested['data'], void> {}

@CommandHandler(ReplayPeriod)
export class ReplayPeriodHandler implements ICommandHandler<ReplayPeriod> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly log: DeliveryLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: ReplayPeriod): Promise<void> {
    const { webhookId, replayId, fromAt, toAt } = input;
    const replayedAt = instantOf(this.clock.now());
    for (let after = ''; ;) {
      const page = { fromAt, toAt, after, limit: PAGE };
      const ids = this.log.listReplayable(webhookId, page);
      for (const deliveryId of ids)
        await this.#replay(deliveryId, { replayId, replayedAt }, context);
      const last = ids.at(-1);
      if (last === undefined || ids.length < PAGE) return;
      after = last;
    }
  }

  async #replay(
    deliveryId: string,
    data: Readonly<{ replayId: string; replayedAt: string }>,
    context: CommandContext,
  ): Promise<void> {
    const own = { ...context, commandId: uuidV5(context.commandId, deliveryId) };
    try {
      await this.aggregates.handle(delivery, deliveryId, { type: 'ReplayDelivery', data }, own);
    } catch (error) {
      // It is on its way already: the view was behind.
      if (!(error instanceof DomainError)) throw error;
    }
  }
}
