import type { FundingBalance } from './balances';
import type { PairSums } from './payments.model';

/** Used by the ledger's spec only: one agreement as the scheme's model has it, and its balance. */

export const FACE = 1_000;
export const PER_BOOK = 3;
export const BOOKS = 2;
export const FEE = 40;
export const NEED = { faceCents: BOOKS * PER_BOOK * FACE, feeCents: FEE, vatCents: 8 };
export const NEED_CENTS = NEED.faceCents + NEED.feeCents + NEED.vatCents;

export type State =
  'none' | 'issued' | 'active' | 'distributed' | 'redeemed' | 'expired' | 'credited';
export type Voucher = {
  state: State;
  placeId: string;
  agreementId: string;
  book: number;
  moved: boolean;
};
export type Book = {
  book: number;
  orderId: string;
  agreementId: string;
  vouchers: Voucher[];
  public: string;
  status: 'open' | 'blocked' | 'replaced';
  handedOut: boolean;
  redemptions: { redemptionId: string; placeId: string; vouchers: number[] }[];
};
export type Order = {
  orderId: string;
  agreementId: string;
  status: 'ordered' | 'funded' | 'issued' | 'active' | 'ended' | 'credited' | 'cancelled';
  books: Book[];
};
export type Agreement = {
  agreementId: string;
  deposits: { depositId: string; cents: number; recalled: boolean; confirmed: boolean }[];
  swept: number;
  available: number;
  shortfall: number;
  orders: Order[];
  refunds: { refundId: string; cents: number; status: 'ordered' | 'booked' | 'gone' }[];
};

export const vouchersOf = ({ orders }: Agreement): Voucher[] =>
  orders.flatMap(({ books }) => books.flatMap(({ vouchers }) => vouchers));

export const unusedOf = ({ vouchers, status }: Book): number[] =>
  vouchers.flatMap(({ state, moved }, i) => {
    const spent = state === 'redeemed' || state === 'credited' || state === 'none';
    return spent || moved || status === 'replaced' ? [] : [i + 1];
  });

export const paymentsOf = (pairs: readonly PairSums[]) => {
  const sum = (cents: (pair: PairSums) => number) =>
    pairs.reduce((total, pair) => total + cents(pair), 0);
  return {
    owedCents: sum(({ owed }) => Math.max(owed, 0)),
    owedByPlacesCents: sum(({ owed }) => Math.max(-owed, 0)),
    inRunCents: sum(({ inRun }) => inRun),
    paidCents: sum(({ paid }) => paid),
  };
};

export const balanceOf = (
  agreement: Agreement,
  payments: ReturnType<typeof paymentsOf>,
): FundingBalance => {
  const vouchers = vouchersOf(agreement);
  const inState = (state: State) => vouchers.filter((each) => each.state === state).length;
  const { orders, deposits, refunds } = agreement;
  const reserved = orders.filter(({ status }) => status === 'funded' || status === 'issued').length;
  const activated = orders.filter(({ status }) => ['active', 'ended'].includes(status)).length;
  const sum = (all: readonly { cents: number }[]) =>
    all.reduce((total, { cents }) => total + cents, 0);
  const books = orders.flatMap((order) => order.books);
  return {
    depositedCents: sum(deposits.filter(({ recalled }) => !recalled)),
    shortfallCents: agreement.shortfall,
    availableCents: agreement.available,
    reservedCents: reserved * NEED_CENTS + sum(refunds.filter((r) => r.status === 'ordered')),
    activeCents: inState('active') * FACE,
    distributedCents: inState('distributed') * FACE,
    ...payments,
    expiredCents: inState('expired') * FACE,
    returnedCents: sum(refunds.filter((r) => r.status === 'booked')),
    feesCents: activated * (NEED.feeCents + NEED.vatCents),
    vouchers: {
      issued: orders.filter(({ books: all }) => all.length > 0).length * BOOKS * PER_BOOK,
      active: inState('active'),
      distributed: inState('distributed'),
      started: sum(books.map((book) => ({ cents: startedOf(book) }))),
      redeemed: inState('redeemed'),
      paid: Math.trunc(payments.paidCents / FACE) + 0,
      expired: inState('expired'),
      blocked: sum(books.map((b) => ({ cents: blockedOf(b) }))),
    },
  };
};

/** What lives on in another book is started, or not, in that one. */
const startedOf = ({ handedOut, redemptions, vouchers, status }: Book): number => {
  if (!handedOut || redemptions.length === 0) return 0;
  if (status !== 'replaced') return vouchers.length;
  return vouchers.filter(({ state }) => state === 'redeemed').length;
};

const blockedOf = (book: Book): number =>
  book.status === 'blocked' && book.handedOut
    ? book.vouchers.filter(({ state }) => state !== 'redeemed').length
    : 0;
