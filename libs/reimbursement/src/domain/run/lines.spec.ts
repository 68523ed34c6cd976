import fc from 'fast-check';
import { isCents } from '@app/kernel';
import type { HoldReason } from '../../contract';
import { draftLines, type DraftInput, type OwedAmount } from './lines';
import { claim, draft, frozenPayee, owed, payeeNow, uuid } from './run.examples';

const drafted = (change: Partial<DraftInput>) => draftLines(draft(change));

/** The hold of organisation 1, which owns all the case's amounts. */
const reasonsOf = (change: Partial<DraftInput>): readonly HoldReason[] =>
  drafted(change).held.map(({ reason }) => reason);

describe('the lines of a run', () => {
  it('pay an organisation the sum over its places and agreements, debts included', () => {
    const amounts = [
      owed(1, 5_000),
      owed(1, 4_000, { placeId: 'other place' }),
      owed(1, -1_000, { agreementId: 'agreement b' }),
    ];
    const { lines, held } = drafted({ amounts });
    expect(held).toEqual([]);
    expect(lines).toEqual([
      {
        organisationId: uuid(1),
        claimId: uuid(1_001),
        attempt: 1,
        endToEndId: `${uuid(1_001).replaceAll('-', '')}-1`,
        amountCents: 8_000,
        components: [
          { agreementId: 'agreement a', placeId: 'other place', cents: 4_000 },
          { agreementId: 'agreement a', placeId: 'place 1', cents: 5_000 },
          { agreementId: 'agreement b', placeId: 'place 1', cents: -1_000 },
        ],
        payee: frozenPayee(),
      },
    ]);
  });

  it('are one per organisation, in the order of their ids', () => {
    const amounts = [owed(3, 3_000), owed(1, 2_000), owed(2, 4_000)];
    const { lines } = drafted({ amounts });
    expect(lines.map(({ organisationId }) => organisationId)).toEqual([uuid(1), uuid(2), uuid(3)]);
  });

  it('leave out pairs of 0 cents, and organisations that have nothing else', () => {
    expect(drafted({ amounts: [owed(1, 0)] })).toEqual({
      lines: [],
      held: [],
      claimsToRelease: [],
    });
  });
});

