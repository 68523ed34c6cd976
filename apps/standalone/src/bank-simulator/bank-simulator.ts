import {
  addBankingDays,
  bankingDayFrom,
  type Cents,
  type Day,
  isBankingDay,
  nextBankingDay,
  sumCents,
} from '@app/kernel';
import {
  type BookedEntry,
  type BookedTransaction,
  type CamtVersion,
  type StatusReport,
  writeNotification,
  writeStatement,
  writeStatusReport,
} from './bank-messages';
import { type Chance, chanceOf } from './chance';
import { type PaymentOrders, readPaymentOrders, type TransferOrder } from './payment-orders';

/** How a bank behaves. Delays are in banking days, at most; shares in basis points. */
export type BankHabits = Readonly<{
  rejectedBasisPoints: number;
  returnedBasisPoints: number;
  /** Of the rejected: debited in spite of it, which a real bank's two systems bring about. */
  debitedAllTheSameBasisPoints: number;
  bookingDelayMax: number;
  returnDelayMax: number;
  /** Reports come so much later, each for itself and so out of order. */
  reportDelayMax: number;
  /** Of the reports: sent once more, byte by byte. */
  repeatedBasisPoints: number;
  /** Announces the day's entries by camt.054 before the statement. */
  notifies: boolean;
  /** `batch` books a whole payment information in one sum and itemises nothing. */
  booking: 'single' | 'batch';
  version: CamtVersion;
}>;

/** Pays everything at once and says so in order. */
export const PUNCTUAL: BankHabits = {
  rejectedBasisPoints: 0,
  returnedBasisPoints: 0,
  debitedAllTheSameBasisPoints: 0,
  bookingDelayMax: 0,
  returnDelayMax: 1,
  reportDelayMax: 0,
  repeatedBasisPoints: 0,
  notifies: false,
  booking: 'single',
  version: '08',
};

/** Two in a hundred are rejected, two returned; everything is late, repeated and out of order. */
export const UNRELIABLE: BankHabits = {
  rejectedBasisPoints: 200,
  returnedBasisPoints: 200,
  debitedAllTheSameBasisPoints: 1_000,
  bookingDelayMax: 2,
  returnDelayMax: 3,
  reportDelayMax: 2,
  repeatedBasisPoints: 3_000,
  notifies: true,
  booking: 'single',
  version: '08',
};

/** Money of others, or by order of people: deposits, refunds, charges, repayments. */
export type OutsideEntry = Readonly<{ direction: 'credit' | 'debit'; on: Day }> & BookedTransaction;

export type BankFile = Readonly<{
  id: string;
  kind: 'pain.002' | 'camt.053' | 'camt.054';
  content: Buffer;
}>;

type Booking = Omit<BookedEntry, 'reference'>;
type Refusal = Readonly<{ endToEndId: string; reasonCode: string }>;

/**
 * A bank with one account: takes payment files and says day by day what became of them. What befalls a
 * payment follows from the seed and its end-to-end id alone, so that the same files make the same
 * statements whenever they come. For tests and demonstrations.
 */
export class BankSimulator {
  readonly #iban: string;
  readonly #habits: BankHabits;
  readonly #chance: Chance;
  readonly #bookings = new Map<Day, Booking[]>();
  readonly #rejections = new Map<Day, { orders: PaymentOrders; rejected: Refusal[] }[]>();
  readonly #outbox = new Map<Day, BankFile[]>();
  readonly #booked: BookedEntry[] = [];
  /** How often each file came, by its MsgId. */
  readonly received = new Map<string, number>();
  #balanceCents: Cents;
  #today: Day = '0000-01-01';

  constructor(
    options: Readonly<{ seed: number; iban: string; openingCents?: Cents; habits?: BankHabits }>,
  ) {
    this.#iban = options.iban;
    this.#habits = options.habits ?? PUNCTUAL;
    this.#chance = chanceOf(options.seed);
    this.#balanceCents = options.openingCents ?? 0;
  }

  /** Booked on the account up to the last day that was closed. */
  get balanceCents(): Cents {
    return this.#balanceCents;
  }

  /** Every entry of the days that were closed. */
  get booked(): readonly BookedEntry[] {
    return this.#booked;
  }

