import type { AppendInput } from '@app/platform';
import { SchemeApp, type Person } from '../support/scheme-app';
import { handOut, OrderWorld } from './order-world';

let app: SchemeApp;
let world: OrderWorld;
let ccas: Person;
let other: Person;
let orderId: string;

beforeAll(async () => {
  app = await SchemeApp.start();
  world = await OrderWorld.in(app);
  ccas = await world.prescriber();
  other = await world.prescriber('Mission locale');
  orderId = await world.activeOrder(30);
  await world.allocate(orderId, ccas, 10);
});

afterAll(() => app.stop());
afterEach(() => jest.restoreAllMocks());

/** Decided, and on its way to the store, while all that `meanwhile` does is written. */
async function overtaken(
  type: string,
  work: () => Promise<unknown>,
  meanwhile: () => Promise<unknown>,
) {
  const append = app.store.append.bind(app.store);
  const isDecided = Promise.withResolvers<void>();
  const goesOn = Promise.withResolvers<void>();
  jest.spyOn(app.store, 'append').mockImplementation(async (input: AppendInput) => {
    if (input.events[0]?.type === type) {
      isDecided.resolve();
      await goesOn.promise;
    }
    return append(input);
  });
  const done = work();
  await isDecided.promise;
  await meanwhile();
  goesOn.resolve();
  await done;
}

const one = (book: number) => ({ firstBook: book, lastBook: book });
const give = (book: number) => () => ccas.post('/v1/distributions', handOut(ccas, book));
const giveBack = (book: number) => () =>
  ccas.post(`/v1/orders/${orderId}/returns`, { prescriberId: ccas.partyId, ...one(book) });
const transfer = (book: number) => () =>
  world.funder.post(`/v1/orders/${orderId}/transfers`, {
    ...{ fromPrescriberId: ccas.partyId, toPrescriberId: other.partyId, ...one(book) },
  });

async function stockOf(prescriber: Person) {
  const path = `/v1/prescribers/${prescriber.partyId}/stock`;
  const { orders } = await prescriber.get<{ orders: readonly object[] }>(path);
  return orders[0];
}

describe('a book handed out in the moment in which it leaves the stock', () => {
  const whole = { ranges: [{ firstBook: 1, lastBook: 10 }], books: 10 };

  it.each([
    ['a return that is written first', 1, 'BookDistributed', give, giveBack],
    ['a return that is written after it', 2, 'BooksReturned', giveBack, give],
    ['a transfer that is written first', 3, 'BookDistributed', give, transfer],
    ['a transfer that is written after it', 4, 'BooksTransferred', transfer, give],
  ])('by %s, stays with who handed it out', async (_, book, type, slow, quick) => {
    await overtaken(type, slow(book), quick(book));
    expect(await stockOf(ccas)).toMatchObject({ ...whole, handedOut: book, inStock: 10 - book });
    const takenFrom = slow === transfer || quick === transfer ? other.partyId : undefined;
    const facts = await app.events();
    expect(facts.filter(({ type: each }) => each === 'StockCorrected').at(-1)?.data).toEqual({
      ...{ orderId, agreementId: world.agreementId, book, prescriberId: ccas.partyId },
      ...(takenFrom !== undefined && { fromPrescriberId: takenFrom }),
    });
    expect((await stockOf(other)) ?? { books: 0 }).toMatchObject({ books: 0 });
    expect(app.incidents).toEqual([]);
  });

  it('is given to nobody else by a later allocation', async () => {
    const body = { prescriberId: other.partyId, ...one(1) };
    const refused = await world.funder.refused(`/v1/orders/${orderId}/allocations`, body);
    expect(refused).toBe('409 not_in_stock');
  });
});

describe('a book that left the stock before', () => {
  it('and is handed out from the other stock, moves no more', async () => {
    await transfer(9)();
    await other.post('/v1/distributions', handOut(other, 9));
    await giveBack(10)();
    const types = (await app.events()).map(({ type }) => type);
    expect(types.filter((type) => type === 'StockCorrected')).toHaveLength(4);
    expect(await stockOf(other)).toMatchObject({ books: 1, handedOut: 1 });
  });
});
