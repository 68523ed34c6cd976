import { randomUUID } from 'node:crypto';
import type { Event } from '@app/kernel';
import {
  type Counters,
  InMemoryEventStore,
  LocalCounters,
  type RecordedEvent,
  SystemRandomness,
} from '@app/platform';
import { SERIAL_REGISTER_ID } from '@app/voucher-books';
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

const codes = (...vouchers: readonly number[]): string[] =>
  vouchers.map((voucher) => scheme.codeOf(7, voucher));

const owner = () => {
  const { orderId, agreementId, funderId } = scheme;
  return { book: 7, orderId, agreementId, funderId };
};

async function eventsOf(book: number): Promise<readonly RecordedEvent[]> {
  return await Array.fromAsync(store.readStream(`book-${book}`));
}

const redemptionsIn = async (book: number): Promise<number> =>
  (await eventsOf(book)).filter(({ type }) => type === 'VouchersRedeemed').length;

async function restart(): Promise<void> {
  await api.close();
  api = await (await RedemptionApi.start(scheme)).caughtUp();
}

const blocked = (): Event => ({
  type: 'BookBlocked',
  data: { ...owner(), reason: 'lost', blockedAt: '2026-06-10T08:00:00.000Z', unusedVouchers: 10 },
});

describe('a redemption', () => {
  it('covers the face values and says what is left to pay, and when the place is paid', async () => {
    const answer = await api.redeem(till, { codes: codes(3, 1), priceCents: 2_500 });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      redemptionId: expect.any(String),
      ...{ book: 7, vouchers: [1, 3], coveredCents: 2_000, remainderCents: 500 },
      promisedPaymentOn: '2026-06-18',
    });
    const event = (await eventsOf(7)).at(-1);
    expect(answer.headers.get('event-position')).toBe(event?.position.toString());
    expect(event).toMatchObject({
      type: 'VouchersRedeemed',
      data: { ...till, priceCents: 2_500, performedOn: '2026-06-10', redeemedOn: '2026-06-10' },
      metadata: { commandId: answer.body['redemptionId'], followedPosition: expect.any(String) },
    });
  });

  it('takes codes as people type them', async () => {
    const typed = scheme.codeOf(7, 1).toLowerCase().replaceAll('-', ' ').replaceAll('1', 'l');
    expect((await api.redeem(till, { codes: [typed] })).status).toBe(201);
  });

  it('answers the same key and body alike for ever, whatever happened since', async () => {
    const key = randomUUID();
    const wish = { codes: codes(1, 2) };
    const first = await api.redeem(till, wish, { key });
    expect(first.status).toBe(201);
    const leaked = scheme.keyRing.currentKeyId;
    scheme.keyRing.rotate({ clock: scheme.clock, randomness: new SystemRandomness() });
    await scheme.write(`place-${till.placeId}`, {
      type: 'PlaceSuspended',
      data: { placeId: till.placeId, reason: 'x' },
    });
    await scheme.write(`serial-register-${SERIAL_REGISTER_ID}`, {
      type: 'KeyRevoked',
      data: {
        ...{ keyId: leaked, newKeyId: scheme.keyRing.currentKeyId, reason: 'leaked' },
        revokedAt: '2026-06-10T08:00:00.000Z',
      },
    });
    scheme.clock.advanceBy({ days: 300 });
    await restart();
    const again = await api.redeem(till, wish, { key });
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('event-position')).toBe(first.headers.get('event-position'));
    expect(await redemptionsIn(7)).toBe(1);
  });

  it('refuses a key that was used for another wish, of this book or of another', async () => {
    await scheme.distribute(8);
    const key = randomUUID();
    expect((await api.redeem(till, { codes: codes(1) }, { key })).status).toBe(201);
    for (const other of [codes(2), [scheme.codeOf(8, 1)]]) {
      const answer = await api.redeem(till, { codes: other }, { key });
      expect([answer.status, answer.body['code']]).toEqual([422, 'idempotency_mismatch']);
    }
    expect(await redemptionsIn(8)).toBe(0);
  });

  it('is decided again under the same key after a refusal', async () => {
    const key = randomUUID();
    const wish = { codes: [scheme.codeOf(9, 1)] };
    expect((await api.redeem(till, wish, { key })).body['code']).toBe('book_not_distributed');
    await scheme.distribute(9);
    expect((await api.redeem(till, wish, { key })).status).toBe(201);
  });

  it('is repeated with the same ids when an answer is lost, and written once', async () => {
    store.loseAnswers(2);
    const answer = await api.redeem(till, { codes: codes(1) });
    expect(answer.status).toBe(201);
    expect(await redemptionsIn(7)).toBe(1);
  });

  it('is 503 as long as nobody can tell, and the retry finds what was written', async () => {
    const key = randomUUID();
    store.loseAnswers(Infinity);
    store.goDeaf();
    const unknown = await api.redeem(till, { codes: codes(1) }, { key });
    expect([unknown.status, unknown.body['code']]).toEqual([503, 'outcome_unknown']);
    expect(unknown.headers.get('retry-after')).toBe('1');
    store.hearAgain();
    const again = await api.redeem(till, { codes: codes(1) }, { key });
    const repeated = await api.redeem(till, { codes: codes(1) }, { key });
    expect(again.status).toBe(201);
    expect([repeated.status, repeated.body]).toEqual([201, again.body]);
    expect(await redemptionsIn(7)).toBe(1);
  });
});