describe('an amount is held', () => {
  it('when no payment can carry it, or the run has no room for it', () => {
    const most = 99_999_999_999;
    const rich = { 'agreement a': 10 ** 13 };
    expect(reasonsOf({ amounts: [owed(1, most)], cashCents: rich })).toEqual([]);
    expect(reasonsOf({ amounts: [owed(1, most + 1)], cashCents: rich })).toEqual(['too_large']);
    const eleven = Array.from({ length: 11 }, (_, i) => owed(i + 1, most));
    const payees = eleven.map((_, i) => payeeNow(i + 1));
    const { lines, held } = drafted({ amounts: eleven, payees, cashCents: rich });
    expect(lines).toHaveLength(10);
    expect(held).toMatchObject([{ organisationId: uuid(11), reason: 'too_large' }]);
  });

  it('when the sum is 0 or less', () => {
    const debt = owed(1, -5_000, { agreementId: 'agreement b' });
    expect(reasonsOf({ amounts: [owed(1, 5_000), debt] })).toEqual(['not_positive']);
    expect(reasonsOf({ amounts: [owed(1, 7_000), debt] })).toEqual([]);
  });

  it('when no account is verified, or nothing is known of the organisation', () => {
    const amounts = [owed(1, 5_000)];
    const payees = [payeeNow(1, { account: 'none' })];
    expect(reasonsOf({ amounts, payees })).toEqual(['no_verified_account']);
    expect(reasonsOf({ amounts, payees: [] })).toEqual(['no_verified_account']);
  });

  it('when the account was barred by the bank', () => {
    const payees = [payeeNow(1, { barredIbans: [frozenPayee().iban] })];
    expect(reasonsOf({ amounts: [owed(1, 5_000)], payees })).toEqual(['no_verified_account']);
  });

  it('when the account is in its quarantine', () => {
    const payees = [payeeNow(1, { account: 'quarantined' })];
    expect(reasonsOf({ amounts: [owed(1, 5_000)], payees })).toEqual(['quarantine']);
  });

  it('when a fraud hold stands', () => {
    const payees = [payeeNow(1, { fraudHold: true })];
    expect(reasonsOf({ amounts: [owed(1, 5_000)], payees })).toEqual(['fraud_hold']);
  });

  it('below the minimum, until its oldest part is 14 days old', () => {
    expect(reasonsOf({ amounts: [owed(1, 2_000)] })).toEqual([]);
    expect(reasonsOf({ amounts: [owed(1, 1_999)] })).toEqual(['below_minimum']);
    expect(reasonsOf({ amounts: [owed(1, 1_999, { oldestOn: '2027-02-16' })] })).toEqual([
      'below_minimum',
    ]);
    expect(reasonsOf({ amounts: [owed(1, 1_999, { oldestOn: '2027-02-15' })] })).toEqual([]);
  });

  it('below the minimum by the age of what is owed, not of a debt', () => {
    const debt = owed(1, -10, { agreementId: 'agreement b', oldestOn: '2026-01-01' });
    expect(reasonsOf({ amounts: [owed(1, 1_999), debt] })).toEqual(['below_minimum']);
  });

  it('never below the minimum for a payee that left', () => {
    expect(reasonsOf({ amounts: [owed(1, 1)], payees: [payeeNow(1, { left: true })] })).toEqual([]);
  });

  it('for the first reason that applies', () => {
    const amounts = [owed(1, 1)];
    const all = { account: 'none', fraudHold: true } as const;
    const reasons = [
      reasonsOf({ amounts: [owed(1, -1)], payees: [payeeNow(1, all)] }),
      reasonsOf({ amounts, payees: [payeeNow(1, all)] }),
      reasonsOf({ amounts, payees: [payeeNow(1, { ...all, account: 'quarantined' })] }),
      reasonsOf({ amounts, payees: [payeeNow(1, { fraudHold: true })] }),
      reasonsOf({ amounts, cashCents: {} }),
      reasonsOf({ amounts: [owed(1, 5_000)], cashCents: {} }),
    ];
    expect(reasons.flat()).toEqual([
      'not_positive',
      'no_verified_account',
      'quarantine',
      'fraud_hold',
      'below_minimum',
      'agreement_short',
    ]);
  });
});

describe("an agreement's own cash", () => {
  it('covers a part to the cent, and not one cent more', () => {
    const amounts = [owed(1, 5_000)];
    expect(reasonsOf({ amounts, cashCents: { 'agreement a': 5_000 } })).toEqual([]);
    expect(reasonsOf({ amounts, cashCents: { 'agreement a': 4_999 } })).toEqual([
      'agreement_short',
    ]);
  });

  it('holds only the agreement that is short; the others are paid', () => {
    const amounts = [owed(1, 5_000), owed(1, 3_000, { agreementId: 'agreement b' })];
    const { lines, held } = drafted({ amounts, cashCents: { 'agreement b': 3_000 } });
    expect(lines.map(({ amountCents }) => amountCents)).toEqual([3_000]);
    expect(held).toMatchObject([{ reason: 'agreement_short', amountCents: 5_000 }]);
  });

  it('is drawn in the order of organisations, and a held line draws nothing', () => {
    const amounts = [owed(1, 4_000), owed(2, 4_000), owed(3, 4_000)];
    const payees = [payeeNow(1, { fraudHold: true }), payeeNow(2), payeeNow(3)];
    const { lines, held } = drafted({ amounts, payees, cashCents: { 'agreement a': 7_999 } });
    expect(lines.map(({ organisationId }) => organisationId)).toEqual([uuid(2)]);
    expect(held.map(({ reason }) => reason)).toEqual(['fraud_hold', 'agreement_short']);
  });

  it('is not raised by a debtor before the bank has booked it', () => {
    const amounts = [
      owed(1, -2_000),
      owed(1, 5_000, { agreementId: 'agreement b' }),
      owed(2, 2_000),
    ];
    const { held } = drafted({ amounts, cashCents: { 'agreement b': 5_000 } });
    expect(held).toMatchObject([{ organisationId: uuid(2), reason: 'agreement_short' }]);
  });

  it('leaves a rest that is not positive or too small held for its own reason', () => {
    const negative = owed(1, -100, { agreementId: 'agreement b' });
    const small = owed(1, 1_999, { agreementId: 'agreement b' });
    const cashCents = { 'agreement b': 9_000 };
    expect(reasonsOf({ amounts: [owed(1, 5_000), negative], cashCents })).toEqual([
      'not_positive',
      'agreement_short',
    ]);
    expect(reasonsOf({ amounts: [owed(1, 5_000), small], cashCents })).toEqual([
      'below_minimum',
      'agreement_short',
    ]);
  });
});

