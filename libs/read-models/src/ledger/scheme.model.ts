import type { Event } from '@app/kernel';
import type { RecordedEvent } from '@app/platform';
import type { FundingBalance, PayeeBalance } from './balances';

/** Used by the ledger's spec only: a scheme told voucher by voucher, that writes legal histories. */

export const AGREEMENTS = ['agreement-1', 'agreement-2'];
export const PLACES = ['place-1', 'place-2', 'place-3'];
const PUBLICS = ['senior', 'job-seeker'];
const FACE = 1_000;
const PER_BOOK = 3;
const BOOKS = 2;
const FEE = 40;

type State = 'none' | 'issued' | 'active' | 'distributed' | 'redeemed' | 'expired' | 'credited';
type Voucher = { state: State; placeId: string; agreementId: string; book: number; moved: boolean };
type Book = {
  book: number;
  orderId: string;
  agreementId: string;
  vouchers: Voucher[];
  public: string;
  status: 'open' | 'blocked' | 'replaced';
  handedOut: boolean;
  redemptions: { redemptionId: string; placeId: string; vouchers: number[] }[];
};
type Order = {
  orderId: string;
  agreementId: string;
  status: 'ordered' | 'funded' | 'issued' | 'active' | 'ended' | 'credited' | 'cancelled';
  books: Book[];
};
type Agreement = {
  agreementId: string;
  deposits: { depositId: string; cents: number; recalled: boolean }[];
  available: number;
  shortfall: number;
  orders: Order[];
  refunds: { refundId: string; cents: number; status: 'ordered' | 'booked' | 'gone' }[];
};

const NEED = { faceCents: BOOKS * PER_BOOK * FACE, feeCents: FEE, vatCents: 8 };
const NEED_CENTS = NEED.faceCents + NEED.feeCents + NEED.vatCents;

export type Choice = Readonly<{ what: number; which: number; how: number; stepMs: number }>;

export type Told = {
  at: Date;
  agreements: Map<string, FundingBalance>;
  places: Map<string, PayeeBalance>;
};

export class Scheme {
  readonly events: RecordedEvent[] = [];
  readonly #told: Told[] = [];
  readonly #agreements: Agreement[];
  #atMs = Date.UTC(2026, 2, 27, 12);
  #latestMs = 0;
  #serial = 0;