describe('what is refused', () => {
  const cases: readonly (readonly [string, number, () => Promise<Answer>])[] = [
    ['voucher_unknown', 404, () => api.redeem(till, { codes: [scheme.codeOf(101, 1)] })],
    ['voucher_unknown', 404, () => api.redeem(till, { codes: [scheme.forgedCodeOf(7, 1)] })],
    ['voucher_unknown', 404, () => api.redeem(till, { codes: codes(0) })],
    ['code_format', 422, () => api.redeem(till, { codes: ['0000'] })],
    ['code_format', 422, () => api.redeem(till, { codes: ['UUUU-UUUU-UUUU-UUUU'] })],
    ['code_check', 422, () => api.redeem(till, { codes: [withWrongCheck(scheme.codeOf(7, 1))] })],
    [
      'codes_of_several_books',
      422,
      () => api.redeem(till, { codes: [scheme.codeOf(7, 1), scheme.codeOf(8, 1)] }),
    ],
    ['code_repeated', 422, () => api.redeem(till, { codes: codes(1, 1) })],
    ['too_large', 413, () => api.redeem(till, { codes: ['0'.repeat(10_000)] })],
    ['book_not_distributed', 409, () => api.redeem(till, { codes: [scheme.codeOf(8, 1)] })],
    ['service_not_covered', 409, () => api.redeem(till, { codes: codes(1), service: 'x' })],
    ['price_below_vouchers', 409, () => api.redeem(till, { codes: codes(1), priceCents: 999 })],
    [
      'performed_on_invalid',
      409,
      () => api.redeem(till, { codes: codes(1), performedOn: '2026-02-28' }),
    ],
    [
      'performed_on_invalid',
      409,
      () => api.redeem(till, { codes: codes(1), performedOn: '2026-06-11' }),
    ],
    ['date_invalid', 400, () => api.redeem(till, { codes: codes(1), performedOn: '2026-02-30' })],
    ['place_unknown', 404, async () => api.redeem(await foreign(), { codes: codes(1) })],
    [
      'place_unknown',
      404,
      () => api.redeem({ ...till, placeId: randomUUID() }, { codes: codes(1) }),
    ],
    [
      'place_not_labelled',
      409,
      async () => {
        const late = await scheme.place({ validFromOn: '2026-06-11' });
        return api.redeem(late, { codes: codes(1) });
      },
    ],
    [
      'place_suspended',
      409,
      async () => {
        const { placeId } = till;
        await scheme.write(`place-${placeId}`, {
          type: 'PlaceSuspended',
          data: { placeId, reason: 'x' },
        });
        await api.memory.catchUp();
        return api.redeem(till, { codes: codes(1) });
      },
    ],
    [
      'expired',
      409,
      () => {
        scheme.clock.set('2027-01-31T09:00:00Z');
        return api.redeem(till, { codes: codes(1) });
      },
    ],
    [
      'too_late_to_hand_in',
      409,
      () => {
        scheme.clock.set('2027-02-06T09:00:00Z');
        return api.redeem(till, { codes: codes(1), performedOn: '2027-01-30' });
      },
    ],
  ];

  it.each(cases)('is %s (%d), and changes nothing', async (code, status, ask) => {
    const answer = await ask();
    expect([answer.body['code'], answer.status]).toEqual([code, status]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await redemptionsIn(7)).toBe(0);
  });

  it('is a used voucher, but on the last day one of before is still taken', async () => {
    await api.redeem(till, { codes: codes(1) });
    const used = await api.redeem(till, { codes: codes(1) });
    expect([used.status, used.body['code']]).toEqual([409, 'voucher_used']);
    scheme.clock.set('2027-02-05T22:59:59Z');
    const last = await api.redeem(till, { codes: codes(2), performedOn: '2027-01-30' });
    expect(last.status).toBe(201);
  });

  it('tells a foreign place from a missing one by nothing', async () => {
    const foreigner = await api.redeem(await foreign(), { codes: codes(1) });
    const missing = await api.redeem({ ...till, placeId: randomUUID() }, { codes: codes(1) });
    const { traceId: _, ...one } = foreigner.body;
    const { traceId: __, ...other } = missing.body;
    expect(one).toEqual(other);
  });

  it('is anybody who is no cashier', async () => {
    const bearer = await api.bearer(till.organisationId, 'prescriber');
    expect((await api.redeem(till, { codes: codes(1) }, { bearer })).status).toBe(403);
  });

  /** Another organisation's place, named by our cashier. */
  async function foreign(): Promise<Till> {
    const { placeId } = await scheme.place();
    await api.memory.catchUp();
    return { placeId, organisationId: till.organisationId };
  }
});

