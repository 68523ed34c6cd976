import { SchemeApp, type Person } from '../support/scheme-app';
import { handOut, OrderWorld } from './order-world';

let app: SchemeApp;
let world: OrderWorld;

beforeEach(async () => {
  app = await SchemeApp.start();
  world = await OrderWorld.in(app);
});

afterEach(() => app.stop());

const stepsOf = (taken: readonly { step: string; dueOn: string }[]) =>
  taken.map(({ step, dueOn }) => `${step} ${dueOn}`);
const redeem = (book: number, vouchers: number[], orderId: string, placeId: string) => ({
  ...{ placeId, service: 'online-forms', priceCents: vouchers.length * 1_000 },
  codes: vouchers.map((voucher) =>
    app.codes.codeOf({ orderId, keyId: app.keyRing.currentKeyId }, { book, voucher }),
  ),
});
const closingOf = (orderId: string, reader: Person = world.funder) =>
  reader.get(`/v1/orders/${orderId}/closing`);

describe('the end of an order', () => {
  it('comes by itself where nobody answers, and gives back what was not used', async () => {
    const orderId = await world.activeOrder(10, { validUntilOn: '2026-06-30' });
    const ccas = await world.prescriber();
    await world.allocate(orderId, ccas, 4);
    for (const book of [1, 2, 3]) await ccas.post('/v1/distributions', handOut(ccas, book));
    const { placeId, cashier } = await world.place();
    await cashier.post('/v1/redemptions', redeem(1, [1, 2], orderId, placeId));
    // Lost after three of its vouchers were spent; the seven others live on in book 11.
    await cashier.post('/v1/redemptions', redeem(2, [1, 2, 3], orderId, placeId));
    await ccas.post('/v1/books/2/block', { reason: 'lost' });
    await ccas.post('/v1/books/2/replacement');
    await ccas.post('/v1/distributions', handOut(ccas, 11));
    await cashier.post('/v1/redemptions', redeem(11, [7], orderId, placeId));

    expect(stepsOf(await app.passUntil('2026-05-30'))).toEqual([]);
    expect(stepsOf(await app.passUntil('2026-05-31'))).toEqual(['OpenClosing 2026-05-31']);
    expect(await closingOf(orderId)).toMatchObject({
      status: 'closing',
      sums: {
        issuedCents: 100_000,
        outOfStockCents: 30_000,
        inStockCents: 70_000,
        // All of book 1, the three spent of book 2, and the seven of book 11.
        startedCents: 20_000,
      },
      answers: { stockBlock: 'none', acknowledgement: 'none', statement: 'none' },
    });
    expect(stepsOf(await app.passUntil('2026-08-06'))).toEqual([
      ...['SettleStockBlock 2026-06-15', 'SettleAcknowledgement 2026-06-23'],
      'EndValidity 2026-08-06',
    ]);
    expect(stepsOf(await app.passUntil('2026-08-22'))).toEqual([
      ...['OpenStatement 2026-08-07', 'DrawStatement 2026-08-07'],
    ]);
    expect(await closingOf(orderId)).toMatchObject({
      figures: { issuedCents: 100_000, redeemedCents: 6_000, unusedCents: 94_000 },
      answers: { stockBlock: 'unanswered', acknowledgement: 'unanswered', statement: 'drawn' },
    });
    expect(stepsOf(await app.passUntil('2026-08-25'))).toEqual(['SettleStatement 2026-08-23']);
    const closed = await closingOf(orderId);
    expect(closed).toMatchObject({ status: 'closed', answers: { agreedByDefault: true } });
    expect(closed['creditNoteId']).toEqual(expect.any(String));
    expect(closed['steps']).toEqual([
      { step: 'opening', dueOn: '2026-05-31', doneOn: '2026-05-31' },
      { step: 'stock-block', dueOn: '2026-06-15', doneOn: null },
      { step: 'acknowledgement', dueOn: '2026-06-23', doneOn: null },
      { step: 'validity-end', dueOn: '2026-08-06', doneOn: '2026-08-06' },
      { step: 'statement', dueOn: '2026-08-07', doneOn: '2026-08-07' },
      { step: 'agreement', dueOn: '2026-08-22', doneOn: '2026-08-23' },
      { step: 'credit-note', dueOn: null, doneOn: '2026-08-23' },
    ]);
    // 5,000 € less fee and VAT of 60 €, less six vouchers spent.
    expect(await world.funder.get(`/v1/agreements/${world.agreementId}/balance`)).toMatchObject({
      ...{ availableCents: 488_000, expiredCents: 0, activeCents: 0, distributedCents: 0 },
      ...{ owedCents: 6_000, feesCents: 6_000 },
    });
    expect(app.incidents).toEqual([]);
  });

  it('takes the funder’s word, each in its time', async () => {
    const { funder } = world;
    const orderId = await world.activeOrder(5, { validUntilOn: '2026-06-30' });
    const ccas = await world.prescriber();
    await world.allocate(orderId, ccas, 5);
    const answer = (name: string) => funder.post(`/v1/orders/${orderId}/closing/${name}`);
    const refusal = (name: string) => funder.refused(`/v1/orders/${orderId}/closing/${name}`);
    expect(await refusal('stock-block')).toBe('409 closing_not_open');
    await app.passUntil('2026-06-01');
    expect(await answer('stock-block')).toEqual({ orderId, stockBlock: 'requested' });
    expect(await refusal('stock-block')).toBe('409 already_so');
    await ccas.post('/v1/distributions', handOut(ccas, 1));
    await app.passUntil('2026-06-15');
    expect(await ccas.refused('/v1/distributions', handOut(ccas, 2))).toBe('409 book_blocked');
    expect(await answer('acknowledgement')).toEqual({ orderId, acknowledgement: 'given' });
    expect(await refusal('agreement')).toBe('409 statement_not_drawn');
    await app.passUntil('2026-08-07');
    expect(await refusal('acknowledgement')).toBe('409 validity_ended');
    expect(await answer('agreement')).toEqual({ orderId, statement: 'agreed' });
    expect(await closingOf(orderId)).toMatchObject({
      status: 'closed',
      figures: { issuedCents: 50_000, redeemedCents: 0, unusedCents: 50_000 },
      answers: {
        ...{ stockBlock: 'blocked', stockBlockRequestedOn: '2026-06-01' },
        ...{ acknowledgement: 'given', statement: 'agreed', agreedByDefault: false },
      },
    });
    expect(stepsOf(await app.passUntil('2026-09-30'))).toEqual([]);
    expect(app.incidents).toEqual([]);
  });

  it('comes without a start where it was never delivered', async () => {
    const orderId = await world.order(5, { validUntilOn: '2026-03-31', graceDays: 0 });
    expect(stepsOf(await app.passUntil('2026-04-02'))).toEqual(['EndValidity 2026-04-01']);
    expect(await world.funder.get(`/v1/orders/${orderId}`)).toMatchObject({ status: 'cancelled' });
    const balance = await world.funder.get(`/v1/agreements/${world.agreementId}/balance`);
    expect(balance).toMatchObject({ availableCents: 500_000, reservedCents: 0 });
  });

  it('catches up in order when nobody swept for months', async () => {
    const orderId = await world.activeOrder(5, { validUntilOn: '2026-06-30' });
    app.clock.set('2026-09-01T10:00:00.000Z');
    expect((await app.sweep()).map(({ step }) => step)).toEqual([
      ...['OpenClosing', 'SettleStockBlock', 'SettleAcknowledgement', 'EndValidity'],
      ...['OpenStatement', 'DrawStatement'],
    ]);
    expect(await closingOf(orderId)).toMatchObject({ answers: { statement: 'drawn' } });
  });
});
