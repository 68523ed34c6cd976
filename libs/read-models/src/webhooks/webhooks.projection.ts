import { instantOf } from '@app/kernel';
import { projection } from '@app/platform/read-store';
import type {
  DeliveryFailed,
  DeliveryFailure,
  DeliveryFact,
  DeliverySucceeded,
  WebhookFact,
} from '@app/webhooks/contract';

/** What is not known yet is null. */
export type WebhookView = {
  webhookId: string;
  partyId: string;
  url: string;
  kinds: readonly string[];
  status: 'active' | 'paused' | 'ended';
  /** Why it is paused. */
  pauseCause: 'asked' | 'failing' | 'gone' | null;
  pausedAt: string | null;
  registeredAt: string;
  /** Until then messages are signed with the secret before, too. */
  formerSecretUntilAt: string | null;
  lastSuccessAt: string | null;
  /** Attempts since the last success, or since it was resumed. */
  failuresInRow: number;
  /** Of the first of them. */
  failingSinceAt: string | null;
  /** The receiver asked to be left alone until then. */
  heldUntilAt: string | null;
};

/** Endpoints, and how they answer. */
export const webhookViews = projection<
  WebhookView,
  Exclude<WebhookFact, { type: 'ReplayRequested' }> | DeliverySucceeded | DeliveryFailed
>({
  name: 'webhooks',
  version: 2,
  key: ({ data }) => data.webhookId,
  empty: {
    ...{ webhookId: '', partyId: '', url: '', kinds: [], status: 'active', pauseCause: null },
    ...{ pausedAt: null, registeredAt: '', formerSecretUntilAt: null, lastSuccessAt: null },
    ...{ failuresInRow: 0, failingSinceAt: null, heldUntilAt: null },
  },
  columns: {
    ...{ pauseCause: 'text?', pausedAt: 'text?', formerSecretUntilAt: 'text?' },
    ...{ lastSuccessAt: 'text?', failingSinceAt: 'text?', heldUntilAt: 'text?' },
  },
  indexes: [['partyId'], ['status']],
  on: {
    WebhookRegistered: (row, { webhookId, partyId, url, kinds }, { recordedAt }) => {
      return { ...row, webhookId, partyId, url, kinds, registeredAt: instantOf(recordedAt) };
    },
    WebhookSecretRotated: (row, { formerUntilAt }) => {
      return { ...row, formerSecretUntilAt: formerUntilAt };
    },
    WebhookPaused: (row, { cause, pausedAt }) => {
      return { ...row, status: 'paused', pauseCause: cause, pausedAt };
    },
    WebhookResumed: (row) => {
      const calm = { failuresInRow: 0, failingSinceAt: null, heldUntilAt: null };
      return { ...row, status: 'active', pauseCause: null, pausedAt: null, ...calm };
    },
    WebhookEnded: (row) => ({ ...row, status: 'ended' }),
    DeliverySucceeded: (row, { attemptedAt }) => {
      return {
        ...row,
        lastSuccessAt: attemptedAt,
        failuresInRow: 0,
        failingSinceAt: null,
        heldUntilAt: null,
      };
    },
    DeliveryFailed: (row, { attemptedAt, heldUntilAt = row.heldUntilAt }) => {
      const failingSinceAt = row.failingSinceAt ?? attemptedAt;
      return { ...row, failuresInRow: row.failuresInRow + 1, failingSinceAt, heldUntilAt };
    },
  },
});

/** What is not known yet is null. */
export type DeliveryView = {
  deliveryId: string;
  webhookId: string;
  kind: string;
  happenedAt: string;
  body: string;
  status: 'pending' | 'delivered' | 'given-up';
  /** Since it was planned, or replayed. */
  attempts: number;
  replays: number;
  lastAttemptAt: string | null;
  /** Of the last attempt. */
  statusCode: number | null;
  reason: DeliveryFailure | null;
  tookMs: number | null;
  /** While it is pending. */
  dueAt: string | null;
};

/** Every message to every endpoint, with what came of it. */
export const webhookDeliveries = projection<DeliveryView, DeliveryFact>({
  name: 'webhook-deliveries',
  version: 1,
  key: ({ data }) => data.deliveryId,
  empty: {
    ...{ deliveryId: '', webhookId: '', kind: '', happenedAt: '', body: '', status: 'pending' },
    ...{ attempts: 0, replays: 0, lastAttemptAt: null, statusCode: null, reason: null },
    ...{ tookMs: null, dueAt: null },
  },
  columns: {
    ...{ lastAttemptAt: 'text?', statusCode: 'integer?', reason: 'text?', tookMs: 'integer?' },
    dueAt: 'text?',
  },
  indexes: [
    ['webhookId', 'happenedAt'],
    ['webhookId', 'dueAt'],
  ],
  on: {
    DeliveryPlanned: (row, { deliveryId, webhookId, kind, happenedAt, body, plannedAt }) => {
      return { ...row, deliveryId, webhookId, kind, happenedAt, body, dueAt: plannedAt };
    },
    DeliverySucceeded: (row, { attempt: attempts, attemptedAt, tookMs, statusCode }) => {
      const last = { attempts, lastAttemptAt: attemptedAt, tookMs, statusCode, reason: null };
      return { ...row, ...last, status: 'delivered', dueAt: null };
    },
    DeliveryFailed: (row, { attempt: attempts, attemptedAt, tookMs, ...failed }) => {
      const { statusCode = null, reason, nextAttemptAt: dueAt = null } = failed;
      const last = { attempts, lastAttemptAt: attemptedAt, tookMs, statusCode, reason };
      return { ...row, ...last, status: dueAt === null ? 'given-up' : 'pending', dueAt };
    },
    DeliveryReplayed: (row, { replayedAt: dueAt }) => {
      return { ...row, status: 'pending', attempts: 0, replays: row.replays + 1, dueAt };
    },
  },
});
