import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../../apps/standalone/src/bank-simulator/chance';
import { BOOK_COSTS_CENTS, daysFromToday, today, type OrderAnswer } from '../stories/cast';
import type { Bank } from './bank';
import type { Need } from './history';
import type { Scheme } from './scheme';
import type { Vouchers } from './vouchers';

/** Enough for the tills of some rounds; then the desks rest. */
const VOUCHERS_WANTED = 800;
const BOOKS_MAX = 20;
const STOCK_BOOKS = 50;
const VOUCHERS_PER_BOOK = 10;
/** Of 10,000 orders. */
const CANCELLED = 1_500;
const CONFIRMED_BY_HAND = 5_000;
const AGAIN_MS = 100;
const PATIENCE_MS = 120_000;

/** Orders, pays, confirms, delivers, allocates and hands out, until there are vouchers enough. */
export class Desk {
  #turn = 0;

  constructor(
    private readonly scheme: Scheme,
    private readonly vouchers: Vouchers,
    private readonly bank: Bank,
    private readonly chance: Chance,
    private readonly name: string,
  ) {}

  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      if (this.vouchers.left < VOUCHERS_WANTED) await this.#order(this.#turn++);
      else await sleep(AGAIN_MS);
    }
  }

  /** Books enough for some rounds, so that no till ever waits. */
  async stockUp(): Promise<void> {
    await this.#follow(await this.#wish(STOCK_BOOKS), STOCK_BOOKS, this.#turn++);
  }

  async #order(turn: number): Promise<void> {
    const books = 1 + this.chance.upTo(BOOKS_MAX - 1, this.name, turn, 'books');
    const orderId = await this.#wish(books);
    // Which is funded with the next deposit in its place: money is not lost.
    if (this.chance.falls(CANCELLED, this.name, turn, 'cancelled')) {
      const path = `/v1/orders/${orderId}/cancellation`;
      await this.scheme.funder.post(path, { reason: 'ordered twice' });
    } else await this.#follow(orderId, books, turn);
  }

  async #wish(books: number): Promise<string> {
    const { funder, agreementId } = this.scheme;
    const { orderId } = await funder.post<{ orderId: string }>('/v1/orders', {
      ...{ agreementId, books, vouchersPerBook: VOUCHERS_PER_BOOK },
      validUntilOn: daysFromToday(200),
    });
    return orderId;
  }

  /** From its money to its books in people's hands. */
  async #follow(orderId: string, books: number, turn: number): Promise<void> {
    const { funder } = this.scheme;
    await this.#pay(turn, books * BOOK_COSTS_CENTS);
    await this.#becomes(orderId, 'issued');
    await funder.post(`/v1/orders/${orderId}/delivery`, { deliveredOn: today() });
    const { firstBook } = await this.#becomes(orderId, 'active');
    await this.#handOut(orderId, firstBook ?? 0, books);
  }

  /** Confirmed by another person, or by what the bank says of it. */
  async #pay(turn: number, amountCents: number): Promise<void> {
    const { preparer, approver, agreementId } = this.scheme;
    const bankReference = `VIR ${this.name} ${turn}`;
    const { depositId } = await preparer.post<{ depositId: string }>('/v1/deposits', {
      ...{ agreementId, amountCents, bankReference, valueOn: today() },
    });
    this.bank.credit({ amountCents, bankReference });
    if (!this.chance.falls(CONFIRMED_BY_HAND, this.name, turn, 'by hand')) return;
    await approver.change(
      `/v1/deposits/${depositId}/confirmation`,
      { statementReference: `CAMT ${this.name} ${turn}` },
      ['already_so'],
    );
  }

  async #handOut(orderId: string, firstBook: number, books: number): Promise<void> {
    const { funder, codes, prescribing } = this.scheme;
    const { prescriberId, prescriber } = prescribing;
    const range = { firstBook, lastBook: firstBook + books - 1 };
    await funder.post(`/v1/orders/${orderId}/allocations`, { prescriberId, ...range });
    for (let book = range.firstBook; book <= range.lastBook; book += 1) {
      await prescriber.post('/v1/distributions', { book, prescriberId, public: 'senior' });
      const key = { orderId, keyId: this.scheme.keyId };
      this.vouchers.put(
        Array.from({ length: VOUCHERS_PER_BOOK }, (_, at) =>
          codes.codeOf(key, { book, voucher: at + 1 }),
        ),
      );
    }
  }

  #becomes(orderId: string, status: string): Promise<OrderAnswer> {
    return eventually(this.scheme, 'process', `order ${orderId} is ${status}`, async () => {
      const order = await this.scheme.funder.get<OrderAnswer>(`/v1/orders/${orderId}`);
      return order?.status === status ? order : undefined;
    });
  }
}

/** What follows by itself from what was done: in another program, in its time. */
export function eventually<T>(
  { history }: Scheme,
  needs: Need,
  what: string,
  find: () => Promise<T | undefined>,
): Promise<T> {
  return history.during(needs, async () => {
    const from = performance.now();
    for (;;) {
      const found = await find();
      history.waited(what, performance.now() - from);
      if (found !== undefined) return found;
      if (performance.now() > from + PATIENCE_MS) throw new Error(`it never came to be: ${what}`);
      await sleep(AGAIN_MS);
    }
  });
}
