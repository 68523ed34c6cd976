import fc from 'fast-check';
import {
  type Cents,
  CENTS_MAX,
  DomainError,
  assertCents,
  formatCents,
  formatCentsInFrench,
  isCents,
  multiplyCents,
  parseCents,
  shareOf,
  splitByBasisPoints,
  sumCents,
} from './index';

const anyCents = fc.integer({ min: -CENTS_MAX, max: CENTS_MAX });
const anyRate = fc.integer({ min: 0, max: 10_000 });
/** Cutting the whole at random points gives shares that add up to it. */
const anyShares = fc.array(anyRate, { maxLength: 12 }).map((cuts) => {
  const points = [0, ...cuts.sort((a, b) => a - b), 10_000];
  return points.slice(1).map((point, index) => point - (points[index] ?? 0));
});
const big = (parts: readonly number[]): bigint =>
  parts.reduce((total, part) => total + BigInt(part), 0n);

describe('an amount in cents', () => {
  it.each([0, 1, -1, CENTS_MAX, -CENTS_MAX])('may be %d', (cents) => {
    expect(isCents(cents)).toBe(true);
    expect(() => assertCents(cents)).not.toThrow();
  });

  it.each([CENTS_MAX + 1, -CENTS_MAX - 1, 0.5, -0, NaN, Infinity, 2 ** 53, '1', null, 1n])(
    'is not %p',
    (value) => {
      expect(isCents(value)).toBe(false);
      expect(() => assertCents(value)).toThrow(RangeError);
    },
  );
});

describe('reading an amount', () => {
  it.each([
    ['12.50', 1250],
    ['0.00', 0],
    ['0.01', 1],
    ['-0.01', -1],
    ['10000000000.00', CENTS_MAX],
    ['-10000000000.00', -CENTS_MAX],
  ])('takes %p', (text, cents) => expect(parseCents(text)).toBe(cents));

  it.each(
    `12 12. .50 12.5 12.500 12,50 1.250,00 1,250.00 012.50 00.00 -0.00 +1.00 --1.00 - 1e3 1e3.00
    0x10 0x1.00 1_000 1_000.00 １２.50 １２.５０ ٣ ٣.٠٠ 1۲.00 12．50 NaN Infinity 12.50€ 12.50-`
      .split(/\s+/)
      .concat('', ' ', ' 12.50', '12.50 ', '12.50\n', '\t12.50', '1 250.00', '1\u00a0250.00'),
  )('refuses %p', (text) => {
    expect(() => parseCents(text)).toThrow(new DomainError('amount_format'));
  });

  it.each(['10000000000.01', '-10000000000.01', '9999999999999999.99'])(
    'refuses %p as too large',
    (text) => expect(() => parseCents(text)).toThrow(new DomainError('amount_limit')),
  );

  it('gives back what was printed', () =>
    fc.assert(fc.property(anyCents, (cents) => parseCents(formatCents(cents)) === cents)));

  it('takes nothing that it would not print itself', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^-?[0-9 ,._]{0,6}[0-9]{0,3}$/), (text) => {
        try {
          expect(formatCents(parseCents(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
    ));
});

describe('printing an amount', () => {
  it.each([
    [1250, '12.50'],
    [5, '0.05'],
    [-5, '-0.05'],
    [0, '0.00'],
    [-CENTS_MAX, '-10000000000.00'],
  ])('%d as %p', (cents, text) => expect(formatCents(cents)).toBe(text));

  it.each([
    [1250, '12,50\u00a0€'],
    [123450, '1\u202f234,50\u00a0€'],
    [-5, '-0,05\u00a0€'],
    [CENTS_MAX, '10\u202f000\u202f000\u202f000,00\u00a0€'],
    [CENTS_MAX - 1, '9\u202f999\u202f999\u202f999,99\u00a0€'],
    [1_000_000_000_001, '10\u202f000\u202f000\u202f000,01\u00a0€'],
  ])('%d in French as %p', (cents, text) => expect(formatCentsInFrench(cents)).toBe(text));

  it('asserts that it is one', () => expect(() => formatCents(0.1)).toThrow(RangeError));
});

describe('a sum', () => {
  it('of nothing is 0', () => expect(sumCents([])).toBe(0));

  it('is exact', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 900 }), (amounts) => {
        expect(BigInt(sumCents(amounts))).toBe(big(amounts));
      }),
    ));

  it('may reach the limit, also by way of more', () => {
    expect(sumCents([CENTS_MAX - 1, 1])).toBe(CENTS_MAX);
    expect(sumCents([CENTS_MAX, CENTS_MAX, -CENTS_MAX])).toBe(CENTS_MAX);
  });

  it.each([[[CENTS_MAX, 1]], [[-CENTS_MAX, -1]], [Array<Cents>(9008).fill(CENTS_MAX)]])(
    'refuses more',
    (amounts) => expect(() => sumCents(amounts)).toThrow(new DomainError('amount_limit')),
  );

  it('refuses to pass through what it could not add up exactly', () => {
    const far = Array<Cents>(9008).fill(CENTS_MAX);
    const back = Array<Cents>(9008).fill(-CENTS_MAX);
    expect(() => sumCents([...far, 1, ...back])).toThrow(new DomainError('amount_limit'));
  });

  it('asserts that each part is an amount', () =>
    expect(() => sumCents([1, 0.5, 0.5])).toThrow(RangeError));
});

