/**
 * The money of one agreement, followed deposit by deposit, order by order and voucher by voucher. Told
 * from the rules of the scheme alone: it imports nothing of what it is compared with.
 */

export type Voucher = {
  state: 'active' | 'distributed' | 'spent' | 'expired' | 'credited';
  /** Of a book that was replaced: the value stays, nobody can spend it. */
  dead: boolean;
};

export type Book = {
  number: number;
  vouchers: Voucher[];
  status: 'open' | 'blocked' | 'replaced';
  handedOutOn?: string;
};

export type Order = {
  id: string;
  agreement: AgreementMoney;
  faceCents: number;
  /** Fee and VAT. */
  feesCents: number;
  validUntilOn: string;
  queue: 'none' | 'waiting' | 'funded' | 'requested' | 'permitted' | 'gone';
  /** In its own stream. */
  status: 'ordered' | 'funded' | 'issued' | 'active' | 'cancelled';
  delivered: boolean;
  ended: boolean;
  books: Book[];
  /** Every voucher of the order, whichever book it is in now. */
  vouchers: Voucher[];
  statement: 'none' | 'opened' | 'drawn' | 'agreed';
  /** Unused when the statement was opened. */
  counted: Voucher[];
};

export type Deposit = {
  id: string;
  reference: string;
  cents: number;
  confirmed: boolean;
  recalled: boolean;
  /** What the agreement has heard of it. */
  heard: 'nothing' | 'received' | 'confirmed' | 'recalled';
};

export type Refund = {
  id: string;
  cents: number;
  status: 'proposed' | 'ordered' | 'sent' | 'booked' | 'gone';
};

export type Sweep = {
  id: string;
  cents: number;
  status: 'proposed' | 'ordered' | 'booked' | 'gone';
};

export class AgreementMoney {
  readonly deposits: Deposit[] = [];
  /** Oldest first. */
  readonly orders: Order[] = [];
  readonly refunds: Refund[] = [];
  readonly sweeps: Sweep[] = [];
  availableCents = 0;
  shortfallCents = 0;
  creditedCents = 0;
  feesCents = 0;
  closed = false;

  constructor(
    readonly id: string,
    readonly funderId: string,
    readonly faceValueCents: number,
  ) {}

  get depositedCents(): number {
    return sum(this.deposits.filter(({ heard }) => heard !== 'recalled'));
  }

  /** What the agreement itself knows to be free: a deposit it has not heard of is not. */
  get freeCents(): number {
    return this.availableCents - sum(this.deposits.filter(({ heard }) => heard === 'nothing'));
  }

  get returnedCents(): number {
    return sum(this.refunds.filter(({ status }) => status === 'booked'));
  }

  get sweptCents(): number {
    return sum(this.sweeps.filter(({ status }) => status === 'booked'));
  }

  get reservedCents(): number {
    const orders = this.orders
      .filter(({ queue, status }) => isReserved(queue) && status !== 'active')
      .map(({ faceCents, feesCents }) => ({ cents: faceCents + feesCents }));
    const refunds = this.refunds.filter(({ status }) => status === 'ordered' || status === 'sent');
    return sum(orders) + sum(refunds);
  }

  inState(state: Voucher['state']): number {
    const vouchers = this.orders
      .filter(({ status }) => status === 'active')
      .flatMap((order) => order.vouchers);
    return vouchers.filter((each) => each.state === state).length;
  }

  // --- what happens; each answers whether the rules allow it --------------------------------------

  assign(deposit: Deposit): void {
    this.deposits.push(deposit);
    this.availableCents += deposit.cents;
  }

  hearReceived(deposit: Deposit): void {
    deposit.heard = 'received';
    this.#repay(deposit.cents);
    this.settleQueue();
  }

  hearConfirmed(deposit: Deposit): void {
    if (deposit.heard === 'received') deposit.heard = 'confirmed';
    this.settleQueue();
  }

