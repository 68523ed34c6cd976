import { promisedPaymentOn } from './promised-payment';

describe('the promised payment, with runs on Mondays', () => {
  it.each([
    ['on a Sunday is the Thursday after', '2026-06-14', '2026-06-18'],
    ['on the Monday of a run waits for the next one', '2026-06-15', '2026-06-25'],
    ['on a Tuesday is the Thursday of the next week', '2026-06-16', '2026-06-25'],
    ['skips Good Friday and Easter Monday', '2026-03-25', '2026-04-02'],
    ['of a run on Easter Monday counts from the Tuesday', '2026-04-01', '2026-04-09'],
    ['skips 25 and 26 December and 1 January', '2026-12-22', '2026-12-31'],
  ])('of a redemption %s', (_, today, promised) =>
    expect(promisedPaymentOn(today, 1)).toBe(promised),
  );

  it('is never more than two weeks away in an ordinary week', () => {
    for (const weekday of [1, 2, 3, 4, 5] as const) {
      expect(promisedPaymentOn('2026-06-10', weekday) <= '2026-06-24').toBe(true);
    }
  });
});
