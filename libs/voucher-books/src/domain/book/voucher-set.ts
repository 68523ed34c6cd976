/**
 * Vouchers of one book as the bits of a number, voucher n as bit n: a book has 31 at most. A state in
 * memory holds one number instead of a list, and a rule asks once for all vouchers instead of for each.
 */
export type VoucherSet = number;

export const NO_VOUCHERS: VoucherSet = 0;

/** @param vouchers from 0, the book itself, to 31: to be checked before, since others are not told apart. */
export function voucherSetOf(vouchers: readonly number[]): VoucherSet {
  let set = NO_VOUCHERS;
  for (const voucher of vouchers) set |= 1 << voucher;
  return set;
}

/** From the first to the last. */
export function vouchersIn(set: VoucherSet): readonly number[] {
  const vouchers: number[] = [];
  for (let rest = set; rest !== NO_VOUCHERS; rest &= rest - 1) {
    vouchers.push(31 - Math.clz32(rest & -rest));
  }
  return vouchers;
}

export const shareVouchers = (one: VoucherSet, other: VoucherSet): boolean =>
  (one & other) !== NO_VOUCHERS;

/** Those of the one set that the other lacks. */
export const without = (one: VoucherSet, other: VoucherSet): VoucherSet => one & ~other;
