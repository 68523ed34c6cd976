import { instantOf } from '@app/kernel';

const HOUR_MS = 3_600_000;
const FIRST_PAUSE_MS = 10_000;
const PAUSE_MS_MAX = 12 * HOUR_MS;
const RETRIES_END_AFTER_MS = 72 * HOUR_MS;

/**
 * When a failed attempt is tried again: 10 s later, then four times as long each time up to 12 h, later
 * where the receiver asked for that, and the last time three days after the first attempt. Undefined
 * after that one.
 */
export function findNextAttempt(failed: {
  attempt: number;
  attemptedAt: string;
  firstAttemptAt: string;
  heldUntilAt?: string | undefined;
}): string | undefined {
  const { attempt, attemptedAt, firstAttemptAt, heldUntilAt = attemptedAt } = failed;
  const [atMs, endMs] = [
    Date.parse(attemptedAt),
    Date.parse(firstAttemptAt) + RETRIES_END_AFTER_MS,
  ];
  if (atMs >= endMs) return undefined;
  const pauseMs = Math.min(FIRST_PAUSE_MS * 4 ** (attempt - 1), PAUSE_MS_MAX);
  const nextMs = Math.max(atMs + pauseMs, Date.parse(heldUntilAt));
  return instantOf(new Date(Math.min(nextMs, endMs)));
}

/**
 * Until when a receiver asks to be left alone, by `Retry-After` (RFC 9110, 10.2.3: seconds, or a date): 12 h
 * at most. Undefined where it says nothing that can be read, or a moment that is over.
 */
export function findHeldUntil(retryAfter: string, answeredAt: string): string | undefined {
  const atMs = Date.parse(answeredAt);
  const isSeconds = /^\d{1,10}$/.test(retryAfter);
  const untilMs = isSeconds ? atMs + Number(retryAfter) * 1_000 : dateOf(retryAfter);
  if (untilMs === undefined || untilMs <= atMs) return undefined;
  return instantOf(new Date(Math.min(untilMs, atMs + PAUSE_MS_MAX)));
}

/** In the form that senders have to use. */
function dateOf(text: string): number | undefined {
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text))
    return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

const FAILURES_MAX = 100;
const FAILING_MS_MAX = RETRIES_END_AFTER_MS;

/**
 * Whether an endpoint is paused for its failures: 100 attempts in a row, of whatever messages, or
 * nothing but failures for three days.
 */
export const isFailing = (
  { failuresInRow, failingSinceAt }: { failuresInRow: number; failingSinceAt: string },
  now: Date,
): boolean =>
  failuresInRow >= FAILURES_MAX ||
  (failuresInRow > 0 && now.getTime() - Date.parse(failingSinceAt) >= FAILING_MS_MAX);