  /** Refunds that have not left are given up first; what is then missing, the agreement lacks. */
  hearRecalled(deposit: Deposit): void {
    for (const refund of this.refunds) {
      if (refund.status !== 'ordered' || this.freeCents >= deposit.cents) continue;
      refund.status = 'gone';
      this.availableCents += refund.cents;
    }
    const absorbed = Math.min(this.freeCents, deposit.cents);
    deposit.heard = 'recalled';
    this.availableCents -= absorbed;
    this.shortfallCents += deposit.cents - absorbed;
    this.settleQueue();
  }

  enqueue(order: Order): void {
    order.queue = this.closed ? 'gone' : 'waiting';
    this.orders.push(order);
    this.settleQueue();
  }

  release(order: Order): void {
    if (isReserved(order.queue)) this.#enter(order.faceCents + order.feesCents);
    order.queue = 'gone';
    this.settleQueue();
  }

  requestActivation(order: Order): void {
    if (order.queue !== 'funded') return;
    order.queue = 'requested';
    this.settleQueue();
  }

  activate(order: Order): void {
    order.status = 'active';
    this.feesCents += order.feesCents;
  }

  credit(vouchers: readonly Voucher[]): void {
    for (const voucher of vouchers) voucher.state = 'credited';
    const cents = vouchers.length * this.faceValueCents;
    this.creditedCents += cents;
    this.#enter(cents);
    this.settleQueue();
  }

  /** Refunds on their way to the bank. */
  get leavingCents(): number {
    return sum(this.refunds.filter(({ status }) => status === 'ordered' || status === 'sent'));
  }

  mayRefund(cents: number, cashCents: number): boolean {
    return this.shortfallCents === 0 && cents <= this.freeCents && cents <= cashCents;
  }

  order(refund: Refund): void {
    refund.status = 'ordered';
    this.availableCents -= refund.cents;
    this.settleQueue();
  }

  /** Refused by the bank, or sent back after it was booked. */
  takeBack(refund: Refund): void {
    refund.status = 'gone';
    this.#enter(refund.cents);
    this.settleQueue();
  }

  /** Sweeps take no more than fees − swept − shortfall; what is ordered is as good as gone. */
  maySweep(cents: number): boolean {
    const taken = this.sweeps.filter(({ status }) => status === 'ordered' || status === 'booked');
    return cents <= this.feesCents - this.shortfallCents - sum(taken);
  }

  /** The oldest order first, and none before it; then whose activation confirmed money covers. */
  settleQueue(): void {
    if (this.shortfallCents > 0) return;
    for (const order of this.orders) {
      if (order.queue !== 'waiting') continue;
      if (order.faceCents + order.feesCents > this.freeCents) break;
      this.availableCents -= order.faceCents + order.feesCents;
      order.queue = 'funded';
    }
    for (const order of this.orders) {
      if (order.queue !== 'requested') continue;
      if (order.faceCents + order.feesCents > this.#coverCents()) break;
      order.queue = 'permitted';
    }
  }

  #coverCents(): number {
    const confirmed = this.deposits.filter(({ heard }) => heard === 'confirmed');
    const leaving = this.refunds.filter(({ status }) => status !== 'proposed' && status !== 'gone');
    const behind = this.orders
      .filter(({ queue }) => queue === 'permitted')
      .map(({ faceCents, feesCents }) => ({ cents: faceCents + feesCents }));
    return sum(confirmed) + this.creditedCents - sum(leaving) - sum(behind);
  }

  #enter(cents: number): void {
    this.availableCents += cents;
    this.#repay(cents);
  }

  /** Whatever enters available repays a shortfall first. */
  #repay(cents: number): void {
    const repaid = Math.min(this.shortfallCents, cents);
    this.shortfallCents -= repaid;
    this.availableCents -= repaid;
  }
}

const isReserved = (queue: Order['queue']): boolean =>
  queue === 'funded' || queue === 'requested' || queue === 'permitted';

export const sum = (all: readonly Readonly<{ cents: number }>[]): number =>
  all.reduce((total, { cents }) => total + cents, 0);
