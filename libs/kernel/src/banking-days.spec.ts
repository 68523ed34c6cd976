import fc from 'fast-check';
import { easterOf } from './banking-days';
import { addBankingDays, addDays, bankingDayFrom, isBankingDay, nextBankingDay } from './index';
import { weekdayOf } from './days';

const anyDay = fc.integer({ min: 0, max: 90_000 }).map((days) => addDays('1950-01-01', days));

describe('Easter', () => {
  // Dates as the calendars of those years printed them, with the earliest and latest there are.
  it.each([
    '1954-04-18',
    '1961-04-02',
    '1981-04-19',
    '2000-04-23',
    '2008-03-23',
    '2011-04-24',
    '2024-03-31',
    '2025-04-20',
    '2026-04-05',
    '2027-03-28',
    '2038-04-25',
    '2049-04-18',
    '2076-04-19',
  ])('is on %s', (day) => expect(easterOf(Number(day.slice(0, 4)))).toBe(day));

  it('is a Sunday from 22 March to 25 April in every year', () => {
    for (let year = 1950; year <= 2199; year += 1) {
      const easter = easterOf(year);
      expect(weekdayOf(easter)).toBe(7);
      expect(easter >= `${year}-03-22` && easter <= `${year}-04-25`).toBe(true);
    }
  });
});

describe('TARGET2', () => {
  it.each([
    '2026-01-01',
    '2026-04-03',
    '2026-04-06',
    '2026-05-01',
    '2026-12-25',
    '2026-12-26',
    '2025-12-26',
    '2026-11-21',
    '2026-11-22',
  ])('is closed on %s', (day) => expect(isBankingDay(day)).toBe(false));

  it.each([
    // Holidays in France that are none of TARGET2's, and the neighbours of its own.
    '2026-07-14',
    '2026-05-08',
    '2026-05-14',
    '2026-05-25',
    '2026-11-11',
    '2026-04-02',
    '2026-04-07',
    '2026-12-24',
    '2026-12-31',
    '2026-01-02',
  ])('is open on %s', (day) => expect(isBankingDay(day)).toBe(true));

  it.each([
    ['2026-11-20', '2026-11-23'],
    ['2026-04-02', '2026-04-07'],
    ['2026-04-30', '2026-05-04'],
    ['2026-12-24', '2026-12-28'],
    ['2026-12-31', '2027-01-04'],
    ['2026-11-23', '2026-11-24'],
  ])('opens again after %s on %s', (day, next) => expect(nextBankingDay(day)).toBe(next));

  it('counts banking days after a day, whether that day is one or not', () => {
    expect(addBankingDays('2026-11-20', 3)).toBe('2026-11-25');
    expect(addBankingDays('2026-11-21', 3)).toBe('2026-11-25');
    expect(addBankingDays('2026-11-21', 0)).toBe('2026-11-21');
    expect(addBankingDays('2026-04-01', 2)).toBe('2026-04-07');
  });

  it.each([-1, 0.5, NaN])('cannot count %p of them', (count) =>
    expect(() => addBankingDays('2026-11-20', count)).toThrow(RangeError),
  );

  it('never closes for more than five days', () =>
    fc.assert(
      fc.property(anyDay, (day) => {
        const next = nextBankingDay(day);
        expect(isBankingDay(next)).toBe(true);
        expect(next > day && next <= addDays(day, 5)).toBe(true);
        expect(bankingDayFrom(day)).toBe(isBankingDay(day) ? day : next);
      }),
    ));
});
