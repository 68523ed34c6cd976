import type { Keyed } from '@app/platform';
import { givenFacts } from '@app/platform/testing/given-projection';
import type { DeliveryFact, DeliveryFailed, WebhookFact } from '@app/webhooks/contract';
import {
  webhookDeliveries,
  webhookViews,
  type DeliveryView,
  type WebhookView,
} from './webhooks.projection';

const of = { webhookId: 'webhook', partyId: 'party' };
const registered: WebhookFact = {
  type: 'WebhookRegistered',
  data: {
    ...{ ...of, url: 'https://example.org', kinds: ['order.active'] },
    secret: { keyId: 'key', number: 1 },
  },
};
const delivery = { deliveryId: 'delivery', webhookId: 'webhook' };
const planned: DeliveryFact = {
  type: 'DeliveryPlanned',
  data: {
    ...{ ...delivery, partyId: 'party', kind: 'order.active', factId: 'fact' },
    ...{ happenedAt: 'then', body: '{}', plannedAt: 'at once' },
  },
};
const failed = (attempt: number, nextAttemptAt?: string): DeliveryFact => ({
  type: 'DeliveryFailed',
  data: {
    ...{ ...delivery, attempt, attemptedAt: `at ${attempt}`, tookMs: 9, reason: 'timeout' },
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
  },
});
const succeeded: DeliveryFact = {
  type: 'DeliverySucceeded',
  data: { ...delivery, attempt: 2, attemptedAt: 'at 2', tookMs: 8, statusCode: 204 },
};
const replayed: DeliveryFact = {
  type: 'DeliveryReplayed',
  data: { ...delivery, replayId: 'replay', replayedAt: 'again' },
};

const active: Keyed<WebhookView> = {
  ...{ key: 'webhook', ...of, url: 'https://example.org', kinds: ['order.active'] },
  ...{ status: 'active', pauseCause: null, pausedAt: null, formerSecretUntilAt: null },
  ...{ registeredAt: '2026-01-15T10:00:00.000Z', lastSuccessAt: null },
  ...{ failuresInRow: 0, failingSinceAt: null, heldUntilAt: null },
};

describe('the view of endpoints', () => {
  it('counts failures in a row, from the first', () =>
    givenFacts(webhookViews, registered, failed(1, 'later'), failed(2)).then({
      ...{ ...active, failuresInRow: 2, failingSinceAt: 'at 1' },
    }));

  it('begins anew with a success', () =>
    givenFacts(webhookViews, registered, failed(1, 'later'), succeeded).then({
      ...{ ...active, lastSuccessAt: 'at 2' },
    }));

  it('knows until when it asked to be left alone, the last time, until it answers', () => {
    const held = (attempt: number, heldUntilAt?: string): DeliveryFact => {
      const { data } = failed(attempt, 'later') as { data: DeliveryFailed['data'] };
      return { type: 'DeliveryFailed', data: { ...data, ...(heldUntilAt && { heldUntilAt }) } };
    };
    const facts = [registered, held(1, 'until 5'), held(2)] as const;
    givenFacts(webhookViews, ...facts).then({
      ...{ ...active, failuresInRow: 2, failingSinceAt: 'at 1', heldUntilAt: 'until 5' },
    });
    givenFacts(webhookViews, ...facts, succeeded).then({ ...active, lastSuccessAt: 'at 2' });
  });

  it('begins anew when it is resumed, and knows why it was paused before', () => {
    const paused: WebhookFact = {
      type: 'WebhookPaused',
      data: { ...of, cause: 'failing', pausedAt: 'now' },
    };
    const resumed: WebhookFact = { type: 'WebhookResumed', data: { ...of, resumedAt: 'then' } };
    const failing = { failuresInRow: 1, failingSinceAt: 'at 1' };
    givenFacts(webhookViews, registered, failed(1), paused).then({
      ...{ ...active, ...failing, status: 'paused', pauseCause: 'failing', pausedAt: 'now' },
    });
    givenFacts(webhookViews, registered, failed(1), paused, resumed).then(active);
  });

  it('knows until when a former secret is good, and that it ended', () => {
    const rotated: WebhookFact = {
      type: 'WebhookSecretRotated',
      data: { ...of, secret: { keyId: 'key', number: 2 }, formerUntilAt: 'noon' },
    };
    const ended: WebhookFact = { type: 'WebhookEnded', data: { ...of, endedAt: 'now' } };
    givenFacts(webhookViews, registered, rotated, ended).then({
      ...{ ...active, formerSecretUntilAt: 'noon', status: 'ended' },
    });
  });
});

const pending: Keyed<DeliveryView> = {
  ...{ key: 'delivery', ...delivery, kind: 'order.active', happenedAt: 'then', body: '{}' },
  ...{ status: 'pending', attempts: 0, replays: 0, lastAttemptAt: null, statusCode: null },
  ...{ reason: null, tookMs: null, dueAt: 'at once' },
};
const tried = { attempts: 1, lastAttemptAt: 'at 1', reason: 'timeout', tookMs: 9 } as const;

describe('the log of deliveries', () => {
  it('knows what is due, and when again', () => {
    givenFacts(webhookDeliveries, planned).then(pending);
    givenFacts(webhookDeliveries, planned, failed(1, 'later')).then({
      ...{ ...pending, ...tried, dueAt: 'later' },
    });
  });

  it('knows what was given up, and what was delivered', () => {
    givenFacts(webhookDeliveries, planned, failed(1)).then({
      ...{ ...pending, ...tried, status: 'given-up', dueAt: null },
    });
    givenFacts(webhookDeliveries, planned, failed(1, 'later'), succeeded).then({
      ...{ ...pending, status: 'delivered', attempts: 2, lastAttemptAt: 'at 2' },
      ...{ statusCode: 204, tookMs: 8, dueAt: null },
    });
  });

  it('shows a replay as due, with what came of it last', () =>
    givenFacts(webhookDeliveries, planned, failed(1), replayed).then({
      ...{ ...pending, ...tried, attempts: 0, replays: 1, dueAt: 'again' },
    }));
});
