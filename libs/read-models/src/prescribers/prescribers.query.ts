import {
  addRange,
  countBooks,
  holdsRange,
  subtractRange,
  type BookRange,
  type Intervals,
} from '@app/kernel';
import type { Keyed, ReadStore } from '@app/platform';
import type { ClosingSums, HandedOutBook } from '@app/voucher-books/contract';
import { ledger } from '../ledger/ledger.projection';
import type { BookRow } from '../ledger/ledger.tables';
import { placedOrders, type OrderView } from '../orders/orders.projection';
import { prescribers, type PrescriberView } from './prescribers.projection';
import { prescriberStock, type StockHandOut, type StockMove } from './stock.projection';

/** A prescriber's stock of one order, in books; `books` = in stock + handed out. */
export type OrderStock = Readonly<{
  orderId: string;
  ranges: readonly BookRange[];
  books: number;
  /** No voucher of them handed out. */
  inStock: number;
  /** Still its own: one that was replaced is counted by its replacement. */
  handedOut: number;
  /** Of this order; null where there was none: the stock sleeps. */
  lastHandOutOn: string | null;
  /** When books last came in. */
  lastAllocatedAt: string;
}>;

export class StockQueries {
  constructor(private readonly store: ReadStore) {}

  findPrescriber(prescriberId: string): PrescriberView | undefined {
    const row = this.store.find(prescribers.table, prescriberId);
    return row && viewOf(row);
  }

  /** In id order. */
  listPrescribers({ after, limit }: Readonly<{ after: string; limit: number }>) {
    const tail = 'WHERE key > ? ORDER BY key LIMIT ?';
    return this.store.rows(prescribers.table, tail, after, limit).map(viewOf);
  }

  /** By order, in the order in which books of them first came in; now, or as the log knew it then. */
  getStock(prescriberId: string, asOf?: Date): readonly OrderStock[] {
    const { stockMoves, stockHandOuts } = prescriberStock.table;
    const params = [prescriberId, asOf?.getTime() ?? Number.MAX_SAFE_INTEGER] as const;
    const tail = 'WHERE prescriberId = ? AND atMs <= ? ORDER BY position';
    return this.store.snapshot(() => {
      const moves = this.store.rows(stockMoves, `${tail}, seq`, ...params);
      const handOuts = Map.groupBy(
        this.store.rows(stockHandOuts, tail, ...params),
        ({ orderId }) => orderId,
      );
      const byOrder = Map.groupBy(moves, ({ orderId }) => orderId);
      return [...byOrder].map(([orderId, ofOrder]) =>
        stockOf(orderId, ofOrder, handOuts.get(orderId) ?? []),
      );
    });
  }

  /** Books of the range of which at least one voucher was handed out. */
  listHandedOut({ firstBook, lastBook }: BookRange): readonly HandedOutBook[] {
    const sql =
      'SELECT book, prescriberId FROM books ' +
      'WHERE book BETWEEN ? AND ? AND handedOut > 0 ORDER BY book';
    return this.store.all<HandedOutBook>(sql, firstBook, lastBook);
  }

  /** Undefined while the views do not know the order, or its books have no numbers. */
  findClosingSums(orderId: string): ClosingSums | undefined {
    return this.store.snapshot(() => {
      const order = this.store.find(placedOrders.table, orderId);
      const money = this.store.find(ledger.table.orders, orderId);
      if (order === undefined || money === undefined) return undefined;
      const { firstBook, lastBook, replacements, faceValueCents } = order;
      if (firstBook === null || lastBook === null) return undefined;
      const books = [
        ...this.#startedBooks({ firstBook, lastBook }),
        ...replacements.flatMap(({ book }) =>
          this.#startedBooks({ firstBook: book, lastBook: book }),
        ),
      ];
      const vouchers = books.reduce((sum, book) => sum + vouchersOf(book, order), 0);
      const issuedCents = money.issuedVouchers * faceValueCents;
      const inStockCents = money.activeCents;
      const outOfStockCents = issuedCents - inStockCents;
      return {
        issuedCents,
        outOfStockCents,
        inStockCents,
        startedCents: vouchers * faceValueCents,
      };
    });
  }

  #startedBooks({ firstBook, lastBook }: BookRange): readonly BookRow[] {
    const tail = `WHERE book BETWEEN ? AND ? AND redeemed <> '[]'`;
    return this.store.rows(ledger.table.books, tail, firstBook, lastBook);
  }
}

/** Vouchers a book stands for: of a replaced one, those that did not live on in another. */
const vouchersOf = (
  { book }: BookRow,
  { replacements, vouchersPerBook }: Pick<OrderView, 'replacements' | 'vouchersPerBook'>,
): number => {
  const made = replacements.find((replacement) => replacement.book === book);
  const left = replacements.find((replacement) => replacement.replacedBook === book);
  return (made?.vouchers ?? vouchersPerBook) - (left?.vouchers ?? 0);
};

const stockOf = (
  orderId: string,
  moves: readonly StockMove[],
  handOuts: readonly StockHandOut[],
): OrderStock => {
  let ranges: Intervals = [];
  for (const move of moves) {
    const range = { firstBook: move.firstBook, lastBook: move.lastBook };
    ranges = move.sign > 0 ? addRange(ranges, range) : subtractRange(ranges, range);
  }
  const books = countBooks(ranges);
  const handedOut = [...new Set(handOuts.map(({ book }) => book))].filter((book) =>
    holdsRange(ranges, { firstBook: book, lastBook: book }),
  ).length;
  const cameInMs = moves.findLast(({ sign }) => sign > 0)?.atMs ?? 0;
  return {
    ...{ orderId, ranges, books, inStock: books - handedOut, handedOut },
    lastHandOutOn: handOuts.at(-1)?.distributedOn ?? null,
    lastAllocatedAt: new Date(cameInMs).toISOString(),
  };
};

/** A row without its key, which repeats the id. */
const viewOf = ({ key: _, ...view }: Keyed<PrescriberView>): PrescriberView => view;
