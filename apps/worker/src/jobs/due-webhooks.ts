import { instantOf } from '@app/kernel';
import { defineQueue, DueWork } from '@app/platform';
import { WebhookQueries } from '@app/read-models';
import { Injectable } from '@nestjs/common';

export type WebhookJob = Readonly<{ webhookId: string }>;

/** One job is one turn of one endpoint, so that a slow one takes no more than its own place. */
export const webhookQueue = defineQueue<WebhookJob>({
  name: 'webhook',
  key: ({ webhookId }) => webhookId,
  attempts: 3,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 32,
  keepDone: { ageSeconds: 60, countMax: 1_000 },
  keepFailed: { ageSeconds: 3_600, countMax: 1_000 },
  // What is still due, or due again, gets its next turn from the next sweep.
  reviveAfterMs: 0,
});

/** Endpoints that a message is due for. */
@Injectable()
export class DueWebhooks extends DueWork<WebhookJob> {
  readonly queue = webhookQueue;

  constructor(private readonly webhooks: WebhookQueries) {
    super();
  }

  findDue(now: Date): readonly WebhookJob[] {
    return this.webhooks.listDueWebhooks(instantOf(now)).map((webhookId) => ({ webhookId }));
  }
}
