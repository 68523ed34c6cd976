import fc from 'fast-check';
import { NO_VOUCHERS, shareVouchers, voucherSetOf, vouchersIn, without } from './voucher-set';

/** The book itself is 0, the last voucher there can be is 31. */
const anyVouchers = fc.uniqueArray(fc.integer({ min: 0, max: 31 }));
const ascending = (vouchers: readonly number[]) => vouchers.toSorted((a, b) => a - b);

describe('a set of vouchers', () => {
  it('holds each voucher once, and tells them in order', () => {
    fc.assert(
      fc.property(anyVouchers, (vouchers) => {
        expect(vouchersIn(voucherSetOf([...vouchers, ...vouchers]))).toEqual(ascending(vouchers));
      }),
    );
    expect(vouchersIn(voucherSetOf([31, 0, 1]))).toEqual([0, 1, 31]);
    expect(vouchersIn(NO_VOUCHERS)).toEqual([]);
  });

  it('knows what it has in common with another, and what not', () => {
    fc.assert(
      fc.property(anyVouchers, anyVouchers, (ones, others) => {
        const [one, other] = [voucherSetOf(ones), voucherSetOf(others)];
        const left = ones.filter((voucher) => !others.includes(voucher));
        expect(shareVouchers(one, other)).toBe(left.length < ones.length);
        expect(vouchersIn(without(one, other))).toEqual(ascending(left));
      }),
    );
  });
});
