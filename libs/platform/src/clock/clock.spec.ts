import { FakeClock } from '../testing/fake-clock';
import { SystemClock } from './clock';

describe('today', () => {
  it.each([
    ['2026-01-14T22:59:59.999Z', '2026-01-14'],
    ['2026-01-14T23:00:00.000Z', '2026-01-15'],
    ['2026-07-14T21:59:59.999Z', '2026-07-14'],
    ['2026-07-14T22:00:00.000Z', '2026-07-15'],
    ['2026-03-28T22:59:59.999Z', '2026-03-28'],
    ['2026-03-28T23:00:00.000Z', '2026-03-29'],
    ['2026-03-29T22:00:00.000Z', '2026-03-30'],
    ['2026-10-24T22:00:00.000Z', '2026-10-25'],
    ['2026-10-25T22:59:59.999Z', '2026-10-25'],
    ['2026-10-25T23:00:00.000Z', '2026-10-26'],
  ])('at %s is %s in Paris', (at, day) => {
    expect(new FakeClock(at).today()).toBe(day);
  });

  it('follows the clock over midnight, back and forth', () => {
    const clock = new FakeClock('2026-01-14T22:59:59.999Z');
    expect(clock.today()).toBe('2026-01-14');
    clock.advanceBy({ ms: 1 });
    expect(clock.today()).toBe('2026-01-15');
    clock.advanceBy({ ms: -1 });
    expect(clock.today()).toBe('2026-01-14');
  });
});

describe('the system clock', () => {
  it("is the machine's", () => {
    const before = Date.now();
    const now = new SystemClock().now().getTime();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });
});
