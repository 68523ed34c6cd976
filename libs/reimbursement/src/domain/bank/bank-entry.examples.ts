import type { BankEntry } from '../../contract';

/** A booked debit of one payment. */
export const entry = (change: Partial<BankEntry> = {}): BankEntry => ({
  ...{ amountCents: 5_000, direction: 'debit', reversal: false, status: 'booked' },
  ...{ bookedOn: '2027-03-02', valueOn: '2027-03-02', reference: 'BANK/1' },
  transactions: [{ amountCents: 5_000, endToEndId: 'ours-1' }],
  ...change,
});
