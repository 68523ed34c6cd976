import type { Keyed, Params, ReadStore } from '@app/platform';
import {
  webhookDeliveries,
  webhookViews,
  type DeliveryView,
  type WebhookView,
} from './webhooks.projection';

type Period = Readonly<{ fromAt: string; toAt: string }>;

export class WebhookQueries {
  constructor(private readonly store: ReadStore) {}

  find(webhookId: string): WebhookView | undefined {
    return this.#webhooks('WHERE key = ?', webhookId)[0];
  }

  /** In id order; ended ones too. */
  listOfParty(input: { partyId: string; after: string; limit: number }): readonly WebhookView[] {
    const { partyId, after, limit } = input;
    const tail = 'WHERE partyId = ? AND key > ? ORDER BY key LIMIT ?';
    return this.#webhooks(tail, partyId, after, limit);
  }

  /** Active, with a message that is due, and not asked to wait. */
  listDueWebhooks(now: string): readonly string[] {
    const due = `SELECT 1 FROM "${webhookDeliveries.table.name}" delivery
      WHERE delivery.webhookId = webhook.webhookId AND delivery.dueAt <= ?`;
    const rows = this.store.all<{ webhookId: string }>(
      `SELECT webhookId FROM "${webhookViews.table.name}" webhook
      WHERE status = 'active' AND COALESCE(heldUntilAt, '') <= ? AND EXISTS (${due})
      ORDER BY webhookId`,
      ...[now, now],
    );
    return rows.map(({ webhookId }) => webhookId);
  }

  /** For metrics: endpoints that were paused because they failed. */
  countFailing(): number {
    return this.#webhooks(`WHERE status = 'paused' AND pauseCause <> 'asked'`).length;
  }

  /** The longest due first. */
  listDue(webhookId: string, now: string, limit: number): readonly string[] {
    const tail = 'WHERE webhookId = ? AND dueAt <= ? ORDER BY dueAt, key LIMIT ?';
    return this.#deliveries(tail, webhookId, now, limit).map(({ deliveryId }) => deliveryId);
  }

  findDelivery(deliveryId: string): DeliveryView | undefined {
    return this.#deliveries('WHERE key = ?', deliveryId)[0];
  }

  /** The latest first; bounds inclusive. `before`: the last one of the page before. */
  listDeliveries(
    input: Period & {
      webhookId: string;
      status: DeliveryView['status'] | undefined;
      before: readonly [happenedAt: string, deliveryId: string] | undefined;
      limit: number;
    },
  ): readonly DeliveryView[] {
    const { webhookId, fromAt, toAt, status, before, limit } = input;
    const [beforeAt, beforeId] = before ?? ['\uffff', ''];
    return this.#deliveries(
      `WHERE webhookId = ? AND happenedAt BETWEEN ? AND ? AND (? IS NULL OR status = ?)
      AND (happenedAt, key) < (?, ?) ORDER BY happenedAt DESC, key DESC LIMIT ?`,
      ...[webhookId, fromAt, toAt, status ?? null, status ?? null],
      ...[beforeAt, beforeId, limit],
    );
  }

  /** Delivered or given up, of what happened in the period; in id order. */
  listReplayable(
    webhookId: string,
    { fromAt, toAt, after, limit }: Period & { after: string; limit: number },
  ): readonly string[] {
    const rows = this.#deliveries(
      `WHERE webhookId = ? AND happenedAt BETWEEN ? AND ? AND status <> 'pending' AND key > ?
      ORDER BY key LIMIT ?`,
      ...[webhookId, fromAt, toAt, after, limit],
    );
    return rows.map(({ deliveryId }) => deliveryId);
  }

  #webhooks(tail: string, ...params: Params): readonly WebhookView[] {
    return this.store.rows(webhookViews.table, tail, ...params).map(withoutKey);
  }

  #deliveries(tail: string, ...params: Params): readonly DeliveryView[] {
    return this.store.rows(webhookDeliveries.table, tail, ...params).map(withoutKey);
  }
}

/** A row without its key, which repeats the id. */
const withoutKey = <View>({ key: _, ...view }: Keyed<View>) => view as View;
