import { JobHost, permanentIfRefused, Processes } from '@app/platform';
import { DeliverToWebhook } from '@app/webhooks';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';
import { webhookQueue, type WebhookJob } from './due-webhooks';

@Injectable()
@Processes(webhookQueue)
export class WebhookProcessor extends JobHost<WebhookJob> {
  constructor(private readonly commands: CommandBus) {
    super();
  }

  /** Safe to run again: what was cut off is sent again under the same id, the rest is recorded. */
  async process({ data }: Job<WebhookJob>): Promise<void> {
    await permanentIfRefused(() => this.commands.execute(new DeliverToWebhook(data.webhookId)));
  }
}
