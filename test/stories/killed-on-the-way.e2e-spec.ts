import { VoucherCodes } from '@app/voucher-books';
import type { BooksIssued } from '@app/voucher-books/contract';
import { eventually, inParallel } from '../support/caller';
import { Carnet, type ProgramName } from '../support/carnet';
import { imbalanceOf, type MoneyOf } from '../support/reference-balances';
import { ReferenceFold } from '../support/reference-fold';
import {
  BOOK_COSTS_CENTS,
  hireStaff,
  labelPlaces,
  orderBooks,
  registerPrescribers,
  signAgreement,
  today,
  typeDeposit,
  type Funding,
  type OrderAnswer,
  type Place,
  type Prescriber,
  type Staff,
} from './cast';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(300_000);

const ORDERS = 12;
const BOOKS = 20;
const AT_ONCE = 8;

let carnet: Carnet;
let staff: Staff;

beforeAll(async () => {
  carnet = await Carnet.start();
  staff = await hireStaff(carnet);
});

afterAll(() => carnet.stop());

/** Kills a program when the log says so, and starts it again while everybody goes on. */
class Reaper {
  /** Deaths that came while something was under way. */
  hits = 0;

  async kill(name: ProgramName, isUnderWay: () => Promise<boolean>): Promise<void> {
    await carnet.kill(name);
    if (await isUnderWay()) this.hits += 1;
    await carnet.restart(name);
  }
}

/** Events of the agreement and of all that belongs to it, by what they say. */
const eventsOf = async ({ agreementId }: Funding) => {
  const events = await carnet.events();
  const own = new Set(
    events.flatMap(({ data }) => {
      const { agreementId: of, orderId } = data as { agreementId?: string; orderId?: string };
      return of === agreementId && orderId !== undefined ? [orderId] : [];
    }),
  );
  return events.filter(({ data }) => {
    const { agreementId: of, orderId } = data as { agreementId?: string; orderId?: string };
    return of === agreementId || (orderId !== undefined && own.has(orderId));
  });
};

const countOf = async (funding: Funding, type: string): Promise<number> =>
  (await eventsOf(funding)).filter((event) => event.type === type).length;

/** Typed, confirmed by another, ordered, delivered: the part of the story before the books are used. */
async function play(funding: Funding, reaper?: Reaper): Promise<string[]> {
  const { agreementId, funder } = funding;
  const less = (type: string) => async () => (await countOf(funding, type)) < ORDERS;
  const reach = (type: string, count = ORDERS) =>
    eventually(type, async () => (await countOf(funding, type)) >= count);
  const ordered = inParallel(Array.from({ length: ORDERS }), AT_ONCE, () =>
    orderBooks(funding, BOOKS),
  );
  if (reaper) {
    await reach('BooksOrdered', 1);
    await Promise.all([
      reaper.kill('api', less('BooksOrdered')),
      reaper.kill('worker', less('OrderEnqueued')),
    ]);
  }
  const orderIds = (await ordered).map(({ orderId }) => orderId);
  const deposits = inParallel(Array.from({ length: 4 }), 4, async (_, nth) => {
    const amountCents = (ORDERS * BOOKS * BOOK_COSTS_CENTS) / 4;
    const bankReference = `VIR ${agreementId} ${nth}`;
    const { depositId } = await typeDeposit(staff, { agreementId, amountCents, bankReference });
    await staff.approver.post(`/v1/deposits/${depositId}/confirmation`, {
      statementReference: `CAMT ${nth}`,
    });
  });
  if (reaper) {
    await reach('OrderFunded', 1);
    await reaper.kill('worker', less('BooksIssued'));
    await reaper.kill('projector', less('OrderActivated'));
  }
  await deposits;
  await reach('BooksIssued');
  const delivered = inParallel(orderIds, AT_ONCE, (orderId) =>
    funder.post(`/v1/orders/${orderId}/delivery`, { deliveredOn: today() }),
  );
  if (reaper) {
    await reach('OrderActivated', 1);
    await reaper.kill('worker', less('OrderActivated'));
  }
  await delivered;
  await reach('OrderActivated');
  return orderIds;
}

