import type { RefusalReasons, RefusalStatuses } from '@app/platform';
import type { WebhooksRefusal } from '@app/webhooks';

/** What is refused with another status than 409. */
export const WEBHOOKS_STATUSES: RefusalStatuses = {
  delivery_unknown: 404,
  kind_not_yours: 422,
  replay_period_invalid: 422,
  webhook_unknown: 404,
  webhook_url_invalid: 422,
};

/** What each refusal means: the detail of its problem, and its line in the document. */
export const WEBHOOKS_REASONS = {
  already_so: 'It is so already, by another request than this one.',
  delivery_pending: 'The message is on its way already.',
  delivery_unknown: 'There is no such message to this endpoint.',
  kind_not_yours: 'The kind is none of those that this party is told of.',
  replay_period_invalid: 'A replay is of a period that begins before it ends, of 31 days at most.',
  too_many_webhooks: 'The party has as many endpoints as it may have: one has to end first.',
  webhook_ended: 'The endpoint has ended, for ever.',
  webhook_paused: 'The endpoint is paused: resume it first.',
  webhook_unknown: 'There is no such endpoint.',
  webhook_url_invalid:
    'An address is https, on a host of the public internet, without user, password or fragment.',
} satisfies RefusalReasons & Record<WebhooksRefusal, string>;