  /** Nothing is still to be booked or said. */
  get isQuiet(): boolean {
    return [this.#bookings, this.#rejections, this.#outbox].every(({ size }) => size === 0);
  }

  /**
   * A payment file comes in. A second one of the same MsgId is rejected whole and not carried out, as
   * is one that does not add up or debits another account.
   * @throws TypeError for what is no pain.001.
   */
  receive(content: Uint8Array, today: Day): void {
    const orders = readPaymentOrders(content);
    const { messageId, executionOn } = orders;
    const times = (this.received.get(messageId) ?? 0) + 1;
    this.received.set(messageId, times);
    const arrivedOn = this.#openDay(today);
    const refused = this.#reasonToRefuse(orders, times);
    const answer =
      refused === undefined ? ACCEPTED : ({ status: 'RJCT', reasonCode: refused } as const);
    this.#answer({ orders, id: `${messageId}-${times}`, on: arrivedOn, ...answer, rejected: [] });
    if (refused !== undefined) return;
    const executedOn = bankingDayFrom(executionOn > arrivedOn ? executionOn : arrivedOn);
    const rejected = orders.transfers.flatMap((transfer) => this.#refusalOf(transfer));
    if (rejected.length > 0) add(this.#rejections, executedOn, { orders, rejected });
    this.#execute(orders, executedOn);
  }

  /** Books something that is no payment of ours, on that day or the next on which banks work. */
  put({ direction, on, ...transaction }: OutsideEntry): void {
    const { amountCents } = transaction;
    this.#book({
      direction,
      amountCents,
      bookedOn: this.#openDay(on),
      transactions: [transaction],
    });
  }

  /** Books the day and answers the files that come that evening. No day is closed twice. */
  closeDay(day: Day): readonly BankFile[] {
    if (day <= this.#today) throw new RangeError(`${day} is closed`);
    if (isBankingDay(day)) {
      for (const [at, { orders, rejected }] of taken(this.#rejections, day).entries()) {
        const id = `${orders.messageId}-${day}-${at}`;
        this.#answer({ orders, id, on: day, status: 'PART', rejected });
      }
      this.#stateDay(day);
    }
    this.#today = day;
    const files = taken(this.#outbox, day);
    if (this.#habits.reportDelayMax === 0) return files;
    const place = ({ id }: BankFile): number => this.#chance.upTo(1_000_000, 'place', day, id);
    return files.toSorted((a, b) => place(a) - place(b));
  }

  /** The first day from that one on which something can still be booked. */
  #openDay(day: Day): Day {
    return day > this.#today ? bankingDayFrom(day) : nextBankingDay(this.#today);
  }

  #reasonToRefuse({ debtorIban, addsUp }: PaymentOrders, times: number): string | undefined {
    if (times > 1) return 'AM05';
    if (debtorIban !== this.#iban) return 'AC02';
    return addsUp ? undefined : 'AM10';
  }

  #refusalOf({ endToEndId }: TransferOrder): readonly Refusal[] {
    if (!this.#chance.falls(this.#habits.rejectedBasisPoints, 'rejected', endToEndId)) return [];
    return [{ endToEndId, reasonCode: this.#chance.pick(REJECTIONS, 'rejected for', endToEndId) }];
  }

  #execute(orders: PaymentOrders, executedOn: Day): void {
    const { bookingDelayMax, debitedAllTheSameBasisPoints: wrong, booking } = this.#habits;
    const debited = orders.transfers.filter(
      (transfer) =>
        this.#refusalOf(transfer).length === 0 ||
        this.#chance.falls(wrong, 'debited all the same', transfer.endToEndId),
    );
    const debitedOn = (id: string): Day =>
      addBankingDays(executedOn, this.#chance.upTo(bookingDelayMax, 'debited', id));
    for (const transfer of debited) {
      const ofBatch = orders.paymentInformationId;
      const bookedOn = debitedOn(booking === 'batch' ? ofBatch : transfer.endToEndId);
      const { amountCents } = transfer;
      if (booking === 'single') {
        this.#book({ direction: 'debit', amountCents, bookedOn, transactions: [transfer] });
      }
      this.#giveBack(transfer, bookedOn);
    }
    if (booking === 'single' || debited.length === 0) return;
    const { messageId, paymentInformationId } = orders;
    this.#book({
      direction: 'debit',
      amountCents: sumCents(debited.map(({ amountCents }) => amountCents)),
      bookedOn: debitedOn(paymentInformationId),
      batch: { messageId, paymentInformationId, transactions: debited.length },
      transactions: [],
    });
  }

  /** Some come back: the payee's bank has no use for them. */
  #giveBack(transfer: TransferOrder, bookedOn: Day): void {
    const { endToEndId, amountCents } = transfer;
    const { returnedBasisPoints, returnDelayMax } = this.#habits;
    if (!this.#chance.falls(returnedBasisPoints, 'returned', endToEndId)) return;
    const days = 1 + this.#chance.upTo(returnDelayMax - 1, 'returned on', endToEndId);
    const returnReason = this.#chance.pick(RETURNS, 'returned for', endToEndId);
    this.#book({
      ...{ direction: 'credit', amountCents, bookedOn: addBankingDays(bookedOn, days) },
      transactions: [{ ...transfer, returnReason }],
    });
  }

  #book(booking: Booking): void {
    add(this.#bookings, booking.bookedOn, booking);
  }

  /** A day without an entry has no statement. */
  #stateDay(on: Day): void {
    const entries = taken(this.#bookings, on).map((booking, index) => ({
      ...booking,
      reference: `SIM${on.replaceAll('-', '')}${String(index + 1).padStart(6, '0')}`,
    }));
    if (entries.length === 0) return;
    const openingCents = this.#balanceCents;
    const moved = entries.map(({ direction, amountCents }) =>
      direction === 'credit' ? amountCents : 0 - amountCents,
    );
    this.#balanceCents = sumCents([openingCents, ...moved]);
    this.#booked.push(...entries);
    const { version, notifies } = this.#habits;
    const report = { iban: this.#iban, on, entries };
    if (notifies) {
      const id = `NTF-${on}`;
      this.#send({ id, kind: 'camt.054', content: writeNotification({ ...report, id }) }, on);
    }
    const id = `STM-${on}`;
    const balances = { openingCents, closingCents: this.#balanceCents };
    const content = writeStatement({ ...report, ...balances, id }, version);
    this.#send({ id, kind: 'camt.053', content }, on);
  }

  #answer({
    orders,
    ...answer
  }: Omit<StatusReport, 'messageId' | 'paymentInformationId'> & {
    orders: PaymentOrders;
  }): void {
    const id = `STS-${answer.id}`;
    const { messageId, paymentInformationId } = orders;
    const version = this.#habits.version === '02' ? '03' : '10';
    const report = { ...answer, id, messageId, paymentInformationId };
    this.#send({ id, kind: 'pain.002', content: writeStatusReport(report, version) }, answer.on);
  }

  /** Each on its own way: later than another that was written after it, and some twice. */
  #send(file: BankFile, on: Day): void {
    const { reportDelayMax, repeatedBasisPoints } = this.#habits;
    const sentOn = addBankingDays(on, this.#chance.upTo(reportDelayMax, 'sent', file.id));
    add(this.#outbox, sentOn, file);
    if (!this.#chance.falls(repeatedBasisPoints, 'repeated', file.id)) return;
    const days = this.#chance.upTo(reportDelayMax, 'repeated on', file.id);
    add(this.#outbox, addBankingDays(sentOn, days), file);
  }
}

const ACCEPTED = { status: 'ACTC' } as const;
/** Account wrong, closed, blocked; no reason given; payee deceased. ISO 20022 external codes. */
const REJECTIONS = ['AC01', 'AC04', 'AC06', 'MS03', 'MD07'] as const;
const RETURNS = ['AC04', 'MD07', 'MS03', 'AC06'] as const;

function add<T>(days: Map<Day, T[]>, day: Day, item: T): void {
  const known = days.get(day);
  if (known) known.push(item);
  else days.set(day, [item]);
}

/** Those of that day, which are gone from there. */
function taken<T>(days: Map<Day, T[]>, day: Day): readonly T[] {
  const items = days.get(day) ?? [];
  days.delete(day);
  return items;
}
