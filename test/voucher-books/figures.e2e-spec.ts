import { SchemeApp } from '../support/scheme-app';
import { handOut, OrderWorld } from './order-world';

let app: SchemeApp;
let world: OrderWorld;

beforeAll(async () => {
  app = await SchemeApp.start('2026-01-30T10:00:00.000Z');
  world = await OrderWorld.in(app, { singleHandOut: true });
  const orderId = await world.activeOrder(10);
  const ccas = await world.prescriber();
  await world.allocate(orderId, ccas, 10);
  await ccas.post('/v1/distributions', handOut(ccas, 1));
  const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  await ccas.post('/v1/distributions', handOut(ccas, 2, { vouchers: nine, public: 'youth' }));
  app.clock.set('2026-02-10T10:00:00.000Z');
  await ccas.post('/v1/distributions', handOut(ccas, 3, { public: 'youth' }));
});

afterAll(() => app.stop());

type Items = Readonly<{ asOf: string; items: readonly Record<string, unknown>[] }>;
/** Paris is an hour ahead of UTC in winter. */
const JANUARY_END = '2026-01-31T22:59:59.999Z';

describe('figures', () => {
  it('are told to staff at any instant', async () => {
    const { asOf, items } = await app.as('auditor').get<Items>('/v1/figures?groupBy=public');
    expect(asOf).toBe('2026-02-10T10:00:00.000Z');
    expect(items).toEqual([
      expect.objectContaining({ group: '', issued: 100, active: 100, distributed: 0 }),
      expect.objectContaining({ group: 'senior', distributed: 10 }),
      expect.objectContaining({ group: 'youth', distributed: 19 }),
    ]);
    const then = '/v1/figures?groupBy=public&asOf=2026-01-30T09:59:59.000Z';
    expect((await world.operator.get<Items>(then)).items).toEqual([]);
    const byFunder = await world.operator.get<Items>('/v1/figures?groupBy=funder');
    expect(byFunder.items).toEqual([
      expect.objectContaining({ group: world.funder.partyId, name: 'Département de la Nièvre' }),
    ]);
  });

  it('are public at the end of the last month, without what is under 10', async () => {
    for (const reader of [app.nobody, app.as('place-manager'), world.funder]) {
      const { asOf, items } = await reader.get<Items>('/v1/figures?groupBy=public');
      expect(asOf).toBe(JANUARY_END);
      expect(items).toEqual([
        expect.objectContaining({ group: '', issued: 100, active: 100, distributed: null }),
        // What all groups have, those of funders tell: youth would follow from it.
        expect.objectContaining({ group: 'senior', distributed: null }),
        expect.objectContaining({ group: 'youth', distributed: null, redeemed: null }),
      ]);
    }
    const named = `/v1/figures?groupBy=public&asOf=${JANUARY_END}`;
    expect((await app.nobody.get<Items>(named)).asOf).toBe(JANUARY_END);
  });

  it.each([
    ['asOf=2026-01-31T22:59:59.998Z', '400 month_end_required'],
    ['asOf=2026-01-31T23:00:00.000Z', '400 month_end_required'],
    ['asOf=2026-01-30T22:59:59.999Z', '400 month_end_required'],
    // This month is not over: its end would say what this very day does.
    ['asOf=2026-02-28T22:59:59.999Z', '400 month_end_required'],
    ['asOf=2026-01-31', '400 date_invalid'],
  ])('are not public with %s', async (query, refusal) => {
    expect(await app.nobody.refusedToRead(`/v1/figures?groupBy=public&${query}`)).toBe(refusal);
  });

  it('are grouped by what is fixed', async () => {
    expect(await app.nobody.refusedToRead('/v1/figures?groupBy=commune')).toBe(
      '400 choice_unknown',
    );
    expect(await app.nobody.refusedToRead('/v1/figures')).toBe('400 required');
    const { items } = await world.operator.get<Items>('/v1/figures?groupBy=month');
    expect(items).toEqual([
      expect.objectContaining({ group: '2026-01', issued: 100, distributed: 19 }),
      expect.objectContaining({ group: '2026-02', issued: 0, distributed: 10 }),
    ]);
  });
});
