import { parisDayOf, type Event } from '@app/kernel';
import type { RecordedEvent } from '@app/platform';
import type { FundingBalance, PayeeBalance } from './balances';
import type { AgreementCash } from './cash.query';
import {
  balanceOf,
  BOOKS,
  FACE,
  FEE,
  NEED,
  NEED_CENTS,
  paymentsOf,
  PER_BOOK,
  unusedOf,
  vouchersOf,
  type Agreement,
  type Book,
  type Order,
  type State,
} from './agreement.model';
import { Payments } from './payments.model';

/** Used by the ledger's spec only: a scheme told voucher by voucher, that writes legal histories. */

export const AGREEMENTS = ['agreement-1', 'agreement-2'];
export const PLACES = ['place-1', 'place-2', 'place-3'];
/** The first two places are of one organisation. */
const ORGANISATION = { 'place-1': 'a', 'place-2': 'a', 'place-3': 'b' } as Record<string, string>;
const DEPARTMENT = { 'place-1': '21', 'place-2': '58', 'place-3': '58' } as Record<string, string>;
const PUBLICS = ['senior', 'job-seeker'];

export type Choice = Readonly<{ what: number; which: number; how: number; stepMs: number }>;

/** What the views must tell of the latest opening and preparation. */
export type RunTold = {
  openingEventId?: string;
  /** Of the pairs where nothing was ever cancelled or repaid. */
  oldestOn: { agreementId: string; placeId: string; oldestOn: string | undefined }[];
  /** Where claims wait, whatever else is owed. */
  claimed: { agreementId: string; placeId: string }[];
  preparation?: { runId: string; version: number };
  drawable: Record<string, number>;
};

export type Told = {
  at: Date;
  agreements: Map<string, FundingBalance>;
  places: Map<string, PayeeBalance>;
  cash: AgreementCash[];
  /** Paid vouchers; undefined once a debt was repaid of which the model cannot tell the public. */
  paidBy: Record<'department' | 'public', Record<string, number>> | undefined;
};

export class Scheme {
  readonly events: RecordedEvent[] = [];
  readonly #told: Told[] = [];
  /** After each event. */
  readonly runs: RunTold[] = [];
  #runTold: RunTold = { oldestOn: [], claimed: [], drawable: {} };
  readonly payments: Payments;
  readonly #agreements: Agreement[];
  #atMs = Date.UTC(2026, 2, 27, 12);
  #latestMs = 0;
  #serial = 0;

