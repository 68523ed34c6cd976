import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VoucherCodes } from '@app/voucher-books';
import { siretOf } from '../stories/cast';
import { Carnet } from '../support/carnet';

const CALLER_MAX = 300;
const ADDRESS_MAX = 200;
const MINUTE_MS = 60_000;

/** Two api processes on one log and one Redis, each with a minute of its own machine's clock. */
let carnet: Carnet;
let beside: Awaited<ReturnType<Carnet['startApiBeside']>>;
let callers = 0;

beforeAll(async () => {
  carnet = await Carnet.start({
    env: {
      CARNET_CALLER_REQUESTS_PER_MINUTE_MAX: String(CALLER_MAX),
      CARNET_ADDRESS_REQUESTS_PER_MINUTE_MAX: String(ADDRESS_MAX),
      CARNET_TRUSTED_PROXIES: '127.0.0.1',
    },
  });
  beside = await carnet.startApiBeside();
}, 300_000);

afterAll(async () => {
  await beside.stop().finally(() => carnet.stop());
});

type Headers = Readonly<Record<string, string>>;

/** Somebody who has asked nothing yet. */
const newcomer = (): Promise<Headers> =>
  carnet.bearer({ id: `caller-${(callers += 1)}`, roles: ['auditor'] });

const ask = async (url: string, headers: Headers, path = '/v1/funders?limit=1') => {
  const answer = await fetch(`${url}${path}`, { headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

/** How many are answered otherwise than 429 until one is. */
async function until429(
  url: string,
  headers: Headers,
  { path, pauseMs = 0 }: { path?: string; pauseMs?: number } = {},
): Promise<number> {
  for (let answered = 0; answered < 10 * CALLER_MAX; answered += 1) {
    if ((await ask(url, headers, path)).status === 429) return answered;
    if (pauseMs > 0) await sleep(pauseMs);
  }
  throw new Error('nothing is too much');
}

/** What happens within one minute of the clock; begun again in the next where that was too short. */
async function withinOneMinute<T>(happens: () => Promise<T>): Promise<T> {
  for (;;) {
    const left = MINUTE_MS - (Date.now() % MINUTE_MS);
    if (left < MINUTE_MS / 2) await sleep(left);
    const minute = Math.floor(Date.now() / MINUTE_MS);
    const happened = await happens();
    if (Math.floor(Date.now() / MINUTE_MS) === minute) return happened;
  }
}

/** Whether that process says that it counts alone. */
async function isAlone(url: string, observer: Headers): Promise<boolean> {
  const { text } = await ask(url, observer, '/metrics');
  const [, alone] = /^carnet_http_rate_limits_alone (\d)$/m.exec(text) ?? [];
  if (alone === undefined) throw new Error(`no such figure: ${text.slice(0, 200)}`);
  return alone === '1';
}

/** No test fails because the machine is slow: this only tells that it never comes. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const give = AbortSignal.timeout(120_000);
  while (!(await isSo())) {
    if (give.aborted) throw new Error('it never came');
    await sleep(250);
  }
}

describe('two processes', () => {
  it('bear together what one caller may ask', async () => {
    const [here, there] = await withinOneMinute(async () => {
      const caller = await newcomer();
      const first = await until429(carnet.url, caller);
      // Slowly, so that it hears in between.
      return [first, await until429(beside.url, caller, { pauseMs: 25 })];
    });
    expect(here).toBe(CALLER_MAX);
    // Alone it would bear as many again.
    expect(there).toBeLessThan(CALLER_MAX / 2);
  }, 300_000);

  it('bear together what all behind one address may ask', async () => {
    const [here, there] = await withinOneMinute(async () => {
      const from = { 'x-forwarded-for': `203.0.113.${(callers += 1)}` };
      const path = '/v1/places?limit=1';
      const first = await until429(carnet.url, from, { path });
      return [first, await until429(beside.url, from, { path, pauseMs: 25 })];
    });
    expect(here).toBe(ADDRESS_MAX);
    expect(there).toBeLessThan(ADDRESS_MAX / 2);
  }, 300_000);

  it('refuse a change without a trace in the log, but for that of the refusal', async () => {
    const partyId = randomUUID();
    const operator = await carnet.bearer({ id: 'asks-too-much', partyId, roles: ['operator'] });
    const other = await newcomer();
    const before = (await carnet.events()).length;
    const refused = await withinOneMinute(async () => {
      await until429(carnet.url, operator, { path: '/v1/funders?limit=1' });
      const answer = await fetch(`${carnet.url}/v1/funders`, {
        method: 'POST',
        headers: {
          ...operator,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: JSON.stringify({ name: 'Creuse', siret: siretOf(9), kind: 'departement' }),
      });
      // Nobody else is stopped, and whether it lives is told to everybody.
      expect((await ask(carnet.url, other)).status).toBe(200);
      expect((await ask(carnet.url, {}, '/health/live')).status).toBe(200);
      return answer;
    });
    expect(refused.status).toBe(429);
    const waitSeconds = Number(refused.headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThanOrEqual(1);
    expect(waitSeconds).toBeLessThanOrEqual(60);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    expect((await carnet.events()).length).toBe(before);
    const isOfChange = (line: string): boolean =>
      ['"rate_limited"', '"POST /v1/funders"', partyId].every((said) => line.includes(said));
    await until(() => Promise.resolve(refusals().some(isOfChange)));
  }, 300_000);

  it('let who was refused in again in the next minute', async () => {
    const caller = await newcomer();
    await until429(carnet.url, caller);
    const { headers } = await ask(carnet.url, caller);
    await sleep(Number(headers.get('retry-after') ?? 1) * 1_000 + 20);
    expect((await ask(carnet.url, caller)).status).toBe(200);
  }, 300_000);

  it('count the wrong codes of a cashier together, and go on alone without Redis', async () => {
    const cashier = await carnet.bearer({ id: 'guesser', roles: ['place-cashier'] });
    for (let at = 0; at < 5; at += 1) {
      expect(await guess(carnet.url, cashier)).toBe('404 voucher_unknown');
      expect(await guess(beside.url, cashier)).toBe('404 voucher_unknown');
    }
    // What one has counted itself it knows at once, what the other has within a second.
    expect(await guess(beside.url, cashier)).toBe('429 too_many_attempts');
    await until(() => isStopped(carnet.url, cashier));
    const colleague = await carnet.bearer({ id: 'colleague', roles: ['place-cashier'] });
    expect(await guess(carnet.url, colleague)).toBe('404 voucher_unknown');
    // Each has counted five itself, more than it bears alone.
    await carnet.kill('redis');
    for (const { url } of [carnet, beside]) {
      await until(() => isStopped(url, cashier));
    }
    await carnet.restart('redis');
  }, 300_000);

  it('bear half each while Redis is away, and all of it once it is back', async () => {
    const observer = await newcomer();
    const alone = (expected: boolean) => () =>
      isAlone(carnet.url, observer).then((is) => is === expected);
    const asked = await withinOneMinute(async () => {
      const caller = await newcomer();
      // Who asks a lot is told of, so that it shows that nobody can be told.
      for (let at = 0; at < CALLER_MAX / 10; at += 1) await ask(carnet.url, caller);
      await carnet.kill('redis');
      await ask(carnet.url, caller);
      await until(alone(true));
      const whileAway = await until429(carnet.url, caller);
      await carnet.restart('redis');
      await until(alone(false));
      return [whileAway + CALLER_MAX / 10 + 1, await until429(carnet.url, caller)];
    });
    expect(asked).toEqual([CALLER_MAX / 2, CALLER_MAX / 2]);
  }, 600_000);
});

/** A code with its check symbol, of a voucher that never was. */
async function guess(url: string, headers: Headers): Promise<string> {
  const { keyRing } = carnet;
  const origin = { orderId: randomUUID(), keyId: keyRing.currentKeyId };
  const code = new VoucherCodes(keyRing).codeOf(origin, { book: 7, voucher: 1 });
  const answer = await fetch(`${url}/v1/vouchers/check`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  const { code: said } = (await answer.json()) as { code: string };
  return `${answer.status} ${said}`;
}

const isStopped = (url: string, headers: Headers): Promise<boolean> =>
  guess(url, headers).then((said) => said === '429 too_many_attempts');

const refusals = (): readonly string[] =>
  globSync(join(carnet.dataDir, 'audit/**/*'), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n'));
