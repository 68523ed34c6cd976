import { given } from '@app/platform/testing/given';
import type { DeliveryFact } from '../contract';
import { delivery, type AttemptResult, type RecordAttempt } from './delivery';
import { findHeldUntil, findNextAttempt, isFailing } from './retries';

const of = { deliveryId: 'delivery', webhookId: 'webhook' };
const at = '2026-03-01T09:00:00.000Z';
const inTenSeconds = '2026-03-01T09:00:10.000Z';
const planned: DeliveryFact = {
  type: 'DeliveryPlanned',
  data: {
    ...{ ...of, partyId: 'party', kind: 'order.active', factId: 'fact', happenedAt: at },
    ...{ body: '{}', plannedAt: at },
  },
};
const record = (attempt: number, result: AttemptResult): RecordAttempt => ({
  type: 'RecordAttempt',
  data: { attempt, attemptedAt: at, tookMs: 7, result },
});
const succeeded = (attempt: number): DeliveryFact => ({
  type: 'DeliverySucceeded',
  data: { ...of, attempt, attemptedAt: at, tookMs: 7, statusCode: 204 },
});
const failed = (attempt: number, nextAttemptAt?: string): DeliveryFact => ({
  type: 'DeliveryFailed',
  data: {
    ...{ ...of, attempt, attemptedAt: at, tookMs: 7, reason: 'timeout' },
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
  },
});
const replay = (replayId: string) =>
  ({ type: 'ReplayDelivery', data: { replayId, replayedAt: at } }) as const;
const replayed: DeliveryFact = {
  type: 'DeliveryReplayed',
  data: { ...of, replayId: 'replay', replayedAt: at },
};

describe('a message', () => {
  it('is planned once', () => {
    const wish = { type: 'PlanDelivery', data: planned.data } as never;
    given(delivery).when(wish).then(planned);
    given(delivery, planned).when(wish).thenNothing();
    given(delivery, planned, succeeded(1)).when(wish).thenNothing();
  });

  it('is delivered, or tried again', () => {
    given(delivery, planned)
      .when(record(1, { statusCode: 204 }))
      .then(succeeded(1));
    given(delivery, planned)
      .when(record(1, { reason: 'timeout' }))
      .then(failed(1, inTenSeconds));
  });

  it('has each attempt recorded once, whoever made it', () => {
    const result = { statusCode: 204 };
    given(delivery, planned, succeeded(1)).when(record(1, result)).thenNothing();
    given(delivery, planned, failed(1, inTenSeconds)).when(record(1, result)).thenNothing();
    given(delivery, planned, failed(1, inTenSeconds)).when(record(2, result)).then(succeeded(2));
    given(delivery, planned, failed(1)).when(record(2, result)).thenNothing();
  });

  it('is replayed once for a wish, when it is not on its way', () => {
    given(delivery, planned, succeeded(1)).when(replay('replay')).then(replayed);
    given(delivery, planned, failed(1)).when(replay('replay')).then(replayed);
    given(delivery, planned).when(replay('replay')).thenRefused('delivery_pending');
    given(delivery, planned, succeeded(1), replayed).when(replay('replay')).thenNothing();
    given(delivery, planned, succeeded(1), replayed)
      .when(replay('other'))
      .thenRefused('delivery_pending');
    given(delivery).when(replay('replay')).thenRefused('delivery_unknown');
  });

  it('is tried three days anew after a replay', () =>
    given(delivery, planned, failed(1), replayed)
      .when(record(1, { reason: 'timeout' }))
      .then(failed(1, inTenSeconds)));
});

describe('the next attempt', () => {
  const first = '2026-03-01T09:00:00.000Z';
  const next = (attempt: number, attemptedAt: string) =>
    findNextAttempt({ attempt, attemptedAt, firstAttemptAt: first });

  it('is four times as far each time, and twelve hours at most', () => {
    expect(next(1, first)).toBe('2026-03-01T09:00:10.000Z');
    expect(next(2, first)).toBe('2026-03-01T09:00:40.000Z');
    expect(next(7, first)).toBe('2026-03-01T20:22:40.000Z');
    expect(next(8, first)).toBe('2026-03-01T21:00:00.000Z');
    expect(next(100, first)).toBe('2026-03-01T21:00:00.000Z');
  });

  it('is the last one after three days, and there is none behind it', () => {
    expect(next(12, '2026-03-04T08:59:59.999Z')).toBe('2026-03-04T09:00:00.000Z');
    expect(next(13, '2026-03-04T09:00:00.000Z')).toBeUndefined();
  });
});

describe('a receiver that asks for time', () => {
  const until = (retryAfter: string) => findHeldUntil(retryAfter, at);

  it('gets it, in seconds or to a date, twelve hours at most', () => {
    expect(until('1')).toBe('2026-03-01T09:00:01.000Z');
    expect(until('43200')).toBe('2026-03-01T21:00:00.000Z');
    expect(until('43201')).toBe('2026-03-01T21:00:00.000Z');
    expect(until('9999999999')).toBe('2026-03-01T21:00:00.000Z');
    expect(until('Sun, 01 Mar 2026 09:05:00 GMT')).toBe('2026-03-01T09:05:00.000Z');
    expect(until('Mon, 01 Mar 2027 09:05:00 GMT')).toBe('2026-03-01T21:00:00.000Z');
  });

  it('gets none for what is over, or cannot be read', () => {
    for (const text of [
      ...['', '0', '-5', '1.5', '1e9', ' 5', '99999999999', 'soon', '2026-03-01T10:00:00Z'],
      ...['Sun, 01 Mar 2026 09:00:00 GMT', 'Sun, 01 Xxx 2026 09:05:00 GMT', '12 GMT'],
    ]) {
      expect([text, until(text)]).toEqual([text, undefined]);
    }
  });

  it('is tried no sooner, and at the usual time where that is later', () => {
    const held = (retryAfter: string, heldUntilAt: string, next: string): DeliveryFact => {
      const failed_ = failed(1, next);
      if (failed_.type !== 'DeliveryFailed') throw new Error('no failure');
      const data = { ...failed_.data, reason: 'status', statusCode: 429, heldUntilAt } as const;
      given(delivery, planned)
        .when(record(1, { statusCode: 429, reason: 'status', retryAfter }))
        .then({ type: 'DeliveryFailed', data });
      return failed_;
    };
    held('60', '2026-03-01T09:01:00.000Z', '2026-03-01T09:01:00.000Z');
    held('2', '2026-03-01T09:00:02.000Z', inTenSeconds);
  });

  it('does not make the three days longer', () =>
    expect(
      findNextAttempt({
        ...{ attempt: 12, attemptedAt: '2026-03-04T08:00:00.000Z', firstAttemptAt: at },
        heldUntilAt: '2026-03-04T20:00:00.000Z',
      }),
    ).toBe('2026-03-04T09:00:00.000Z'));
});

describe('an endpoint', () => {
  const failing = (failuresInRow: number, failingSinceAt: string, now: string) =>
    isFailing({ failuresInRow, failingSinceAt }, new Date(now));

  it('is failing after a hundred failures, or three days of nothing else', () => {
    expect(failing(99, at, at)).toBe(false);
    expect(failing(100, at, at)).toBe(true);
    expect(failing(1, at, '2026-03-04T08:59:59.999Z')).toBe(false);
    expect(failing(1, at, '2026-03-04T09:00:00.000Z')).toBe(true);
    expect(failing(0, '', '2026-03-04T09:00:00.000Z')).toBe(false);
  });
});
