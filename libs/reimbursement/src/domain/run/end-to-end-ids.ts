import { isUuid } from '@app/kernel';

/** Two digits: a claim that failed so often is not solved by another attempt. */
export const ATTEMPTS_MAX = 99;

/**
 * 32 digits of the claim and its attempt, 34 or 35 characters of the SEPA set: of this attempt alone,
 * for ever, and made again the same by whoever prepares again.
 */
export function endToEndIdOf(claimId: string, attempt: number): string {
  if (!isUuid(claimId)) throw new TypeError('a claim is named by a UUID');
  if (!Number.isInteger(attempt) || attempt < 1 || attempt > ATTEMPTS_MAX) {
    throw new RangeError(`attempts are counted from 1 to ${ATTEMPTS_MAX}`);
  }
  return `${claimId.replaceAll('-', '')}-${attempt}`;
}
