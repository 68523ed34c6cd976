import { given } from '@app/platform/testing/given';
import { book } from './book';
import {
  block,
  blocked,
  CCAS_SIRET,
  cancelRedemption,
  distribute,
  distributed,
  handedOut,
  orderOf,
  placeOf,
  redeem,
  redeemed,
  redemptionCancelled,
  REDEMPTION_ID,
  replace,
  replaced,
  unblock,
  unblocked,
} from './book.examples';

const single = orderOf({ agreement: { singleHandOut: true } });
const other = { redemptionId: '4ede0000-0000-7000-8000-000000000002' };
const anotherPrescriber = { prescriberId: 'another', department: '58' };

describe('handing out a book', () => {
  it('gives all its vouchers to one person', () =>
    given(book).when(distribute()).then(distributed()));

  it('is done once', () =>
    given(book, distributed()).when(distribute()).thenRefused('already_distributed'));

  it('records no more than was said', () => {
    const event = book.decide(
      {
        type: 'DistributeBook',
        data: {
          ...{ book: 7, order: orderOf(), prescriber: anotherPrescriber, inStock: true },
          ...{ public: 'seniors', today: '2026-03-01' },
        },
      },
      book.initialState,
    )[0];
    expect(Object.keys(event?.data ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/commune|beneficiaryRef|Siret/)]),
    );
  });

  it.each([
    ['a book no order holds', { order: undefined }, 'book_unknown'],
    [
      'an order that is not active',
      { order: orderOf({ wasActivated: false }) },
      'order_not_active',
    ],
    ['a blocked stock', { order: orderOf({ stockBlocked: true }) }, 'book_blocked'],
    ['a book in another stock', { inStock: false }, 'not_in_stock'],
    [
      'an agreement in shortfall',
      { order: orderOf({ agreement: { isShort: true } }) },
      'agreement_short',
    ],
    ['a validity that has ended', { order: orderOf({ validityEnded: true }) }, 'expired'],
    ['the day after the last day of use', { today: '2027-01-31' }, 'expired'],
    ['one voucher where books go whole', { vouchers: [1] }, 'single_hand_out_not_allowed'],
    ['no voucher', { vouchers: [] }, 'voucher_unknown'],
    ['the book as a voucher', { vouchers: [0] }, 'voucher_unknown'],
    ['a voucher after the last', { vouchers: [11] }, 'voucher_unknown'],
    ['a voucher twice', { order: single, vouchers: [2, 2] }, 'code_repeated'],
  ])('is refused for %s', (_, changes, code) =>
    given(book).when(distribute(changes)).thenRefused(code),
  );

  it('is possible until the last day of use, at the funder’s charge after D−7', () => {
    const on = (today: string) => given(book).when(distribute({ today }));
    on('2026-12-24').then(distributed({ distributedOn: '2026-12-24' }));
    on('2026-12-25').then(distributed({ distributedOn: '2026-12-25', late: true }));
    on('2027-01-30').then(distributed({ distributedOn: '2027-01-30', late: true }));
  });

  it('is refused for a blocked or replaced book', () => {
    given(book, blocked()).when(distribute()).thenRefused('book_blocked');
    given(book, blocked(), replaced()).when(distribute()).thenRefused('book_replaced');
  });

  it('takes the list of all vouchers for the whole book', () =>
    given(book)
      .when(distribute({ vouchers: [10, 9, 8, 7, 6, 5, 4, 3, 2, 1] }))
      .then(distributed()));

  it('can be voucher by voucher where the agreement allows it', () => {
    given(book)
      .when(distribute({ order: single, vouchers: [3, 1] }))
      .then(handedOut(1, 3));
    given(book, handedOut(1, 3))
      .when(distribute({ order: single, vouchers: [10] }))
      .then(handedOut(10));
    given(book, handedOut(1, 3))
      .when(distribute({ order: single, vouchers: [2, 3] }))
      .thenRefused('already_distributed');
    given(book, handedOut(1, 3))
      .when(distribute({ order: single }))
      .thenRefused('already_distributed');
  });

  it('stays with the prescriber that began it', () =>
    given(book, handedOut(1, 3))
      .when(distribute({ order: single, vouchers: [2], prescriber: anotherPrescriber }))
      .thenRefused('not_in_stock'));
});

