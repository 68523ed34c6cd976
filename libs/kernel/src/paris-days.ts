import { addDays, type Day, parseDay } from './days';
import type { Instant } from './instants';

/** The day on the wall in Paris at that instant. */
export function parisDayOf(instant: Instant | Date): Day {
  const atMs = instant instanceof Date ? instant.getTime() : Date.parse(instant);
  return parseDay(new Date(atMs + parisOffsetMs(atMs)).toISOString().slice(0, 10));
}

/** First instant of the day in Paris, RFC 3339 UTC, on 23-hour and 25-hour days too. */
export function startOfParisDay(day: Day): Instant {
  const midnightMs = Date.parse(parseDay(day));
  // Paris changes its clocks after midnight: the day begins on the time of the evening before.
  return new Date(midnightMs - parisOffsetMs(midnightMs - 3 * HOUR_MS)).toISOString();
}

/** First instant that is no longer that day: an exclusive bound. */
export const endOfParisDay = (day: Day): Instant => startOfParisDay(addDays(day, 1));

/**
 * How far the clocks of Paris are ahead of UTC. Asking Intl takes microseconds, and whoever folds
 * a log asks for one hour again and again; clocks change on the hour, so the last one is kept.
 */
function parisOffsetMs(atMs: number): number {
  const hour = Math.floor(atMs / HOUR_MS);
  if (lastAsked?.hour !== hour) lastAsked = { hour, offsetMs: readParisOffsetMs(hour * HOUR_MS) };
  return lastAsked.offsetMs;
}

let lastAsked: { hour: number; offsetMs: number } | undefined;

function readParisOffsetMs(atMs: number): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of PARIS_CLOCK.formatToParts(atMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - atMs;
}

const HOUR_MS = 3_600_000;

const PARIS_CLOCK = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  calendar: 'iso8601',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});
