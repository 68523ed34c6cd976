import { addBankingDays, addDays, type Day, type Weekday, weekdayOf } from '@app/kernel';

/** Banking days from the run to the money on the payee's account: approval, the bank, settlement. */
const SETTLEMENT_BANKING_DAYS = 3;

/**
 * The day by which a redemption is paid: the next weekly run's and 3 banking days. A run of today
 * may have been opened already, so it counts for tomorrow's redemptions only from next week on.
 */
export function promisedPaymentOn(today: Day, runWeekday: Weekday): Day {
  const daysToRun = (runWeekday - weekdayOf(today) + 6) % 7;
  return addBankingDays(addDays(today, daysToRun + 1), SETTLEMENT_BANKING_DAYS);
}
