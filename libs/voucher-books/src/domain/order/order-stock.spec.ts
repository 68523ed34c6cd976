import { given } from '@app/platform/testing/given';
import { order } from './order';
import {
  active,
  allocate,
  allocated,
  cancelled,
  CCAS,
  closingOpened,
  correctStock,
  delivered,
  funded,
  giveBack,
  issued,
  MISSION_LOCALE,
  ordered,
  replacementStocked,
  returned,
  stockBlocked,
  stockCorrected,
  stockReplacement,
  transfer,
  transferred,
  validityEnded,
} from './order.examples';
import { findHolder } from './order-stock';

describe('allocating books', () => {
  it('gives the first ones that lie together', () => {
    given(order, ...active)
      .when(allocate(40))
      .then(allocated([1, 40]));
    given(order, ...active, allocated([11, 40]))
      .when(allocate(11))
      .then(allocated([41, 51]));
    given(order, ...active, allocated([11, 40]))
      .when(allocate(10))
      .then(allocated([1, 10]));
  });

  it('gives the range that was asked for, to the last book', () =>
    given(order, ...active, allocated([1, 60]))
      .when(allocate([61, 100]))
      .then(allocated([61, 100])));

  it.each([
    ['more than there are', allocate(101)],
    ['a book that is allocated', allocate([60, 61])],
    ['a book after the last', allocate([100, 101])],
    ['a book before the first', allocate([0, 0])],
  ])('is refused for %s', (_, wish) =>
    given(order, ...active, allocated([1, 60]))
      .when(wish)
      .thenRefused('not_in_stock'),
  );

  it('is refused for no book and for a range that runs backwards', () => {
    given(order, ...active)
      .when(allocate(0))
      .thenRefused('range_invalid');
    given(order, ...active)
      .when(allocate([2, 1]))
      .thenRefused('range_invalid');
  });

  it('is refused before the order is active and after it was cancelled', () => {
    const waiting = [ordered(), funded, issued, delivered];
    given(order, ...waiting)
      .when(allocate(1))
      .thenRefused('order_not_active');
    given(order, ...waiting, cancelled('asked', ''))
      .when(allocate(1))
      .thenRefused('order_not_active');
  });

  it('is possible until the last day of use', () => {
    const history = [...active, closingOpened()];
    given(order, ...history)
      .when(allocate(1, { today: '2027-01-30' }))
      .then(allocated([1, 1]));
    given(order, ...history)
      .when(allocate(1, { today: '2027-01-31' }))
      .thenRefused('expired');
    given(order, ...history, validityEnded())
      .when(allocate(1))
      .thenRefused('expired');
  });

  it('waits while the agreement has a shortfall', () =>
    given(order, ...active)
      .when(allocate(1, { agreementShort: true }))
      .thenRefused('agreement_short'));

  it('ends when the stock is blocked', () =>
    given(order, ...active, closingOpened(), stockBlocked())
      .when(allocate(1))
      .thenRefused('book_blocked'));
});

describe('returning books', () => {
  const history = [...active, allocated([1, 40])];

  it('makes them free to be allocated again', () => {
    given(order, ...history)
      .when(giveBack([31, 40]))
      .then(returned([31, 40]));
    given(order, ...history, returned([31, 40]))
      .when(allocate([31, 100]))
      .then(allocated([31, 100]));
    given(order, ...history, returned([31, 40]))
      .when(giveBack([31, 40]))
      .thenRefused('not_in_stock');
  });

  it('is refused for books the prescriber does not hold', () => {
    given(order, ...history)
      .when(giveBack([40, 41]))
      .thenRefused('not_in_stock');
    given(order, ...history)
      .when(giveBack([1, 1], { prescriberId: MISSION_LOCALE }))
      .thenRefused('not_in_stock');
  });

  it('is refused for a book that was handed out', () => {
    const wish = giveBack([10, 20], { handedOut: [9, 20] });
    given(order, ...history)
      .when(wish)
      .thenRefused('already_distributed', { book: 20 });
    given(order, ...history)
      .when(giveBack([10, 20], { handedOut: [9, 21] }))
      .then(returned([10, 20]));
  });

  it('is possible while the stock is blocked, not after the validity', () => {
    const closing = [...history, closingOpened(), stockBlocked()];
    given(order, ...closing)
      .when(giveBack([1, 1]))
      .then(returned([1, 1]));
    given(order, ...closing, validityEnded())
      .when(giveBack([1, 1]))
      .thenRefused('expired');
  });
});

