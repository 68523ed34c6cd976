import fc from 'fast-check';
import { claimCoFunding } from './co-funding';

const coFunders = [
  { name: 'Département', shareBasisPoints: 6_000 },
  { name: 'État', shareBasisPoints: 2_000, ceilingCents: 5_000 },
  { name: 'Fonds européen', shareBasisPoints: 2_000 },
];
const claim = (usedAtStartCents: number, usedAtEndCents: number) =>
  claimCoFunding({ coFunders, funderName: 'Département', usedAtStartCents, usedAtEndCents });

describe('the claims on co-funders', () => {
  it('split what was used in the period', () =>
    expect(claim(0, 10_000).map(({ claimCents }) => claimCents)).toEqual([6_000, 2_000, 2_000]));

  it('let the funder carry what is above a ceiling', () => {
    expect(claim(0, 25_000).map(({ claimCents }) => claimCents)).toEqual([15_000, 5_000, 5_000]);
    expect(claim(25_000, 35_000).map(({ claimCents }) => claimCents)).toEqual([8_000, 0, 2_000]);
  });

  it('are negative where cancellations outweigh redemptions', () =>
    expect(claim(10_000, 9_000).map(({ claimCents }) => claimCents)).toEqual([-600, -200, -200]));

  it('of all periods together lose no cent and equal those of one long period', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99_999 }), { minLength: 1 }), (uses) => {
        const ends = uses.map((_, i) => uses.slice(0, i + 1).reduce((a, b) => a + b, 0));
        const totals = [0, 0, 0];
        ends.forEach((end, i) => {
          claim(ends[i - 1] ?? 0, end).forEach(({ claimCents }, k) => {
            totals[k] = (totals[k] ?? 0) + claimCents;
          });
        });
        const last = ends.at(-1) ?? 0;
        expect(totals).toEqual(claim(0, last).map(({ claimCents }) => claimCents));
        expect(totals.reduce((a, b) => a + b, 0)).toBe(last);
      }),
    ));
});
