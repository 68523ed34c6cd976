import type { BankEntry } from '../../contract';
import { type ExpectedEntry, guessByAmount, judgeExpected } from './expected';

const entry = (change: Partial<BankEntry> = {}): BankEntry => ({
  ...{ amountCents: 5_000, direction: 'debit', reversal: false, status: 'booked' },
  ...{ bookedOn: '2027-03-02', transactions: [] },
  ...change,
});
const credit = entry({ direction: 'credit' });
const expected = (change: Partial<ExpectedEntry> = {}): ExpectedEntry => ({
  ...{ kind: 'refund', targetId: 'r', agreementId: 'a', amountCents: 5_000, iban: null },
  ...{ status: 'expected', ...change },
});
const deposit = (change: Partial<ExpectedEntry> = {}) =>
  expected({ kind: 'deposit', targetId: 'd', ...change });

/** `matched` or the doubt, and what the entry is or may be. */
const told = (asked: BankEntry, ...found: readonly ExpectedEntry[]) => {
  const judged = judgeExpected(asked, found);
  if (judged === undefined) return undefined;
  const { as, targetId } = judged.match ?? judged.guess;
  return [judged.match ? 'matched' : judged.reason, as, targetId];
};

describe('an entry that names a reference of ours', () => {
  it('is what was announced under it', () => {
    expect(told(entry(), expected())).toEqual(['matched', 'refund', 'r']);
    expect(told(credit, deposit())).toEqual(['matched', 'deposit', 'd']);
    expect(told(entry(), expected({ kind: 'feeSweep' }))).toEqual(['matched', 'feeSweep', 'r']);
    expect(told(entry())).toBeUndefined();
  });

  it('is what came back, where that was booked', () => {
    expect(told(credit, expected({ status: 'booked' }))).toEqual(['matched', 'refund', 'r']);
    expect(told(credit, expected())).toEqual(['not_expected', 'refund', 'r']);
  });

  it('is a guess where the sum is another by a cent', () => {
    for (const amountCents of [4_999, 5_001]) {
      expect(told(entry(), expected({ amountCents }))).toEqual(['amount_differs', 'refund', 'r']);
    }
  });

  it('is other money where something was booked under it before', () => {
    expect(told(credit, deposit({ status: 'booked' }))).toEqual(['already_booked', 'deposit', 'a']);
    expect(told(entry(), expected({ status: 'booked' }))).toEqual([
      ...['already_booked', 'refund', 'r'],
    ]);
  });

  it('is nothing any more where what was announced is over', () => {
    expect(told(entry(), expected({ status: 'ended' }))).toEqual(['not_expected', 'refund', 'r']);
    expect(told(credit, deposit({ status: 'ended' }))).toEqual(['not_expected', 'deposit', 'a']);
  });

  it('takes no deposit back by itself', () =>
    expect(told(entry(), deposit({ status: 'booked' }))).toEqual([
      ...['other_direction', 'depositRecall', 'd'],
    ]));

  it('is left to a person where it names two, and not where it names one twice', () => {
    expect(told(credit, deposit(), deposit({ targetId: 'e' }))?.[0]).toBe('several_references');
    expect(told(credit, deposit(), deposit())?.[0]).toBe('matched');
  });
});

describe('a guess by amount', () => {
  const guess = (
    asked: BankEntry,
    list: Partial<Record<'expected' | 'booked', readonly ExpectedEntry[]>>,
  ) => guessByAmount(asked, { expected: [], booked: [], ...list });
  const paid = expected({ kind: 'payment', targetId: 'c', iban: 'FR76', status: 'booked' });

  it('is of what can come that way', () => {
    const both = [deposit(), expected()];
    expect(guess(credit, { expected: both })?.resolution).toEqual({ as: 'deposit', targetId: 'd' });
    expect(guess(entry(), { expected: both })?.resolution).toEqual({ as: 'refund', targetId: 'r' });
    expect(guess(entry(), { expected: [deposit()] })).toBeUndefined();
  });

  it('is a return only from the account that was paid', () => {
    const from = (counterpartyIban: string) =>
      entry({ direction: 'credit', transactions: [{ amountCents: 5_000, counterpartyIban }] });
    expect(guess(from('FR76'), { booked: [paid] })).toEqual({
      resolution: { as: 'paymentReturn', targetId: 'c' },
      reason: 'amount_and_counterparty',
    });
    expect(guess(from('FR14'), { booked: [paid] })).toBeUndefined();
    const nameless = entry({ direction: 'credit', transactions: [{ amountCents: 5_000 }] });
    expect(guess(nameless, { booked: [{ ...paid, iban: null }] })).toBeUndefined();
  });

  it('is none where two fit', () =>
    expect(guess(credit, { expected: [deposit(), deposit({ targetId: 'e' })] })).toBeUndefined());
});