describe('redeeming vouchers', () => {
  it('pays their face values to the place and leaves the rest to the person', () =>
    given(book, distributed())
      .when(redeem([2, 1], { priceCents: 2_550 }))
      .then(redeemed([1, 2], { priceCents: 2_550, remainderCents: 550 })));

  it('takes all vouchers of a book at once', () => {
    const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    given(book, distributed()).when(redeem(all)).then(redeemed(all));
  });

  it('is the same redemption when it is asked again', () => {
    given(book, distributed(), redeemed([1]))
      .when(redeem([1]))
      .thenNothing();
    given(book, distributed(), redeemed([1]), redemptionCancelled([1]))
      .when(redeem([1]))
      .thenNothing();
  });

  it('never counts a code twice', () =>
    given(book, distributed())
      .when(redeem([1, 1]))
      .thenRefused('code_repeated'));

  it('tells how much went to which public', () =>
    given(book, handedOut(1, 2), distributed({ vouchers: [3], public: 'seniors' }))
      .when(redeem([1, 2, 3]))
      .then(
        redeemed([1, 2, 3], {
          byPublic: [
            { public: 'job-seekers', vouchers: 2, cents: 2_000 },
            { public: 'seniors', vouchers: 1, cents: 1_000 },
          ],
        }),
      ));

  it('takes a voucher again after its redemption was cancelled', () =>
    given(book, distributed(), redeemed([1]), redemptionCancelled([1]))
      .when(redeem([1], other))
      .then(redeemed([1], other)));
});

describe('cancelling a redemption', () => {
  const history = [distributed(), redeemed([1, 2])];
  const afterDay = { today: '2026-06-11', cancelledAt: '2026-06-11T09:00:00.000Z' };
  const tooLate = { today: '2026-06-11', cancelledAt: '2026-06-11T09:00:00.001Z' };

  it('takes back the whole of it', () =>
    given(book, ...history)
      .when(cancelRedemption())
      .then(redemptionCancelled([1, 2])));

  it('is open to the place for 24 hours', () => {
    const { today: cancelledOn, cancelledAt } = afterDay;
    given(book, ...history)
      .when(cancelRedemption(afterDay))
      .then(redemptionCancelled([1, 2], { cancelledOn, cancelledAt }));
    given(book, ...history)
      .when(cancelRedemption(tooLate))
      .thenRefused('cancellation_too_late');
  });

  it('is open to finance at any time', () => {
    const { today: cancelledOn, cancelledAt } = tooLate;
    given(book, ...history)
      .when(cancelRedemption({ ...tooLate, by: { role: 'finance' } }))
      .then(redemptionCancelled([1, 2], { cancelledOn, cancelledAt, cancelledBy: 'finance' }));
  });

  it('is done once', () =>
    given(book, ...history, redemptionCancelled([1, 2]))
      .when(cancelRedemption())
      .thenRefused('already_so'));

  it('knows no redemption of another place, nor one that never was', () => {
    const by = { role: 'place', placeId: 'another' } as const;
    given(book, ...history)
      .when(cancelRedemption({ by }))
      .thenRefused('redemption_unknown');
    given(book, distributed()).when(cancelRedemption()).thenRefused('redemption_unknown');
  });

  it('is possible in a blocked book, which stays blocked', () => {
    const cancelled = redemptionCancelled([1, 2], { bookStatus: 'blocked' });
    given(book, ...history, blocked(8))
      .when(cancelRedemption())
      .then(cancelled);
    given(book, ...history, blocked(8), cancelled)
      .when(redeem([1], other))
      .thenRefused('book_blocked');
    given(book, ...history, blocked(8), cancelled)
      .when(unblock)
      .then(unblocked(10));
  });

  it('revives nothing in a replaced book', () => {
    const replacement = replaced({ vouchersInNewBook: 8, movedCents: 8_000 });
    const cancelled = redemptionCancelled([1, 2], { bookStatus: 'replaced' });
    given(book, ...history, blocked(8), replacement)
      .when(cancelRedemption())
      .then(cancelled);
    given(book, ...history, blocked(8), replacement, cancelled)
      .when(redeem([1], other))
      .thenRefused('book_replaced');
  });
});

