import * as fc from 'fast-check';
import { addDays, countBooks, DomainError, type Intervals, isCents } from '@app/kernel';
import type { OrderFact } from '../../contract';
import { order } from './order';
import {
  activate,
  allocate,
  cancel,
  CCAS,
  closeOrder,
  deliver,
  drawStatement,
  giveBack,
  issueBooks,
  MISSION_LOCALE,
  onDay,
  openClosing,
  orderBooks,
  ordered,
  reserveFunds,
  stockReplacement,
  transfer,
} from './order.examples';
import type { OrderWish } from './order.messages';

/** Around each day on which something of the order's end is due. */
const DAYS = ['2026-11-30', '2026-12-15', '2026-12-23', '2027-01-30', '2027-02-05', '2027-02-22']
  .flatMap((day) => [day, addDays(day, 1), addDays(day, 2)])
  .sort();

const anyDay = fc.constantFrom(...DAYS);
const anyRange = fc
  .tuple(fc.integer({ min: 0, max: 102 }), fc.integer({ min: 0, max: 30 }))
  .map(([first, more]) => [first, first + more] as const);
const anyPrescriber = fc.constantFrom(CCAS, MISSION_LOCALE);

const COPIES = [reserveFunds, issueBooks(), activate(), closeOrder(750_000)];
const anyLifeCycle = fc.constantFrom(orderBooks(), deliver(), cancel(), ...COPIES);
const anyStock = fc.oneof(
  fc
    .record({
      what: fc.oneof(anyRange, fc.integer({ min: 1, max: 60 })),
      prescriberId: anyPrescriber,
      today: anyDay,
    })
    .map(({ what, ...options }) => allocate(what, options)),
  fc
    .tuple(anyRange, anyPrescriber)
    .map(([range, prescriberId]) => giveBack(range, { prescriberId })),
  fc
    .tuple(anyRange, anyPrescriber, anyPrescriber)
    .map(([range, fromPrescriberId, toPrescriberId]) =>
      transfer(range, { fromPrescriberId, toPrescriberId }),
    ),
);
const anyClosing = anyDay.chain((today) =>
  fc.constantFrom<OrderWish>(
    openClosing(today),
    drawStatement(today),
    ...[
      ...([
        'ActivateOrder',
        'RequestStockBlock',
        'SettleStockBlock',
        'AcknowledgeLateHandOuts',
      ] as const),
      ...(['SettleAcknowledgement', 'EndValidity', 'OpenStatement', 'AgreeStatement'] as const),
      'SettleStatement' as const,
    ].map((type) => onDay(type, today)),
  ),
);

/** Mostly forward, so that histories reach their end, with anything at all in between. */
const PATH = [
  ...[orderBooks(), reserveFunds, issueBooks(), deliver(), activate(), openClosing('2026-12-01')],
  ...[onDay('SettleStockBlock', '2026-12-16'), onDay('SettleAcknowledgement', '2026-12-24')],
  ...[onDay('EndValidity', '2027-02-06'), onDay('OpenStatement', '2027-02-07')],
  ...[drawStatement('2027-02-07'), onDay('SettleStatement', '2027-02-23'), closeOrder(750_000)],
];
const anyHistory = fc
  .tuple(
    fc.integer({ min: 1, max: PATH.length }),
    fc.array(fc.tuple(fc.nat(), fc.oneof(anyLifeCycle, anyStock, anyStock, anyClosing)), {
      maxLength: 40,
    }),
  )
  .map(([length, others]) => {
    const wishes = PATH.slice(0, length);
    for (const [at, wish] of others) wishes.splice(at % (wishes.length + 1), 0, wish);
    return wishes;
  });

function play(wishes: readonly OrderWish[]) {
  let state = order.initialState;
  const log: OrderFact[] = [];
  for (const wish of wishes) {
    const made = decided(wish, state);
    state = made.reduce(order.evolve, state);
    log.push(...made);
  }
  return { state, log };
}

