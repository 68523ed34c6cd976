import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
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
});

afterAll(() => app.stop());

type Stock = Readonly<{ orders: readonly Readonly<Record<string, unknown>>[] }>;
const stockOf = (prescriber: Person, query = '', reader = prescriber) =>
  reader.get<Stock>(`/v1/prescribers/${prescriber.partyId}/stock${query}`);
const codeOf = (book: number, voucher = 0) =>
  app.codes.codeOf({ orderId, keyId: app.keyRing.currentKeyId }, { book, voucher });
const range = (firstBook: number, lastBook: number) => ({ firstBook, lastBook });

describe('stock', () => {
  it('is given by number or by range, handed out, and told then and now', async () => {
    const { funder } = world;
    expect(await world.allocate(orderId, ccas, 10)).toEqual(range(1, 10));
    const these = { prescriberId: other.partyId, ...range(21, 25) };
    expect(await funder.post(`/v1/orders/${orderId}/allocations`, these)).toEqual(range(21, 25));
    const before = app.clock.now().toISOString();
    app.clock.advanceBy({ days: 3 });
    expect(await ccas.post('/v1/distributions', handOut(ccas, 4))).toEqual({
      book: 4,
      vouchers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    });
    const byCode = { code: codeOf(5), prescriberId: ccas.partyId, public: 'senior' };
    expect(await ccas.post('/v1/distributions', byCode)).toMatchObject({ book: 5 });
    const now = {
      ...{ orderId, ranges: [range(1, 10)], books: 10, inStock: 8, handedOut: 2 },
      ...{ lastHandOutOn: '2026-01-18', lastAllocatedAt: '2026-01-15T10:00:00.000Z' },
    };
    expect(await stockOf(ccas)).toEqual({ prescriberId: ccas.partyId, orders: [now] });
    const then = { ...now, inStock: 10, handedOut: 0, lastHandOutOn: null };
    expect((await stockOf(ccas, `?asOf=${before}`)).orders).toEqual([then]);
    expect((await stockOf(ccas, '?asOf=2026-01-15T09:59:59.999Z')).orders).toEqual([]);
  });

  it('moves between prescribers and back, but not what was handed out', async () => {
    const { funder, operator } = world;
    const from = { fromPrescriberId: ccas.partyId, toPrescriberId: other.partyId };
    const transfers = `/v1/orders/${orderId}/transfers`;
    expect(await funder.refused(transfers, { ...from, ...range(4, 6) })).toBe(
      '409 already_distributed',
    );
    expect(await funder.refused(transfers, { ...from, ...range(9, 11) })).toBe('409 not_in_stock');
    expect(await funder.refused(transfers, { ...from, ...range(9, 8) })).toBe('422 range_invalid');
    const same = { fromPrescriberId: ccas.partyId, toPrescriberId: ccas.partyId };
    expect(await funder.refused(transfers, { ...same, ...range(9, 9) })).toBe(
      '422 same_prescriber',
    );
    expect(await funder.post(transfers, { ...from, ...range(8, 9) })).toEqual(range(8, 9));
    const returns = `/v1/orders/${orderId}/returns`;
    const back = { prescriberId: ccas.partyId };
    expect(await ccas.refused(returns, { ...back, ...range(5, 5) })).toBe(
      '409 already_distributed',
    );
    expect(await ccas.post(returns, { ...back, ...range(10, 10) })).toEqual(range(10, 10));
    // Something happened to it, but it was never handed out.
    await ccas.post('/v1/books/7/block', { reason: 'mislaid' });
    await ccas.post('/v1/books/7/unblock');
    expect(await operator.post(returns, { ...back, ...range(7, 7) })).toEqual(range(7, 7));
    expect((await stockOf(ccas)).orders[0]).toMatchObject({
      ...{ ranges: [range(1, 6)], books: 6, inStock: 4, handedOut: 2 },
    });
    expect((await stockOf(other)).orders[0]).toMatchObject({
      ranges: [range(8, 9), range(21, 25)],
    });
  });

  it('is not given back while views that lag still take it for theirs', async () => {
    const { funder } = world;
    const back = { prescriberId: ccas.partyId };
    const transfer = { fromPrescriberId: ccas.partyId, toPrescriberId: other.partyId };
    app.viewed.hold();
    await ccas.post('/v1/distributions', handOut(ccas, 2));
    const returned = ccas.refused(`/v1/orders/${orderId}/returns`, { ...back, ...range(1, 3) });
    const moved = funder.refused(`/v1/orders/${orderId}/transfers`, {
      ...transfer,
      ...range(2, 2),
    });
    await sleep(50);
    app.viewed.release();
    expect(await returned).toBe('409 already_distributed');
    expect(await moved).toBe('409 already_distributed');
  });

  it('is not given back on the word of views that do not come', async () => {
    app.viewed.hold();
    await ccas.post('/v1/distributions', handOut(ccas, 3));
    const back = { prescriberId: ccas.partyId, ...range(1, 1) };
    expect(await ccas.refused(`/v1/orders/${orderId}/returns`, back)).toBe('503 read_model_behind');
    app.viewed.release();
  });

  it('of another prescriber, funder or order is not told and not touched', async () => {
    const stranger = app.as('prescriber');
    expect(await other.refusedToRead(`/v1/prescribers/${ccas.partyId}/stock`)).toBe(
      '404 not_found',
    );
    expect(await stranger.refusedToRead(`/v1/prescribers/${randomUUID()}/stock`)).toBe(
      '404 not_found',
    );
    expect((await stockOf(ccas, '', app.as('funder'))).orders).toEqual([]);
    expect((await stockOf(ccas, '', world.funder)).orders).toHaveLength(1);
    const back = { prescriberId: ccas.partyId, ...range(1, 1) };
    expect(await other.refused(`/v1/orders/${orderId}/returns`, back)).toBe('404 not_found');
    expect(await other.refused('/v1/distributions', handOut(ccas, 1))).toBe('404 not_found');
    // Neither tells whether there is such a book.
    expect(await other.refused('/v1/distributions', handOut(other, 1))).toBe('409 not_in_stock');
    expect(await other.refused('/v1/distributions', handOut(other, 99_999))).toBe(
      '409 not_in_stock',
    );
    expect(await world.operator.refused('/v1/distributions', handOut(ccas, 1))).toBe(
      '403 forbidden',
    );
  });

  it('is handed out once, and once only under one key', async () => {
    const key = randomUUID();
    const body = { ...handOut(ccas, 6), beneficiaryRef: 'DOSSIER 6', commune: '58194' };
    const first = await ccas.post('/v1/distributions', body, key);
    expect(await ccas.post('/v1/distributions', body, key)).toEqual(first);
    expect(await ccas.refused('/v1/distributions', body)).toBe('409 already_distributed');
    const told = (await app.events()).filter(({ type }) => type === 'BookDistributed').at(-1);
    expect(told?.data).toMatchObject({ book: 6, department: '58', commune: '58194' });
    expect(JSON.stringify(told?.data)).not.toContain('DOSSIER');
  });

  it.each([
    [{ book: undefined }, '400 book_or_code'],
    [{ code: '0000-0000-0000-0000' }, '400 book_or_code'],
    [{ book: 0 }, '400 number_range'],
    [{ public: undefined }, '400 required'],
    [{ public: '<b>' }, '400 word_invalid'],
    [{ commune: '581945' }, '400 commune_code_invalid'],
    [{ vouchers: [] }, '400 list_empty'],
    [{ vouchers: [1] }, '409 single_hand_out_not_allowed'],
    [{ vouchers: [11] }, '404 voucher_unknown'],
    [{ book: undefined, code: '0000-0000-0000-00' }, '422 code_format'],
    [{ book: undefined, code: '0000-0000-0000-0001' }, '422 code_check'],
  ])('is not handed out with %j: %s', async (wrong, refusal) => {
    const body = { ...handOut(ccas, 1), ...wrong };
    expect(await ccas.refused('/v1/distributions', body)).toBe(refusal);
  });

  it.each([
    [{}, '400 books_or_range'],
    [{ books: 1, firstBook: 11, lastBook: 11 }, '400 books_or_range'],
    [{ firstBook: 11 }, '400 books_or_range'],
    [{ firstBook: 12, lastBook: 11 }, '422 range_invalid'],
    [{ firstBook: 30, lastBook: 31 }, '409 not_in_stock'],
    [{ books: 21 }, '409 not_in_stock'],
  ])('is not allocated with %j: %s', async (wrong, refusal) => {
    const body = { prescriberId: ccas.partyId, ...wrong };
    expect(await world.funder.refused(`/v1/orders/${orderId}/allocations`, body)).toBe(refusal);
  });

  it('is not allocated to nobody', async () => {
    const body = { prescriberId: randomUUID(), books: 1 };
    expect(await world.funder.refused(`/v1/orders/${orderId}/allocations`, body)).toBe(
      '404 prescriber_unknown',
    );
  });

  it('is handed out by the code of the book, not of a voucher, and guessing ends', async () => {
    const byCode = (code: string) => ({ code, prescriberId: other.partyId, public: 'senior' });
    expect(await other.refused('/v1/distributions', byCode(codeOf(21, 1)))).toBe(
      '422 book_code_required',
    );
    const key = randomUUID();
    const done = await other.post('/v1/distributions', byCode(codeOf(22)), key);
    // Genuine under another order's key: what a guess looks like.
    const guess = app.codes.codeOf(
      { orderId: randomUUID(), keyId: app.keyRing.currentKeyId },
      { book: 21, voucher: 0 },
    );
    for (let wrong = 0; wrong < 10; wrong += 1) {
      expect(await other.refused('/v1/distributions', byCode(guess))).toBe('404 voucher_unknown');
    }
    expect(await other.refused('/v1/distributions', byCode(codeOf(21)))).toBe(
      '429 too_many_attempts',
    );
    expect(await other.post('/v1/distributions', byCode(codeOf(22)), key)).toEqual(done);
  });
});
