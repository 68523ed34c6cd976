import type { Event } from '@app/kernel';
import { givenFacts, givenTables } from '../testing/given-projection';
import { projection, tablesProjection } from './projection';
import { table } from './table';

type BookIssued = Event<'BookIssued', { bookId: string; orderId: string; cents: number }>;
type BookUsed = Event<'BookUsed', { bookId: string; cents: number; on: string | null }>;
type BookLost = Event<'BookLost', { bookId: string }>;
type OrderEnded = Event<'OrderEnded', { orderId: string }>;

type Use = { cents: number; on: string | null };
type Balance = {
  orderId: string;
  leftCents: number;
  used: boolean;
  lastOn: string | null;
  uses: Use[];
};

const balances = projection<Balance, BookIssued | BookUsed | BookLost>({
  name: 'book-balances',
  version: 1,
  key: ({ data }) => data.bookId,
  empty: { orderId: '', leftCents: 0, used: false, lastOn: null, uses: [] },
  columns: { lastOn: 'text?' },
  indexes: [['orderId']],
  on: {
    BookIssued: (row, { orderId, cents }) => ({ ...row, orderId, leftCents: cents }),
    BookUsed: (row, { cents, on }) => ({
      ...row,
      leftCents: row.leftCents - cents,
      used: true,
      lastOn: on,
      uses: [...row.uses, { cents, on }],
    }),
    BookLost: () => undefined,
  },
});

type Rows = {
  books: { bookId: string; orderId: string; leftCents: number };
  movements: { position: bigint; line: number; from: string; to: string; cents: number };
};

const ledger = tablesProjection<Rows, BookIssued | BookUsed | OrderEnded>({
  name: 'ledger',
  version: 1,
  tables: {
    books: {
      columns: { bookId: 'text', orderId: 'text', leftCents: 'integer' },
      key: ['bookId'],
      indexes: [['orderId']],
    },
    movements: {
      columns: {
        position: 'position',
        line: 'integer',
        from: 'text',
        to: 'text',
        cents: 'integer',
      },
      key: ['position', 'line'],
    },
  },
  on: {
    BookIssued: ({ data: { bookId, orderId, cents } }, { books }) => {
      books.put({ bookId, orderId, leftCents: cents });
    },
    BookUsed: ({ data: { bookId, cents }, position }, { books, movements }) => {
      const book = books.get(bookId);
      if (book === undefined) throw new TypeError('a book used before it was issued');
      books.put({ ...book, leftCents: book.leftCents - cents });
      movements.insert({ position, line: 0, from: 'distributed', to: 'owed', cents });
    },
    OrderEnded: ({ data: { orderId }, position }, { books, movements }) => {
      books.where({ orderId }).forEach((book, line) => {
        movements.insert({
          position,
          line,
          from: 'distributed',
          to: 'expired',
          cents: book.leftCents,
        });
        books.delete(book.bookId);
      });
    },
  },
});

const issued = (bookId: string, cents = 50): BookIssued => ({
  type: 'BookIssued',
  data: { bookId, orderId: 'order-1', cents },
});
const used = (bookId: string, cents = 10, on: string | null = '2026-01-15'): BookUsed => ({
  type: 'BookUsed',
  data: { bookId, cents, on },
});
const lost = (bookId: string): BookLost => ({ type: 'BookLost', data: { bookId } });
const ended: OrderEnded = { type: 'OrderEnded', data: { orderId: 'order-1' } };

describe('a keyed projection', () => {
  const untouched = { orderId: 'order-1', leftCents: 50, used: false, lastOn: null, uses: [] };

  it('folds each event into the row of its key', () =>
    givenFacts(balances, issued('b'), issued('a'), used('a'), used('a', 20, null)).then(
      {
        key: 'a',
        orderId: 'order-1',
        leftCents: 20,
        used: true,
        lastOn: null,
        uses: [
          { cents: 10, on: '2026-01-15' },
          { cents: 20, on: null },
        ],
      },
      { key: 'b', ...untouched },
    ));

  it('removes a row, which may come again', () =>
    givenFacts(
      balances,
      issued('a'),
      used('a'),
      lost('a'),
      issued('b'),
      lost('b'),
      issued('a'),
    ).then({ key: 'a', ...untouched }));

  it('skips what it does not know, be it named like a property of every object', () =>
    givenFacts(balances, { type: 'constructor', data: {} }, { type: 'Unknown', data: {} }).then());

  it.each([
    ['a fraction of a cent', 0.1],
    ['no number', NaN],
    ['more than a number can hold', 2 ** 53],
    ['text', '10'],
  ])('stops at %s', (_what, cents) =>
    expect(() => givenFacts(balances, issued('a', cents as number)).then()).toThrow(
      /book-balances: .*book_balances.leftCents is integer/,
    ),
  );

  it('asks what a column holds where its empty value does not tell', () =>
    expect(() =>
      projection<{ on: string | null }, BookLost>({
        name: 'view',
        version: 1,
        key: () => '',
        empty: { on: null },
        on: { BookLost: (row) => row },
      }),
    ).toThrow("view: say in 'columns' what 'on' holds"));

  it('must name what to do for each of its facts', () => {
    const input = { name: 'v', version: 1, key: () => '', empty: { n: 0 } };
    // @ts-expect-error BookUsed is one of its facts
    projection<{ n: number }, BookLost | BookUsed>({ ...input, on: { BookLost: (row) => row } });
  });
});

