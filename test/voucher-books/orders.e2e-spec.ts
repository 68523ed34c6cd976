import { randomUUID } from 'node:crypto';
import { SchemeApp } from '../support/scheme-app';
import { OrderWorld } from './order-world';

let app: SchemeApp;
let world: OrderWorld;

beforeAll(async () => {
  app = await SchemeApp.start();
  world = await OrderWorld.in(app);
});

afterAll(() => app.stop());

describe('an order', () => {
  it('goes from wish to use, and its funder follows it', async () => {
    const { funder, operator } = world;
    const orderId = await world.order(20);
    expect(await funder.get(`/v1/orders/${orderId}`)).toMatchObject({
      ...{ orderId, agreementId: world.agreementId, funderId: funder.partyId },
      ...{ status: 'issued', delivered: false, books: 20, vouchersPerBook: 10 },
      // 20 books of 10 at 10 €, 5 % fee, 20 % VAT on the fee.
      ...{ faceCents: 200_000, feeCents: 10_000, vatCents: 2_000, needCents: 212_000 },
      ...{ validUntilOn: '2026-12-31', lastDayOfUseOn: '2027-01-30', lastHandInOn: '2027-02-05' },
    });
    const delivery = { deliveredOn: '2026-01-15' };
    expect(await operator.post(`/v1/orders/${orderId}/delivery`, delivery)).toEqual({
      ...{ orderId, delivered: true, ...delivery },
    });
    const order = await funder.get(`/v1/orders/${orderId}`);
    expect(order).toMatchObject({ status: 'active', delivered: true, activatedOn: '2026-01-15' });
    expect(Number(order['lastBook']) - Number(order['firstBook'])).toBe(19);
    const again = { reason: 'too many' };
    expect(await funder.refused(`/v1/orders/${orderId}/cancellation`, again)).toBe(
      '409 order_already_active',
    );
  });

  it('is cancelled until it is active, and its money is free again', async () => {
    const { funder } = world;
    const balance = () => funder.get(`/v1/agreements/${world.agreementId}/balance`);
    const { availableCents } = await balance();
    const orderId = await world.order(5);
    expect((await balance())['availableCents']).toBe(Number(availableCents) - 53_000);
    await funder.post(`/v1/orders/${orderId}/cancellation`, { reason: 'twice' });
    expect(await funder.get(`/v1/orders/${orderId}`)).toMatchObject({
      ...{ status: 'cancelled', cancelledFor: 'twice' },
    });
    expect((await balance())['availableCents']).toBe(availableCents);
  });

  it('is listed by agreement and status, and a funder sees its own alone', async () => {
    const other = await OrderWorld.in(app);
    const orderId = await other.order(3);
    const { items } = await other.funder.get<{ items: { orderId: string }[] }>('/v1/orders');
    expect(items.map((order) => order.orderId)).toEqual([orderId]);
    const listed = (query: string) =>
      world.operator.get<{ items: { orderId: string }[] }>(`/v1/orders?${query}`);
    const ofAgreement = `agreementId=${other.agreementId}`;
    expect((await listed(`${ofAgreement}&status=issued`)).items).toHaveLength(1);
    expect((await listed(`${ofAgreement}&status=active`)).items).toHaveLength(0);
    const foreign = `funderId=${world.funder.partyId}`;
    expect((await other.funder.get<{ items: object[] }>(`/v1/orders?${foreign}`)).items).toEqual(
      [],
    );
  });

  it('that is foreign answers like one that is missing', async () => {
    const stranger = app.as('funder');
    const orderId = await world.order(1);
    const bodies: Readonly<Record<string, object>> = {
      cancellation: { reason: 'x' },
      delivery: { deliveredOn: '2026-01-15' },
      'closing/stock-block': {},
      'closing/acknowledgement': {},
      'closing/agreement': {},
      allocations: { prescriberId: randomUUID(), books: 1 },
      transfers: {
        ...{ fromPrescriberId: randomUUID(), toPrescriberId: randomUUID() },
        ...{ firstBook: 1, lastBook: 1 },
      },
    };
    for (const [path, body] of Object.entries(bodies)) {
      for (const id of [orderId, randomUUID()]) {
        expect([path, await stranger.refused(`/v1/orders/${id}/${path}`, body)]).toEqual([
          path,
          '404 not_found',
        ]);
      }
    }
    for (const path of ['', '/closing']) {
      expect(await stranger.refusedToRead(`/v1/orders/${orderId}${path}`)).toBe('404 not_found');
      expect(await stranger.refusedToRead(`/v1/orders/${randomUUID()}${path}`)).toBe(
        '404 not_found',
      );
    }
    const foreign = { agreementId: world.agreementId, books: 1, vouchersPerBook: 10 };
    const body = { ...foreign, validUntilOn: '2026-12-31' };
    expect(await stranger.refused('/v1/orders', body)).toBe('404 not_found');
  });

  it.each([
    [{ books: 0 }, '400 number_range'],
    [{ books: 1_000_001 }, '400 number_range'],
    [{ books: '5' }, '400 number_type'],
    [{ vouchersPerBook: 9 }, '422 vouchers_per_book_not_allowed'],
    [{ validUntilOn: '2026-02-30' }, '400 date_invalid'],
    [{ validUntilOn: '2026-01-14' }, '422 valid_until_past'],
    [{ graceDays: 366 }, '400 number_range'],
    [{ agreementId: '1' }, '400 id_invalid'],
    [{ status: 'active' }, '400 unknown_property'],
    [{ books: 1_000_000 }, '409 ceiling_exceeded'],
  ])('with %j is refused with %s, and nothing is recorded', async (wrong, refusal) => {
    const before = await app.events();
    const body = { agreementId: world.agreementId, books: 5, vouchersPerBook: 10 };
    const asked = { ...body, validUntilOn: '2026-12-31', ...wrong };
    expect(await world.funder.refused('/v1/orders', asked)).toBe(refusal);
    expect(await app.events()).toHaveLength(before.length);
  });

  it('is one order however often it is asked under one key', async () => {
    const body = { agreementId: world.agreementId, books: 2, vouchersPerBook: 10 };
    const asked = { ...body, validUntilOn: '2026-12-31' };
    const key = randomUUID();
    const first = await world.funder.post('/v1/orders', asked, key);
    expect(await world.funder.post('/v1/orders', asked, key)).toEqual(first);
    const other = await world.funder.ask('post', '/v1/orders', {
      body: { ...asked, books: 3 },
      key,
    });
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency_mismatch']);
  });
});
