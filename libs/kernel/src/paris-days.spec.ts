import { addDays, endOfParisDay, parisDayOf, startOfParisDay } from './index';

const HOUR_MS = 3_600_000;
const hoursOf = (day: string): number =>
  (Date.parse(endOfParisDay(day)) - Date.parse(startOfParisDay(day))) / HOUR_MS;

describe('the day in Paris', () => {
  it.each([
    ['2026-12-31T22:59:59.999Z', '2026-12-31'],
    ['2026-12-31T23:00:00.000Z', '2027-01-01'],
    ['2026-06-30T21:59:59.999Z', '2026-06-30'],
    ['2026-06-30T22:00:00.000Z', '2026-07-01'],
    ['2024-02-28T23:00:00.000Z', '2024-02-29'],
    ['2024-02-29T23:00:00.000Z', '2024-03-01'],
  ])('at %s is %s', (instant, day) => {
    expect(parisDayOf(instant)).toBe(day);
    expect(parisDayOf(new Date(instant))).toBe(day);
  });

  it('stays the same through the night the clocks go forward', () => {
    expect(parisDayOf('2026-03-29T00:59:59Z')).toBe('2026-03-29');
    expect(parisDayOf('2026-03-29T01:00:00Z')).toBe('2026-03-29');
    expect(hoursOf('2026-03-29')).toBe(23);
  });

  it('stays the same through the night the clocks go back', () => {
    expect(parisDayOf('2026-10-25T00:30:00Z')).toBe('2026-10-25');
    expect(parisDayOf('2026-10-25T01:30:00Z')).toBe('2026-10-25');
    expect(hoursOf('2026-10-25')).toBe(25);
  });

  it('begins and ends where its neighbours do, on every day of the range', () => {
    const lengths = new Map<number, number>();
    let startMs = Date.parse(startOfParisDay('1950-01-02'));
    for (let day = '1950-01-02'; day < '2199-12-31'; day = addDays(day, 1)) {
      if (parisDayOf(new Date(startMs)) !== day) throw new Error(`${day} begins before it does`);
      if (parisDayOf(new Date(startMs - 1)) >= day) throw new Error(`${day} begins too late`);
      const endMs = Date.parse(endOfParisDay(day));
      const hours = (endMs - startMs) / HOUR_MS;
      lengths.set(hours, (lengths.get(hours) ?? 0) + 1);
      startMs = endMs;
    }
    expect([...lengths.keys()].sort()).toEqual([23, 24, 25]);
    expect(lengths.get(23)).toBe(lengths.get(25));
  });

  it('asserts that the instant is one', () => {
    expect(() => parisDayOf('soon')).toThrow(RangeError);
    expect(() => parisDayOf(new Date(NaN))).toThrow(RangeError);
  });
});
