import { given } from '@app/platform/testing/given';
import { BOOKS_PER_ORDER_MAX, order } from './order';
import {
  activate,
  activated,
  active,
  cancel,
  cancelled,
  deliver,
  delivered,
  funded,
  issueBooks,
  issued,
  lapsed,
  onDay,
  orderBooks,
  ordered,
  reserveFunds,
  validityEnded,
} from './order.examples';

describe('ordering books', () => {
  it('says what they need and the days of their end', () =>
    given(order).when(orderBooks()).then(ordered()));

  it('rounds fee and VAT half up', () =>
    // 5 books of 5 at 1.01 €: 25.25 € of face; 3.4 % of it is 85.85 cents; 20 % of 86 is 17.2.
    given(order)
      .when(orderBooks({ books: 5, vouchersPerBook: 5, faceValueCents: 101, feeBasisPoints: 340 }))
      .then(
        ordered({
          ...{ books: 5, vouchersPerBook: 5, faceValueCents: 101 },
          ...{ faceCents: 2_525, feeCents: 86, vatCents: 17 },
        }),
      ));

  it('takes other days of grace and remittance', () =>
    given(order)
      .when(orderBooks({ graceDays: 0, remittanceDays: 0 }))
      .then(
        ordered({
          ...{ graceDays: 0, remittanceDays: 0 },
          ...{ lastDayOfUseOn: '2026-12-31', lastHandInOn: '2026-12-31' },
        }),
      ));

  it('is done once', () => given(order, ordered()).when(orderBooks()).thenNothing());

  it.each([
    ['no book', { books: 0 }, 'books_out_of_range'],
    ['too many books', { books: BOOKS_PER_ORDER_MAX + 1 }, 'books_out_of_range'],
    ['half a book', { books: 1.5 }, 'books_out_of_range'],
    ['a size not agreed', { vouchersPerBook: 6 }, 'vouchers_per_book_not_allowed'],
    [
      'a size no code can hold',
      { vouchersPerBook: 32, booksOf: [32] },
      'vouchers_per_book_not_allowed',
    ],
    ['days that run backwards', { graceDays: -1 }, 'days_out_of_range'],
    ['days beyond a year', { remittanceDays: 366 }, 'days_out_of_range'],
    ['a validity that is over', { validUntilOn: '2026-01-14' }, 'valid_until_past'],
    ['more than 10^12 cents', { books: 200_000, faceValueCents: 1_000_000 }, 'amount_limit'],
  ])('is refused for %s', (_, changes, code) =>
    given(order).when(orderBooks(changes)).thenRefused(code),
  );

  it('is accepted at the limits', () => {
    const books = BOOKS_PER_ORDER_MAX;
    const days = { validUntilOn: '2026-01-15', graceDays: 365, remittanceDays: 365 };
    const limits = { ...days, books, vouchersPerBook: 31, booksOf: [31], faceValueCents: 1 };
    const event = order.decide(orderBooks(limits), order.initialState)[0];
    expect(event?.data).toMatchObject({ faceCents: 31_000_000, lastHandInOn: '2028-01-15' });
  });
});

describe('an order on its way', () => {
  it('is unknown before it is placed', () =>
    given(order).when(reserveFunds).thenRefused('order_unknown'));

  it('copies its funding, once', () => {
    given(order, ordered()).when(reserveFunds).then(funded);
    given(order, ordered(), funded).when(reserveFunds).thenNothing();
  });

  it('has no book number before it is funded', () =>
    given(order, ordered()).when(issueBooks()).thenRefused('order_not_funded'));

  it('copies its range, once', () => {
    given(order, ordered(), funded).when(issueBooks()).then(issued);
    given(order, ordered(), funded, issued).when(issueBooks()).thenNothing();
  });

  it('takes no range of another size', () =>
    given(order, ordered(), funded).when(issueBooks(99)).thenRefused('range_invalid'));

  it('is delivered when it has been printed, today or before', () => {
    given(order, ordered(), funded).when(deliver()).thenRefused('order_not_issued');
    given(order, ordered(), funded, issued).when(deliver()).then(delivered);
    given(order, ordered(), funded, issued)
      .when(deliver('2026-02-02', '2026-02-01'))
      .thenRefused('delivered_on_invalid');
    given(order, ordered(), funded, issued)
      .when(deliver('2026-01-14', '2026-02-01'))
      .thenRefused('delivered_on_invalid');
    given(order, ordered(), funded, issued, delivered).when(deliver()).thenRefused('already_so');
  });

  it('becomes active when funded, issued and delivered', () => {
    const placed = [ordered(), funded] as const;
    given(order, ...placed)
      .when(activate())
      .thenRefused('order_not_issued');
    given(order, ...placed, issued)
      .when(activate())
      .thenRefused('order_not_delivered');
    given(order, ...placed, issued, delivered)
      .when(activate())
      .then(activated());
    given(order, ...active)
      .when(activate())
      .thenNothing();
  });

  it('becomes active on its last day of use, and is cancelled the day after', () => {
    const waiting = [ordered(), funded, issued, delivered] as const;
    given(order, ...waiting)
      .when(activate('2027-01-30'))
      .then(activated('2027-01-30'));
    given(order, ...waiting)
      .when(activate('2027-01-31'))
      .then(lapsed);
  });
});

describe('cancelling an order', () => {
  const reason = 'ordered twice';
  it.each([
    ['ordered', [ordered()]],
    ['funded', [ordered(), funded]],
    ['issued', [ordered(), funded, issued]],
    ['delivered', [ordered(), funded, issued, delivered]],
  ])('is possible when it is %s', (_, history) =>
    given(order, ...history)
      .when(cancel())
      .then(cancelled('asked', reason)),
  );

  it('is refused once it is active', () =>
    given(order, ...active)
      .when(cancel())
      .thenRefused('order_already_active'));

  it('is refused the second time', () =>
    given(order, ordered(), cancelled('asked', reason)).when(cancel()).thenRefused('already_so'));

  it('stops what was on its way to it', () => {
    const history = [ordered(), cancelled('asked', reason)];
    for (const wish of [reserveFunds, issueBooks(), activate()]) {
      given(order, ...history)
        .when(wish)
        .thenNothing();
    }
    given(order, ...history)
      .when(deliver())
      .thenRefused('order_cancelled');
  });

  it('happens by itself when the agreement turns the order away', () => {
    const wish = { type: 'TurnOrderAway', data: { reason: 'ceiling' } } as const;
    given(order, ordered()).when(wish).then(cancelled('turned-away', 'ceiling'));
    given(order, ordered(), funded).when(wish).thenNothing();
  });

  it('happens by itself the day after its last day of use', () => {
    const history = [ordered(), funded];
    given(order, ...history)
      .when(onDay('EndValidity', '2027-01-30'))
      .thenRefused('closing_not_due');
    given(order, ...history)
      .when(onDay('EndValidity', '2027-01-31'))
      .then(lapsed);
    given(order, ...active)
      .when(onDay('EndValidity', '2027-02-06'))
      .then(validityEnded());
  });
});
