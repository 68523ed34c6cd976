import 'reflect-metadata';
import { simulate } from './simulation';

/** `npm run simulate` lives as many as it is told; these are those of `npm test`. */
const SEEDS = Array.from({ length: 12 }, (_, at) => 20_270_301 + at);
const STEPS = 1_000;

describe('a whole scheme, simulated', () => {
  it('is the same again from its seed, byte for byte, and another from another', async () => {
    const [seed = 0, other = 0] = SEEDS;
    const lived = await simulate({ seed, steps: STEPS });
    expect(lived.events).toBeGreaterThan(100);
    const elsewhere = await simulate({ seed: other, steps: STEPS });
    expect(elsewhere.logSha256).not.toBe(lived.logSha256);
    // After another, so that what this process keeps of an earlier life shows.
    expect(await simulate({ seed, steps: STEPS })).toEqual(lived);
  }, 120_000);

  it('keeps every invariant, whatever goes wrong on the way', async () => {
    const seen = new Set<string>();
    for (const seed of SEEDS) {
      const { violations, types } = await simulate({ seed, steps: STEPS });
      expect({ seed, violations }).toEqual({ seed, violations: [] });
      for (const type of types.keys()) seen.add(type);
    }
    // A search that never gets there proves nothing of it.
    expect(WANTED.filter((type) => !seen.has(type))).toEqual([]);
  }, 240_000);
});

const WANTED = [
  ...[
    'OrderActivated',
    'OrderCancelled',
    'BookReplaced',
    'VouchersRedeemed',
    'RedemptionCancelled',
  ],
  ...['DepositRecalled', 'ClosingOpened', 'ValidityEnded', 'LinesFrozen', 'PaymentFileIssued'],
  ...['BankEntryApplied', 'InvoiceIssued'],
];
