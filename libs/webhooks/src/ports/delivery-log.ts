import type { Position } from '@app/platform';

/** The deliveries as the views have them. */
export abstract class DeliveryLog {
  /** Of one endpoint, not pending, of what happened in the period, bounds inclusive; in id order. */
  abstract listReplayable(
    webhookId: string,
    period: Readonly<{ fromAt: string; toAt: string; after: string; limit: number }>,
  ): readonly string[];

  /** Pending and due, the longest due first. */
  abstract listDue(webhookId: string, now: string, limit: number): readonly string[];

  /**
   * Whether the party may have had an endpoint at that place in the log; false only where the views have
   * passed it and know of none.
   */
  abstract mayHaveWebhooks(partyId: string, at: Position): boolean;

  /** Undefined for an endpoint the views do not know yet. */
  abstract findHealth(webhookId: string): WebhookHealth | undefined;
}

export type WebhookHealth = Readonly<{
  partyId: string;
  /** Since the last success, or since it was resumed. */
  failuresInRow: number;
  /** Of the first of them, '' where there is none. */
  failingSinceAt: string;
  /** The receiver asked to be left alone until then; '' where it did not. */
  heldUntilAt: string;
}>;
