import { randomUUID } from 'node:crypto';
import type { OrderEnqueued } from '@app/funding/contract';
import type { RecordedEvent } from '@app/platform';
import { eventually, inParallel } from '../support/caller';
import { Carnet } from '../support/carnet';
import { imbalanceOf, negativeOf, type MoneyOf } from '../support/reference-balances';
import { ReferenceFold } from '../support/reference-fold';
import {
  BOOK_COSTS_CENTS,
  hireStaff,
  orderBooks,
  signAgreement,
  today,
  typeDeposit,
  type Deposit,
  type Funding,
  type OrderAnswer,
  type Staff,
} from './cast';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(300_000);

const ORDERS = 50;
/** Small and big ones: a small one never overtakes a big one that was there before it. */
const BOOKS = [40, 100, 160] as const;
/** Money for the books of ten, in parts: little by little, then twice for several orders at once. */
const SMALL = Array.from({ length: 40 }, () => 5 * BOOK_COSTS_CENTS);
const LARGE = [400 * BOOK_COSTS_CENTS, 400 * BOOK_COSTS_CENTS];
const MONEY_CENTS = 1_000 * BOOK_COSTS_CENTS;

let carnet: Carnet;
let staff: Staff;

beforeAll(async () => {
  carnet = await Carnet.start();
  staff = await hireStaff(carnet);
});

afterAll(() => carnet.stop());

describe('fifty orders and money for ten', () => {
  let funding: Funding;
  let events: readonly RecordedEvent[];

  beforeAll(async () => {
    funding = await signAgreement(carnet, staff);
    const { agreementId } = funding;
    const pay = (amounts: readonly number[], from: string) =>
      amounts.map((amountCents, nth) =>
        typeDeposit(staff, { agreementId, amountCents, bankReference: `${from} ${nth}` }),
      );
    const orders = Array.from({ length: ORDERS }, (_, nth) =>
      orderBooks(funding, BOOKS[nth % BOOKS.length] as number),
    );
    await Promise.all([...pay(SMALL, 'VIR'), ...orders]);
    await Promise.all(pay(LARGE, 'VIR URGENT'));
    events = await eventually(
      'all are enqueued, and the funded ones have their books',
      async () => {
        const log = await carnet.events();
        const count = (type: string): number => log.filter((event) => event.type === type).length;
        const isSettled =
          count('OrderEnqueued') === ORDERS &&
          count('FundsReceived') === SMALL.length + LARGE.length &&
          count('BooksIssued') === count('OrderFunded');
        return isSettled && log;
      },
    );
  });

  it('funds those that stood first in the agreement’s queue, in that order, and no more', () => {
    let left = MONEY_CENTS;
    const covered = enqueued().filter(({ needCents }) => {
      left -= needCents;
      return left >= 0;
    });
    expect(ordersOf('OrderFunded')).toEqual(covered.map(({ orderId }) => orderId));
    expect(covered.length).toBeGreaterThan(5);
    expect(covered.length).toBeLessThan(25);
  });

  it('gives their books numbers without a gap, and no number twice', () => {
    const ranges = events
      .filter(({ type }) => type === 'RangeAllotted')
      .map(({ data }) => data as { orderId: string; firstBook: number; lastBook: number });
    expect(ranges.map(({ orderId }) => orderId).sort()).toEqual(ordersOf('OrderFunded').sort());
    const needs = new Map(enqueued().map(({ orderId, needCents }) => [orderId, needCents]));
    let next = 1;
    for (const { orderId, firstBook, lastBook } of ranges) {
      expect(firstBook).toBe(next);
      expect((lastBook - firstBook + 1) * BOOK_COSTS_CENTS).toBe(needs.get(orderId));
      next = lastBook + 1;
    }
  });

  it('never spends what is not there, at any position of the log', () => {
    const fold = new ReferenceFold();
    for (const event of events) {
      fold.apply(event);
      for (const id of fold.agreementIds) {
        const money = fold.agreement(id);
        const { position, type } = event;
        expect([position, type, imbalanceOf(money)]).toEqual([position, type, 0]);
        expect([position, type, negativeOf(money)]).toEqual([position, type, []]);
      }
    }
  });

  it('shows the money as the log has it: reserved, and what was too little for the next', async () => {
    const shown = await funding.funder.get<MoneyOf>(
      `/v1/agreements/${funding.agreementId}/balance`,
    );
    expect(shown).toEqual(ReferenceFold.of(events).agreement(funding.agreementId));
    const next = enqueued()[ordersOf('OrderFunded').length];
    expect(shown.depositedCents).toBe(MONEY_CENTS);
    expect(shown.availableCents).toBeGreaterThanOrEqual(0);
    expect(shown.availableCents).toBeLessThan(next?.needCents ?? 0);
  });

  it('tells of each order whether it has its money', async () => {
    const funded = new Set(ordersOf('OrderFunded'));
    const statuses = await inParallel(ordersOf('OrderEnqueued'), 10, async (orderId) => {
      const { status } = await funding.funder.get<OrderAnswer>(`/v1/orders/${orderId}`);
      return [orderId, status];
    });
    expect(statuses).toEqual(
      ordersOf('OrderEnqueued').map((id) => [id, funded.has(id) ? 'issued' : 'ordered']),
    );
  });

  const enqueued = (): { orderId: string; needCents: number }[] =>
    events
      .filter(({ type }) => type === 'OrderEnqueued')
      .map(({ data }) => data as OrderEnqueued['data'])
      .map(({ orderId, faceCents, feeCents, vatCents }) => {
        return { orderId, needCents: faceCents + feeCents + vatCents };
      });

  const ordersOf = (type: string): string[] =>
    events
      .filter((event) => event.type === type)
      .map(({ data }) => (data as { orderId: string }).orderId);
});