describe('a memory that has not heard', () => {
  it('redeems of a book handed out a moment ago', async () => {
    store.holdFollowers();
    await scheme.distribute(8);
    expect((await api.redeem(till, { codes: [scheme.codeOf(8, 1)] })).status).toBe(201);
  });

  it('honours a block exactly', async () => {
    store.holdFollowers();
    await scheme.write('book-7', blocked());
    const answer = await api.redeem(till, { codes: codes(1) });
    expect([answer.status, answer.body['code']]).toEqual([409, 'book_blocked']);
  });

  it('takes what a label granted a moment ago allows', async () => {
    store.holdFollowers();
    const fresh = await scheme.place();
    expect((await api.redeem(fresh, { codes: codes(1) })).status).toBe(201);
  });

  it('serves from an empty memory, refusing and accepting alike', async () => {
    await api.close();
    store.holdFollowers();
    api = await RedemptionApi.start(scheme);
    expect(api.memory.recall({ book: 7 })).toBeUndefined();
    expect((await api.redeem(till, { codes: codes(1) })).status).toBe(201);
    expect((await api.redeem(till, { codes: codes(1) })).body['code']).toBe('voucher_used');
    const unknown = await api.redeem(till, { codes: [scheme.forgedCodeOf(7, 2)] });
    expect(unknown.status).toBe(404);
    store.releaseFollowers();
    await api.caughtUp();
    expect((await api.redeem(till, { codes: codes(2) })).status).toBe(201);
  });

  it('stamps the position its knowledge is of', async () => {
    store.holdFollowers();
    const fresh = await scheme.place();
    const head = await store.fetchHead();
    await api.redeem(fresh, { codes: codes(1) });
    const event = (await eventsOf(7)).at(-1);
    expect(event?.metadata.followedPosition).toBe(head?.toString());
  });
});

describe('guessing', () => {
  const guess = (voucher = 1) => api.redeem(till, { codes: [scheme.forgedCodeOf(7, voucher)] });

  it('is stopped after ten wrong codes of a cashier, for a while', async () => {
    const key = randomUUID();
    const made = await api.redeem(till, { codes: codes(10) }, { key });
    for (let count = 0; count < 10; count += 1) expect((await guess()).status).toBe(404);
    const stopped = await api.redeem(till, { codes: codes(1) });
    expect([stopped.status, stopped.body['code']]).toEqual([429, 'too_many_attempts']);
    expect(Number(stopped.headers.get('retry-after'))).toBe(900);
    // What succeeded before stays so, and the colleague beside goes on.
    expect((await api.redeem(till, { codes: codes(10) }, { key })).body).toEqual(made.body);
    const bearer = await api.bearer(till.organisationId, 'place-cashier', 'cashier-2');
    expect((await api.redeem(till, { codes: codes(1) }, { bearer })).status).toBe(201);
    scheme.clock.advanceBy({ seconds: 901 });
    expect((await api.redeem(till, { codes: codes(2) })).status).toBe(201);
  });

  it('is no typing error', async () => {
    const typo = withWrongCheck(scheme.codeOf(7, 1));
    for (let count = 0; count < 12; count += 1) await api.redeem(till, { codes: [typo] });
    expect((await api.redeem(till, { codes: codes(1) })).status).toBe(201);
  });

  it('is stopped sooner while Redis is away, and nobody honest gets a 503', async () => {
    await api.close();
    const away: Counters = {
      add: () => Promise.reject(new Error('Connection is closed.')),
      read: () => Promise.reject(new Error('Connection is closed.')),
    };
    api = await (await RedemptionApi.start(scheme, { counters: away })).caughtUp();
    expect((await api.redeem(till, { codes: codes(1) })).status).toBe(201);
    await guess();
    await guess();
    expect((await api.redeem(till, { codes: codes(2) })).status).toBe(429);
  });

  it('closes the public routes and no till', async () => {
    const counters = new LocalCounters();
    const atMs = scheme.clock.now().getTime();
    for (let count = 0; count < 10_000; count += 1) {
      await counters.add([{ key: 'public:all', windowMs: 86_400_000 }], atMs);
    }
    await api.close();
    api = await (await RedemptionApi.start(scheme, { counters })).caughtUp();
    const asked = await api.post('/v1/holder/balance', { code: scheme.codeOf(7, 1) });
    expect(asked.status).toBe(429);
    expect((await api.redeem(till, { codes: codes(1) })).status).toBe(201);
  });
});

/** The last symbol is the check symbol. */
function withWrongCheck(code: string): string {
  return `${code.slice(0, -1)}${code.endsWith('2') ? '3' : '2'}`;
}
