import fc from 'fast-check';
import type { Component } from '../../contract';
import {
  COMPONENTS_PER_PAYMENT_MAX,
  cutHeld,
  cutPayments,
  exactSumOf,
  TRANSACTION_CENTS_MAX,
} from './cut-payments';

/** So many places of one agreement, which owes each of them that. */
const owedBy = (agreementId: string, places: number, cents: number): readonly Component[] =>
  Array.from({ length: places }, (_, place) => ({ agreementId, placeId: `p${place}`, cents }));

const sizesOf = (parts: readonly (readonly Component[])[] | undefined) =>
  parts?.map((part) => part.length);

describe('what an organisation is paid', () => {
  it('is one payment as long as one has room for its parts', () => {
    const full = owedBy('a', COMPONENTS_PER_PAYMENT_MAX, 1);
    expect(cutPayments(full)).toEqual([full]);
    expect(sizesOf(cutPayments([...full, ...owedBy('b', 1, 1)]))).toEqual([7_500, 1]);
  });

  it('is one payment as long as a SEPA transfer can say its amount', () => {
    const most = owedBy('a', 1, TRANSACTION_CENTS_MAX);
    expect(cutPayments(most)).toEqual([most]);
    expect(cutPayments([...most, ...owedBy('b', 1, 1)])).toHaveLength(2);
    expect(cutPayments(owedBy('a', 1, TRANSACTION_CENTS_MAX + 1))).toBeUndefined();
  });

  it('leaves what is owed back with who has most', () => {
    const parts = [...owedBy('a', 5_000, 10), ...owedBy('b', 2_500, -1), ...owedBy('c', 500, 2)];
    expect(cutPayments(parts)?.map(exactSumOf)).toEqual([47_500, 1_000]);
  });

  it('is not cut where an agreement alone is too much, or debts leave one payment only', () => {
    expect(cutPayments(owedBy('a', COMPONENTS_PER_PAYMENT_MAX + 1, 1))).toBeUndefined();
    const debts = [...owedBy('a', 1, 1_000_000), ...owedBy('b', COMPONENTS_PER_PAYMENT_MAX, -1)];
    expect(cutPayments(debts)).toBeUndefined();
  });

  it('is cut without losing a part: positive payments, no agreement in two of them', () => {
    const agreement = fc.record({
      places: fc.integer({ min: 1, max: COMPONENTS_PER_PAYMENT_MAX }),
      cents: fc.integer({ min: -3, max: 9_000_000 }).filter((cents) => cents !== 0),
    });
    const input = fc
      .array(agreement, { minLength: 1, maxLength: 8 })
      .map((all) => all.flatMap(({ places, cents }, i) => owedBy(`a${i}`, places, cents)));
    fc.assert(
      fc.property(input, (components) => {
        const payments = cutPayments(components);
        fc.pre(payments !== undefined);
        expect(payments.flat()).toHaveLength(components.length);
        expect(new Set(payments.flat())).toEqual(new Set(components));
        const homes = payments.flatMap((part) => [...new Set(part.map((c) => c.agreementId))]);
        expect(new Set(homes).size).toBe(homes.length);
        for (const part of payments) {
          expect(part.length).toBeLessThanOrEqual(COMPONENTS_PER_PAYMENT_MAX);
          expect(exactSumOf(part)).toBeGreaterThan(0);
          expect(exactSumOf(part)).toBeLessThanOrEqual(TRANSACTION_CENTS_MAX);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is held', () => {
  it('comes in as many pieces as events have room for', () => {
    expect(cutHeld([])).toEqual([]);
    expect(sizesOf(cutHeld(owedBy('a', COMPONENTS_PER_PAYMENT_MAX, 1)))).toEqual([7_500]);
    expect(sizesOf(cutHeld(owedBy('a', 20_000, -1)))).toEqual([7_500, 7_500, 5_000]);
  });

  it('is of amounts that are amounts', () => {
    const [half, one] = [owedBy('a', 2, 500_000_000_000), owedBy('b', 1, 1)];
    expect(sizesOf(cutHeld(half))).toEqual([2]);
    expect(sizesOf(cutHeld([...half, ...one]))).toEqual([2, 1]);
  });
});
