import { Module } from '@nestjs/common';
import { DeliverToWebhookHandler } from './use-cases/deliver';
import {
  EndWebhookHandler,
  PauseWebhookHandler,
  RegisterWebhookHandler,
  ResumeWebhookHandler,
  RotateWebhookSecretHandler,
} from './use-cases/manage-webhooks';
import { PlanDeliveriesHandler } from './use-cases/plan-deliveries';
import {
  ReplayDeliveryHandler,
  ReplayPeriodHandler,
  RequestReplayHandler,
} from './use-cases/replay';
import { SendTestMessageHandler } from './use-cases/send-test';

/**
 * Handlers of webhooks' wishes. Whoever imports it provides `AggregateStore`, `Clock`,
 * `WebhookSecrets`, `WebhookSender` and the ports of `ports/` globally.
 */
@Module({
  providers: [
    RegisterWebhookHandler,
    RotateWebhookSecretHandler,
    PauseWebhookHandler,
    ResumeWebhookHandler,
    EndWebhookHandler,
    PlanDeliveriesHandler,
    DeliverToWebhookHandler,
    ReplayDeliveryHandler,
    RequestReplayHandler,
    ReplayPeriodHandler,
    SendTestMessageHandler,
  ],
})
export class WebhooksModule {}
