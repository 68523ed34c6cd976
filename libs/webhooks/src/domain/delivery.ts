import type { Command, Decider } from '@app/kernel';
import type { DeliveryFact, DeliveryFailure, DeliveryPlanned } from '../contract';
import { refuse } from './refuse';
import { findHeldUntil, findNextAttempt } from './retries';

export type PlanDelivery = Command<'PlanDelivery', DeliveryPlanned['data']>;

/** What came of an attempt. */
export type AttemptResult =
  | Readonly<{ statusCode: number; reason?: undefined }>
  | Readonly<{
      statusCode?: number;
      reason: DeliveryFailure;
      /** The header of the answer, as it came. */
      retryAfter?: string;
    }>;

export type RecordAttempt = Command<
  'RecordAttempt',
  { attempt: number; attemptedAt: string; tookMs: number; result: AttemptResult }
>;
export type ReplayDelivery = Command<'ReplayDelivery', { replayId: string; replayedAt: string }>;

export type DeliveryWish = PlanDelivery | RecordAttempt | ReplayDelivery;

export type Delivery =
  | Readonly<{ status: 'none' }>
  | (Pick<DeliveryPlanned['data'], 'deliveryId' | 'webhookId' | 'partyId' | 'body'> &
      Readonly<{
        status: 'pending' | 'delivered' | 'given-up';
        /** Since it was planned or replayed. */
        attempts: number;
        firstAttemptAt?: string;
        /** While it is pending. */
        dueAt: string;
        /** How often it was replayed. */
        replays: number;
        lastReplayId?: string;
      }>);

/** One message on its way to one endpoint: at least once, always under the same id. */
export const delivery: Decider<DeliveryWish, Delivery, DeliveryFact> = {
  name: 'webhook-delivery',
  initialState: { status: 'none' },

  decide: (wish, state) => {
    if (wish.type === 'PlanDelivery') {
      return state.status === 'none' ? [{ type: 'DeliveryPlanned', data: wish.data }] : [];
    }
    if (state.status === 'none') return refuse('delivery_unknown');
    const { deliveryId, webhookId, status } = state;
    if (wish.type === 'RecordAttempt') return recordAttempt(wish, state);
    const { replayId, replayedAt } = wish.data;
    if (state.lastReplayId === replayId) return [];
    if (status === 'pending') return refuse('delivery_pending');
    return [{ type: 'DeliveryReplayed', data: { deliveryId, webhookId, replayId, replayedAt } }];
  },

  evolve: (state, { type, data }) => {
    if (type === 'DeliveryPlanned') {
      const { deliveryId, webhookId, partyId, body, plannedAt: dueAt } = data;
      const planned = { deliveryId, webhookId, partyId, body, dueAt };
      return { ...planned, status: 'pending', attempts: 0, replays: 0 };
    }
    if (state.status === 'none') return state;
    if (type === 'DeliveryReplayed') {
      const { firstAttemptAt: _, ...planned } = state;
      const { replayId: lastReplayId, replayedAt: dueAt } = data;
      const replays = state.replays + 1;
      return { ...planned, status: 'pending', attempts: 0, dueAt, replays, lastReplayId };
    }
    const { attempt: attempts, attemptedAt } = data;
    const firstAttemptAt = state.firstAttemptAt ?? attemptedAt;
    const attempted = { ...state, attempts, firstAttemptAt };
    if (type === 'DeliverySucceeded') return { ...attempted, status: 'delivered' };
    const { nextAttemptAt } = data;
    return nextAttemptAt === undefined
      ? { ...attempted, status: 'given-up' }
      : { ...attempted, dueAt: nextAttemptAt };
  },
};

function recordAttempt(
  { data: { attempt, attemptedAt, tookMs, result } }: RecordAttempt,
  state: Exclude<Delivery, { status: 'none' }>,
): readonly DeliveryFact[] {
  const { deliveryId, webhookId, status, attempts, firstAttemptAt = attemptedAt } = state;
  // Another worker was told of the same attempt: one record of it is enough.
  if (status !== 'pending' || attempt !== attempts + 1) return [];
  const attempted = { deliveryId, webhookId, attempt, attemptedAt, tookMs };
  const { reason, statusCode } = result;
  if (reason === undefined) {
    return [{ type: 'DeliverySucceeded', data: { ...attempted, statusCode } }];
  }
  const { retryAfter = '' } = result;
  const heldUntilAt = findHeldUntil(retryAfter, attemptedAt);
  const nextAttemptAt = findNextAttempt({ attempt, attemptedAt, firstAttemptAt, heldUntilAt });
  const failed = {
    ...{ ...attempted, reason },
    ...(heldUntilAt !== undefined && { heldUntilAt }),
    ...(statusCode !== undefined && { statusCode }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
  };
  return [{ type: 'DeliveryFailed', data: failed }];
}
