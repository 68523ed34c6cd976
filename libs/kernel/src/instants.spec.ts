import fc from 'fast-check';
import { DomainError, instantOf, isInstant, parseInstant } from './index';

const anyDate = fc.date({
  min: new Date('1950-01-01T00:00:00.000Z'),
  max: new Date('2199-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('an instant', () => {
  it.each([
    ['2026-06-30T21:59:59Z', '2026-06-30T21:59:59.000Z'],
    ['2026-06-30T23:59:59.9+02:00', '2026-06-30T21:59:59.900Z'],
    ['2026-06-30T23:59:59.123456789Z', '2026-06-30T23:59:59.123Z'],
    ['2026-01-01T00:00:00-03:30', '2026-01-01T03:30:00.000Z'],
    ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
    ['2199-12-31T23:59:59.999Z', '2199-12-31T23:59:59.999Z'],
    // The night the clocks go back has two 02:30 in Paris; the offset says which.
    ['2026-10-25T02:30:00+02:00', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T02:30:00+01:00', '2026-10-25T01:30:00.000Z'],
  ])('is read from %s as %s', (text, instant) => expect(parseInstant(text)).toBe(instant));

  it.each([
    '2026-03-29T02:30:00',
    '2026-10-25T02:30:00',
    '2026-06-30T12:00',
    '2026-06-30T12:00:00.5',
  ])('needs a zone: %s', (text) =>
    expect(() => parseInstant(text)).toThrow(new DomainError('zone_required')),
  );

  it.each([
    '2026-12-31T23:59:60Z',
    '2026-06-30T24:00:00Z',
    '2026-06-30T12:60:00Z',
    '2026-02-30T12:00:00Z',
    '0000-01-01T00:00:00Z',
    '1949-12-31T23:59:59Z',
    '2200-01-01T00:00:00Z',
    '2199-12-31T23:30:00-01:00',
    '1950-01-01T00:00:00+01:00',
    '+275761-01-01T00:00:00Z',
    '2026-06-30 12:00:00Z',
    '2026-06-30t12:00:00z',
    '2026-06-30T12:00Z',
    '2026-06-30T12:00:00.Z',
    '2026-06-30T12:00:00.1234567890Z',
    '2026-06-30T12:00:00,5Z',
    '2026-06-30T12:00:00+0200',
    '2026-06-30T12:00:00+24:00',
    '2026-06-30T12:00:00−02:00',
    '2026-06-30T12:00:00Z\n',
    '2026-06-30',
    '1782820800000',
    '',
  ])('is not %p', (text) => {
    expect(() => parseInstant(text)).toThrow(new DomainError('date_invalid'));
    expect(isInstant(text)).toBe(false);
  });

  it('is written in one way only', () => {
    expect(isInstant('2026-06-30T12:00:00.000Z')).toBe(true);
    expect(isInstant('2026-06-30T12:00:00Z')).toBe(false);
    expect(isInstant('2026-06-30T12:00:00.000+00:00')).toBe(false);
    expect(isInstant('2026-02-30T12:00:00.000Z')).toBe(false);
    expect(isInstant('2026-06-30T24:00:00.000Z')).toBe(false);
    expect(isInstant(1782820800000)).toBe(false);
  });

  it('is the same moment as the date it is of, and sorts like it', () =>
    fc.assert(
      fc.property(anyDate, anyDate, (a, b) => {
        expect(Date.parse(instantOf(a))).toBe(a.getTime());
        expect(isInstant(instantOf(a))).toBe(true);
        expect(instantOf(a) < instantOf(b)).toBe(a.getTime() < b.getTime());
      }),
    ));

  it('is not made of a date that is none', () => {
    expect(() => instantOf(new Date(NaN))).toThrow(new DomainError('date_invalid'));
    expect(() => instantOf(new Date(8.64e15))).toThrow(new DomainError('date_invalid'));
  });
});