describe('one bank reference', () => {
  it('is one deposit, whoever types it, and however often at once', async () => {
    const { agreementId } = await signAgreement(carnet, staff);
    const deposit = { agreementId, amountCents: 5_000_000, valueOn: today() };
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => carnet.caller('finance-preparer')),
    );
    const typed = await Promise.all(
      clients.map((client, index) => {
        // Banks and people write one reference in more than one way.
        const bankReference = index % 2 === 0 ? 'VIR CD23 2026-03' : 'vir cd23  2026-03';
        return client.post<Deposit>('/v1/deposits', { ...deposit, bankReference });
      }),
    );
    const ids = new Set(typed.map(({ depositId }) => depositId));
    expect(ids.size).toBe(1);
    expect(await assignedTo(agreementId)).toEqual([5_000_000]);
  });

  it('is a conflict where anything else differs, and nothing is recorded', async () => {
    const { agreementId } = await signAgreement(carnet, staff);
    const { agreementId: anotherId } = await signAgreement(carnet, staff);
    const deposit = { agreementId, amountCents: 5_000_000, bankReference: `VIR ${randomUUID()}` };
    await typeDeposit(staff, deposit);
    const { preparer } = staff;
    for (const differing of [{ amountCents: 5_000_001 }, { agreementId: anotherId }]) {
      const wrong = { ...deposit, valueOn: today(), ...differing };
      expect(await preparer.refused('/v1/deposits', wrong)).toBe('409 reference_conflict');
    }
    expect(await assignedTo(agreementId)).toEqual([5_000_000]);
    expect(await assignedTo(anotherId)).toEqual([]);
  });

  it('races with itself to one amount: the first that was written stands', async () => {
    const { agreementId } = await signAgreement(carnet, staff);
    const deposit = { agreementId, bankReference: `VIR ${randomUUID()}`, valueOn: today() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const body = { ...deposit, amountCents: 1_000 + (index % 2) };
        return staff.preparer.ask('POST', '/v1/deposits', { body });
      }),
    );
    const [amount] = await assignedTo(agreementId);
    expect(await assignedTo(agreementId)).toHaveLength(1);
    expect(answers.map(({ status }) => status)).toEqual(
      answers.map((_, index) => (1_000 + (index % 2) === amount ? 201 : 409)),
    );
  });

  const assignedTo = async (agreementId: string): Promise<number[]> =>
    (await carnet.events())
      .filter(({ type }) => type === 'DepositAssigned')
      .map(({ data }) => data as { agreementId: string; amountCents: number })
      .filter((assigned) => assigned.agreementId === agreementId)
      .map(({ amountCents }) => amountCents);
});