describe('a projection of several tables', () => {
  it('looks its own rows up, of this batch too', () =>
    givenTables(ledger, issued('b'), issued('a'), used('b'), ended, issued('c')).then({
      books: [{ bookId: 'c', orderId: 'order-1', leftCents: 50 }],
      movements: [
        { position: 30n, line: 0, from: 'distributed', to: 'owed', cents: 10 },
        { position: 40n, line: 0, from: 'distributed', to: 'expired', cents: 50 },
        { position: 40n, line: 1, from: 'distributed', to: 'expired', cents: 40 },
      ],
    }));

  it('sees what it inserted, also where it had looked or deleted before', () => {
    const books = { columns: { bookId: 'text', leftCents: 'integer' }, key: ['bookId'] } as const;
    const moved = tablesProjection<
      { moved: { bookId: string; leftCents: number } },
      BookIssued | BookLost
    >({
      name: 'moves',
      version: 1,
      tables: { moved: books },
      on: {
        BookIssued: ({ data: { bookId, cents } }, tables) => {
          const before = tables.moved.get(bookId)?.leftCents ?? 0;
          if (before > 0) tables.moved.delete(bookId);
          tables.moved.insert({ bookId, leftCents: before + cents });
        },
        BookLost: ({ data: { bookId } }, tables) => {
          const leftCents = tables.moved.get(bookId)?.leftCents ?? -1;
          tables.moved.put({ bookId, leftCents: leftCents + 1 });
        },
      },
    });
    givenTables(moved, issued('a'), issued('a', 3), lost('a'), issued('a', 2)).then({
      moved: [{ bookId: 'a', leftCents: 56 }],
    });
  });

  it('names the event it cannot apply', () =>
    expect(() => givenTables(ledger, used('a')).then({})).toThrow(
      'ledger: BookUsed (given-1, revision 0): a book used before it was issued',
    ));

  it('refuses a lookup that would read the whole table', () => {
    const slow = tablesProjection<Pick<Rows, 'books'>, BookLost>({
      name: 'slow',
      version: 1,
      tables: {
        books: {
          columns: { bookId: 'text', orderId: 'text', leftCents: 'integer' },
          key: ['bookId'],
        },
      },
      on: { BookLost: (_event, { books }) => void books.where({ orderId: 'order-1' }) },
    });
    expect(() => givenTables(slow, lost('a')).then({})).toThrow(
      'books: declare an index that begins with orderId',
    );
  });
});

describe('a table', () => {
  const columns = { id: 'text' } as const;

  it.each([
    ['Robert"); --', /names no table/],
    ['', /names no table/],
  ])('is not called %j', (name, message) =>
    expect(() => table<{ id: string }>(name, { columns, key: ['id'] })).toThrow(message),
  );

  it('refuses keys and columns it does not have', () => {
    expect(() => table<{ id: string }>('t', { columns, key: [] })).toThrow(
      't: a table needs a key',
    );
    const key = ['other'] as unknown as ['id'];
    expect(() => table<{ id: string }>('t', { columns, key })).toThrow("t: no column 'other'");
  });

  it('is declared with the kinds its row needs', () => {
    // @ts-expect-error a number is not stored as text
    table<{ cents: number }>('t', { columns: { cents: 'text' }, key: ['cents'] });
    const nullable = { id: 'text', on: 'text' } as const;
    // @ts-expect-error a column that may be null says so
    table<{ id: string; on: string | null }>('t', { columns: nullable, key: ['id'] });
  });
});
