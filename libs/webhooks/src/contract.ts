import type { Event } from '@app/kernel';

/**
 * What webhooks publishes. Instants are RFC 3339 UTC (`…At`). Streams: `webhooks-{partyId}`, all
 * endpoints of one party (`webhooks-scheme`: the operator's), and `webhook-delivery-{deliveryId}`, one
 * message to one endpoint with its attempts.
 */

// --- endpoints ----------------------------------------------------------------------------------

type OfWebhook = Readonly<{ webhookId: string; partyId: string }>;

/**
 * Under which the endpoint's messages are signed. The secret itself is in no event: it is derived from
 * a master key of the key ring, so that whoever reads the log cannot sign.
 */
export type WebhookSecret = Readonly<{
  keyId: string;
  /** From 1, raised by each rotation. */
  number: number;
}>;

export type WebhookRegistered = Event<
  'WebhookRegistered',
  OfWebhook & { url: string; kinds: readonly string[]; secret: WebhookSecret }
>;

/** Until `formerUntilAt` messages are signed with both, the former and the new secret. */
export type WebhookSecretRotated = Event<
  'WebhookSecretRotated',
  OfWebhook & { secret: WebhookSecret; formerUntilAt: string }
>;

/** Messages are planned and wait. */
export type WebhookPaused = Event<
  'WebhookPaused',
  OfWebhook & {
    /** `failing`: too many attempts in a row failed; `gone`: the endpoint answered 410. */
    cause: 'asked' | 'failing' | 'gone';
    pausedAt: string;
  }
>;

export type WebhookResumed = Event<'WebhookResumed', OfWebhook & { resumedAt: string }>;

/** For ever: nothing is sent any more, also not what waits. */
export type WebhookEnded = Event<'WebhookEnded', OfWebhook & { endedAt: string }>;

/** Messages of what happened in the period, bounds inclusive, are sent again. */
export type ReplayRequested = Event<
  'ReplayRequested',
  OfWebhook & { replayId: string; fromAt: string; toAt: string }
>;

export type WebhookFact =
  | WebhookRegistered
  | WebhookSecretRotated
  | WebhookPaused
  | WebhookResumed
  | WebhookEnded
  | ReplayRequested;

// --- deliveries ---------------------------------------------------------------------------------

type OfDelivery = Readonly<{ deliveryId: string; webhookId: string }>;

/** Due at once. */
export type DeliveryPlanned = Event<
  'DeliveryPlanned',
  OfDelivery & {
    partyId: string;
    kind: string;
    /** Id of the event that the message tells of. */
    factId: string;
    happenedAt: string;
    /** The body, byte for byte the same in every attempt. */
    body: string;
    plannedAt: string;
  }
>;

type Attempted = OfDelivery &
  Readonly<{
    /** From 1, counted anew by a replay. */
    attempt: number;
    attemptedAt: string;
    tookMs: number;
  }>;

/** The endpoint answered 2xx, in full and in time. */
export type DeliverySucceeded = Event<'DeliverySucceeded', Attempted & { statusCode: number }>;

/** It may have been received all the same: nobody knows more than what was answered. */
export type DeliveryFailed = Event<
  'DeliveryFailed',
  Attempted & {
    reason: DeliveryFailure;
    /** Where there was an answer. */
    statusCode?: number;
    /** The receiver asked that nothing be sent to the endpoint before. */
    heldUntilAt?: string;
    /** Absent after the last attempt. */
    nextAttemptAt?: string;
  }
>;

export type DeliveryFailure =
  /** Private, loopback, link-local, or anything else that is not the public internet. */
  | 'address_refused'
  | 'name_unresolved'
  /** No connection, or it broke before the answer was complete. */
  | 'connection_failed'
  | 'certificate_invalid'
  | 'timeout'
  | 'redirect'
  /** Any other answer than 2xx. */
  | 'status';

/** Due again, under the same id. */
export type DeliveryReplayed = Event<
  'DeliveryReplayed',
  OfDelivery & { replayId: string; replayedAt: string }
>;

export type DeliveryFact = DeliveryPlanned | DeliverySucceeded | DeliveryFailed | DeliveryReplayed;
