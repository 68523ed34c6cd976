import type {
  AgreementFact,
  DepositFact,
  RefundFailed,
  RefundReturned,
} from '@app/funding/contract';
import type { RecordedEvent } from '@app/platform';
import type { BookFact, BookRange, OrderFact } from '@app/voucher-books/contract';
import {
  addMoney,
  claimsOf,
  rangesOf,
  sum,
  type ClaimsOf,
  type FunnelOf,
  type MoneyOf,
  type Redemption,
  type StockOf,
} from './reference-balances';
import { ReferencePaid, type PaidItem } from './reference-paid';
import { paymentMovesOf, type PaymentMove } from './reference-payments';
import {
  type Agreement,
  type Book,
  bucketOf,
  type Bucket,
  isHandedOut,
  needOf,
  NOWHERE,
  type Order,
  repay,
  sumOf,
  type Voucher,
} from './reference-records';

/**
 * Every balance of api.md, from the raw log alone and in the plainest way there is: one record per
 * voucher, per book, per redemption, per order and per deposit, and each figure counted anew from all
 * of them. Only `available` is kept as a running sum, of what the events say went in and out of it: so
 * the equation of design.md holds only if the events agree with what they did.
 */
export class ReferenceFold {
  readonly #agreements = new Map<string, Agreement>();
  readonly #orders = new Map<string, Order>();
  readonly #books = new Map<number, Book>();
  readonly #redemptions = new Map<string, Redemption>();
  readonly #paymentMoves: PaymentMove[] = [];
  readonly #events: Pick<RecordedEvent, 'type' | 'data'>[] = [];

  static of(events: Iterable<RecordedEvent>): ReferenceFold {
    const fold = new ReferenceFold();
    for (const event of events) fold.apply(event);
    return fold;
  }

  /** As the log knew it at that instant: up to the last event the store had recorded by then. */
  static asOf(events: Iterable<RecordedEvent>, instant: Date): ReferenceFold {
    const fold = new ReferenceFold();
    for (const event of events) {
      if (event.recordedAt > instant) break;
      fold.apply(event);
    }
    return fold;
  }