  constructor() {
    this.#agreements = AGREEMENTS.map((agreementId, i) => {
      this.#write('AgreementSigned', {
        ...{ agreementId, funderId: `funder-${i}`, faceValueCents: FACE },
      });
      return { agreementId, deposits: [], available: 0, shortfall: 0, orders: [], refunds: [] };
    });
    this.#tell();
    // Everyone begins with an active order that is handed out: what follows starts deep.
    for (const agreement of this.#agreements) {
      this.#deposit(agreement, 4 * NEED_CENTS);
      this.#order(agreement);
      this.#fund(agreement);
      for (let i = 0; i < BOOKS; i += 1) this.#issueAndActivate(agreement, i);
      this.#distribute(agreement, 0);
      this.#tell();
    }
  }

  /** One entry per instant of the ledger's clock: what the last event of it left. */
  instants(): readonly Told[] {
    return this.#told.filter(({ at }, i) => at.getTime() !== this.#told[i + 1]?.at.getTime());
  }

  act({ what, which, how, stepMs }: Choice): void {
    this.#atMs += stepMs;
    const agreement = this.#agreements[which % this.#agreements.length];
    if (!agreement) return;
    const acts = [
      () => this.#deposit(agreement, (how + 1) * 37),
      () => this.#distribute(agreement, which + how),
      () => this.#redeem(agreement, which + how, which),
      () => this.#recall(agreement, which),
      () => this.#order(agreement),
      () => this.#fund(agreement),
      () => this.#cancel(agreement, how),
      () => this.#issueAndActivate(agreement, how),
      () => this.#distribute(agreement, how),
      () => this.#redeem(agreement, which, how),
      () => this.#redeem(agreement, how, which),
      () => this.#cancelRedemption(agreement, which, how),
      () => this.#block(agreement, how),
      () => this.#replace(agreement, how),
      () => this.#end(agreement, how),
      () => this.#credit(agreement, how),
      () => this.#refund(agreement, how),
      () => this.#bank(agreement, how),
    ];
    acts[what % acts.length]?.();
    this.#tell();
  }

  #deposit(agreement: Agreement, cents: number): void {
    const { agreementId } = agreement;
    const depositId = `deposit-${(this.#serial += 1)}`;
    agreement.deposits.push({ depositId, cents, recalled: false });
    this.#write('DepositAssigned', { depositId, agreementId, amountCents: cents });
    agreement.available += cents;
    this.#tell();
    const shortfallRepaidCents = this.#repay(agreement, cents);
    this.#write('FundsReceived', {
      ...{ depositId, agreementId, amountCents: cents, shortfallRepaidCents },
    });
  }

  #recall(agreement: Agreement, which: number): void {
    const deposit = agreement.deposits[which % Math.max(agreement.deposits.length, 1)];
    if (!deposit || deposit.recalled) return;
    deposit.recalled = true;
    const refund = agreement.refunds.find(({ status }) => status === 'ordered');
    const cancelled = refund && deposit.cents > agreement.available ? [refund] : [];
    for (const each of cancelled) {
      each.status = 'gone';
      agreement.available += each.cents;
    }
    const fromAvailableCents = Math.min(agreement.available, deposit.cents);
    agreement.available -= fromAvailableCents;
    agreement.shortfall += deposit.cents - fromAvailableCents;
    this.#write('FundsRecalled', {
      agreementId: agreement.agreementId,
      depositId: deposit.depositId,
      amountCents: deposit.cents,
      cancelledRefunds: cancelled.map(({ refundId, cents }) => ({ refundId, amountCents: cents })),
      fromAvailableCents,
      shortfallCents: deposit.cents - fromAvailableCents,
    });
  }

  #order(agreement: Agreement): void {
    const { agreementId } = agreement;
    const orderId = `order-${(this.#serial += 1)}`;
    agreement.orders.push({ orderId, agreementId, status: 'ordered', books: [] });
    this.#write('BooksOrdered', {
      ...{ orderId, agreementId, funderId: this.#funderOf(agreement) },
      ...{ faceValueCents: FACE, vouchersPerBook: PER_BOOK, books: BOOKS, ...NEED },
    });
  }

  #fund(agreement: Agreement): void {
    const order = agreement.orders.find(({ status }) => status === 'ordered');
    if (!order || agreement.shortfall > 0 || agreement.available < NEED_CENTS) return;
    order.status = 'funded';
    agreement.available -= NEED_CENTS;
    const { agreementId } = agreement;
    this.#write('OrderFunded', { agreementId, orderId: order.orderId, ...NEED });
  }

  #cancel(agreement: Agreement, how: number): void {
    const open = agreement.orders.filter(
      ({ status }) => status === 'funded' || status === 'issued',
    );
    const order = open[how % Math.max(open.length, 1)];
    if (!order || how % 3 > 0) return;
    const { orderId, agreementId } = order;
    order.status = 'cancelled';
    for (const voucher of order.books.flatMap((book) => book.vouchers)) voucher.state = 'none';
    this.#write('OrderCancelled', { orderId, agreementId });
    this.#tell();
    agreement.available += NEED_CENTS;
    const shortfallRepaidCents = this.#repay(agreement, NEED_CENTS);
    this.#write('ReservationReleased', {
      ...{ agreementId, orderId, amountCents: NEED_CENTS, shortfallRepaidCents },
    });
    // From here the reservation is gone too.
    order.books = [];
    agreement.orders = agreement.orders.filter((each) => each !== order);
  }

  #issueAndActivate(agreement: Agreement, how: number): void {
    const order = agreement.orders.find(({ status }) => status === 'funded' || status === 'issued');
    if (!order) return;
    const { orderId, agreementId } = order;
    if (order.status === 'funded') {
      order.status = 'issued';
      const firstBook = this.#serial + 1;
      this.#serial += BOOKS;
      order.books = [firstBook, firstBook + 1].map((book, i) =>
        this.#book(order, book, PER_BOOK, PUBLICS[(how + i) % 2] ?? '', 'issued'),
      );
      this.#write('BooksIssued', { orderId, agreementId, firstBook, lastBook: this.#serial });
      return;
    }
    order.status = 'active';
    for (const book of order.books) for (const each of book.vouchers) each.state = 'active';
    const funderId = this.#funderOf(agreement);
    this.#write('OrderActivated', { orderId, agreementId, funderId, ...NEED });
  }

  #distribute(agreement: Agreement, how: number): void {
    const book = this.#pick(agreement, how, (each) => {
      return !each.handedOut && each.status === 'open' && each.vouchers[0]?.state === 'active';
    });
    if (!book) return;
    book.handedOut = true;
    for (const voucher of book.vouchers) voucher.state = 'distributed';
    this.#write('BookDistributed', {
      ...this.#owned(agreement, book),
      prescriberId: 'prescriber-1',
      department: '58',
      vouchers: book.vouchers.map((_, i) => i + 1),
      valueCents: book.vouchers.length * FACE,
      public: book.public,
      distributedOn: '2026-03-01',
    });
  }

  #redeem(agreement: Agreement, which: number, how: number): void {
    // Also after ValidityEnded: the log's position decides, not what a command knew.
    const book = this.#pick(agreement, how, (each) => {
      return each.handedOut && each.status === 'open' && unusedOf(each).length > 0;
    });
    if (!book) return;
    const vouchers = unusedOf(book).slice(0, 1 + (which % 2));
    const placeId = PLACES[which % PLACES.length] ?? '';
    for (const i of vouchers)
      Object.assign(book.vouchers[i - 1] ?? {}, { state: 'redeemed', placeId });
    const redemptionId = `redemption-${(this.#serial += 1)}`;
    book.redemptions.push({ redemptionId, placeId, vouchers });
    this.#write(
      'VouchersRedeemed',
      this.#redemption(agreement, book, { redemptionId, placeId, vouchers }),
    );
  }

  #cancelRedemption(agreement: Agreement, which: number, how: number): void {
    const book = this.#pick(agreement, how, (each) => each.redemptions.length > 0);
    const redemption = book?.redemptions[which % book.redemptions.length];
    if (!book || !redemption) return;
    book.redemptions = book.redemptions.filter((each) => each !== redemption);
    const ended = this.#orderOf(agreement, book).status !== 'active';
    for (const i of redemption.vouchers) {
      Object.assign(book.vouchers[i - 1] ?? {}, { state: ended ? 'expired' : 'distributed' });
    }
    this.#write('RedemptionCancelled', {
      ...this.#redemption(agreement, book, redemption),
      bookStatus: book.status,
    });
  }

  #block(agreement: Agreement, how: number): void {
    const book = this.#pick(agreement, how, (each) => each.status !== 'replaced');
    if (!book || this.#orderOf(agreement, book).status !== 'active') return;
    const notRedeemed = book.vouchers.filter(({ state }) => state !== 'redeemed').length;
    const unusedVouchers = book.handedOut ? notRedeemed : 0;
    const type = book.status === 'open' ? 'BookBlocked' : 'BookUnblocked';
    book.status = book.status === 'open' ? 'blocked' : 'open';
    this.#write(type, { ...this.#owned(agreement, book), unusedVouchers });
  }

  #replace(agreement: Agreement, how: number): void {
    const book = this.#pick(agreement, how, (each) => {
      return each.status !== 'replaced' && each.handedOut && unusedOf(each).length > 0;
    });
    if (!book) return;
    const order = this.#orderOf(agreement, book);
    if (order.status !== 'active') return;
    const unused = unusedOf(book);
    book.status = 'replaced';
    for (const i of unused)
      Object.assign(book.vouchers[i - 1] ?? {}, { state: 'none', moved: true });
    const newBook = (this.#serial += 1);
    order.books.push(this.#book(order, newBook, unused.length, book.public, 'active'));
    this.#write('BookReplaced', {
      ...this.#owned(agreement, book),
      ...{ newBook, vouchersInNewBook: unused.length, movedCents: unused.length * FACE },
    });
  }

  #end(agreement: Agreement, how: number): void {
    const active = agreement.orders.filter(({ status }) => status === 'active');
    const order = active[how % Math.max(active.length, 1)];
    if (!order || how % 4 > 0) return;
    order.status = 'ended';
    for (const each of order.books.flatMap(({ vouchers }) => vouchers)) {
      if (each.state === 'active' || each.state === 'distributed') each.state = 'expired';
    }
    const { orderId, agreementId } = order;
    this.#write('ValidityEnded', { orderId, agreementId });
  }

  #credit(agreement: Agreement, how: number): void {
    const ended = agreement.orders.filter(({ status }) => status === 'ended');
    const order = ended[how % Math.max(ended.length, 1)];
    const expired = order?.books.flatMap((b) => b.vouchers).filter((v) => v.state === 'expired');
    if (!order || !expired || expired.length === 0) return;
    for (const voucher of expired) voucher.state = 'credited';
    const amountCents = expired.length * FACE;
    agreement.available += amountCents;
    const shortfallRepaidCents = this.#repay(agreement, amountCents);
    const { orderId, agreementId } = order;
    this.#write('CreditNoteIssued', { agreementId, orderId, amountCents, shortfallRepaidCents });
  }

  #refund(agreement: Agreement, how: number): void {
    const cents = Math.min(agreement.available, how + 1);
    if (cents === 0 || agreement.shortfall > 0) return;
    const refundId = `refund-${(this.#serial += 1)}`;
    agreement.refunds.push({ refundId, cents, status: 'ordered' });
    agreement.available -= cents;
    const { agreementId } = agreement;
    this.#write('RefundOrdered', { agreementId, refundId, amountCents: cents });
  }

  #bank(agreement: Agreement, how: number): void {
    const refund = agreement.refunds.find(({ status }) => status !== 'gone');
    if (!refund) return;
    const { agreementId } = agreement;
    const shared = { agreementId, refundId: refund.refundId, amountCents: refund.cents };
    if (refund.status === 'ordered' && how % 2 === 0) {
      refund.status = 'booked';
      this.#write('RefundBooked', shared);
      return;
    }
    const type = refund.status === 'ordered' ? 'RefundFailed' : 'RefundReturned';
    refund.status = 'gone';
    agreement.available += refund.cents;
    const shortfallRepaidCents = this.#repay(agreement, refund.cents);
    this.#write(type, { ...shared, shortfallRepaidCents });
  }

  #repay(agreement: Agreement, cents: number): number {
    const repaid = Math.min(agreement.shortfall, cents);
    agreement.shortfall -= repaid;
    agreement.available -= repaid;
    return repaid;
  }

  #book(order: Order, book: number, vouchers: number, category: string, state: State): Book {
    const { orderId, agreementId } = order;
    return {
      ...{ book, orderId, agreementId, public: category, status: 'open', handedOut: false },
      vouchers: Array.from({ length: vouchers }, () => {
        return { state, placeId: '', agreementId, book, moved: false };
      }),
      redemptions: [],
    };
  }

  #pick(agreement: Agreement, how: number, wanted: (book: Book) => boolean): Book | undefined {
    const found = agreement.orders.flatMap(({ books }) => books).filter(wanted);
    return found[how % Math.max(found.length, 1)];
  }

  #orderOf(agreement: Agreement, { orderId }: Book): Order {
    const order = agreement.orders.find((each) => each.orderId === orderId);
    if (!order) throw new Error(`no order ${orderId}`);
    return order;
  }

  #funderOf({ agreementId }: Agreement): string {
    return `funder-${AGREEMENTS.indexOf(agreementId)}`;
  }

  #owned(agreement: Agreement, { book, orderId, agreementId }: Book) {
    return { book, orderId, agreementId, funderId: this.#funderOf(agreement) };
  }

  #redemption(
    agreement: Agreement,
    book: Book,
    { redemptionId, placeId, vouchers }: Book['redemptions'][number],
  ) {
    const coveredCents = vouchers.length * FACE;
    return {
      ...this.#owned(agreement, book),
      ...{ redemptionId, placeId, vouchers, coveredCents, organisationId: `of-${placeId}` },
      ...{ department: '21', prescriberId: 'prescriber-1' },
      byPublic: [{ public: book.public, vouchers: vouchers.length, cents: coveredCents }],
    };
  }

  #write(type: string, data: Event['data']): void {
    const revision = this.events.length;
    this.events.push({
      id: `event-${revision}`,
      streamName: 'model-1',
      revision,
      position: BigInt(revision * 3 + 1),
      type,
      data,
      metadata: {
        ...{ commandId: '', requestHash: '', correlationId: '', causationId: '' },
        actor: { id: '', partyId: '', role: '' },
      },
      recordedAt: new Date(this.#atMs),
    });
    this.#latestMs = Math.max(this.#latestMs, this.#atMs);
  }

  #tell(): void {
    const agreements = new Map(
      this.#agreements.map((agreement) => [agreement.agreementId, balanceOf(agreement)]),
    );
    const vouchers = this.#agreements.flatMap(vouchersOf);
    const places = new Map(
      PLACES.map((placeId) => {
        const taken = vouchers.filter((v) => v.state === 'redeemed' && v.placeId === placeId);
        const cents = taken.length * FACE;
        const sums = { redeemedCents: cents, owedCents: cents, owedByPlaceCents: 0 };
        return [placeId, { ...sums, ...NOTHING_PAID, vouchersRedeemed: taken.length }] as const;
      }),
    );
    this.#told.push({ at: new Date(this.#latestMs), agreements, places });
  }
}

const NOTHING_PAID = { inRunCents: 0, paidCents: 0 };

const vouchersOf = ({ orders }: Agreement): Voucher[] =>
  orders.flatMap(({ books }) => books.flatMap(({ vouchers }) => vouchers));

const unusedOf = ({ vouchers, status }: Book): number[] =>
  vouchers.flatMap(({ state, moved }, i) => {
    const spent = state === 'redeemed' || state === 'credited' || state === 'none';
    return spent || moved || status === 'replaced' ? [] : [i + 1];
  });

const balanceOf = (agreement: Agreement): FundingBalance => {
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
    owedCents: inState('redeemed') * FACE,
    owedByPlacesCents: 0,
    inRunCents: 0,
    paidCents: 0,
    expiredCents: inState('expired') * FACE,
    returnedCents: sum(refunds.filter((r) => r.status === 'booked')),
    feesCents: activated * (NEED.feeCents + NEED.vatCents),
    vouchers: {
      issued: orders.filter(({ books: all }) => all.length > 0).length * BOOKS * PER_BOOK,
      active: inState('active'),
      distributed: inState('distributed'),
      started: sum(books.map((book) => ({ cents: startedOf(book) }))),
      redeemed: inState('redeemed'),
      paid: 0,
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
