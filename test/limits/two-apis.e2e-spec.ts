import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
  await beside.stop();
  await carnet.stop();
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
  for (let answered = 0; ; answered += 1) {
    if ((await ask(url, headers, path)).status === 429) return answered;
    if (pauseMs > 0) await sleep(pauseMs);
  }
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

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(250);
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
    const operator = await carnet.bearer({ id: 'operator-who-asks', roles: ['operator'] });
    const other = await newcomer();
    const before = (await carnet.events()).length;
    const refused = await withinOneMinute(async () => {
      await until429(carnet.url, operator, { path: '/v1/funders?limit=1' });
      const answer = await fetch(`${carnet.url}/v1/funders`, {
        method: 'POST',
        headers: {
          ...operator,
          'content-type': 'application/json',
          'idempotency-key': crypto.randomUUID(),
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
    await until(() => Promise.resolve(refusals().some(isOfChange)));
  }, 300_000);

  it('let who was refused in again in the next minute', async () => {
    const caller = await newcomer();
    await until429(carnet.url, caller);
    const { headers } = await ask(carnet.url, caller);
    await sleep(Number(headers.get('retry-after') ?? 1) * 1_000 + 20);
    expect((await ask(carnet.url, caller)).status).toBe(200);
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

const refusals = (): readonly string[] =>
  globSync(join(carnet.dataDir, 'audit/**/*'), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n'));

const isOfChange = (line: string): boolean =>
  ['"rate_limited"', '"POST /v1/funders"', '"operator-who-asks"'].every((said) =>
    line.includes(said),
  );
