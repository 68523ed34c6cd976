import fc from 'fast-check';
import {
  type Day,
  DomainError,
  addDays,
  addMonths,
  compareDays,
  diffDays,
  endOfMonth,
  isDay,
  parseDay,
  startOfMonth,
  weekdayOf,
} from './index';

const FIRST: Day = '1950-01-01';
const LAST: Day = '2199-12-31';
const DAYS = diffDays({ from: FIRST, to: LAST });
const anyDay = fc.integer({ min: 0, max: DAYS }).map((days) => addDays(FIRST, days));

describe('a day', () => {
  it.each([FIRST, LAST, '2024-02-29', '2000-02-29', '2026-12-31'])('may be %s', (day) => {
    expect(isDay(day)).toBe(true);
    expect(parseDay(day)).toBe(day);
  });

  it.each(
    `2026-02-30 2026-02-29 2100-02-29 2026-13-01 2026-00-01 2026-01-00 2026-01-32 2026-04-31
    1949-12-31 2200-01-01 0000-01-01 9999-12-31 275761-01-01 +002026-01-01 -2026-01-01 26-01-01
    2026-1-1 2026/01/01 01-01-2026 20260101 2026-W53 2026-W53-1 2026-001 ２０２６-01-01 2026-٠1-01
    2026-01-01T00:00:00Z 2026‐01‐01 today`
      .split(/\s+/)
      .concat('', ' 2026-01-01', '2026-01-01 ', '2026-01-01\n'),
  )('is not %p', (text) => {
    expect(isDay(text)).toBe(false);
    expect(() => parseDay(text)).toThrow(new DomainError('date_invalid'));
    expect(() => addDays(text, 1)).toThrow(new DomainError('date_invalid'));
  });

  it.each([20260101, null, undefined, new Date()])('is not %p', (value) =>
    expect(isDay(value)).toBe(false),
  );
});

describe('counting days', () => {
  it('passes every day of the range once, in the order of the text', () => {
    let day = FIRST;
    for (let passed = 0; passed < DAYS; passed += 1) {
      const next = addDays(day, 1);
      if (!(next > day)) throw new Error(`${next} after ${day}`);
      day = next;
    }
    expect(day).toBe(LAST);
    // 250 years, of which 62 are leap years in the Gregorian calendar.
    expect(DAYS + 1).toBe(250 * 365 + 61);
  });

  it('goes back as it went', () =>
    fc.assert(
      fc.property(anyDay, anyDay, (from, to) => {
        expect(addDays(from, diffDays({ from, to }))).toBe(to);
        expect(diffDays({ from, to }) + diffDays({ from: to, to: from })).toBe(0);
      }),
    ));

  it.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2026-02-28', 1, '2026-03-01'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2026-06-30', 30, '2026-07-30'],
  ])('%s and %d days is %s', (day, days, expected) => expect(addDays(day, days)).toBe(expected));

  it('refuses to leave the range', () => {
    expect(() => addDays(LAST, 1)).toThrow(new DomainError('date_invalid'));
    expect(() => addDays(FIRST, -1)).toThrow(new DomainError('date_invalid'));
    expect(() => addDays(FIRST, Number.MAX_SAFE_INTEGER)).toThrow(new DomainError('date_invalid'));
  });

  it.each([0.5, NaN, Infinity])('by %p is a mistake', (days) =>
    expect(() => addDays(FIRST, days)).toThrow(RangeError),
  );

  it('sorts like the calendar', () =>
    fc.assert(
      fc.property(anyDay, anyDay, (a, b) => {
        expect(compareDays(a, b)).toBe(Math.sign(diffDays({ from: b, to: a })) + 0);
      }),
    ));
});

describe('months', () => {
  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2026-01-31', 2, '2026-03-31'],
    ['2026-12-15', 1, '2027-01-15'],
    ['2026-01-15', -1, '2025-12-15'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2024-02-29', -48, '2020-02-29'],
    ['2026-05-31', 0, '2026-05-31'],
  ])('%s and %d of them is %s', (day, months, expected) =>
    expect(addMonths(day, months)).toBe(expected),
  );

  it('refuse to leave the range', () => {
    expect(() => addMonths(LAST, 1)).toThrow(new DomainError('date_invalid'));
    expect(() => addMonths(FIRST, -1)).toThrow(new DomainError('date_invalid'));
    expect(() => addMonths(FIRST, -30_000)).toThrow(new DomainError('date_invalid'));
  });

  it('counted by halves are a mistake', () =>
    expect(() => addMonths('2026-01-15', 0.5)).toThrow(RangeError));

  it.each([
    ['2026-02-10', '2026-02-01', '2026-02-28'],
    ['2024-02-29', '2024-02-01', '2024-02-29'],
    ['2100-02-01', '2100-02-01', '2100-02-28'],
    [LAST, '2199-12-01', LAST],
  ])('begin and end around %s', (day, first, last) => {
    expect(startOfMonth(day)).toBe(first);
    expect(endOfMonth(day)).toBe(last);
  });

  it('end on the day before the next one begins', () =>
    fc.assert(
      fc.property(anyDay, (day) => {
        fc.pre(day < '2199-12-01');
        expect(addDays(endOfMonth(day), 1)).toBe(startOfMonth(addMonths(day, 1)));
      }),
    ));
});

describe('the day of the week', () => {
  it.each([
    ['1970-01-01', 4],
    ['1969-12-31', 3],
    ['2026-11-22', 7],
    ['2026-11-23', 1],
  ])('of %s is %d', (day, weekday) => expect(weekdayOf(day)).toBe(weekday));

  it('goes on through the whole range', () =>
    fc.assert(
      fc.property(anyDay, (day) => {
        fc.pre(day < LAST);
        expect(weekdayOf(addDays(day, 1))).toBe((weekdayOf(day) % 7) + 1);
      }),
    ));
});
