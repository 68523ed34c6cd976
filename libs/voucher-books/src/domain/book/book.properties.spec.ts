import * as fc from 'fast-check';
import { DomainError, isCents } from '@app/kernel';
import type { BookFact } from '../../contract';
import { checkVoucher } from './acceptance';
import { book } from './book';
import { BOOK, orderOf, placeOf } from './book.examples';
import type { BookWish, RedeemVouchers } from './book.messages';

const FACE_CENTS = 1_000;
const VOUCHERS = 5;
const PLACES = ['place a', 'place b'];
const DAYS = ['2027-01-29', '2027-01-30', '2027-01-31', '2027-02-05', '2027-02-06'];

const order = orderOf({ vouchersInBook: VOUCHERS, agreement: { singleHandOut: true } });

/** One step of a history; `again` sends the very same command a second time. */
type Step = Readonly<{ wish: BookWish; again: boolean }>;

/** Mostly as it should be, so that histories go on; the exception comes often enough to be met. */
const mostly = <T>(usual: fc.Arbitrary<T>, exception: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: exception });

const anyVouchers = mostly(
  fc.subarray([1, 2, 3, 4, 5], { minLength: 1, maxLength: 2 }),
  fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
);
const anyDay = fc.constantFrom(...DAYS);
const anyOrder = mostly(fc.constant(false), fc.constant(true)).map((validityEnded) => ({
  ...order,
  validityEnded,
}));

const anyDistribution = fc
  .record({
    today: mostly(fc.constant('2027-01-29'), anyDay),
    single: fc.boolean(),
    vouchers: anyVouchers,
    by: mostly(fc.constant(true), fc.constant(false)),
  })
  .map(({ today, single, vouchers, by }): BookWish => {
    const prescriber = { prescriberId: by ? 'ccas' : 'mission locale', department: '58' };
    const data = { book: BOOK, order, prescriber, inStock: true, public: 'seniors', today };
    return { type: 'DistributeBook', data: single ? { ...data, vouchers } : data };
  });

const anyRedemption = fc
  .record({
    id: fc.integer({ min: 1, max: 12 }),
    vouchers: anyVouchers,
    placeId: fc.constantFrom(...PLACES),
    extraCents: mostly(fc.integer({ min: 0, max: 500 }), fc.constant(-1)),
    performedOn: mostly(fc.constantFrom('2027-01-29', '2027-01-30'), anyDay),
    today: mostly(fc.constantFrom('2027-01-30', '2027-02-05'), anyDay),
    order: anyOrder,
  })
  .map(({ id, placeId, extraCents, ...rest }): BookWish => ({
    type: 'RedeemVouchers',
    data: {
      ...rest,
      ...{ redemptionId: `redemption ${id}`, book: BOOK, place: placeOf({ placeId }) },
      ...{ service: 'online-forms', priceCents: rest.vouchers.length * FACE_CENTS + extraCents },
      ...{ redeemedAt: `${rest.today}T10:00:00.000Z`, promisedPaymentOn: '2027-03-01' },
    },
  }));

const anyCancellation = fc
  .record({
    id: fc.integer({ min: 1, max: 12 }),
    placeId: fc.constantFrom('', ...PLACES),
    today: anyDay,
  })
  .map(({ id, placeId, today }): BookWish => ({
    type: 'CancelRedemption',
    data: {
      ...{ book: BOOK, redemptionId: `redemption ${id}`, reason: 'error', today },
      by: placeId === '' ? { role: 'finance' } : { role: 'place', placeId },
      cancelledAt: `${today}T10:00:00.000Z`,
    },
  }));

const at = '2027-01-30T10:00:00.000Z';
const anyOther = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constant<BookWish>({
      type: 'BlockBook',
      data: { book: BOOK, order, reason: 'lost', blockedAt: at },
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constant<BookWish>({
      type: 'UnblockBook',
      data: { book: BOOK, order, unblockedAt: at },
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ newBook: fc.constantFrom(101, 102), order: anyOrder })
      .map((data): BookWish => ({
        type: 'ReplaceBook',
        data: { book: BOOK, replacedAt: at, ...data },
      })),
  },
);

