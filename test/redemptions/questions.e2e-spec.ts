import { randomUUID } from 'node:crypto';
import { InMemoryEventStore } from '@app/platform';
import { BeneficiaryReferences } from '@app/voucher-books';
import { Scheme, type Till } from './scheme';
import { type Answer, RedemptionApi } from './till';
import { UnreliableStore } from './unreliable-store';

let store: UnreliableStore;
let scheme: Scheme;
let api: RedemptionApi;
let till: Till;

beforeEach(async () => {
  store = new UnreliableStore(new InMemoryEventStore());
  scheme = await Scheme.in(store);
  till = await scheme.place();
  await scheme.distribute(7);
  api = await (await RedemptionApi.start(scheme)).caughtUp();
});

afterEach(async () => {
  await api.close();
  scheme.remove();
});

describe('checking a voucher', () => {
  const check = async (body: object): Promise<Answer> =>
    api.post('/v1/vouchers/check', body, { authorization: await api.bearer(till.organisationId) });

  it('says that it would be taken, and changes nothing', async () => {
    const head = await store.fetchHead();
    const answer = await check({ code: scheme.codeOf(7, 1), placeId: till.placeId });
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        ...{ accepted: true, reasons: [], faceValueCents: 1_000, validUntilOn: '2026-12-31' },
        ...{ funder: 'Nièvre', services: ['online-forms'] },
      },
    ]);
    expect(await store.fetchHead()).toBe(head);
  });

  it('lists every reason why it would not', async () => {
    scheme.clock.set('2027-02-06T09:00:00Z');
    const late = await scheme.place({ validUntilOn: '2027-01-31' });
    const authorization = await api.bearer(late.organisationId);
    const answer = await api.post(
      '/v1/vouchers/check',
      { code: scheme.codeOf(8, 1), placeId: late.placeId },
      { authorization },
    );
    expect(answer.body).toMatchObject({
      accepted: false,
      reasons: ['book_not_distributed', 'expired', 'too_late_to_hand_in', 'place_not_labelled'],
    });
  });

  it('asks the streams before it says no', async () => {
    store.holdFollowers();
    await scheme.distribute(8);
    expect((await check({ code: scheme.codeOf(8, 1) })).body).toMatchObject({ accepted: true });
  });

  it('knows no code but genuine ones, and no place but one of the own', async () => {
    const { placeId } = await scheme.place();
    expect((await check({ code: scheme.forgedCodeOf(7, 1) })).body['code']).toBe('voucher_unknown');
    expect((await check({ code: scheme.codeOf(101, 1) })).status).toBe(404);
    expect((await check({ code: scheme.codeOf(7, 0) })).status).toBe(404);
    expect((await check({ code: 'x' })).status).toBe(422);
    expect((await check({ code: scheme.codeOf(7, 1), placeId })).body['code']).toBe(
      'place_unknown',
    );
  });
});

describe("a holder's balance", () => {
  const ask = (code: string): Promise<Answer> => api.post('/v1/holder/balance', { code });

  it('is of a book all that is left, of a voucher that voucher, and never where it was used', async () => {
    await api.redeem(till, { codes: [scheme.codeOf(7, 1)] });
    const whole = await ask(scheme.codeOf(7, 0));
    expect([whole.status, whole.body]).toEqual([
      200,
      {
        ...{ vouchersLeft: 9, valueLeftCents: 9_000, validUntilOn: '2026-12-31' },
        lastDayOfUseOn: '2027-01-30',
        places: [
          { placeId: till.placeId, name: 'Espace', city: 'Nevers', services: ['online-forms'] },
        ],
      },
    ]);
    expect((await ask(scheme.codeOf(7, 1))).body['vouchersLeft']).toBe(0);
    expect((await ask(scheme.codeOf(7, 2))).body['vouchersLeft']).toBe(1);
  });

  it('has one answer for unknown and foreign', async () => {
    const bodies = await Promise.all(
      [scheme.forgedCodeOf(7, 1), scheme.codeOf(101, 1), scheme.codeOf(7, 11)].map(ask),
    );
    const [first, ...others] = bodies.map(({ status, body: { traceId: _, ...body } }) => {
      return { status, body };
    });
    expect(first?.status).toBe(404);
    for (const other of others) expect(other).toEqual(first);
  });
});