describe('blocking a book', () => {
  it('stops it until it is unblocked', () => {
    given(book, distributed()).when(block()).then(blocked());
    given(book, distributed(), blocked())
      .when(redeem([1]))
      .thenRefused('book_blocked');
    given(book, distributed(), blocked()).when(unblock).then(unblocked());
    given(book, distributed(), blocked(), unblocked())
      .when(redeem([1]))
      .then(redeemed([1]));
  });

  it('counts the vouchers that are still good', () =>
    given(book, handedOut(1, 2, 3), redeemed([1]))
      .when(block())
      .then(blocked(2)));

  it('can come before it is handed out, and before its order is active', () =>
    given(book)
      .when(block(orderOf({ wasActivated: false })))
      .then(blocked(0)));

  it('is refused the second time, and for a book no order holds', () => {
    given(book, blocked()).when(block()).thenRefused('already_so');
    given(book, distributed()).when(unblock).thenRefused('already_so');
    const nothing = { book: 7, order: undefined, reason: '', blockedAt: '' };
    given(book).when({ type: 'BlockBook', data: nothing }).thenRefused('book_unknown');
  });
});

describe('replacing a lost book', () => {
  it('moves its unused vouchers into a new one', () => {
    given(book, distributed(), blocked()).when(replace()).then(replaced());
    given(book, distributed(), redeemed([1, 2]), blocked(8))
      .when(replace())
      .then(replaced({ vouchersInNewBook: 8, movedCents: 8_000 }));
  });

  it('moves only the value of what had been handed out', () =>
    given(book, handedOut(1, 2), redeemed([1]), blocked(1))
      .when(replace())
      .then(replaced({ vouchersInNewBook: 9, movedCents: 1_000 })));

  it('leaves a book lost in stock with whoever held it', () => {
    given(book, blocked(0))
      .when(replace({ prescriberId: 'holder' }))
      .then(replaced({ movedCents: 0, prescriberId: 'holder' }));
    const decided = book.decide(replace(), book.evolve(book.initialState, blocked(0)))[0];
    expect(decided?.data).not.toHaveProperty('prescriberId');
  });

  it('is final', () => {
    const history = [distributed(), blocked(), replaced()];
    given(book, ...history)
      .when(redeem([1]))
      .thenRefused('book_replaced');
    given(book, ...history)
      .when(unblock)
      .thenRefused('book_replaced');
    given(book, ...history)
      .when(block())
      .thenRefused('book_replaced');
    given(book, ...history)
      .when(replace())
      .thenNothing();
    given(book, ...history)
      .when(replace({ newBook: 102 }))
      .thenRefused('already_so');
  });

  it.each([
    ['a book that is not blocked', [distributed()], {}, 'book_not_blocked'],
    [
      'an order whose validity has ended',
      [distributed(), blocked()],
      { order: orderOf({ validityEnded: true }) },
      'validity_ended',
    ],
    [
      'an order that is not active',
      [blocked()],
      { order: orderOf({ wasActivated: false }) },
      'order_not_active',
    ],
    [
      'a book that is used up',
      [distributed(), redeemed([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), blocked(0)],
      {},
      'nothing_to_replace',
    ],
    ['a book no order holds', [blocked()], { order: undefined }, 'book_unknown'],
  ])('is refused for %s', (_, history, changes, code) =>
    given(book, ...history)
      .when(replace(changes))
      .thenRefused(code),
  );
});

describe('the prescriber of a book', () => {
  it('is not its place, unless the agreement says so', () => {
    const place = placeOf({ siret: CCAS_SIRET });
    given(book, distributed())
      .when(redeem([1], { place }))
      .thenRefused('prescriber_conflict');
    const order = orderOf({ agreement: { allowPrescribingPlace: true } });
    given(book, distributed())
      .when(redeem([1], { place, order }))
      .then(redeemed([1]));
  });

  it('without a SIRET is nobody’s place', () => {
    const place = placeOf({ siret: undefined });
    const { prescriberSiret: _, ...data } = distributed().data as Record<string, unknown>;
    given(book, { type: 'BookDistributed', data } as never)
      .when(redeem([1], { place, redemptionId: REDEMPTION_ID }))
      .then(redeemed([1]));
  });
});