const anyHistory = fc.array(
  fc.record({
    wish: fc.oneof(
      { weight: 3, arbitrary: anyDistribution },
      { weight: 8, arbitrary: anyRedemption },
      { weight: 3, arbitrary: anyCancellation },
      { weight: 2, arbitrary: anyOther },
    ),
    again: fc.boolean(),
  }),
  { minLength: 10, maxLength: 40, size: 'max' },
);

/** Plays a history from an untouched book; what was refused changes nothing. */
function play(
  steps: readonly Step[],
  seen: (before: readonly BookFact[], step: Step, made: readonly BookFact[]) => void,
) {
  let state = book.initialState;
  const log: BookFact[] = [];
  for (const step of steps) {
    for (let i = 0; i < (step.again ? 2 : 1); i += 1) {
      const made = decided(() => book.decide(step.wish, state));
      seen([...log], step, made);
      state = made.reduce(book.evolve, state);
      log.push(...made);
    }
  }
  return { state, log };
}

function decided(decide: () => readonly BookFact[]): readonly BookFact[] {
  try {
    return decide();
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
}

/** What the events alone say of each voucher: a fold written apart from the decider's. */
function foldVouchers(log: readonly BookFact[]) {
  const handedOut = new Map<number, { on: string; by: string }>();
  const usedBy = new Map<number, string>();
  const live = new Map<string, { placeId: string; vouchers: readonly number[]; at: string }>();
  let status = 'open';
  for (const { type, data } of log) {
    if (type === 'BookDistributed') {
      for (const voucher of data.vouchers) {
        expect(handedOut.has(voucher)).toBe(false);
        handedOut.set(voucher, { on: data.distributedOn, by: data.prescriberId });
      }
    } else if (type === 'VouchersRedeemed') {
      for (const voucher of data.vouchers) {
        expect(usedBy.has(voucher)).toBe(false);
        usedBy.set(voucher, data.redemptionId);
      }
      live.set(data.redemptionId, {
        placeId: data.placeId,
        vouchers: data.vouchers,
        at: data.redeemedAt,
      });
    } else if (type === 'RedemptionCancelled') {
      expect(live.get(data.redemptionId)?.vouchers).toEqual(data.vouchers);
      live.delete(data.redemptionId);
      for (const voucher of data.vouchers) usedBy.delete(voucher);
    } else {
      status = { BookBlocked: 'blocked', BookUnblocked: 'open', BookReplaced: 'replaced' }[type];
    }
  }
  return { handedOut, usedBy, live, status };
}

/** Check and redeem, said a second time in other words. */
function mayBeRedeemed(log: readonly BookFact[], data: RedeemVouchers['data']): boolean {
  const { handedOut, usedBy, status } = foldVouchers(log);
  const { performedOn, today, vouchers, priceCents } = data;
  const isKnown = log.some(
    (fact) => 'redemptionId' in fact.data && fact.data.redemptionId === data.redemptionId,
  );
  return (
    !isKnown &&
    status === 'open' &&
    data.order?.validityEnded === false &&
    vouchers.every((voucher) => (handedOut.get(voucher)?.on ?? '9999') <= performedOn) &&
    !vouchers.some((voucher) => usedBy.has(voucher)) &&
    performedOn <= today &&
    performedOn <= '2027-01-30' &&
    today <= '2027-02-05' &&
    priceCents >= vouchers.length * FACE_CENTS
  );
}

describe('in any history of a book', () => {
  it('a voucher is redeemed exactly when the rules say so, and at most once (I-4)', () => {
    const seen = { redeemed: 0, refused: 0 };
    fc.assert(
      fc.property(anyHistory, (steps) => {
        play(steps, (log, { wish }, made) => {
          if (wish.type !== 'RedeemVouchers') return;
          const isExpected = mayBeRedeemed(log, wish.data);
          expect(made.length).toBe(isExpected ? 1 : 0);
          seen[isExpected ? 'redeemed' : 'refused'] += 1;
        });
      }),
      { numRuns: 500 },
    );
    // A property that never met both sides would prove nothing.
    expect(Math.min(seen.redeemed, seen.refused)).toBeGreaterThan(100);
  });

  it('a check says the same as a redemption of that day', () => {
    fc.assert(
      fc.property(anyHistory, anyRedemption, anyDay, (steps, wish, today) => {
        if (wish.type !== 'RedeemVouchers') return;
        const { state } = play(steps, () => undefined);
        const { order: asked, place } = wish.data;
        const [voucher = 1] = wish.data.vouchers;
        const { accepted } = checkVoucher(state, { voucher, order: asked, place, today });
        const data = {
          ...wish.data,
          redemptionId: 'new',
          vouchers: [voucher],
          performedOn: today,
          today,
        };
        const made = decided(() =>
          book.decide({ type: 'RedeemVouchers', data: { ...data, priceCents: FACE_CENTS } }, state),
        );
        expect(made.length === 1).toBe(accepted);
      }),
    );
  });

  it('its value is at every event the sum of its vouchers (I-3), in whole cents (I-21)', () => {
    fc.assert(
      fc.property(anyHistory, (steps) => {
        const { log } = play(steps, () => undefined);
        const cents = { active: VOUCHERS * FACE_CENTS, distributed: 0, owed: 0 };
        const move = (from: keyof typeof cents, to: keyof typeof cents, amountCents: number) => {
          cents[from] -= amountCents;
          cents[to] += amountCents;
        };
        for (const { type, data } of log) {
          if (type === 'BookDistributed') move('active', 'distributed', data.valueCents);
          if (type === 'VouchersRedeemed') move('distributed', 'owed', data.coveredCents);
          if (type === 'RedemptionCancelled') move('owed', 'distributed', data.coveredCents);
          if (type === 'BookReplaced') {
            move('distributed', 'active', data.movedCents);
            // Active is now just the new book: nothing of the old one can be handed out any more.
            expect(cents.active).toBe(data.vouchersInNewBook * FACE_CENTS);
          }
          expect(Object.values(cents).every((held) => held >= 0)).toBe(true);
          if (type === 'VouchersRedeemed') {
            expect(data.coveredCents + data.remainderCents).toBe(data.priceCents);
            expect(data.remainderCents).toBeGreaterThanOrEqual(0);
            expect(data.byPublic.reduce((sum, share) => sum + share.cents, 0)).toBe(
              data.coveredCents,
            );
          }
          for (const [name, value] of Object.entries(data)) {
            if (name.endsWith('Cents')) expect(isCents(value) && Number(value) >= 0).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('events come in a lawful order (I-17)', () => {
    const LETTERS: Record<BookFact['type'], string> = {
      ...{ BookDistributed: 'd', VouchersRedeemed: 'r', RedemptionCancelled: 'c' },
      ...{ BookBlocked: 'b', BookUnblocked: 'u', BookReplaced: 'x' },
    };
    const counts = { replaced: 0 };
    fc.assert(
      fc.property(anyHistory, (steps) => {
        const { log } = play(steps, () => undefined);
        const word = log.map(({ type }) => LETTERS[type]).join('');
        expect(word).toMatch(/^[drc]*(bc*u[drc]*)*(bc*(xc*)?)?$/);
        expect(word).toMatch(/^[^r]*(d.*)?$/);
        if (word.includes('x')) counts.replaced += 1;
        expect(foldVouchers(log).status).toMatch(/open|blocked|replaced/);
      }),
      { numRuns: 500 },
    );
    expect(counts.replaced).toBeGreaterThan(5);
  });

  it('one prescriber handed all of it out, and places take back only their own, in time', () => {
    fc.assert(
      fc.property(anyHistory, (steps) => {
        const { log } = play(steps, (before, { wish }, made) => {
          if (wish.type !== 'CancelRedemption') return;
          const { by, redemptionId, cancelledAt } = wish.data;
          const redemption = foldVouchers(before).live.get(redemptionId);
          const ageMs = Date.parse(cancelledAt) - Date.parse(redemption?.at ?? cancelledAt);
          const isAllowed =
            by.role === 'finance' || (by.placeId === redemption?.placeId && ageMs <= 86_400_000);
          expect(made.length === 1).toBe(redemption !== undefined && isAllowed);
        });
        const prescribers = [...foldVouchers(log).handedOut.values()].map(({ by }) => by);
        expect(new Set(prescribers).size).toBeLessThanOrEqual(1);
      }),
    );
  });
});