describe("a claim's parts in owed", () => {
  it('are in no ordinary line', () => {
    const { lines, held } = drafted({ amounts: [owed(1, 7_000)], claims: [claim(1, 4_000)] });
    expect(lines.map(({ amountCents }) => amountCents)).toEqual([3_000]);
    expect(held).toMatchObject([
      { reason: 'claim_open', amountCents: 4_000, claimId: uuid(5_001) },
    ]);
  });

  it('are frozen as its next attempt once a re-presentment is granted, unmerged', () => {
    const claims = [claim(1, 4_000, { status: 'granted', attempt: 2 })];
    const { lines, held } = drafted({ amounts: [owed(1, 7_000)], claims });
    expect(held).toEqual([]);
    expect(lines).toMatchObject([
      { claimId: uuid(5_001), attempt: 3, amountCents: 4_000 },
      { claimId: uuid(1_001), attempt: 1, amountCents: 3_000 },
    ]);
    expect(new Set(lines.map(({ endToEndId }) => endToEndId)).size).toBe(2);
  });

  it('wait, whatever was granted, while the organisation owes otherwise; then it is released', () => {
    const claims = [claim(1, 4_000, { status: 'granted' })];
    const { lines, held, claimsToRelease } = drafted({ amounts: [owed(1, 3_999)], claims });
    expect(lines).toEqual([]);
    expect(held.map(({ reason }) => reason)).toEqual(['claim_open', 'not_positive']);
    expect(claimsToRelease).toEqual([uuid(5_001)]);
  });

  it('do not release a claim that nobody asked to re-present', () => {
    expect(drafted({ amounts: [owed(1, 0)], claims: [claim(1, 1)] }).claimsToRelease).toEqual([]);
  });

  it('join the ordinary line once it was released', () => {
    const claims = [claim(1, 4_000, { status: 'released' })];
    const { lines } = drafted({ amounts: [owed(1, 3_000)], claims });
    expect(lines).toMatchObject([{ attempt: 1, amountCents: 3_000 }]);
  });

  it('are neither paid nor held when a late debit has settled it', () => {
    const claims = [claim(1, 4_000, { status: 'settled' })];
    expect(drafted({ amounts: [owed(1, 4_000)], claims })).toMatchObject({ lines: [], held: [] });
  });

  it('are held for the reasons of every payment, the minimum apart', () => {
    const claims = [claim(1, 5, { status: 'granted' })];
    const amounts = [owed(1, 5)];
    const payees = [payeeNow(1, { account: 'quarantined' })];
    expect(drafted({ amounts, claims }).lines).toHaveLength(1);
    expect(reasonsOf({ amounts, claims, payees })).toEqual(['quarantine']);
    expect(reasonsOf({ amounts, claims, cashCents: {} })).toEqual(['agreement_short']);
  });

  it('draw on the cash before the ordinary line', () => {
    const claims = [claim(1, 4_000, { status: 'granted' })];
    const { lines, held } = drafted({
      ...{ amounts: [owed(1, 8_000)], claims },
      cashCents: { 'agreement a': 7_999 },
    });
    expect(lines).toMatchObject([{ attempt: 2 }]);
    expect(held).toMatchObject([{ reason: 'agreement_short', amountCents: 4_000 }]);
  });
});

