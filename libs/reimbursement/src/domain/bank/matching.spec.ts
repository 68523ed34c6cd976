import { entry } from './bank-entry.examples';
import { identitiesOf } from './entry-identity';
import { type Known, matchEntry, proposeCandidate, referencesOf } from './matching';

describe("an entry's identity", () => {
  const IBAN = 'FR76';
  const [first] = identitiesOf(IBAN, [entry()]);

  it("is the bank's reference, however spaced, with sum and direction", () => {
    const other = entry({ reference: 'bank / 1', bookedOn: '2027-03-09', transactions: [] });
    expect(identitiesOf(IBAN, [other])).toEqual([first]);
    const differing = [
      entry({ reference: 'BANK/2' }),
      entry({ amountCents: 5_001 }),
      entry({ direction: 'credit' }),
      entry({ reversal: true }),
    ];
    expect(new Set([first, ...identitiesOf(IBAN, differing)]).size).toBe(5);
    expect(identitiesOf('FR14', [entry()])).not.toEqual([first]);
  });

  it('is all that was booked where the bank gives no reference', () => {
    const { reference: _, ...bare } = entry();
    const [identity] = identitiesOf(IBAN, [bare]);
    expect(identitiesOf(IBAN, [{ ...bare }])).toEqual([identity]);
    expect(identitiesOf(IBAN, [{ ...bare, valueOn: '2027-03-03' }])).not.toEqual([identity]);
    expect(identitiesOf(IBAN, [{ ...bare, transactions: [] }])).not.toEqual([identity]);
  });

  it('counts equal entries of one statement, alike in every copy', () => {
    const twice = identitiesOf(IBAN, [entry(), entry()]);
    expect(new Set(twice).size).toBe(2);
    expect(identitiesOf(IBAN, [entry(), entry()])).toEqual(twice);
  });
});

describe('matching an entry', () => {
  const lines = [
    { endToEndId: 'ours-1', amountCents: 3_000, rejected: false },
    { endToEndId: 'ours-2', amountCents: 2_000, rejected: false },
    { endToEndId: 'ours-3', amountCents: 4_000, rejected: true },
  ];
  const known: Known = {
    isOurs: (id) => id.startsWith('ours'),
    batchOf: (id) => (id === 'RUN7-1-1-P' ? lines : undefined),
  };

  it('finds payments by their end-to-end ids', () =>
    expect(matchEntry(entry(), known)).toEqual({
      as: 'payments',
      payments: [{ endToEndId: 'ours-1', amountCents: 5_000 }],
    }));

  it('takes a credit under our own id for a return, with its reason', () => {
    const transactions = [{ amountCents: 5_000, endToEndId: 'ours-1', returnReason: 'AC04' }];
    expect(matchEntry(entry({ direction: 'credit', transactions }), known)).toEqual({
      as: 'paymentReturns',
      returns: [{ endToEndId: 'ours-1', amountCents: 5_000, reasonCode: 'AC04' }],
    });
    expect(matchEntry(entry({ direction: 'credit', reversal: true }), known)).toEqual({
      as: 'paymentReturns',
      returns: [{ endToEndId: 'ours-1', amountCents: 5_000, reasonCode: 'MS03' }],
    });
  });

  it('leaves an entry that is only partly ours to a person', () => {
    const transactions = [
      { amountCents: 3_000, endToEndId: 'ours-1' },
      { amountCents: 2_000, endToEndId: 'theirs' },
    ];
    expect(matchEntry(entry({ transactions }), known)).toEqual({
      as: 'person',
      reason: 'partly_ours',
    });
  });

  it('leaves an entry that pays the same twice to a person', () => {
    const transactions = [
      { amountCents: 2_500, endToEndId: 'ours-1' },
      { amountCents: 2_500, endToEndId: 'ours-1' },
    ];
    expect(matchEntry(entry({ transactions }), known)).toEqual({
      as: 'person',
      reason: 'payment_twice',
    });
  });

  it('settles by a batch debit every line that was not rejected, if the sum agrees', () => {
    const batch = { transactions: [], paymentInformationId: 'RUN7-1-1-P' };
    expect(matchEntry(entry(batch), known)).toEqual({
      as: 'payments',
      payments: [
        { endToEndId: 'ours-1', amountCents: 3_000 },
        { endToEndId: 'ours-2', amountCents: 2_000 },
      ],
    });
    for (const amountCents of [4_999, 5_001, 9_000]) {
      expect(matchEntry(entry({ ...batch, amountCents }), known)).toEqual({
        as: 'person',
        reason: 'batch_sum_differs',
      });
    }
  });

  it('looks for anything else by its references', () => {
    const transactions = [{ amountCents: 5_000, endToEndId: 'Conv 12', remittance: 'conv12' }];
    const deposit = entry({ direction: 'credit', transactions });
    expect(matchEntry(deposit, known)).toEqual({
      as: 'byReference',
      references: ['BANK/1', 'CONV12'],
    });
    expect(referencesOf(entry({ transactions: [] }))).toEqual(['BANK/1']);
  });

  it('guesses by amount and counterparty, or by amount alone, and never between two', () => {
    const transactions = [{ amountCents: 5_000, counterpartyIban: 'FR76' }];
    const asked = entry({ transactions });
    const [a, b, c] = [
      { targetId: 'a', amountCents: 5_000, iban: 'FR76' },
      { targetId: 'b', amountCents: 5_000, iban: 'FR14' },
      { targetId: 'c', amountCents: 4_999, iban: 'FR76' },
    ];
    expect(proposeCandidate(asked, [a, b, c])).toEqual({ ...a, reason: 'amount_and_counterparty' });
    expect(proposeCandidate(asked, [b, c])).toEqual({ ...b, reason: 'amount' });
    expect(proposeCandidate(asked, [b, { ...b, targetId: 'd' }])).toBeUndefined();
    expect(proposeCandidate(asked, [c])).toBeUndefined();
  });
});
