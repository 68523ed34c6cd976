import { addDays, type Day, weekdayOf } from './days';

/**
 * A day on which TARGET2 settles euros: not a weekend, 1 January, Good Friday, Easter Monday,
 * 1 May, 25 or 26 December. The ECB keeps these as the long-term calendar since 2002.
 */
export function isBankingDay(day: Day): boolean {
  if (weekdayOf(day) >= 6 || FIXED_CLOSINGS.has(day.slice(5))) return false;
  const easter = easterOf(Number(day.slice(0, 4)));
  return day !== addDays(easter, -2) && day !== addDays(easter, 1);
}

/** The first banking day after that day. */
export const nextBankingDay = (day: Day): Day => bankingDayFrom(addDays(day, 1));

/** That day if it is a banking day, else the next one. */
export function bankingDayFrom(day: Day): Day {
  let candidate = day;
  while (!isBankingDay(candidate)) candidate = addDays(candidate, 1);
  return candidate;
}

/** The `count`-th banking day after that day: the third after a Friday is a Wednesday. */
export function addBankingDays(day: Day, count: number): Day {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError('A count of banking days is an integer from 0.');
  }
  let reached = day;
  for (let left = count; left > 0; left -= 1) reached = nextBankingDay(reached);
  return reached;
}

const FIXED_CLOSINGS = new Set(['01-01', '05-01', '12-25', '12-26']);

/** Easter Sunday of the Gregorian calendar, by the anonymous computus (Meeus, Jones, Butcher). */
export function easterOf(year: number): Day {
  const goldenNumber = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const moonCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * goldenNumber + century - Math.floor(century / 4) - moonCorrection + 15) % 30;
  const daysToSunday =
    (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const lateMoon = Math.floor((goldenNumber + 11 * epact + 22 * daysToSunday) / 451);
  // Counted from 22 March, the earliest Easter there can be.
  return addDays(`${year}-03-22`, epact + daysToSunday - 7 * lateMoon);
}