describe('transferring books', () => {
  const history = [...active, allocated([1, 40])];

  it('moves them from one prescriber to another', () => {
    given(order, ...history)
      .when(transfer([11, 20]))
      .then(transferred([11, 20]));
    given(order, ...history, transferred([11, 20]))
      .when(giveBack([11, 20], { prescriberId: MISSION_LOCALE }))
      .then(returned([11, 20], MISSION_LOCALE));
    given(order, ...history, transferred([11, 20]))
      .when(transfer([10, 11]))
      .thenRefused('not_in_stock');
  });

  it('is refused to the same prescriber, and for books handed out', () => {
    given(order, ...history)
      .when(transfer([1, 2], { toPrescriberId: CCAS }))
      .thenRefused('same_prescriber');
    given(order, ...history)
      .when(transfer([1, 2], { handedOut: [1] }))
      .thenRefused('already_distributed');
  });

  it('waits while the agreement has a shortfall, and ends when the stock is blocked', () => {
    given(order, ...history)
      .when(transfer([1, 2], { agreementShort: true }))
      .thenRefused('agreement_short');
    given(order, ...history, closingOpened(), stockBlocked())
      .when(transfer([1, 2]))
      .thenRefused('book_blocked');
  });
});

describe('a replacement', () => {
  const history = [...active, allocated([1, 40])];

  it('takes the place of the replaced book in the stock, once', () => {
    const stocked = replacementStocked(7, 101, CCAS);
    given(order, ...history)
      .when(stockReplacement(7, 101, CCAS))
      .then(stocked);
    given(order, ...history, stocked)
      .when(stockReplacement(7, 101, CCAS))
      .thenNothing();
    given(order, ...history, stocked)
      .when(giveBack([101, 101]))
      .then(returned([101, 101]));
    given(order, ...history, stocked)
      .when(giveBack([7, 7]))
      .thenRefused('not_in_stock');
  });

  it('of a book in nobody’s stock can be allocated', () => {
    const stocked = replacementStocked(50, 101);
    given(order, ...history)
      .when(stockReplacement(50, 101))
      .then(stocked);
    given(order, ...history, stocked)
      .when(stockReplacement(50, 101))
      .thenNothing();
    given(order, ...history, stocked)
      .when(allocate([101, 101]))
      .then(allocated([101, 101]));
    given(order, ...history, stocked)
      .when(allocate([50, 50]))
      .thenRefused('not_in_stock');
  });
});

describe('a late copy of a replacement', () => {
  const stocked = replacementStocked(7, 101, CCAS);
  const history = [...active, allocated([1, 40]), stocked];

  it('decides nothing when the new book has moved on, or was replaced itself', () => {
    given(order, ...history, transferred([101, 101]))
      .when(stockReplacement(7, 101, CCAS))
      .thenNothing();
    given(order, ...history, replacementStocked(101, 102, CCAS))
      .when(stockReplacement(7, 101, CCAS))
      .thenNothing();
  });
});

describe('the holder of a book', () => {
  it('is the prescriber in whose stock it is', () => {
    const facts = [...active, allocated([1, 40]), transferred([11, 20])];
    const state = facts.reduce(order.evolve, order.initialState);
    if (state.status === 'none') throw new Error('an order');
    const holders = [10, 11, 20, 21, 41].map((book) => findHolder(state, book));
    expect(holders).toEqual([CCAS, MISSION_LOCALE, MISSION_LOCALE, CCAS, undefined]);
  });
});

describe('a book that left the stock while it was handed out', () => {
  const history = [...active, allocated([1, 40])];

  it('goes back from nobody’s stock', () => {
    given(order, ...history, returned([5, 9]))
      .when(correctStock({ book: 5, prescriberId: CCAS }, { book: 9, prescriberId: CCAS }))
      .then(stockCorrected(5), stockCorrected(9));
    given(order, ...history, returned([5, 9]), stockCorrected(5))
      .when(allocate([5, 5]))
      .thenRefused('not_in_stock');
    given(order, ...history, returned([5, 9]), stockCorrected(5))
      .when(giveBack([1, 5]))
      .then(returned([1, 5]));
  });

  it('goes back from the stock of another, which has it no more', () => {
    const moved = transferred([5, 9]);
    const corrected = stockCorrected(5, CCAS, MISSION_LOCALE);
    given(order, ...history, moved)
      .when(correctStock({ book: 5, prescriberId: CCAS }))
      .then(corrected);
    given(order, ...history, moved, corrected)
      .when(giveBack([5, 5], { prescriberId: MISSION_LOCALE }))
      .thenRefused('not_in_stock');
    given(order, ...history, moved, corrected)
      .when(giveBack([6, 9], { prescriberId: MISSION_LOCALE }))
      .then(returned([6, 9], MISSION_LOCALE));
  });

  it('goes back also when the validity has ended', () =>
    given(order, ...history, returned([5, 9]), closingOpened(), validityEnded())
      .when(correctStock({ book: 5, prescriberId: CCAS }))
      .then(stockCorrected(5)));

  it('is left where it is right, and where a replacement took its place', () => {
    given(order, ...history)
      .when(correctStock({ book: 40, prescriberId: CCAS }))
      .thenNothing();
    given(order, ...history, replacementStocked(7, 101, CCAS))
      .when(correctStock({ book: 7, prescriberId: CCAS }))
      .thenNothing();
  });
});
