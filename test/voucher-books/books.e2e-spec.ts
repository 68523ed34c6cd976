import { randomUUID } from 'node:crypto';
import { SchemeApp, type Person } from '../support/scheme-app';
import { handOut, OrderWorld } from './order-world';

let app: SchemeApp;
let world: OrderWorld;
let ccas: Person;
let orderId: string;

beforeAll(async () => {
  app = await SchemeApp.start();
  world = await OrderWorld.in(app);
  ccas = await world.prescriber();
  orderId = await world.activeOrder(10);
  await world.allocate(orderId, ccas, 8);
});

afterAll(() => app.stop());

const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const rangesAllotted = async () =>
  (await app.events()).filter(({ type }) => type === 'RangeAllotted').length;

describe('a lost book', () => {
  it('is blocked, replaced under a new number, and the new one handed out instead', async () => {
    await ccas.post('/v1/distributions', { ...handOut(ccas, 1), beneficiaryRef: 'DOSSIER 1' });
    const handedOutAt = app.clock.now().toISOString();
    app.clock.advanceBy({ hours: 1 });
    expect(await ccas.refused('/v1/books/1/replacement')).toBe('409 book_not_blocked');
    expect(await ccas.post('/v1/books/1/block', { reason: 'stolen' })).toEqual({
      ...{ book: 1, status: 'blocked' },
    });
    expect(await ccas.refused('/v1/books/1/block', { reason: 'again' })).toBe('409 already_so');
    const key = randomUUID();
    expect(await ccas.post('/v1/books/1/replacement', {}, key)).toEqual({ book: 11 });
    expect(await ccas.post('/v1/books/1/replacement', {}, key)).toEqual({ book: 11 });
    expect(await ccas.refused('/v1/books/1/replacement')).toBe('409 already_so');
    expect(await rangesAllotted()).toBe(2);
    expect(await ccas.get('/v1/books/1')).toMatchObject({ status: 'replaced', replacedBy: 11 });
    expect(await ccas.get(`/v1/books/1?asOf=${handedOutAt}`)).toMatchObject({
      ...{ status: 'open', replacedBy: null, handedOutVouchers: ALL, unusedVouchers: ALL },
    });
    expect(await ccas.refusedToRead(`/v1/books/11?asOf=${handedOutAt}`)).toBe('404 not_found');
    expect(await ccas.get('/v1/books/11')).toMatchObject({ status: 'open', history: [] });
    const beforeIssue = '2026-01-15T09:59:59.999Z';
    expect(await ccas.refusedToRead(`/v1/books/1?asOf=${beforeIssue}`)).toBe('404 not_found');
    const issuedAt = '2026-01-15T10:00:00.000Z';
    expect(await ccas.get(`/v1/books/2?asOf=${issuedAt}`)).toMatchObject({ history: [] });
    // In the same prescriber's stock: one out, one in.
    const { orders } = await ccas.get<{ orders: object[] }>(
      `/v1/prescribers/${ccas.partyId}/stock`,
    );
    expect(orders).toMatchObject([
      {
        ranges: [
          { firstBook: 2, lastBook: 8 },
          { firstBook: 11, lastBook: 11 },
        ],
        ...{ books: 8, inStock: 8, handedOut: 0 },
      },
    ]);
    expect(await ccas.post('/v1/distributions', handOut(ccas, 11))).toEqual({
      ...{ book: 11, vouchers: ALL },
    });
    expect(await ccas.refused('/v1/distributions', handOut(ccas, 1))).toBe('409 book_replaced');
  });

  it('that is found again is unblocked', async () => {
    await world.operator.post('/v1/books/2/block', { reason: 'mislaid' });
    expect(await ccas.refused('/v1/distributions', handOut(ccas, 2))).toBe('409 book_blocked');
    expect(await world.funder.post('/v1/books/2/unblock')).toEqual({ book: 2, status: 'open' });
    expect(await world.funder.refused('/v1/books/2/unblock')).toBe('409 already_so');
    await ccas.post('/v1/distributions', handOut(ccas, 2));
  });

  it('of which no number was spent stays without one', async () => {
    const before = await rangesAllotted();
    expect(await ccas.refused('/v1/books/3/replacement')).toBe('409 book_not_blocked');
    expect(await rangesAllotted()).toBe(before);
  });

  it('is nobody else’s, and a number never given is no book', async () => {
    for (const stranger of [app.as('funder'), app.as('prescriber')]) {
      expect(await stranger.refusedToRead('/v1/books/1')).toBe('404 not_found');
      expect(await stranger.refused('/v1/books/1/block', { reason: 'x' })).toBe('404 not_found');
    }
    const { operator } = world;
    expect(await operator.refusedToRead('/v1/books/9999')).toBe('404 not_found');
    expect(await operator.refusedToRead('/v1/books/0')).toBe('400 id_invalid');
    expect(await operator.refusedToRead('/v1/books/1e3')).toBe('400 id_invalid');
    expect(await operator.refusedToRead(`/v1/books/${2 ** 30}`)).toBe('400 id_invalid');
    expect(await world.funder.refused('/v1/books/1/replacement')).toBe('403 forbidden');
  });

  it('tells its history without codes or pseudonyms, and to each reader its part', async () => {
    const told = async (reader: Person) => {
      const { history } = await reader.get<{ history: Record<string, unknown>[] }>('/v1/books/1');
      expect(history.map(({ type }) => type)).toEqual([
        ...['BookDistributed', 'BookBlocked', 'BookReplaced'],
      ]);
      return history[0] ?? {};
    };
    const { operator, funder } = world;
    for (const reader of [operator, funder, ccas]) {
      expect(await told(reader)).not.toHaveProperty('beneficiaryRef');
      expect(await told(reader)).toMatchObject({ vouchers: ALL, valueCents: 10_000 });
    }
    expect(await told(ccas)).toMatchObject({ public: 'senior' });
    expect(await told(funder)).not.toHaveProperty('public');
  });
});

describe('a leaked master key', () => {
  it('is revoked: its codes are refused at once, and nothing else changes', async () => {
    const { operator } = world;
    const keyId = app.keyRing.currentKeyId;
    const codeOf = (book: number) => ({
      code: app.codes.codeOf({ orderId, keyId: app.keyRing.currentKeyId }, { book, voucher: 0 }),
      ...{ prescriberId: ccas.partyId, public: 'senior' },
    });
    const printed = codeOf(4);
    const handedOut = codeOf(5);
    const key = randomUUID();
    const done = await ccas.post('/v1/distributions', handedOut, key);
    const body = { keyId, reason: 'found on a laptop' };
    expect(await ccas.refused('/v1/keys/revocation', body)).toBe('403 forbidden');
    const unknown = { ...body, keyId: '2020-01-01-00000000' };
    expect(await operator.refused('/v1/keys/revocation', unknown)).toBe('404 key_unknown');
    const revoked = await operator.post('/v1/keys/revocation', body);
    expect(revoked).toEqual({ keyId, newKeyId: app.keyRing.currentKeyId });
    expect(revoked['newKeyId']).not.toBe(keyId);
    expect(await operator.refused('/v1/keys/revocation', body)).toBe('409 already_so');
    expect(await ccas.refused('/v1/distributions', printed)).toBe('404 voucher_unknown');
    expect(await ccas.post('/v1/distributions', codeOf(4))).toMatchObject({ book: 4 });
    expect(await ccas.post('/v1/distributions', handedOut, key)).toEqual(done);
  });
});
