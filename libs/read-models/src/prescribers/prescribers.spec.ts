import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import { givenFacts, givenTables, type GivenFact } from '@app/platform/testing/given-projection';
import { ledger } from '../ledger/ledger.projection';
import { placedOrders } from '../orders/orders.projection';
import { prescribers } from './prescribers.projection';
import { StockQueries } from './prescribers.query';
import { prescriberStock } from './stock.projection';

const NOON = Date.parse('2026-01-15T12:00:00Z');
const at = (minutes: number) => new Date(NOON + minutes * 60_000);
const ofOrder = { orderId: 'o', agreementId: 'a' };
const range = (firstBook: number, lastBook: number) => ({ firstBook, lastBook });

const allocated = (first: number, last: number, minutes: number): GivenFact => ({
  type: 'BooksAllocated',
  data: { ...ofOrder, prescriberId: 'p', ...range(first, last) },
  recordedAt: at(minutes),
});
const handedOut = (book: number, minutes: number, vouchers = [1, 2]): GivenFact => ({
  type: 'BookDistributed',
  data: { ...ofOrder, prescriberId: 'p', book, vouchers, distributedOn: '2026-01-15' },
  recordedAt: at(minutes),
});
const transferred: GivenFact = {
  type: 'BooksTransferred',
  data: { ...ofOrder, fromPrescriberId: 'p', toPrescriberId: 'q', ...range(9, 10) },
  recordedAt: at(3),
};
const returned: GivenFact = {
  type: 'BooksReturned',
  data: { ...ofOrder, prescriberId: 'p', ...range(5, 5) },
  recordedAt: at(4),
};
const replaced: GivenFact = {
  type: 'ReplacementStocked',
  data: { ...ofOrder, replacedBook: 2, book: 21, prescriberId: 'p' },
  recordedAt: at(5),
};
const corrected = (book: number, minutes: number, fromPrescriberId?: string): GivenFact => ({
  type: 'StockCorrected',
  data: { ...ofOrder, book, prescriberId: 'p', ...(fromPrescriberId && { fromPrescriberId }) },
  recordedAt: at(minutes),
});
const inNobodysStock: GivenFact = {
  type: 'ReplacementStocked',
  data: { ...ofOrder, replacedBook: 12, book: 22 },
};

describe('the view of stock', () => {
  it('keeps each move and each hand-out once', () => {
    const move = { prescriberId: 'p', orderId: 'o', seq: 0, atMs: at(0).getTime() };
    givenTables(
      prescriberStock,
      allocated(1, 10, 0),
      handedOut(1, 1),
      replaced,
      inNobodysStock,
    ).then({
      stock_moves: [
        { ...move, position: 10n, sign: 1, ...range(1, 10) },
        { ...move, position: 30n, atMs: at(5).getTime(), sign: -1, ...range(2, 2) },
        { ...move, position: 30n, seq: 1, atMs: at(5).getTime(), sign: 1, ...range(21, 21) },
      ],
      stock_hand_outs: [
        {
          ...{ prescriberId: 'p', position: 20n, atMs: at(1).getTime(), orderId: 'o', book: 1 },
          ...{ vouchers: 2, distributedOn: '2026-01-15' },
        },
      ],
      stock_clock: [{ name: 'stock', atMs: at(5).getTime() }],
    });
  });

  it('tells what a prescriber holds, at every instant', () => {
    const log = [
      ...[allocated(1, 10, 0), handedOut(1, 1), handedOut(2, 2, [1]), handedOut(2, 2, [2])],
      ...[transferred, returned, replaced],
    ];
    inViews(log, (stock) => {
      const told = (minutes: number) =>
        stock.getStock('p', at(minutes)).map(({ ranges, books, inStock, handedOut }) => {
          return { ranges, books, inStock, handedOut };
        });
      expect(told(-1)).toEqual([]);
      expect(told(0)).toEqual([{ ranges: [range(1, 10)], books: 10, inStock: 10, handedOut: 0 }]);
      expect(told(2)).toEqual([{ ranges: [range(1, 10)], books: 10, inStock: 8, handedOut: 2 }]);
      expect(told(3)).toEqual([{ ranges: [range(1, 8)], books: 8, inStock: 6, handedOut: 2 }]);
      // Book 2 was handed out; its replacement is not yet.
      const now = { ranges: [range(1, 1), range(3, 4), range(6, 8), range(21, 21)] };
      expect(told(5)).toEqual([{ ...now, books: 7, inStock: 6, handedOut: 1 }]);
      expect(stock.getStock('p')).toMatchObject([{ ...now, lastHandOutOn: '2026-01-15' }]);
      expect(stock.getStock('q')).toMatchObject([{ ranges: [range(9, 10)], lastHandOutOn: null }]);
    });
  });

  it('counts a corrected book with who handed it out, and with nobody else', () => {
    const log = [allocated(1, 10, 0), transferred, returned, handedOut(9, 5), handedOut(5, 5)];
    inViews([...log, corrected(9, 6, 'q'), corrected(5, 6)], (stock) => {
      const whole = { ranges: [range(1, 9)], books: 9, inStock: 7, handedOut: 2 };
      expect(stock.getStock('p')).toMatchObject([whole]);
      expect(stock.getStock('q')).toMatchObject([{ ranges: [range(10, 10)], handedOut: 0 }]);
      expect(stock.getStock('')).toEqual([]);
    });
  });

  it('follows the log where the store’s clock was set back', () => {
    inViews([allocated(1, 5, 10), allocated(6, 10, 0), handedOut(1, 5)], (stock) => {
      expect(stock.getStock('p', at(9))).toEqual([]);
      expect(stock.getStock('p', at(10))).toMatchObject([{ books: 10, handedOut: 1 }]);
    });
  });
});

describe('the view of prescribers', () => {
  it('shows who hands out', () => {
    const data = { prescriberId: 'p', name: 'CCAS', commune: '58194' };
    const registered = { type: 'PrescriberRegistered', data };
    givenFacts(prescribers, registered).then({ key: 'p', ...data, siret: null });
  });
});

function inViews(log: readonly GivenFact[], look: (stock: StockQueries) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-stock-'));
  const file = join(folder, 'views.sqlite');
  const model = new ReadModel(file, [prescriberStock, placedOrders, ledger]);
  const store = new ReadStore(file);
  try {
    const ofStock = model.views.filter(({ projection }) => projection === prescriberStock);
    ofStock.forEach((view) => model.putLive(view));
    model.apply(ofStock, log.map(recorded));
    look(new StockQueries(store));
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const recorded = (fact: GivenFact, index: number): RecordedEvent => ({
  ...{ id: `fact-${index}`, streamName: 'given-1', revision: index },
  metadata: {} as RecordedEvent['metadata'],
  recordedAt: at(0),
  ...fact,
  position: BigInt(index + 1),
});
