import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { userIdOf } from '@app/platform';
import { Carnet } from '../support/carnet';

// Only a hang should end it on a busy machine.
jest.setTimeout(300_000);

/** Two api processes on one log; roles are memberships. */
let carnet: Carnet;
let beside: Awaited<ReturnType<Carnet['startApiBeside']>>;
/** The first operator. */
let operator: Headers;

type Headers = Readonly<{ authorization: string }>;
type Told = Readonly<{ status: number; body: Record<string, unknown> }>;

beforeAll(async () => {
  carnet = await Carnet.start({ env: { CARNET_ROLES_FROM: 'memberships' } });
  beside = await carnet.startApiBeside();
  operator = await carnet.bearer({ id: 'first', roles: ['operator'] });
  const { secret } = (await post('/v1/invitations', { role: 'operator' })).body;
  expect((await post('/v1/invitations/acceptance', { secret })).status).toBe(200);
  for (const { url } of [carnet, beside]) await becomes(url, operator, 200);
});

afterAll(async () => {
  await beside.stop();
  await carnet.stop();
});

/** By the operator, to the first process. */
async function post(path: string, body: object): Promise<Told> {
  const answer = await fetch(`${carnet.url}${path}`, {
    method: 'POST',
    headers: {
      ...operator,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function statusOf(url: string, headers: Headers): Promise<number> {
  const answer = await fetch(`${url}/v1/users?limit=1`, { headers });
  await answer.body?.cancel();
  return answer.status;
}

async function becomes(url: string, headers: Headers, status: number): Promise<void> {
  while ((await statusOf(url, headers)) !== status);
}

/**
 * What was let in by both processes is refused by the first at once, and by the other a second later at
 * the latest: memory that old is not believed, however busy the machine is.
 */
async function isRefusedOnceTaken(
  who: Headers,
  { take, as }: Readonly<{ take: () => Promise<Told>; as: number }>,
): Promise<void> {
  expect((await take()).status).toBe(200);
  const taken = performance.now();
  expect(await statusOf(carnet.url, who)).toBe(as);
  const heard = becomes(beside.url, who, as).then(() => performance.now() - taken);
  await sleep(1_000);
  expect(await statusOf(beside.url, who)).toBe(as);
  process.stdout.write(`${JSON.stringify({ refusedBesideAfterMs: Math.round(await heard) })}\n`);
}

it('a role that one process withdrew is refused by the other', async () => {
  const auditor = await carnet.bearer({ id: 'auditor', roles: [] });
  const userId = userIdOf('https://issuer.test', 'auditor');
  expect((await post('/v1/users', { subject: 'auditor' })).body).toEqual({ userId });
  const path = `/v1/users/${userId}/roles`;
  for (const time of [1, 2, 3]) {
    expect((await post(path, { role: 'auditor' })).status).toBe(200);
    expect(await statusOf(carnet.url, auditor)).toBe(200);
    await becomes(beside.url, auditor, 200);
    const withdrawal = { role: 'auditor', reason: `left ${time}` };
    const take = () => post(`${path}/withdrawal`, withdrawal);
    await isRefusedOnceTaken(auditor, { take, as: 403 });
  }
});

it('a key that one process revoked is refused by the other, and a new one known at once', async () => {
  for (const time of [1, 2, 3]) {
    const { body } = await post('/v1/api-keys', { roles: ['auditor'], purpose: `export ${time}` });
    const machine = { authorization: `Bearer ${String(body['key'])}` };
    expect(await statusOf(beside.url, machine)).toBe(200);
    expect(await statusOf(carnet.url, machine)).toBe(200);
    const path = `/v1/api-keys/${String(body['apiKeyId'])}/revocation`;
    const take = () => post(path, { reason: 'lost' });
    await isRefusedOnceTaken(machine, { take, as: 401 });
  }
});
