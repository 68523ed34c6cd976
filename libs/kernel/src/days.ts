import { DomainError } from './domain-error';

/** `YYYY-MM-DD`, a calendar day of Europe/Paris, 1950 to 2199. Days compare as text: `a <= b`. */
export type Day = string;

/** ISO 8601: Monday is 1, Sunday is 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** False for what looks like a day but is none: `2026-02-30`. */
export function isDay(value: unknown): value is Day {
  return typeof value === 'string' && findEpochDay(value) !== undefined;
}

/** @throws DomainError `date_invalid`. */
export function parseDay(text: string): Day {
  toEpochDay(text);
  return text;
}

export const addDays = (day: Day, days: number): Day => fromEpochDay(toEpochDay(day) + days);

/** The same day of the month, or the month's last: 31 January and a month is 28 February. */
export function addMonths(day: Day, months: number): Day {
  if (!Number.isInteger(months)) throw new RangeError('Months are counted in integers.');
  const { year, month, dayOfMonth } = partsOf(day);
  const monthCount = year * 12 + (month - 1) + months;
  const first = firstOf(Math.floor(monthCount / 12), (monthCount % 12) + 1);
  const last = endOfMonth(first);
  return addDays(first, Math.min(dayOfMonth, partsOf(last).dayOfMonth) - 1);
}

/** Calendar days from one day to another; negative when `to` comes first. */
export const diffDays = ({ from, to }: { from: Day; to: Day }): number =>
  toEpochDay(to) - toEpochDay(from);

/** For sorting, oldest first. */
export const compareDays = (a: Day, b: Day): -1 | 0 | 1 => (a < b ? -1 : a > b ? 1 : 0);

// 1 January 1970 was a Thursday.
export const weekdayOf = (day: Day): Weekday => (modulo(toEpochDay(day) + 3, 7) + 1) as Weekday;

export const startOfMonth = (day: Day): Day => `${parseDay(day).slice(0, 8)}01`;

export function endOfMonth(day: Day): Day {
  const { year, month } = partsOf(day);
  return fromEpochDay(Date.UTC(year, month, 0) / DAY_MS);
}

const DAY_MS = 86_400_000;
// Before, Paris often changed its clocks at midnight, and a day could begin twice.
const EARLIEST_YEAR = 1950;
const LATEST_YEAR = 2199;
const DAY_SHAPE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

/** Days since 1 January 1970. */
function toEpochDay(day: Day): number {
  const epochDay = findEpochDay(day);
  if (epochDay === undefined) throw new DomainError('date_invalid');
  return epochDay;
}

function findEpochDay(text: string): number | undefined {
  const [, year, month, dayOfMonth] = (DAY_SHAPE.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || dayOfMonth === undefined) return undefined;
  if (year < EARLIEST_YEAR || year > LATEST_YEAR) return undefined;
  const epochMs = Date.UTC(year, month - 1, dayOfMonth);
  // Date moves 30 February to 2 March; a day that comes back different never was.
  return new Date(epochMs).toISOString().startsWith(text) ? epochMs / DAY_MS : undefined;
}

function fromEpochDay(epochDay: number): Day {
  if (!Number.isInteger(epochDay)) throw new RangeError('Days are counted in integers.');
  const date = new Date(epochDay * DAY_MS);
  if (Number.isNaN(date.getTime())) throw new DomainError('date_invalid');
  return parseDay(date.toISOString().slice(0, 10));
}

function partsOf(day: Day) {
  parseDay(day);
  const [year = 0, month = 0, dayOfMonth = 0] = day.split('-').map(Number);
  return { year, month, dayOfMonth };
}

const firstOf = (year: number, month: number): Day =>
  parseDay(`${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`);

const modulo = (value: number, modulus: number): number => ((value % modulus) + modulus) % modulus;
