import { tablesProjection, type Recorded, type TableWriter } from '@app/platform/read-store';
import type { BookRange, Event } from '@app/kernel';
import type {
  BookDistributed,
  BooksAllocated,
  BooksReturned,
  BooksTransferred,
  ReplacementStocked,
  StockCorrected,
} from '@app/voucher-books/contract';

type Facts =
  | BooksAllocated
  | BooksReturned
  | BooksTransferred
  | ReplacementStocked
  | StockCorrected
  | BookDistributed;

/** Books into a prescriber's stock, or out of it. */
export type StockMove = Readonly<
  {
    prescriberId: string;
    position: bigint;
    /** Of the two moves of a replacement, the old book's comes first. */
    seq: number;
    /** Milliseconds since 1970 of the store's clock, never less than any before: `asOf` cuts here. */
    atMs: number;
    orderId: string;
    /** 1 in, −1 out. */
    sign: number;
  } & BookRange
>;

/** A book handed out, or single vouchers of it. */
export type StockHandOut = Readonly<{
  prescriberId: string;
  position: bigint;
  atMs: number;
  orderId: string;
  book: number;
  vouchers: number;
  distributedOn: string;
}>;

type Rows = {
  stockMoves: StockMove;
  stockHandOuts: StockHandOut;
  stockClock: { name: string; atMs: number };
};

/** All that ever moved in a prescriber's stock; what is in it at any instant follows from that. */
export const prescriberStock = tablesProjection<Rows, Facts>({
  name: 'prescriber-stock',
  version: 1,
  tables: {
    stockMoves: {
      columns: {
        prescriberId: 'text',
        position: 'position',
        seq: 'integer',
        atMs: 'integer',
        orderId: 'text',
        sign: 'integer',
        firstBook: 'integer',
        lastBook: 'integer',
      },
      key: ['prescriberId', 'position', 'seq'],
    },
    stockHandOuts: {
      columns: {
        prescriberId: 'text',
        position: 'position',
        atMs: 'integer',
        orderId: 'text',
        book: 'integer',
        vouchers: 'integer',
        distributedOn: 'text',
      },
      key: ['prescriberId', 'position'],
    },
    stockClock: { columns: { name: 'text', atMs: 'integer' }, key: ['name'] },
  },
  on: {
    BooksAllocated: (event, tables) => {
      const { prescriberId, ...range } = event.data;
      move(event, tables, [{ ...range, prescriberId, sign: 1 }]);
    },
    BooksReturned: (event, tables) => {
      const { prescriberId, ...range } = event.data;
      move(event, tables, [{ ...range, prescriberId, sign: -1 }]);
    },
    BooksTransferred: (event, tables) => {
      const { fromPrescriberId, toPrescriberId, ...range } = event.data;
      move(event, tables, [
        { ...range, prescriberId: fromPrescriberId, sign: -1 },
        { ...range, prescriberId: toPrescriberId, sign: 1 },
      ]);
    },
    ReplacementStocked: (event, tables) => {
      const { orderId, prescriberId, replacedBook, book } = event.data;
      if (prescriberId === undefined) return;
      const owned = { orderId, prescriberId };
      move(event, tables, [
        { ...owned, firstBook: replacedBook, lastBook: replacedBook, sign: -1 },
        { ...owned, firstBook: book, lastBook: book, sign: 1 },
      ]);
    },
    StockCorrected: (event, tables) => {
      const { orderId, book, prescriberId, fromPrescriberId } = event.data;
      const moved = { orderId, firstBook: book, lastBook: book };
      const out = { ...moved, prescriberId: fromPrescriberId ?? '', sign: -1 };
      const back = { ...moved, prescriberId, sign: 1 };
      move(event, tables, fromPrescriberId === undefined ? [back] : [out, back]);
    },
    BookDistributed: (event, tables) => {
      const { prescriberId, orderId, book, vouchers, distributedOn } = event.data;
      const { position } = event;
      const atMs = tick(event, tables);
      const handOut = { prescriberId, orderId, book, distributedOn };
      tables.stockHandOuts.insert({ ...handOut, position, atMs, vouchers: vouchers.length });
    },
  },
});

type Tables = Readonly<{ [Name in keyof Rows]: TableWriter<Rows[Name]> }>;
type Moved = Omit<StockMove, 'position' | 'seq' | 'atMs'>;

const move = (event: Recorded<Event>, tables: Tables, moves: readonly Moved[]): void => {
  const atMs = tick(event, tables);
  for (const [seq, { prescriberId, orderId, firstBook, lastBook, sign }] of moves.entries()) {
    const moved = { prescriberId, orderId, firstBook, lastBook, sign };
    tables.stockMoves.insert({ ...moved, position: event.position, seq, atMs });
  }
};

/** The store's clock, held at its latest: the log's order decides, whatever a server's clock says. */
const tick = ({ recordedAt }: Recorded<Event>, { stockClock }: Tables): number => {
  const atMs = Math.max(stockClock.get(CLOCK)?.atMs ?? 0, recordedAt.getTime());
  stockClock.put({ name: CLOCK, atMs });
  return atMs;
};

const CLOCK = 'stock';
