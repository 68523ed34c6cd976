import { InMemoryEventStore, StreamAggregateStore, uuidV5, type Position } from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { webhooks, type WebhookWish } from '../domain/webhooks';
import type { DeliveryLog } from '../ports/delivery-log';
import type { Owners } from '../ports/owners';
import { PlanDeliveries, PlanDeliveriesHandler } from './plan-deliveries';

const webhookId = '01980a3d-b6c7-75d8-9e9f-a0b1c2d3e4f5';
const factId = '01980a3d-b6c7-75d8-9e9f-a0b1c2d3e4f6';
const at = '2026-03-01T09:00:00.000Z';
const contextOf = (commandId: string) => ({
  ...{ commandId, requestHash: '', correlationId: commandId, causationId: commandId },
  actor: { id: 'person', partyId: 'party', role: 'funder' },
});

async function world() {
  const store = new InMemoryEventStore();
  const aggregates = new StreamAggregateStore({ store });
  const wish = async (command: WebhookWish): Promise<Position> => {
    const context = contextOf(uuidV5(webhookId, command.type));
    const { position } = await aggregates.handle(webhooks, 'party', command, context);
    return position ?? 0n;
  };
  const registeredAt = await wish({
    type: 'RegisterWebhook',
    data: {
      ...{ webhookId, partyId: 'party', audience: 'funder', url: 'https://example.org' },
      ...{ kinds: ['order.active'], keyId: 'key', loopback: false },
    },
  });
  const owners = { findFunderOf: () => Promise.resolve('party') } as unknown as Owners;
  const log = { mayHaveWebhooks: () => true } as unknown as DeliveryLog;
  const handler = new PlanDeliveriesHandler(aggregates, owners, log, new FakeClock(at));
  const plan = (followedPosition: Position) => {
    const owner = { agreementId: 'agreement' };
    const message = { kind: 'order.active', owner, happenedAt: at, body: '{}' } as const;
    const context = { ...contextOf(factId), followedPosition };
    return handler.execute(new PlanDeliveries({ factId, message }, context));
  };
  const planned = async () => {
    const events = await Array.fromAsync(store.readAll());
    return events.filter(({ type }) => type === 'DeliveryPlanned').length;
  };
  return { registeredAt, wish, plan, planned };
}

describe('an endpoint', () => {
  it('is told of what is behind it in the log, once, and of nothing before it', async () => {
    const { registeredAt, plan, planned } = await world();
    await plan(registeredAt - 1n);
    expect(await planned()).toBe(0);
    await plan(registeredAt + 1n);
    await plan(registeredAt + 1n);
    expect(await planned()).toBe(1);
  });

  it('is told nothing any more once it has ended, of before neither', async () => {
    const { registeredAt, wish, plan, planned } = await world();
    await wish({ type: 'EndWebhook', data: { webhookId, endedAt: at } });
    await plan(registeredAt + 1n);
    expect(await planned()).toBe(0);
  });
});