describe('a draft, whatever is owed', () => {
  const amount = fc
    .record({
      organisation: fc.integer({ min: 1, max: 4 }),
      agreement: fc.constantFrom('agreement a', 'agreement b'),
      place: fc.constantFrom('p', 'q'),
      cents: fc.integer({ min: -3_000, max: 6_000 }),
    })
    .map(({ organisation, agreement, place, cents }): OwedAmount => {
      const placeId = `${place} ${organisation}`;
      return owed(organisation, cents, { agreementId: agreement, placeId });
    });
  const input = fc
    .record({
      amounts: fc.uniqueArray(amount, {
        selector: ({ agreementId, placeId }) => `${agreementId} ${placeId}`,
        maxLength: 16,
      }),
      a: fc.integer({ min: 0, max: 12_000 }),
      b: fc.integer({ min: 0, max: 12_000 }),
      claimed: fc.subarray([1, 2, 3]),
      granted: fc.boolean(),
      hold: fc.boolean(),
    })
    .map(({ amounts, a, b, claimed, granted, hold }) => {
      const claims = claimed.map((number) =>
        claim(number, 500, {
          components: [{ agreementId: 'agreement a', placeId: `p ${number}`, cents: 500 }],
          status: granted ? 'granted' : 'waiting',
        }),
      );
      const ofClaims = claimed.map((number) => owed(number, 500, { placeId: `p ${number}` }));
      const payees = [1, 2, 3, 4].map((n) => payeeNow(n, { fraudHold: hold && n === 2 }));
      const cashCents = { 'agreement a': a, 'agreement b': b };
      return draft({ amounts: [...amounts, ...ofClaims], claims, payees, cashCents });
    });

  const partsOf = (items: readonly { components: readonly { cents: number }[] }[]): number =>
    items.flatMap(({ components }) => components).reduce((sum, { cents }) => sum + cents, 0);

  it('loses no cent: lines and holds are what is owed', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { lines, held } = draftLines(given);
        const owedCents = given.amounts.reduce((sum, { cents }) => sum + cents, 0);
        expect(partsOf(lines) + partsOf(held)).toBe(owedCents);
      }),
      { numRuns: 500 },
    );
  });

  it('pays positive integer cents, each organisation once beside its claims', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { lines } = draftLines(given);
        for (const { amountCents, components } of lines) {
          expect(isCents(amountCents) && amountCents > 0).toBe(true);
          expect(partsOf([{ components }])).toBe(amountCents);
        }
        expect(new Set(lines.map(({ claimId }) => claimId)).size).toBe(lines.length);
      }),
      { numRuns: 500 },
    );
  });

  it("takes no more of an agreement than its cash, counting every organisation's part", () => {
    fc.assert(
      fc.property(input, (given) => {
        const { lines } = draftLines(given);
        for (const [agreementId, cashCents] of Object.entries(given.cashCents)) {
          const parts = lines.map(({ components }) =>
            components
              .filter((component) => component.agreementId === agreementId)
              .reduce((sum, { cents }) => sum + cents, 0),
          );
          const drawn = parts.reduce((sum, cents) => sum + Math.max(0, cents), 0);
          expect(drawn).toBeLessThanOrEqual(cashCents);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is the same in whichever order the amounts come', () => {
    const shuffled = input.chain((given) =>
      fc
        .shuffledSubarray([...given.amounts], { minLength: given.amounts.length })
        .map((amounts) => [given, { ...given, amounts }] as const),
    );
    fc.assert(
      fc.property(shuffled, ([given, other]) => {
        expect(draftLines(other)).toEqual(draftLines(given));
      }),
      { numRuns: 300 },
    );
  });
});
