import { randomUUID } from 'node:crypto';
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
const COVERED = 10;
/** Four deposits for one order: money comes in parts, and parts fund whom they reach. */
const DEPOSITS = 4 * COVERED;

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
    const amountCents = (COVERED * 100 * BOOK_COSTS_CENTS) / DEPOSITS;
    const deposits = Array.from({ length: DEPOSITS }, (_, index) =>
      typeDeposit(staff, { agreementId, amountCents, bankReference: `VIR ${index}` }),
    );
    // Books of one order cost the same as those of any other, so that ten fit and an eleventh does not.
    const orders = Array.from({ length: ORDERS }, () => orderBooks(funding, 100));
    await Promise.all([...deposits, ...orders]);
    events = await eventually('all are enqueued, and ten have their books', async () => {
      const log = await carnet.events();
      const count = (type: string): number => log.filter((event) => event.type === type).length;
      const isSettled =
        count('OrderEnqueued') === ORDERS &&
        count('FundsReceived') === DEPOSITS &&
        count('BooksIssued') >= COVERED;
      return isSettled && log;
    });
  });

  it('funds the ten that stood first in the agreement’s queue, in that order', () => {
    expect(ordersOf('OrderFunded')).toEqual(ordersOf('OrderEnqueued').slice(0, COVERED));
  });

  it('gives their books numbers without a gap, and no number twice', () => {
    const ranges = events
      .filter(({ type }) => type === 'RangeAllotted')
      .map(({ data }) => data as { orderId: string; firstBook: number; lastBook: number });
    expect(ranges.map(({ orderId }) => orderId).sort()).toEqual(ordersOf('OrderFunded').sort());
    const [first] = ranges;
    for (const [index, { firstBook, lastBook }] of ranges.entries()) {
      expect([firstBook, lastBook]).toEqual([
        (first?.firstBook ?? 0) + index * 100,
        (first?.firstBook ?? 0) + index * 100 + 99,
      ]);
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

  it('shows the money as the log has it: all of it reserved', async () => {
    const shown = await funding.funder.get<MoneyOf>(
      `/v1/agreements/${funding.agreementId}/balance`,
    );
    expect(shown).toEqual(ReferenceFold.of(events).agreement(funding.agreementId));
    expect(shown).toMatchObject({
      depositedCents: COVERED * 100 * BOOK_COSTS_CENTS,
      availableCents: 0,
      reservedCents: COVERED * 100 * BOOK_COSTS_CENTS,
    });
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
