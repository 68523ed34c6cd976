import { closedUntilMs, codeLimitsOf, isStrike, lockedUntilMs, lockMsOf } from './code-limits';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const cashier = { deviceId: 'd', placeId: 'p', organisationId: 'o', address: '192.0.2.1' };
const named = (
  asker: Parameters<typeof codeLimitsOf>[0],
  counting: 'shared' | 'local' = 'shared',
) => codeLimitsOf(asker, { counting }).map(({ key, max, windowMs }) => [key, max, windowMs]);

describe('the limits on wrong codes', () => {
  it('bind a cashier, its place, its address and its organisation', () =>
    expect(named(cashier)).toEqual([
      ['device:d', 10, 10 * MINUTE],
      ['place:p', 50, HOUR],
      ['address:192.0.2.1', 60, HOUR],
      ['organisation:o', 500, HOUR],
    ]));

  it('bind everyone without a login together', () =>
    expect(named({ address: '192.0.2.1' })).toEqual([
      ['address:192.0.2.1', 60, HOUR],
      ['public:all', 10_000, 24 * HOUR],
    ]));

  it('are stricter while each process counts alone', () => {
    expect(named(cashier, 'local').map(([, max]) => max)).toEqual([2, 12, 15, 125]);
    expect(named({ address: 'a' }, 'local').map(([, max]) => max)).toEqual([15, 2_500]);
  });

  it('close with the last wrong code borne, until the oldest is forgotten', () => {
    const [, place] = codeLimitsOf(cashier, { counting: 'shared' });
    if (!place) throw new Error('a place');
    expect(closedUntilMs(place, { count: 49, oldestAtMs: 5, latestAtMs: 9 })).toBe(0);
    expect(closedUntilMs(place, { count: 50, oldestAtMs: 5, latestAtMs: 9 })).toBe(5 + HOUR);
  });
});

describe('a device’s lock', () => {
  it('lasts 15 minutes and doubles to 24 hours', () =>
    expect([1, 2, 3, 7, 8, 20].map((strikes) => lockMsOf(strikes) / MINUTE)).toEqual([
      ...[15, 30, 60, 960, 1_440, 1_440],
    ]));

  it('counts from the latest strike', () => {
    expect(lockedUntilMs({ count: 0 })).toBe(0);
    expect(lockedUntilMs({ count: 2, oldestAtMs: 0, latestAtMs: 1_000 })).toBe(1_000 + 30 * MINUTE);
  });

  it('comes with exactly one of the wrong codes counted at once', () => {
    const [device, place] = codeLimitsOf(cashier, { counting: 'shared' });
    if (!device || !place) throw new Error('a device and a place');
    expect([9, 10, 11].map((count) => isStrike(device, { count }))).toEqual([false, true, false]);
    expect(isStrike(place, { count: 50 })).toBe(false);
  });
});
