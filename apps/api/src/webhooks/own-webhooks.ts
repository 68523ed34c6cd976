import { notFound, type Actor } from '@app/platform';
import type { WebhookQueries, WebhookView } from '@app/read-models';
import { SCHEME_PARTY, type Audience } from '@app/webhooks';

/** Whose endpoints somebody speaks of: those of the own party; of an operator, the scheme's. */
export function ownerOf({ role, partyId }: Actor): { partyId: string; audience: Audience } {
  if (role === 'operator') return { partyId: SCHEME_PARTY, audience: 'scheme' };
  return { partyId, audience: role === 'funder' ? 'funder' : 'organisation' };
}

/** Another party's is as one that is not there. */
export function getOwn(views: WebhookQueries, actor: Actor, webhookId: string): WebhookView {
  const found = views.find(webhookId);
  if (found === undefined || found.partyId !== ownerOf(actor).partyId) throw notFound();
  return found;
}
