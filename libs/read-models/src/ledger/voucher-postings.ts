import type { Recorded } from '@app/platform';
import type {
  BookBlocked,
  BookDistributed,
  BookReplaced,
  BooksIssued,
  BooksOrdered,
  BookUnblocked,
  OrderActivated,
  OrderCancelled,
  RedemptionCancelled,
  StatementOpened,
  ValidityEnded,
  VouchersRedeemed,
} from '@app/voucher-books/contract';
import type { Postings } from './funding-postings';
import type { BookRow, Tables } from './ledger.tables';
import { expireOrder, moveOfBook, type Share } from './order-moves';
import { orderOf, post, tick, type Tally } from './posting';

export type VoucherFacts =
  | BooksOrdered
  | BooksIssued
  | OrderActivated
  | OrderCancelled
  | BookDistributed
  | VouchersRedeemed
  | RedemptionCancelled
  | BookBlocked
  | BookUnblocked
  | BookReplaced
  | ValidityEnded
  | StatementOpened;

export const voucherPostings: Postings<VoucherFacts> = {
  BooksOrdered: (event, tables) => {
    const { orderId, agreementId, funderId, faceValueCents, vouchersPerBook } = event.data;
    tick(tables, event);
    tables.orders.put({
      ...{ orderId, agreementId, funderId, faceValueCents, vouchersPerBook },
      ...{ activeCents: 0, distributedCents: 0, expiredCents: 0, redeemedCents: 0 },
      ...{ issuedVouchers: 0, ended: false },
    });
  },

  BooksIssued: (event, tables) => {
    const { orderId, agreementId, firstBook, lastBook } = event.data;
    const order = orderOf(tables, orderId);
    const issued = (lastBook - firstBook + 1) * order.vouchersPerBook;
    tables.orders.put({ ...order, issuedVouchers: issued });
    post(tables, event, agreementId, { tallies: [{ issued }] });
  },

  OrderActivated: (event, tables) => {
    const { orderId, agreementId, faceCents, feeCents, vatCents } = event.data;
    const order = orderOf(tables, orderId);
    tables.orders.put({ ...order, activeCents: order.activeCents + faceCents });
    const vouchers = faceCents / order.faceValueCents;
    post(tables, event, agreementId, {
      moves: [
        { from: 'reserved', to: 'active', cents: faceCents, vouchers, orderId },
        { from: 'reserved', to: 'fees', cents: feeCents + vatCents, orderId },
      ],
    });
  },

  // Only an order not yet active can be cancelled: its numbers stay listed, its vouchers are none.
  OrderCancelled: (event, tables) => {
    const order = orderOf(tables, event.data.orderId);
    tables.orders.put({ ...order, issuedVouchers: 0 });
    post(tables, event, order.agreementId, { tallies: [{ issued: -order.issuedVouchers }] });
  },

  BookDistributed: (event, tables) => {
    const { prescriberId, department, vouchers, valueCents: cents } = event.data;
    const { public: category, beneficiaryRef = '', distributedOn } = event.data;
    const before = { ...bookOf(tables, event), prescriberId, department };
    const handOut = { vouchers, public: category, beneficiaryRef, distributedOn };
    const after = {
      ...before,
      handOuts: [...before.handOuts, handOut],
      handedOut: before.handedOut + vouchers.length,
      beneficiaryRef: before.beneficiaryRef === '' ? beneficiaryRef : before.beneficiaryRef,
    };
    tables.books.put(after);
    const shares = [{ public: category, vouchers: vouchers.length, cents }];
    post(tables, event, event.data.agreementId, {
      moves: moveOfBook(tables, after, { from: 'active', to: 'distributed', shares }),
      tallies: started(before, after),
    });
  },

  VouchersRedeemed: (event, tables) => {
    const { vouchers, byPublic: shares, placeId, organisationId, department } = event.data;
    const before = bookOf(tables, event);
    const after = { ...before, redeemed: [...before.redeemed, ...vouchers] };
    tables.books.put(after);
    const keys = { placeId, organisationId, department, on: event.data.redeemedOn };
    post(tables, event, event.data.agreementId, {
      moves: moveOfBook(tables, after, { from: 'distributed', to: 'owed', shares }, keys),
      tallies: started(before, after),
    });
  },

  RedemptionCancelled: (event, tables) => {
    const { vouchers, byPublic: shares, placeId, organisationId, department } = event.data;
    const before = bookOf(tables, event);
    const given = new Set(vouchers);
    const after = { ...before, redeemed: before.redeemed.filter((each) => !given.has(each)) };
    tables.books.put(after);
    const keys = { placeId, organisationId, department };
    const blocked = before.status === 'blocked' ? vouchers.length : 0;
    post(tables, event, event.data.agreementId, {
      moves: moveOfBook(tables, after, { from: 'owed', to: 'distributed', shares }, keys),
      tallies: [...started(before, after), { blocked }],
    });
  },

  BookBlocked: (event, tables) => {
    tables.books.put({ ...bookOf(tables, event), status: 'blocked' });
    const { agreementId, unusedVouchers: blocked } = event.data;
    post(tables, event, agreementId, { tallies: [{ blocked }] });
  },

  BookUnblocked: (event, tables) => {
    tables.books.put({ ...bookOf(tables, event), status: 'open' });
    const { agreementId, unusedVouchers } = event.data;
    post(tables, event, agreementId, { tallies: [{ blocked: -unusedVouchers }] });
  },

  BookReplaced: (event, tables) => {
    const { agreementId, newBook } = event.data;
    const before = bookOf(tables, event);
    const after: BookRow = { ...before, status: 'replaced', replacedBy: newBook };
    tables.books.put(after);
    const shares = unusedShares(before, orderOf(tables, before.orderId).faceValueCents);
    const unused = shares.reduce((sum, { vouchers }) => sum + vouchers, 0);
    post(tables, event, agreementId, {
      moves: moveOfBook(tables, before, { from: 'distributed', to: 'active', shares }),
      tallies: [...started(before, after), { blocked: before.status === 'blocked' ? -unused : 0 }],
    });
  },

  ValidityEnded: (event, tables) => {
    const { orderId, agreementId } = event.data;
    post(tables, event, agreementId, { moves: expireOrder(tables, orderId) });
  },

  StatementOpened: (event, tables) => {
    const { orderId, agreementId } = event.data;
    tick(tables, event);
    const { issuedVouchers, faceValueCents, redeemedCents } = orderOf(tables, orderId);
    const issuedCents = issuedVouchers * faceValueCents;
    const unusedCents = issuedCents - redeemedCents;
    tables.statements.put({ orderId, agreementId, issuedCents, redeemedCents, unusedCents });
  },
};

