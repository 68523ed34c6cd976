import { DomainError } from './domain-error';
import { isDay } from './days';

/** `YYYY-MM-DDTHH:mm:ss.sssZ`: RFC 3339 in UTC with milliseconds, so instants compare as text. */
export type Instant = string;

/** True for the canonical form only, which is the one events and answers carry. */
export const isInstant = (value: unknown): value is Instant =>
  typeof value === 'string' && CANONICAL_INSTANT.test(value) && findInstant(value) === value;

/**
 * Reads RFC 3339 with `Z` or an offset and answers the canonical form; what is finer than a
 * millisecond is cut off. A local time without a zone is refused: in Paris 02:30 exists twice on
 * one night of the year and not at all on another. So is a leap second, which no clock of ours has.
 * @throws DomainError `zone_required` or `date_invalid`.
 */
export function parseInstant(text: string): Instant {
  if (LOCAL_TIME.test(text)) throw new DomainError('zone_required');
  const instant = findInstant(text);
  if (instant === undefined) throw new DomainError('date_invalid');
  return instant;
}

/** @throws DomainError `date_invalid` outside the years 1950 to 2199. */
export function instantOf(date: Date): Instant {
  const atMs = date.getTime();
  // Every command asks, thousands a second: bounds are compared as numbers, what Date writes is
  // canonical, and it is written once for all that ask in the same millisecond.
  if (atMs === lastWritten.atMs) return lastWritten.instant;
  if (!(atMs >= FIRST_MS && atMs < END_MS)) throw new DomainError('date_invalid');
  lastWritten = { atMs, instant: date.toISOString() };
  return lastWritten.instant;
}

let lastWritten: Readonly<{ atMs: number; instant: Instant }> = { atMs: NaN, instant: '' };

const FIRST_MS = Date.UTC(1950, 0, 1);
const END_MS = Date.UTC(2200, 0, 1);

const CANONICAL_INSTANT = /^[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z$/;
const LOCAL_TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$/;
const RFC_3339 =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:\.([0-9]{1,9}))?(Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$/;

function findInstant(text: string): Instant | undefined {
  const [, day, time, fraction = '', zone] = RFC_3339.exec(text) ?? [];
  if (!isDay(day)) return undefined;
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  const instant = new Date(`${day}T${time}.${milliseconds}${zone}`).toISOString();
  // An offset can carry the last hours of 2199 into a year that has no days.
  return isDay(instant.slice(0, 10)) ? instant : undefined;
}
