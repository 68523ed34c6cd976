import type { Command, Decider } from '@app/kernel';
import type { WebhookFact, WebhookPaused, WebhookRegistered, WebhookSecret } from '../contract';
import { KINDS_OF, type Audience, type Kind } from './kinds';
import { refuse } from './refuse';
import { isWebhookUrl } from './webhook-url';

export type RegisterWebhook = Command<
  'RegisterWebhook',
  {
    webhookId: string;
    partyId: string;
    audience: Audience;
    url: string;
    kinds: readonly string[];
    keyId: string;
    /** Only where a program was built for tests. */
    loopback: boolean;
  }
>;
export type RotateSecret = Command<
  'RotateSecret',
  { webhookId: string; keyId: string; formerUntilAt: string }
>;
export type PauseWebhook = Command<
  'PauseWebhook',
  { webhookId: string } & Pick<WebhookPaused['data'], 'cause' | 'pausedAt'>
>;
export type ResumeWebhook = Command<'ResumeWebhook', { webhookId: string; resumedAt: string }>;
export type EndWebhook = Command<'EndWebhook', { webhookId: string; endedAt: string }>;
export type RequestReplay = Command<
  'RequestReplay',
  { webhookId: string; replayId: string; fromAt: string; toAt: string }
>;

export type WebhookWish =
  RegisterWebhook | RotateSecret | PauseWebhook | ResumeWebhook | EndWebhook | RequestReplay;

export type Webhook = Readonly<{
  webhookId: string;
  partyId: string;
  url: string;
  kinds: readonly string[];
  status: 'active' | 'paused' | 'ended';
  secret: WebhookSecret;
  former?: Readonly<{ secret: WebhookSecret; untilAt: string }>;
  pausedAt?: string;
}>;

/** By id. */
export type Webhooks = Readonly<Record<string, Webhook>>;

/** Endpoints of one party that have not ended. */
export const WEBHOOKS_MAX = 20;

const PERIOD_MS_MAX = 31 * 86_400_000;

/** All endpoints of one party, so that what is told to whom is decided in one stream. */
export const webhooks: Decider<WebhookWish, Webhooks, WebhookFact> = {
  name: 'webhooks',
  initialState: {},

  decide: (wish, known) => {
    if (wish.type === 'RegisterWebhook') return register(wish, known);
    const webhook = known[wish.data.webhookId];
    if (webhook === undefined) return refuse('webhook_unknown');
    return decideOf(wish, webhook);
  },

  evolve: (known, fact) => {
    const { webhookId } = fact.data;
    if (fact.type === 'WebhookRegistered') {
      return { ...known, [webhookId]: { ...fact.data, status: 'active' } };
    }
    const webhook = known[webhookId];
    return webhook === undefined ? known : { ...known, [webhookId]: evolved(webhook, fact) };
  },
};

function register({ data }: RegisterWebhook, known: Webhooks): readonly WebhookFact[] {
  const { webhookId, partyId, audience, url, keyId, loopback } = data;
  if (known[webhookId]) return [];
  if (!isWebhookUrl(url, { loopback })) return refuse('webhook_url_invalid');
  const kinds = [...new Set(data.kinds)];
  const allowed: readonly string[] = KINDS_OF[audience];
  const foreign = kinds.find((kind) => !allowed.includes(kind));
  if (foreign !== undefined) return refuse('kind_not_yours', { kind: foreign });
  const alive = Object.values(known).filter(({ status }) => status !== 'ended');
  if (alive.length >= WEBHOOKS_MAX) return refuse('too_many_webhooks', { max: WEBHOOKS_MAX });
  const secret = { keyId, number: 1 };
  return [{ type: 'WebhookRegistered', data: { webhookId, partyId, url, kinds, secret } }];
}

function decideOf(
  wish: Exclude<WebhookWish, RegisterWebhook>,
  webhook: Webhook,
): readonly WebhookFact[] {
  const { webhookId, partyId, status, secret } = webhook;
  const of = { webhookId, partyId };
  if (status === 'ended')
    return refuse(wish.type === 'EndWebhook' ? 'already_so' : 'webhook_ended');
  switch (wish.type) {
    case 'RotateSecret': {
      const { keyId, formerUntilAt } = wish.data;
      const next = { keyId, number: secret.number + 1 };
      return [{ type: 'WebhookSecretRotated', data: { ...of, secret: next, formerUntilAt } }];
    }
    case 'PauseWebhook': {
      const { cause, pausedAt } = wish.data;
      // Who asks is told that it was so; a program that finds out again has nothing to add.
      if (status === 'paused') return cause === 'asked' ? refuse('already_so') : [];
      return [{ type: 'WebhookPaused', data: { ...of, cause, pausedAt } }];
    }
    case 'ResumeWebhook': {
      if (status === 'active') return refuse('already_so');
      return [{ type: 'WebhookResumed', data: { ...of, resumedAt: wish.data.resumedAt } }];
    }
    case 'EndWebhook':
      return [{ type: 'WebhookEnded', data: { ...of, endedAt: wish.data.endedAt } }];
    case 'RequestReplay': {
      const { replayId, fromAt, toAt } = wish.data;
      const lengthMs = Date.parse(toAt) - Date.parse(fromAt);
      if (lengthMs < 0 || lengthMs > PERIOD_MS_MAX) return refuse('replay_period_invalid');
      return [{ type: 'ReplayRequested', data: { ...of, replayId, fromAt, toAt } }];
    }
  }
}

function evolved(webhook: Webhook, fact: Exclude<WebhookFact, WebhookRegistered>): Webhook {
  switch (fact.type) {
    case 'WebhookSecretRotated': {
      const { secret, formerUntilAt } = fact.data;
      return { ...webhook, secret, former: { secret: webhook.secret, untilAt: formerUntilAt } };
    }
    case 'WebhookPaused':
      return { ...webhook, status: 'paused', pausedAt: fact.data.pausedAt };
    case 'WebhookResumed': {
      const { pausedAt: _, ...resumed } = webhook;
      return { ...resumed, status: 'active' };
    }
    case 'WebhookEnded':
      return { ...webhook, status: 'ended' };
    case 'ReplayRequested':
      return webhook;
  }
}

/** An endpoint nobody has resumed for so long is told of nothing new: the log does not grow for it. */
const PAUSED_MS_MAX = 30 * 86_400_000;

/** Whether a message of this kind, of something that happened then, is planned for the endpoint. */
export const wants = (webhook: Webhook, kind: Kind, happenedAt: string): boolean => {
  const { status, kinds, pausedAt } = webhook;
  if (status === 'ended' || !kinds.includes(kind)) return false;
  return pausedAt === undefined || Date.parse(happenedAt) - Date.parse(pausedAt) <= PAUSED_MS_MAX;
};

/** What its messages are signed with at that instant: the newest first. */
export const secretsAt = ({ secret, former }: Webhook, at: string): readonly WebhookSecret[] =>
  former !== undefined && at < former.untilAt ? [secret, former.secret] : [secret];
