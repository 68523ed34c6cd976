import { createSecretKey } from 'node:crypto';
import {
  InMemoryEventStore,
  StreamAggregateStore,
  type AggregateStore,
  type AppendInput,
  type Appended,
} from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { WebhookSecrets } from '../adapters/webhook-secrets';
import type { Outgoing, WebhookSender } from '../adapters/webhook-sender';
import { delivery, type AttemptResult } from '../domain/delivery';
import { webhooks } from '../domain/webhooks';
import { DeliveryLog } from '../ports/delivery-log';
import { DeliverToWebhook, DeliverToWebhookHandler } from './deliver';

const webhookId = '01980a3d-b6c7-75d8-9e9f-a0b1c2d3e4f5';
const ids = ['a', 'b', 'c', 'd', 'e', 'f'].map(
  (letter) => `01980a3d-0000-5000-8000-00000000000${letter}`,
);
const plannedAt = '2026-03-01T09:00:00.000Z';
const contextOf = (commandId: string) => ({
  ...{ commandId, requestHash: '', correlationId: commandId, causationId: commandId },
  actor: { id: 'person', partyId: 'party', role: 'funder' },
});

/** Dies at its n-th append from a point on, before it is written or after. */
class MortalStore extends InMemoryEventStore {
  dies: { at: number; isWritten: boolean } | undefined;
  #appends = 0;

  override async append(input: AppendInput): Promise<Appended> {
    if (this.dies === undefined) return super.append(input);
    this.#appends += 1;
    if (this.#appends < this.dies.at) return super.append(input);
    if (this.#appends === this.dies.at && this.dies.isWritten) await super.append(input);
    throw new SimulatedCrash();
  }
}

class SimulatedCrash extends Error {}

/** A view that never learns anything: what is due is so in the streams alone. */
class StaleLog extends DeliveryLog {
  listDue(): readonly string[] {
    return ids;
  }
  listReplayable(): readonly string[] {
    return [];
  }
  mayHaveWebhooks(): boolean {
    return true;
  }
  findHealth() {
    return { partyId: 'party', failuresInRow: 0, failingSinceAt: '', heldUntilAt: '' };
  }
}

class FakeSender {
  readonly sent: Outgoing[] = [];
  result: AttemptResult = { statusCode: 200 };
  send(outgoing: Outgoing): Promise<AttemptResult> {
    this.sent.push(outgoing);
    return Promise.resolve(this.result);
  }
}

const keys = { currentKeyId: 'key', masterKeyOf: () => createSecretKey(Buffer.alloc(32, 1)) };

async function world() {
  const [store, clock, sender] = [new MortalStore(), new FakeClock(plannedAt), new FakeSender()];
  const aggregates: AggregateStore = new StreamAggregateStore({ store });
  await aggregates.handle(
    webhooks,
    'party',
    {
      type: 'RegisterWebhook',
      data: {
        ...{ webhookId, partyId: 'party', audience: 'funder', url: 'https://example.org' },
        ...{ kinds: ['order.active'], keyId: 'key', loopback: false },
      },
    },
    contextOf('01980a3d-0000-7000-8000-000000000001'),
  );
  for (const [index, deliveryId] of ids.entries()) {
    const data = {
      ...{ deliveryId, webhookId, partyId: 'party', kind: 'order.active', factId: 'fact' },
      ...{ happenedAt: plannedAt, body: deliveryId, plannedAt },
    };
    const context = contextOf(`01980a3d-0000-7000-8000-00000000001${index}`);
    await aggregates.handle(delivery, deliveryId, { type: 'PlanDelivery', data }, context);
  }
  const turn = () => {
    // A worker of its own each time: nothing is remembered but what the store has.
    const fresh = new StreamAggregateStore({ store });
    const ports = [new WebhookSecrets(keys), sender as unknown as WebhookSender] as const;
    const handler = new DeliverToWebhookHandler(fresh, ...ports, new StaleLog(), clock);
    return handler.execute(new DeliverToWebhook(webhookId));
  };
  return { store, clock, sender, turn };
}

const idOf = ({ headers }: Outgoing) => headers['webhook-id'];

describe('a turn of an endpoint', () => {
  it('sends each message once, though the view never says that it is done', async () => {
    const { sender, turn } = await world();
    expect(await turn()).toBe(ids.length);
    expect(await turn()).toBe(0);
    expect(sender.sent.map(idOf).sort()).toEqual(ids.map((id) => `msg_${id}`));
  });

  it('does not try again before it is time, whatever the view says', async () => {
    const { clock, sender, turn } = await world();
    sender.result = { statusCode: 500, reason: 'status' };
    expect(await turn()).toBe(ids.length);
    clock.advanceBy({ ms: 9_999 });
    expect(await turn()).toBe(0);
    clock.advanceBy({ ms: 1 });
    expect(await turn()).toBe(ids.length);
  });

  it('sends at least once and under the same id, wherever the worker dies', async () => {
    let again = 0;
    for (let at = 1; at <= ids.length; at += 1) {
      for (const isWritten of [false, true]) {
        const { store, sender, turn } = await world();
        store.dies = { at, isWritten };
        await expect(turn()).rejects.toThrow(SimulatedCrash);
        store.dies = undefined;
        await turn();
        const sent = sender.sent.map(idOf);
        expect([...new Set(sent)].sort()).toEqual(ids.map((id) => `msg_${id}`));
        again += sent.length - ids.length;
        for (const deliveryId of ids) {
          const types: string[] = [];
          for await (const { type } of store.readStream(`webhook-delivery-${deliveryId}`)) {
            types.push(type);
          }
          expect(types).toEqual(['DeliveryPlanned', 'DeliverySucceeded']);
        }
      }
    }
    // What was sent and not recorded was sent again: it did die on the way.
    expect(again).toBeGreaterThanOrEqual(ids.length);
  });

  it('records an attempt once when two workers make it', async () => {
    const { store, sender, turn } = await world();
    sender.result = { statusCode: 500, reason: 'status' };
    await Promise.all([turn(), turn()]);
    for (const deliveryId of ids) {
      const types: string[] = [];
      for await (const { type } of store.readStream(`webhook-delivery-${deliveryId}`)) {
        types.push(type);
      }
      expect(types).toEqual(['DeliveryPlanned', 'DeliveryFailed']);
    }
  });
});
