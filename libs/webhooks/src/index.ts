export { WebhookSecrets } from './adapters/webhook-secrets';
export { WebhookSender } from './adapters/webhook-sender';
export { KINDS, type Audience } from './domain/kinds';
export type { WebhooksRefusal } from './domain/refuse';
export { URL_LENGTH_MAX } from './domain/webhook-url';
export { webhooks, type Webhook } from './domain/webhooks';
export { messageOf, PUBLISHED_TYPES, type PublishedFact } from './messages';
export { DeliveryLog, type WebhookHealth } from './ports/delivery-log';
export { Owners } from './ports/owners';
export { WebhookRules } from './ports/rules';
export { DeliverToWebhook } from './use-cases/deliver';
export {
  EndWebhook,
  PauseWebhook,
  RegisterWebhook,
  ResumeWebhook,
  RotateWebhookSecret,
} from './use-cases/manage-webhooks';
export { PlanDeliveries, SCHEME_PARTY } from './use-cases/plan-deliveries';
export { ReplayDelivery, ReplayPeriod, RequestReplay } from './use-cases/replay';
export { SendTestMessage } from './use-cases/send-test';
export { WebhooksModule } from './webhooks.module';