  constructor() {
    this.payments = new Payments({
      write: (type, data) => {
        this.#write(type, data);
        this.#tell();
      },
      organisationOf: (placeId) => ORGANISATION[placeId] ?? '',
    });
    this.#agreements = AGREEMENTS.map((agreementId, i) => {
      this.#write('AgreementSigned', {
        ...{ agreementId, funderId: `funder-${i}`, faceValueCents: FACE },
      });
      const nothing = {
        deposits: [],
        available: 0,
        shortfall: 0,
        swept: 0,
        orders: [],
        refunds: [],
      };
      return { agreementId, ...nothing };
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

  /** One voucher of the first agreement, at the first place. */
  redeem(): void {
    const [agreement] = this.#agreements;
    if (agreement) this.#redeem(agreement, 0, 0);
    this.#tell();
  }

  /** The first of its redemptions that stands. */
  cancelRedemption(): void {
    const [agreement] = this.#agreements;
    if (agreement) this.#cancelRedemption(agreement, 0, 0);
    this.#tell();
  }

  actOrPay({ what, ...choice }: Choice): void {
    const half = { ...choice, what: what >> 1 };
    if (what % 2 === 0) this.act(half);
    else this.pay(half);
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
      () => this.#confirm(agreement, which),
      () => this.#sweep(agreement, how),
      ...this.#paying(which, how),
    ];
    acts[what % acts.length]?.();
    this.#tell();
  }

  /** An act that is mostly about paying places. */
  pay({ what, which, how, stepMs }: Choice): void {
    this.#atMs += stepMs;
    const agreement = this.#agreements[which % this.#agreements.length];
    if (!agreement) return;
    const { payments } = this;
    const acts = [
      () => this.#supply(agreement, how),
      () => this.#redeem(agreement, which, how),
      () => this.#redeem(agreement, how, which),
      () => this.#redeem(agreement, which + how, how),
      () => this.#redeem(agreement, which, which + how),
      () => this.#cancelRedemption(agreement, which, how),
      () => this.#sweep(agreement, how),
      () => this.#recall(agreement, how),
      () => payments.prepare(how),
      () => payments.prepare(which),
      () => payments.answer(how, how),
      () => payments.answer(which, which),
      () => payments.grant(how),
      () => payments.open(),
      () => payments.open(),
      () => payments.release(how),
      ...this.#paying(which, how),
    ];
    acts[what % acts.length]?.();
    this.#tell();
  }

  #paying(which: number, how: number): (() => void)[] {
    return [
      () => this.payments.open(),
      () => this.payments.open(),
      () => this.payments.startPreparation(),
      () => this.payments.freeze(how),
      () => this.payments.freeze(how),
      () => this.payments.sendBack(),
      () => this.payments.issue(),
      () => this.payments.issue(),
      () => this.payments.answer(which, how),
      () => this.payments.answer(which, how),
      () => this.payments.answer(how, which),
      () => this.payments.grant(which),
      () => this.payments.release(which),
      () => this.payments.repay(which, how),
    ];
  }

  /** An order of its own, up to the hand-out of its books. */
  #supply(agreement: Agreement, how: number): void {
    this.#deposit(agreement, NEED_CENTS + agreement.shortfall);
    this.#order(agreement);
    this.#fund(agreement);
    for (let i = 0; i < BOOKS; i += 1) this.#issueAndActivate(agreement, how + i);
    for (let i = 0; i < BOOKS; i += 1) this.#distribute(agreement, i);
  }

  #deposit(agreement: Agreement, cents: number): void {
    const { agreementId } = agreement;
    const depositId = `deposit-${(this.#serial += 1)}`;
    agreement.deposits.push({ depositId, cents, recalled: false, confirmed: false });
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
      wasConfirmed: deposit.confirmed,
      cancelledRefunds: cancelled.map(({ refundId, cents }) => ({ refundId, amountCents: cents })),
      fromAvailableCents,
      shortfallCents: deposit.cents - fromAvailableCents,
    });
  }

  #confirm(agreement: Agreement, which: number): void {
    const deposit = agreement.deposits[which % Math.max(agreement.deposits.length, 1)];
    if (!deposit || deposit.recalled || deposit.confirmed) return;
    deposit.confirmed = true;
    const { depositId, cents: amountCents } = deposit;
    const { agreementId } = agreement;
    this.#write('DepositConfirmed', { depositId, agreementId, amountCents });
  }

  #sweep(agreement: Agreement, how: number): void {
    const { agreementId, swept } = agreement;
    const isBack = how % 3 === 0;
    const amountCents = Math.min(how + 1, isBack ? swept : FEE);
    if (amountCents === 0) return;
    agreement.swept += isBack ? -amountCents : amountCents;
    this.#write(isBack ? 'FeeSweepReturned' : 'FeeSweepBooked', { agreementId, amountCents });
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
    const redemption = this.#redemption(agreement, book, { redemptionId, placeId, vouchers });
    this.#owe(redemption, redemption.coveredCents);
    this.#write('VouchersRedeemed', redemption);
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
    const cancelled = this.#redemption(agreement, book, redemption);
    this.#owe(cancelled, -cancelled.coveredCents);
    this.#write('RedemptionCancelled', { ...cancelled, bookStatus: book.status });
  }

  #owe(
    redemption: Omit<Parameters<Payments['redeem']>[0], 'cents' | 'on' | 'public'> & {
      byPublic: { public: string }[];
      redeemedOn: string;
    },
    cents: number,
  ): void {
    const { agreementId, placeId, department, redeemedOn: on } = redemption;
    const [share] = redemption.byPublic;
    const category = share?.public ?? '';
    this.payments.redeem({ agreementId, placeId, department, public: category, cents, on });
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
      ...{
        redemptionId,
        placeId,
        vouchers,
        coveredCents,
        organisationId: ORGANISATION[placeId] ?? '',
      },
      ...{ department: DEPARTMENT[placeId] ?? '', prescriberId: 'prescriber-1' },
      redeemedOn: parisDayOf(new Date(this.#atMs)),
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
    if (type === 'RunOpened')
      this.#runTold = { ...this.#runTold, ...this.#opened(`event-${revision}`) };
    if (type === 'PreparationStarted') this.#runTold = { ...this.#runTold, ...this.#started() };
    this.runs.push(this.#runTold);
    this.#latestMs = Math.max(this.#latestMs, this.#atMs);
  }

  #opened(openingEventId: string) {
    const pairs = AGREEMENTS.flatMap((agreementId) =>
      PLACES.map((placeId) => ({ agreementId, placeId })),
    );
    const oldestOn = pairs.flatMap((pair) =>
      this.payments.isPlain(pair) ? [{ ...pair, oldestOn: this.payments.oldestOn(pair) }] : [],
    );
    const claimed = pairs.filter((pair) => this.payments.claimedCents(pair) !== 0);
    return { openingEventId, oldestOn, claimed };
  }

  #started() {
    const drawable = this.#agreements.map((agreement) => {
      const { agreementId, cashCents, frozenCents } = this.#cashOf(agreement);
      return [agreementId, cashCents - frozenCents] as const;
    });
    return { preparation: this.payments.preparation, drawable: Object.fromEntries(drawable) };
  }

  #tell(): void {
    const agreements = new Map(
      this.#agreements.map((agreement) => {
        const pairs = this.payments.pairsOf('agreementId', agreement.agreementId);
        return [agreement.agreementId, balanceOf(agreement, paymentsOf(pairs))] as const;
      }),
    );
    const vouchers = this.#agreements.flatMap(vouchersOf);
    const places = new Map(
      PLACES.map((placeId) => {
        const taken = vouchers.filter((v) => v.state === 'redeemed' && v.placeId === placeId);
        const { owedByPlacesCents: owedByPlaceCents, ...sums } = paymentsOf(
          this.payments.pairsOf('placeId', placeId),
        );
        const counted = { redeemedCents: taken.length * FACE, vouchersRedeemed: taken.length };
        return [placeId, { ...sums, owedByPlaceCents, ...counted }] as const;
      }),
    );
    const cash = this.#agreements.map((each) => this.#cashOf(each));
    const paidBy = this.payments.isPaidByKnown
      ? { department: this.#paidBy('department'), public: this.#paidBy('public') }
      : undefined;
    this.#told.push({ at: new Date(this.#latestMs), agreements, places, cash, paidBy });
  }

  #paidBy(group: 'department' | 'public'): Record<string, number> {
    const paid = Object.entries(this.payments.paidBy(group));
    return Object.fromEntries(paid.map(([name, cents]) => [name, cents / FACE]));
  }

  #cashOf(agreement: Agreement): AgreementCash {
    const { agreementId, deposits, refunds, swept: sweptCents } = agreement;
    const sum = (all: readonly { cents: number }[]) =>
      all.reduce((total, { cents }) => total + cents, 0);
    const kept = deposits.filter(({ recalled }) => !recalled);
    const paid = sum(
      this.payments.pairsOf('agreementId', agreementId).map((pair) => ({ cents: pair.paid })),
    );
    const returned = sum(refunds.filter(({ status }) => status === 'booked'));
    const leaving = sum(refunds.filter(({ status }) => status === 'ordered'));
    return {
      ...{ agreementId, funderId: this.#funderOf(agreement) },
      cashCents: sum(kept) - paid - returned - sweptCents,
      confirmedCents: sum(kept.filter(({ confirmed }) => confirmed)),
      sweptCents,
      frozenCents: this.payments.frozenCents(agreementId) + leaving,
    };
  }
}
