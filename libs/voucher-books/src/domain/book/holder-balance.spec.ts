import type { BookFact } from '../../contract';
import { book } from './book';
import { blocked, distributed, orderOf, redeemed } from './book.examples';
import { holderBalance } from './holder-balance';

const today = '2026-06-10';
const balanceAfter = (
  facts: readonly BookFact[],
  {
    voucher,
    on = today,
    order = orderOf(),
  }: { voucher?: number; on?: string; order?: ReturnType<typeof orderOf> } = {},
) => holderBalance(facts.reduce(book.evolve, book.initialState), order, { voucher, today: on });

describe('what a holder has left', () => {
  it('is nothing before the book is handed out', () =>
    expect(balanceAfter([])).toEqual({ vouchersLeft: 0, valueLeftCents: 0 }));

  it('is every unused voucher of a book', () =>
    expect(balanceAfter([distributed(), redeemed([1, 2])])).toEqual({
      vouchersLeft: 8,
      valueLeftCents: 8_000,
    }));

  it('is of a voucher that voucher alone', () => {
    const facts = [distributed(), redeemed([1])];
    expect(balanceAfter(facts, { voucher: 1 }).vouchersLeft).toBe(0);
    expect(balanceAfter(facts, { voucher: 2 }).vouchersLeft).toBe(1);
  });

  it('is nothing of a blocked book', () =>
    expect(balanceAfter([distributed(), blocked()]).vouchersLeft).toBe(0));

  it('lasts to the last day of use, and not a day longer', () => {
    expect(balanceAfter([distributed()], { on: '2027-01-30' }).vouchersLeft).toBe(10);
    expect(balanceAfter([distributed()], { on: '2027-01-31' }).vouchersLeft).toBe(0);
  });

  it('ends with the validity, whatever a late clock says', () =>
    expect(
      balanceAfter([distributed()], { order: orderOf({ validityEnded: true }) }).vouchersLeft,
    ).toBe(0));
});