  apply({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): void {
    this.#events.push({ type, data });
    this.#paymentMoves.push(...paymentMovesOf({ type, data }));
    for (const handlers of [this.#onMoney, this.#onOrders, this.#onBooks]) {
      const handle = handlers[type as Fact['type']] as ((data: unknown) => void) | undefined;
      handle?.(data);
    }
  }

  get agreementIds(): readonly string[] {
    return [...this.#agreements.keys()];
  }

  agreement(agreementId: string): MoneyOf {
    const { deposited, shortfall, available, faceValue, refunds } = this.#agreement(agreementId);
    const orders = [...this.#orders.values()].filter((each) => each.agreementId === agreementId);
    const vouchers = orders.flatMap((order) => order.vouchers.map((each) => ({ order, each })));
    const worth = (bucket: Bucket): number =>
      sum(vouchers, ({ order, each }) => (bucketOf(order, each) === bucket ? faceValue : 0));
    const waiting = orders.filter(({ money }) => money === 'reserved');
    const invoiced = orders.filter(({ money }) => money === 'active');
    const credited = sum(orders, (order) => order.credited);
    const claims = this.#claims((each) => each.agreementId === agreementId);
    const { owedCents, owedByPlaceCents, inRunCents, paidCents, vouchersRedeemed } = claims;
    const [activeCents, distributedCents] = [worth('active'), worth('distributed')];
    const expiredCents = worth('expired') - credited;
    return {
      depositedCents: deposited,
      shortfallCents: shortfall,
      availableCents: available,
      reservedCents: sum(waiting, needOf) + sumOf(refunds, 'ordered'),
      ...{ activeCents, distributedCents, owedCents, owedByPlacesCents: owedByPlaceCents },
      ...{ inRunCents, paidCents, expiredCents, returnedCents: sumOf(refunds, 'booked') },
      feesCents: sum(invoiced, ({ feeCents, vatCents }) => feeCents + vatCents),
      vouchers: {
        issued: sum(orders, ({ numbered }) => numbered),
        active: activeCents / faceValue,
        distributed: distributedCents / faceValue,
        started: vouchers.filter(({ each }) => isHandedOut(each) && this.#isStarted(each)).length,
        redeemed: vouchersRedeemed,
        paid: Math.trunc(paidCents / faceValue),
        expired: expiredCents / faceValue,
        blocked: vouchers.filter(({ each }) => this.#isBlocked(each)).length,
      },
    };
  }

  funder(funderId: string): MoneyOf {
    const own = this.agreementIds.filter((id) => this.#agreement(id).funderId === funderId);
    return own.map((id) => this.agreement(id)).reduce(addMoney);
  }

  place(placeId: string): ClaimsOf {
    return this.#claims((each) => each.placeId === placeId);
  }

  organisation(organisationId: string): ClaimsOf {
    return this.#claims((each) => each.organisationId === organisationId);
  }

  /** In the order of the book numbers. */
  stock(prescriberId: string): StockOf[] {
    const held = [...this.#books].filter(([, { holder }]) => holder === prescriberId);
    held.sort(([a], [b]) => a - b);
    return [...Map.groupBy(held, ([, { orderId }]) => orderId)].map(([orderId, books]) => {
      const handedOut = books.filter(([, { vouchers }]) => vouchers.some(isHandedOut)).length;
      const ranges = rangesOf(books.map(([number]) => number));
      return { orderId, ranges, books: books.length, inStock: books.length - handedOut, handedOut };
    });
  }

  /** The vouchers of a book that were handed out, by number. */
  book(number: number) {
    const { vouchers, status } = this.#book(number);
    const numbersOf = (fits: (each: Voucher) => boolean): number[] =>
      vouchers.filter(fits).map((each) => each.number);
    return {
      status,
      used: numbersOf(({ redemptionId }) => redemptionId !== undefined),
      unused: numbersOf(
        ({ handOut, redemptionId }) =>
          status !== 'replaced' && handOut !== undefined && redemptionId === undefined,
      ),
    };
  }

  /** Of the person a prescriber knows by this pseudonym; books in the order of their numbers. */
  beneficiary(prescriberId: string, beneficiaryRef: string) {
    const own = [...this.#books].flatMap(([number, book]) => {
      const vouchers = book.vouchers.filter(({ handOut }) => {
        return handOut?.prescriberId === prescriberId && handOut.beneficiaryRef === beneficiaryRef;
      });
      if (vouchers.length === 0) return [];
      const { faceValue } = this.#agreement(this.#order(book.orderId).agreementId);
      const used = vouchers.filter(({ redemptionId }) => redemptionId).length;
      const left = book.status === 'open' ? vouchers.length - used : 0;
      return [{ number, left, leftCents: left * faceValue, usedCents: used * faceValue }];
    });
    return {
      books: own.map(({ number }) => number).sort((a, b) => a - b),
      vouchersLeft: sum(own, ({ left }) => left),
      valueLeftCents: sum(own, ({ leftCents }) => leftCents),
      redeemedCents: sum(own, ({ usedCents }) => usedCents),
    };
  }

  /**
   * Vouchers in every stage they reached, by group; groups without any are left out. A stage that the
   * group says nothing of yet (no public before the hand-out) is counted under ''.
   */
  figures(groupBy: 'funder' | 'department' | 'public'): Record<string, FunnelOf> {
    const groups: Record<string, FunnelOf> = {};
    type Keys = Readonly<Record<typeof groupBy, string>>;
    const count = (stage: keyof FunnelOf, keys: Keys, vouchers = 1): void => {
      (groups[keys[groupBy]] ??= { ...NOWHERE })[stage] += vouchers;
    };
    for (const order of this.#orders.values()) {
      const { funderId: funder } = this.#agreement(order.agreementId);
      const unknown = { funder, department: '', public: '' };
      for (const [index, voucher] of order.vouchers.entries()) {
        const { handOut, redemptionId } = voucher;
        // One that lives on in another book was issued once.
        if (index < order.numbered) {
          count('issued', unknown);
          if (order.money === 'active') count('active', unknown);
        }
        if (handOut === undefined || !isHandedOut(voucher)) continue;
        const handedTo = { funder, department: handOut.department, public: handOut.public };
        count('distributed', handedTo);
        if (this.#isStarted(voucher)) count('started', handedTo);
        const redemption = this.#redemptions.get(redemptionId ?? '');
        if (redemption) count('redeemed', { ...handedTo, department: redemption.department });
      }
    }
    for (const { agreementId, department, public: category, cents } of this.#paid()) {
      const { funderId: funder, faceValue } = this.#agreement(agreementId);
      count('paid', { funder, department, public: category }, cents / faceValue);
    }
    return groups;
  }

  /** Asked by the figures alone, since it holds every line to what its run was to pay. */
  #paid(): readonly PaidItem[] {
    const paid = new ReferencePaid();
    for (const event of this.#events) paid.apply(event);
    return paid.paid;
  }

  readonly #onMoney: Handlers = {
    AgreementSigned: ({ agreementId, funderId, faceValueCents: faceValue }) => {
      const nothing = { deposited: 0, shortfall: 0, available: 0 };
      this.#agreements.set(agreementId, { funderId, faceValue, refunds: new Map(), ...nothing });
    },
    DepositAssigned: ({ agreementId, amountCents }) => {
      const agreement = this.#agreement(agreementId);
      agreement.deposited += amountCents;
      agreement.available += amountCents;
    },
    FundsReceived: ({ agreementId, shortfallRepaidCents }) => {
      repay(this.#agreement(agreementId), shortfallRepaidCents);
    },
    FundsRecalled: ({ agreementId, amountCents, cancelledRefunds, ...recalled }) => {
      const agreement = this.#agreement(agreementId);
      agreement.deposited -= amountCents;
      agreement.shortfall += recalled.shortfallCents;
      for (const refund of cancelledRefunds) {
        agreement.refunds.set(refund.refundId, { state: 'over', cents: 0 });
        agreement.available += refund.amountCents;
      }
      agreement.available -= recalled.fromAvailableCents;
    },
    OrderFunded: ({ agreementId, orderId, ...need }) => {
      this.#agreement(agreementId).available -= needOf(need);
      this.#order(orderId).money = 'reserved';
    },
    ReservationReleased: (released) => {
      this.#order(released.orderId).money = 'none';
      this.#giveBack(released);
    },
    CreditNoteIssued: (credited) => {
      this.#order(credited.orderId).credited += credited.amountCents;
      this.#giveBack(credited);
    },
    RefundOrdered: ({ agreementId, refundId, amountCents: cents }) => {
      const agreement = this.#agreement(agreementId);
      agreement.available -= cents;
      agreement.refunds.set(refundId, { state: 'ordered', cents });
    },
    RefundBooked: ({ agreementId, refundId, amountCents: cents }) => {
      this.#agreement(agreementId).refunds.set(refundId, { state: 'booked', cents });
    },
    RefundFailed: (failed) => {
      this.#giveBackRefund(failed);
    },
    RefundReturned: (returned) => {
      this.#giveBackRefund(returned);
    },
  };

  readonly #onOrders: Handlers = {
    BooksOrdered: ({ orderId, agreementId, faceCents, feeCents, vatCents, vouchersPerBook }) => {
      this.#orders.set(orderId, {
        ...{ agreementId, faceCents, feeCents, vatCents, vouchersPerBook },
        ...{ money: 'waiting', ended: false, credited: 0, numbered: 0, vouchers: [] },
      });
    },
    BooksIssued: ({ orderId, firstBook, lastBook }) => {
      const order = this.#order(orderId);
      for (let book = firstBook; book <= lastBook; book += 1) {
        this.#addBook(book, orderId, order.vouchersPerBook);
      }
      order.numbered = order.vouchers.length;
    },
    OrderCancelled: ({ orderId }) => {
      const order = this.#order(orderId);
      // What was set aside for it is released in the agreement's stream, a moment later.
      order.numbered = 0;
    },
    OrderActivated: ({ orderId }) => {
      this.#order(orderId).money = 'active';
    },
    ValidityEnded: ({ orderId }) => {
      this.#order(orderId).ended = true;
    },
    BooksAllocated: ({ prescriberId, ...range }) => {
      this.#hand(range, prescriberId);
    },
    BooksReturned: (range) => {
      this.#hand(range, undefined);
    },
    BooksTransferred: ({ toPrescriberId, ...range }) => {
      this.#hand(range, toPrescriberId);
    },
    StockCorrected: ({ book, prescriberId }) => {
      this.#book(book).holder = prescriberId;
    },
    ReplacementStocked: ({ replacedBook, book, prescriberId }) => {
      this.#book(replacedBook).holder = undefined;
      this.#book(book).holder = prescriberId;
    },
  };

  readonly #onBooks: Handlers = {
    BookDistributed: (fact) => {
      const { prescriberId, beneficiaryRef, department, public: category } = fact;
      for (const voucher of this.#vouchers(fact)) {
        voucher.handOut = { prescriberId, beneficiaryRef, department, public: category };
      }
    },
    VouchersRedeemed: (fact) => {
      const vouchers = this.#vouchers(fact);
      for (const voucher of vouchers) voucher.redemptionId = fact.redemptionId;
      const { agreementId, placeId, organisationId, department, coveredCents: cents } = fact;
      const claim = { agreementId, placeId, organisationId, department, cents };
      this.#redemptions.set(fact.redemptionId, { ...claim, vouchers: vouchers.length });
    },
    RedemptionCancelled: ({ redemptionId, ...cancelled }) => {
      for (const voucher of this.#vouchers(cancelled)) voucher.redemptionId = undefined;
      this.#redemptions.delete(redemptionId);
    },
    BookBlocked: ({ book }) => {
      this.#book(book).status = 'blocked';
    },
    BookUnblocked: ({ book }) => {
      this.#book(book).status = 'open';
    },
    BookReplaced: ({ book, newBook, orderId, vouchersInNewBook }) => {
      const old = this.#book(book);
      old.status = 'replaced';
      // They live on in the new book; one whose redemption is cancelled later does not.
      for (const voucher of old.vouchers) voucher.isGone = voucher.redemptionId === undefined;
      this.#addBook(newBook, orderId, vouchersInNewBook);
    },
  };

  #giveBackRefund(refund: RefundFailed['data'] | RefundReturned['data']): void {
    const over = { state: 'over', cents: 0 } as const;
    this.#agreement(refund.agreementId).refunds.set(refund.refundId, over);
    this.#giveBack(refund);
  }

  #giveBack(data: {
    agreementId: string;
    amountCents: number;
    shortfallRepaidCents: number;
  }): void {
    const agreement = this.#agreement(data.agreementId);
    agreement.available += data.amountCents;
    repay(agreement, data.shortfallRepaidCents);
  }

  #addBook(book: number, orderId: string, vouchersInBook: number): void {
    const vouchers = Array.from({ length: vouchersInBook }, (_, index): Voucher => {
      return {
        book,
        number: index + 1,
        isGone: false,
        handOut: undefined,
        redemptionId: undefined,
      };
    });
    this.#books.set(book, { orderId, status: 'open', holder: undefined, vouchers });
    this.#order(orderId).vouchers.push(...vouchers);
  }

  #hand({ firstBook, lastBook }: BookRange, holder: string | undefined): void {
    for (let book = firstBook; book <= lastBook; book += 1) this.#book(book).holder = holder;
  }