describe('a face value', () => {
  it('is the value of a voucher times their number', () =>
    expect(multiplyCents(1000, 10)).toBe(10_000));

  it('may reach the limit and not pass it', () => {
    expect(multiplyCents(1000, 1_000_000_000)).toBe(CENTS_MAX);
    expect(() => multiplyCents(1000, 1_000_000_001)).toThrow(new DomainError('amount_limit'));
    expect(() => multiplyCents(CENTS_MAX, Number.MAX_SAFE_INTEGER)).toThrow(
      new DomainError('amount_limit'),
    );
  });

  it('counts whole vouchers', () => expect(() => multiplyCents(1000, 1.5)).toThrow(RangeError));
});

describe('a share of an amount', () => {
  it.each([
    { cents: 1, rate: 5000, share: 1 },
    { cents: 1, rate: 4999, share: 0 },
    { cents: 3, rate: 5000, share: 2 },
    { cents: 12_345, rate: 2000, share: 2469 },
    { cents: -1, rate: 5000, share: -1 },
    { cents: -1, rate: 4999, share: 0 },
    { cents: CENTS_MAX, rate: 9999, share: 999_900_000_000 },
    { cents: CENTS_MAX, rate: 10_000, share: CENTS_MAX },
    { cents: 100, rate: 12_000, share: 120 },
  ])('of $cents at $rate is $share', ({ cents, rate, share }) =>
    expect(shareOf(cents, rate)).toBe(share),
  );

  it('is never more than half a cent off, up at the half', () =>
    fc.assert(
      fc.property(anyCents, anyRate, (cents, rate) => {
        const magnitude = Math.abs(cents);
        const off = BigInt(shareOf(magnitude, rate)) * 10_000n - BigInt(magnitude) * BigInt(rate);
        expect(off > -5000n && off <= 5000n).toBe(true);
      }),
    ));

  it('of a negative amount mirrors that of the positive one', () =>
    fc.assert(
      fc.property(anyCents, anyRate, (cents, rate) => {
        expect(sumCents([shareOf(cents, rate), shareOf(cents === 0 ? 0 : -cents, rate)])).toBe(0);
      }),
    ));

  it('beyond the limit is refused', () =>
    expect(() => shareOf(CENTS_MAX, 10_001)).toThrow(new DomainError('amount_limit')));

  it.each([-1, 0.5, NaN, -0])('at %p is a mistake', (rate) =>
    expect(() => shareOf(100, rate)).toThrow(RangeError),
  );
});

describe('a split', () => {
  it.each([
    { total: 100, shares: [10_000], parts: [100] },
    { total: 100, shares: [5000, 5000], parts: [50, 50] },
    { total: 101, shares: [5000, 5000], parts: [51, 50] },
    { total: -101, shares: [5000, 5000], parts: [-51, -50] },
    { total: 1, shares: [3333, 3333, 3334], parts: [0, 0, 1] },
    { total: 2, shares: [3334, 3333, 3333], parts: [1, 1, 0] },
    { total: 1000, shares: [0, 10_000], parts: [0, 1000] },
    { total: 1, shares: [1, 4999, 5000], parts: [0, 0, 1] },
    { total: 0, shares: [1, 9999], parts: [0, 0] },
    { total: CENTS_MAX, shares: [9999, 1], parts: [999_900_000_000, 100_000_000] },
    // A tie that arithmetic in fractions would give to the second: its product passes 2^53.
    {
      total: 999_999_999_875,
      shares: [373, 9253, 374],
      parts: [37_299_999_996, 925_299_999_884, 37_399_999_995],
    },
  ])('of $total by $shares is $parts', ({ total, shares, parts }) =>
    expect(splitByBasisPoints(total, shares)).toEqual(parts),
  );

  it('never loses a cent', () =>
    fc.assert(
      fc.property(anyCents, anyShares, (total, shares) => {
        expect(big(splitByBasisPoints(total, shares))).toBe(BigInt(total));
      }),
    ));

  it('gives each part its exact share, less or more than one cent off', () =>
    fc.assert(
      fc.property(anyCents, anyShares, (total, shares) => {
        splitByBasisPoints(total, shares).forEach((part, index) => {
          const off = BigInt(part) * 10_000n - BigInt(total) * BigInt(shares[index] ?? 0);
          expect(off > -10_000n && off < 10_000n).toBe(true);
          expect(Object.is(part, -0)).toBe(false);
        });
      }),
    ));

  it('gives no cent to a smaller remainder, nor to a later one of two equals', () =>
    fc.assert(
      fc.property(fc.nat({ max: CENTS_MAX }), anyShares, (total, shares) => {
        const exact = shares.map((share) => BigInt(total) * BigInt(share));
        const parts = splitByBasisPoints(total, shares).map((part, index) => ({
          index,
          remainder: (exact[index] ?? 0n) % 10_000n,
          extra: BigInt(part) - (exact[index] ?? 0n) / 10_000n,
        }));
        const comesFirst = (a: (typeof parts)[number], b: (typeof parts)[number]) =>
          a.remainder > b.remainder || (a.remainder === b.remainder && a.index < b.index);
        const winners = parts.filter(({ extra }) => extra === 1n);
        const losers = parts.filter(({ extra }) => extra === 0n);
        expect(winners.length + losers.length).toBe(parts.length);
        expect(winners.every((winner) => losers.every((loser) => comesFirst(winner, loser)))).toBe(
          true,
        );
      }),
    ));

  it('of a negative total mirrors that of the positive one', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: CENTS_MAX }), anyShares, (total, shares) => {
        const mirrored = splitByBasisPoints(-total, shares).map((part) => (part ? -part : 0));
        expect(mirrored).toEqual(splitByBasisPoints(total, shares));
      }),
    ));

  it.each([[[]], [[9999]], [[5000, 5001]], [[-1, 10_001]], [[0.5, 9999.5]]])(
    'by %p is a mistake',
    (shares) => expect(() => splitByBasisPoints(100, shares)).toThrow(RangeError),
  );
});