type BookFact = BookDistributed | VouchersRedeemed | RedemptionCancelled | BookBlocked;

/** The book as it was before the event: a book begins with the first thing that happens to it. */
const bookOf = (
  tables: Tables,
  { data }: Recorded<BookFact | BookUnblocked | BookReplaced>,
): BookRow => {
  const { book, orderId, agreementId, funderId } = data;
  return (
    tables.books.get(book) ?? {
      ...{ book, orderId, agreementId, funderId, prescriberId: '', department: '' },
      ...{ status: 'open', handOuts: [], handedOut: 0, redeemed: [] },
      ...{ replacedBy: 0, beneficiaryRef: '' },
    }
  );
};

/** By how much the vouchers handed out of started books have changed, by public. */
const started = (before: BookRow, after: BookRow): Tally[] => {
  const isStarted = after.redeemed.length > 0;
  const isSame = before.redeemed.length > 0 === isStarted && before.handOuts === after.handOuts;
  // Most redemptions: nothing is counted anew.
  if (isSame && after.status !== 'replaced') return [];
  const [then, now] = [startedOf(before), startedOf(after)];
  const categories = new Set([...then.keys(), ...now.keys()]);
  return [...categories].map((category) => ({
    started: (now.get(category) ?? 0) - (then.get(category) ?? 0),
    department: after.department,
    public: category,
  }));
};

/** Of a replaced book only what is redeemed: the rest is started, or not, in the new one. */
const startedOf = ({ redeemed, handOuts, status }: BookRow): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  if (redeemed.length === 0) return counts;
  for (const { public: category, vouchers } of handOuts) {
    const counted =
      status === 'replaced' ? vouchers.filter((each) => redeemed.includes(each)) : vouchers;
    counts.set(category, (counts.get(category) ?? 0) + counted.length);
  }
  return counts;
};

/** What was handed out and not redeemed, by public. */
const unusedShares = ({ handOuts, redeemed }: BookRow, faceValueCents: number): Share[] => {
  const used = new Set(redeemed);
  return handOuts.flatMap(({ vouchers, public: category }) => {
    const unused = vouchers.filter((voucher) => !used.has(voucher)).length;
    return unused === 0
      ? []
      : [{ public: category, vouchers: unused, cents: unused * faceValueCents }];
  });
};
