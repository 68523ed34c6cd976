import { DomainError, type RefusalDetails } from '@app/kernel';

/** Every way webhooks says no. The codes are those of the HTTP contract. */
export type WebhooksRefusal =
  | 'already_so'
  | 'delivery_pending'
  | 'delivery_unknown'
  | 'kind_not_yours'
  | 'replay_period_invalid'
  | 'too_many_webhooks'
  | 'webhook_ended'
  | 'webhook_paused'
  | 'webhook_unknown'
  | 'webhook_url_invalid';

export const refuse = (code: WebhooksRefusal, details?: RefusalDetails): never => {
  throw new DomainError(code, details);
};