/** What is there in the end, without what differs from one time to the next: ids and book numbers. */
async function endOf(funding: Funding, orderIds: readonly string[]) {
  // The last thing that follows from an order is its invoice.
  const events = await eventually('every order is invoiced', async () => {
    const recorded = await eventsOf(funding);
    const invoices = recorded.filter(({ type }) => type === 'InvoiceIssued');
    return invoices.length === orderIds.length && recorded;
  });
  const streams = Map.groupBy(events, ({ streamName }) => streamName);
  const words = [...streams].map(([name, ofStream]) => {
    const types = ofStream.map(({ type }) => type);
    // Of many orders at once, the agreement's own order of things is chance.
    return `${name.split('-')[0]}: ${(name.startsWith('order-') ? types : types.sort()).join(' ')}`;
  });
  const ranges = events.filter(({ type }) => type === 'RangeAllotted');
  const { funder, agreementId } = funding;
  return {
    words: words.sort(),
    numbers: new Set(ranges.map(({ data }) => (data as { firstBook: number }).firstBook)).size,
    money: await funder.get<MoneyOf>(`/v1/agreements/${agreementId}/balance`),
    orders: await inParallel(orderIds, AT_ONCE, async (orderId) => {
      const order = await funder.get<OrderAnswer>(`/v1/orders/${orderId}`);
      const { status, delivered, firstBook, lastBook, needCents } = order;
      return { status, delivered, needCents, books: (lastBook ?? 0) - (firstBook ?? 1) + 1 };
    }),
  };
}

describe('an api, a worker and a projector that are killed on the way', () => {
  let funding: Funding;
  let orderIds: readonly string[];

  it('leave the same behind as if nobody had died', async () => {
    const quiet = await signAgreement(carnet, staff);
    const expected = await endOf(quiet, await play(quiet));
    funding = await signAgreement(carnet, staff);
    const reaper = new Reaper();
    orderIds = await play(funding, reaper);
    expect(await endOf(funding, orderIds)).toEqual(expected);
    expect(expected.orders).toHaveLength(ORDERS);
    expect(expected.orders.every(({ status }) => status === 'active')).toBe(true);
    // A death between two works shows nothing: some must have come in the middle of one.
    expect(reaper.hits).toBeGreaterThan(0);
  });

  it('lose no cent: the views, killed too, say what the log says', async () => {
    const fold = ReferenceFold.of(await carnet.events());
    const { agreementId, funder } = funding;
    const money = await funder.get<MoneyOf>(`/v1/agreements/${agreementId}/balance`);
    expect(money).toEqual(fold.agreement(agreementId));
    expect([imbalanceOf(money), money.availableCents]).toEqual([0, 0]);
  });

  it('record every session once, with one answer, however often its place asks', async () => {
    const [place] = (await labelPlaces(carnet, staff, 1)) as [Place];
    const [prescriber] = (await registerPrescribers(carnet, staff, 1)) as [Prescriber];
    const vouchers = await handOutVouchers(prescriber);
    const redeem = ({ code }: { code: string }) =>
      place.cashier.post<{ redemptionId: string }>('/v1/redemptions', {
        ...{ placeId: place.placeId, codes: [code], service: 'online-forms', priceCents: 1_000 },
      });
    const redeemed = async (): Promise<string[]> =>
      (await carnet.events())
        .filter(({ type }) => type === 'VouchersRedeemed')
        .map(({ data }) => (data as { redemptionId: string }).redemptionId);
    const isUnderWay = async () => (await redeemed()).length < vouchers.length;
    const reaper = new Reaper();
    const answers = inParallel(vouchers, AT_ONCE, redeem);
    for (const share of [0.2, 0.5]) {
      await eventually('some are redeemed', async () => {
        return (await redeemed()).length >= share * vouchers.length;
      });
      await reaper.kill('api', isUnderWay);
    }
    const ids = (await answers).map(({ redemptionId }) => redemptionId);
    expect(new Set(ids).size).toBe(vouchers.length);
    expect((await redeemed()).sort()).toEqual([...ids].sort());
    expect(reaper.hits).toBeGreaterThan(0);
  });

  /** Of all books of the first order, in the order of their numbers. */
  async function handOutVouchers({ prescriberId, caller }: Prescriber) {
    const [orderId = ''] = orderIds;
    await funding.funder.post(`/v1/orders/${orderId}/allocations`, { prescriberId, books: BOOKS });
    const issued = (await carnet.events()).find(({ type, data }) => {
      return type === 'BooksIssued' && (data as { orderId: string }).orderId === orderId;
    });
    const { keyId, firstBook } = issued?.data as BooksIssued['data'];
    const codes = new VoucherCodes(carnet.keyRing);
    const books = Array.from({ length: BOOKS }, (_, nth) => firstBook + nth);
    await inParallel(books, AT_ONCE, (book) =>
      caller.post('/v1/distributions', { book, prescriberId, public: 'senior' }),
    );
    return books.flatMap((book) =>
      Array.from({ length: 10 }, (_, nth) => {
        return { code: codes.codeOf({ orderId, keyId }, { book, voucher: nth + 1 }) };
      }),
    );
  }
});