function decided(wish: OrderWish, state: typeof order.initialState): readonly OrderFact[] {
  try {
    return order.decide(wish, state);
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
}

const LETTERS: Record<OrderFact['type'], string> = {
  ...{
    BooksOrdered: 'o',
    FundsReserved: 'f',
    BooksIssued: 'i',
    OrderDelivered: 'd',
    OrderActivated: 'a',
  },
  ...{ OrderCancelled: 'x', BooksAllocated: 's', BooksReturned: 's', BooksTransferred: 's' },
  ...{
    ReplacementStocked: 's',
    StockCorrected: 's',
    ClosingOpened: 'C',
    StockBlockRequested: 'q',
    StockBlocked: 'b',
  },
  ...{ StockBlockUnanswered: 'n', LateHandOutsAcknowledged: 'k', AcknowledgementUnanswered: 'm' },
  ...{ ValidityEnded: 'V', StatementOpened: 'O', StatementDrawn: 'D', StatementAgreed: 'A' },
  OrderClosed: 'Z',
};

describe('in any history of an order', () => {
  it('events come in a lawful order (I-17), and histories reach every end', () => {
    const ends = new Set<string>();
    fc.assert(
      fc.property(anyHistory, (wishes) => {
        const { log } = play(wishes);
        const word = log.map(({ type }) => LETTERS[type]).join('');
        expect(word).toMatch(/^(o(f(i(d)?)?)?x?|ofidas*(C[sqbnkm]*)?(V(O(D(AZ?)?)?)?)?)?$/);
        for (const once of 'qbnkm') expect(word.split(once).length).toBeLessThanOrEqual(2);
        // A block follows the funder's word, and nobody is said to be silent who spoke in time.
        expect(word.replace(/[^qbn]/g, '')).toMatch(/^(n?(qb?)?)$/);
        expect(word.replace(/[^km]/g, '')).toMatch(/^(m?k?)$/);
        ends.add(word.slice(-1));
      }),
      { numRuns: 1_000 },
    );
    expect([...'xZAV'].every((end) => ends.has(end))).toBe(true);
  });

  it('every book is in one place: unallocated or with one prescriber', () => {
    fc.assert(
      fc.property(anyHistory, (wishes) => {
        const { state } = play(wishes);
        if (state.status === 'none' || !state.range) return;
        const parts: Intervals[] = [state.unallocated, ...Object.values(state.stocks)];
        const books = parts.flat().sort((a, b) => a.firstBook - b.firstBook);
        expect(countBooks(books)).toBe(100);
        expect([books[0]?.firstBook, books.at(-1)?.lastBook]).toEqual([1, 100]);
        for (const [i, piece] of books.entries()) {
          expect(piece.firstBook).toBe((books[i - 1]?.lastBook ?? 0) + 1);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('a replacement takes exactly one place of one book', () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.integer({ min: 1, max: 100 }),
        fc.boolean(),
        (wishes, lost, twice) => {
          const before = play(wishes).state;
          if (before.status === 'none' || !before.range) return;
          const holder = Object.entries(before.stocks).find(([, stock]) =>
            stock.some(({ firstBook, lastBook }) => firstBook <= lost && lost <= lastBook),
          )?.[0];
          const copy = stockReplacement(lost, 101, holder);
          const { state } = play([...wishes, copy, ...(twice ? [copy] : [])]);
          if (state.status === 'none') return;
          const parts = [state.unallocated, ...Object.values(state.stocks)].flat();
          expect(countBooks(parts)).toBe(100);
          expect(
            parts.some(({ firstBook, lastBook }) => firstBook <= lost && lost <= lastBook),
          ).toBe(false);
        },
      ),
    );
  });

  it('copies delivered twice, or late, or in another order decide nothing new', () => {
    fc.assert(
      fc.property(anyHistory, (wishes) => {
        const { state } = play(wishes);
        for (const copy of COPIES) {
          const after = decided(copy, state).reduce(order.evolve, state);
          expect(decided(copy, after)).toEqual([]);
        }
      }),
    );
  });

  it('what becomes active is what was ordered, in whole cents (I-21)', () => {
    fc.assert(
      fc.property(anyHistory, (wishes) => {
        const { log } = play(wishes);
        for (const { type, data } of log) {
          if (type === 'OrderActivated') {
            const { faceCents, feeCents, vatCents } = data;
            expect(ordered().data).toMatchObject({ faceCents, feeCents, vatCents });
          }
          for (const [name, value] of Object.entries(data)) {
            if (name.endsWith('Cents')) expect(isCents(value) && Number(value) >= 0).toBe(true);
          }
        }
      }),
    );
  });

  it('an order’s need is exact for any size and rate', () => {
    fc.assert(
      fc.property(
        fc.record({
          books: fc.integer({ min: 1, max: 1_000_000 }),
          vouchersPerBook: fc.integer({ min: 1, max: 31 }),
          faceValueCents: fc.integer({ min: 1, max: 30_000 }),
          feeBasisPoints: fc.integer({ min: 0, max: 10_000 }),
          vatBasisPoints: fc.integer({ min: 0, max: 10_000 }),
        }),
        (size) => {
          const wish = orderBooks({ ...size, booksOf: [size.vouchersPerBook] });
          const [fact] = order.decide(wish, order.initialState);
          if (fact?.type !== 'BooksOrdered') throw new Error('not ordered');
          const halfUp = (cents: number, rate: number) =>
            Number((BigInt(cents) * BigInt(rate) * 2n + 10_000n) / 20_000n);
          const face = size.books * size.vouchersPerBook * size.faceValueCents;
          const fee = halfUp(face, size.feeBasisPoints);
          const { faceCents, feeCents, vatCents } = fact.data;
          expect([faceCents, feeCents, vatCents]).toEqual([
            face,
            fee,
            halfUp(fee, size.vatBasisPoints),
          ]);
        },
      ),
    );
  });
});
