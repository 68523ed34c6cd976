import { instantOf } from '@app/kernel';

const HOUR_MS = 3_600_000;
const FIRST_PAUSE_MS = 10_000;
const PAUSE_MS_MAX = 12 * HOUR_MS;
const RETRIES_END_AFTER_MS = 72 * HOUR_MS;

/**
 * When a failed attempt is tried again: 10 s later, then four times as long each time up to 12 h, the
 * last time three days after the first attempt. Undefined after that one.
 */
export function findNextAttempt(failed: {
  attempt: number;
  attemptedAt: string;
  firstAttemptAt: string;
}): string | undefined {
  const { attempt, attemptedAt, firstAttemptAt } = failed;
  const [atMs, endMs] = [
    Date.parse(attemptedAt),
    Date.parse(firstAttemptAt) + RETRIES_END_AFTER_MS,
  ];
  if (atMs >= endMs) return undefined;
  const pauseMs = Math.min(FIRST_PAUSE_MS * 4 ** (attempt - 1), PAUSE_MS_MAX);
  return instantOf(new Date(Math.min(atMs + pauseMs, endMs)));
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
