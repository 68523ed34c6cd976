import {
  bankingDayFrom,
  type Day,
  type Instant,
  isBankingDay,
  nextBankingDay,
  parisDayOf,
} from '@app/kernel';
import { refuse } from '../refuse';

/**
 * The day on which the bank is asked to execute a file issued at that instant: today when it is a
 * TARGET day and the bank's cut-off has not come, else the next TARGET day.
 * @param cutOffTime `HH:MM` on the clocks of Paris; at that very minute it is too late.
 */
export function executionDayOf(issuedAt: Instant, cutOffTime: string): Day {
  const today = parisDayOf(issuedAt);
  const inTime = isBankingDay(today) && timeInParis(issuedAt) < cutOffTime;
  return inTime ? today : nextBankingDay(today);
}

/** @throws DomainError `not_a_banking_day`, naming the next one. */
export function assertBankingDay(day: Day): void {
  if (!isBankingDay(day)) refuse('not_a_banking_day', { nextBankingDay: bankingDayFrom(day) });
}

const timeInParis = (at: Instant): string => PARIS_TIME.format(new Date(at));

const PARIS_TIME = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