  #vouchers({ book, vouchers }: { book: number; vouchers: readonly number[] }): Voucher[] {
    return this.#book(book).vouchers.filter(({ number }) => vouchers.includes(number));
  }

  /** Of a replaced book only what is redeemed: what lives on is started, or not, in the new one. */
  #isStarted(voucher: Voucher): boolean {
    const { vouchers, status } = this.#book(voucher.book);
    const isUsed = ({ redemptionId }: Voucher): boolean => redemptionId !== undefined;
    return status === 'replaced' ? isUsed(voucher) : vouchers.some(isUsed);
  }

  #claims(fits: (each: Redemption | PaymentMove) => boolean): ClaimsOf {
    const redemptions = [...this.#redemptions.values()].filter(fits);
    return claimsOf(redemptions, this.#paymentMoves.filter(fits));
  }

  #isBlocked(voucher: Voucher): boolean {
    const isUnused = isHandedOut(voucher) && voucher.redemptionId === undefined;
    return isUnused && this.#book(voucher.book).status === 'blocked';
  }

  #agreement(agreementId: string): Agreement {
    return known(this.#agreements.get(agreementId), `agreement ${agreementId}`);
  }

  #order(orderId: string): Order {
    return known(this.#orders.get(orderId), `order ${orderId}`);
  }

  #book(number: number): Book {
    return known(this.#books.get(number), `book ${number}`);
  }
}

type Fact = DepositFact | AgreementFact | OrderFact | BookFact;

/** What a fact changes; those that change no balance have none. */
type Handlers = {
  readonly [Type in Fact['type']]?: (data: Extract<Fact, { type: Type }>['data']) => void;
};

const known = <T>(found: T | undefined, name: string): T => {
  if (found === undefined) throw new Error(`the log speaks of ${name} before it began`);
  return found;
};
