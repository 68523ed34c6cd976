import { documents, oneOf, orNull } from '@app/platform';
import { IDS } from '../common/examples';

const KINDS = ['deposit.confirmed', 'order.active'];
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const WEBHOOK = {
  ...{ webhookId: IDS.webhook, url: 'https://example.org/carnet', kinds: KINDS },
  status: oneOf('active', 'paused', 'ended'),
  pauseCause: orNull(oneOf('failing', 'asked', 'gone')),
  pausedAt: orNull('2026-03-02T09:00:00.000Z'),
  registeredAt: '2026-03-01T09:00:00.000Z',
  formerSecretUntilAt: orNull('2026-03-03T09:00:00.000Z'),
  lastSuccessAt: orNull('2026-03-02T08:00:00.000Z'),
  failuresInRow: 0,
  failingSinceAt: orNull('2026-03-02T08:30:00.000Z'),
  heldUntilAt: orNull('2026-03-02T09:05:00.000Z'),
};

const DELIVERY = {
  ...{ deliveryId: IDS.delivery, kind: 'deposit.confirmed' },
  ...{ happenedAt: '2026-03-02T08:59:58.000Z', status: oneOf('pending', 'delivered', 'given-up') },
  ...{ attempts: 1, replays: 0, lastAttemptAt: orNull('2026-03-02T09:00:00.000Z') },
  statusCode: orNull(503),
  reason: orNull(
    oneOf(
      ...(['status', 'redirect', 'timeout', 'connection_failed'] as const),
      ...(['certificate_invalid', 'name_unresolved', 'address_refused'] as const),
    ),
  ),
  ...{ tookMs: orNull(120), dueAt: orNull('2026-03-02T09:00:10.000Z') },
};

const OWN = ['not_found', 'webhook_ended'];

export const WEBHOOKS = documents('webhooks', {
  registerWebhook: {
    does: "Registers an address of the caller's own party, to be told of what happens.",
    more:
      'A funder is told of its deposits, orders and what it gets back, an organisation of its places ' +
      'and payments, an operator of everything in the scheme. Messages are signed as Standard ' +
      'Webhooks says; the secret is in no other answer. Shapes and how to verify: docs/webhooks.md.',
    asks: { url: 'https://example.org/carnet', kinds: KINDS },
    answers: {
      ...{ webhookId: IDS.webhook, url: 'https://example.org/carnet', kinds: KINDS },
      ...{ status: oneOf('active'), secret: SECRET },
    },
    refuses: ['webhook_url_invalid', 'kind_not_yours', 'too_many_webhooks'],
  },
  listWebhooks: { does: "Lists the endpoints of the caller's own party.", item: WEBHOOK },
  getWebhook: { does: 'Tells of an endpoint, and how it answers.', answers: WEBHOOK },
  rotateWebhookSecret: {
    does: 'Makes a new secret of an endpoint.',
    more: 'Until `formerSecretUntilAt` every message is signed with both.',
    asks: { overlapHours: 24 },
    answers: {
      webhookId: IDS.webhook,
      secret: SECRET,
      formerSecretUntilAt: '2026-03-03T09:00:00.000Z',
    },
    refuses: OWN,
  },
  pauseWebhook: {
    does: 'Pauses an endpoint.',
    more: 'Messages wait until it is resumed; after 30 days no new ones are kept.',
    answers: { webhookId: IDS.webhook, status: oneOf('paused') },
    refuses: [...OWN, 'already_so'],
  },
  resumeWebhook: {
    does: 'Resumes an endpoint that was paused, for whatever cause.',
    answers: { webhookId: IDS.webhook, status: oneOf('active') },
    refuses: [...OWN, 'already_so'],
  },
  endWebhook: {
    does: 'Ends an endpoint, for ever.',
    more: 'What waits is not sent any more.',
    answers: { webhookId: IDS.webhook, status: oneOf('ended') },
    refuses: ['not_found', 'already_so'],
  },
  testWebhook: {
    does: 'Sends a message of kind `test` to an endpoint.',
    more: 'Signed, tried again and listed as any other; it tells of nothing that happened.',
    answers: { deliveryId: IDS.delivery, status: oneOf('pending') },
    refuses: [...OWN, 'webhook_paused'],
  },
  replayWebhook: {
    does: 'Sends every message of a period again that was delivered or given up.',
    more: 'Under the same `webhook-id`, so that a receiver knows what it has.',
    asks: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' },
    answers: {
      webhookId: IDS.webhook,
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-02T00:00:00.000Z',
    },
    refuses: [...OWN, 'replay_period_invalid'],
  },
  listDeliveries: {
    does: 'Lists the messages to an endpoint with what came of them, the latest first.',
    item: DELIVERY,
    refuses: ['not_found'],
  },
  getDelivery: {
    does: 'Tells of a message to an endpoint, with its body.',
    answers: { ...DELIVERY, body: '{"type":"deposit.confirmed","version":1,…}' },
  },
  replayDelivery: {
    does: 'Sends a message again that was delivered or given up.',
    answers: { deliveryId: IDS.delivery, status: oneOf('pending') },
    refuses: ['webhook_unknown', 'webhook_ended', 'delivery_unknown', 'delivery_pending'],
  },
});