describe('taking a redemption back', () => {
  let redemptionId: string;
  beforeEach(async () => {
    const { body } = await api.redeem(till, { codes: [scheme.codeOf(7, 1)] });
    redemptionId = String(body['redemptionId']);
  });

  const cancel = async (
    by: Readonly<{ partyId?: string; role?: 'place-manager' | 'finance-preparer'; key?: string }>,
    id = redemptionId,
  ): Promise<Answer> => {
    const { partyId = till.organisationId, role = 'place-manager', key = randomUUID() } = by;
    const authorization = await api.bearer(partyId, role);
    const headers = { authorization, 'idempotency-key': key };
    return api.post(`/v1/redemptions/${id}/cancellation`, { reason: 'wrong price' }, headers);
  };

  it('revives its vouchers, and the same key says so again', async () => {
    const key = randomUUID();
    const first = await cancel({ key });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ redemptionId, status: 'cancelled', coveredCents: 1_000 });
    expect((await cancel({ key })).body).toEqual(first.body);
    expect((await cancel({})).body['code']).toBe('already_so');
    expect((await api.redeem(till, { codes: [scheme.codeOf(7, 1)] })).status).toBe(201);
  });

  it('is for the place within 24 hours, for finance at any time', async () => {
    scheme.clock.advanceBy({ hours: 24, ms: 1 });
    const late = await cancel({});
    expect([late.status, late.body['code']]).toEqual([409, 'cancellation_too_late']);
    expect((await cancel({ partyId: randomUUID(), role: 'finance-preparer' })).status).toBe(200);
  });

  it('is for the place still at 24 hours', async () => {
    scheme.clock.advanceBy({ hours: 24 });
    expect((await cancel({})).status).toBe(200);
  });

  it('looks alike for what is foreign and what is not there', async () => {
    const answers = [await cancel({ partyId: randomUUID() }), await cancel({}, randomUUID())];
    const [foreign, missing] = answers.map(({ status, body: { traceId: _, ...body } }) => {
      return { status, body };
    });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'redemption_unknown' } });
    expect(foreign).toEqual(missing);
  });

  it('finds it in the view when memory has forgotten, and shows what became of it', async () => {
    await cancel({});
    await api.close();
    await scheme.project();
    store.holdFollowers();
    api = await RedemptionApi.start(scheme);
    expect((await cancel({})).body['code']).toBe('already_so');
    const path = `/v1/redemptions/${redemptionId}`;
    const own = await api.get(path, await api.bearer(till.organisationId));
    expect(own.body).toMatchObject({ status: 'cancelled', book: 7, ...till });
    expect(own.body['timeline']).toEqual([
      { step: 'redeemed', at: '2026-06-10T09:00:00.000Z' },
      { step: 'cancelled', at: '2026-06-10T09:00:00.000Z', by: 'place', reason: 'wrong price' },
    ]);
    const others = [
      await api.bearer(randomUUID(), 'place-manager'),
      await api.bearer(till.organisationId, 'place-cashier', 'cashier-2'),
    ];
    for (const bearer of others) expect((await api.get(path, bearer)).status).toBe(404);
  });
});

describe("a beneficiary's balance", () => {
  it('is for the prescriber that gave the reference', async () => {
    const { prescriberId } = scheme;
    const references = new BeneficiaryReferences(scheme.keyRing);
    const beneficiaryRef = references.pseudonymOf({ prescriberId, reference: 'DOSSIER 1' });
    await scheme.write('book-9', scheme.distributed(9, { beneficiaryRef }));
    await api.redeem(till, { codes: [scheme.codeOf(9, 1), scheme.codeOf(9, 2)] });
    await scheme.project();
    const ask = async (partyId: string): Promise<Answer> =>
      api.post(
        '/v1/beneficiaries/balance',
        { beneficiaryRef: ' DOSSIER 1 ' },
        { authorization: await api.bearer(partyId, 'prescriber') },
      );
    expect((await ask(prescriberId)).body).toEqual({
      books: [
        {
          ...{ book: 9, status: 'open', validUntilOn: '2026-12-31', lastDayOfUseOn: '2027-01-30' },
          ...{ vouchersLeft: 8, valueLeftCents: 8_000, redeemedCents: 2_000 },
        },
      ],
      ...{ vouchersLeft: 8, valueLeftCents: 8_000, redeemedCents: 2_000 },
    });
    expect((await ask(randomUUID())).body).toMatchObject({ books: [], vouchersLeft: 0 });
  });
});
