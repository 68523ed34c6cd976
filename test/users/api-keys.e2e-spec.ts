import { randomUUID } from 'node:crypto';
import { AccessMemory } from '../../apps/api/src/users/access-memory';
import { SchemeApp } from '../support/scheme-app';
import { Visitor } from './visitor';

// Only a hang should end it on a busy machine.
jest.setTimeout(120_000);

type Issued = Readonly<{ apiKeyId: string; key: string; lastFour: string; expiresAt: string }>;

let app: SchemeApp;
beforeAll(async () => {
  app = await SchemeApp.start();
});
afterAll(() => app.stop());

const REPORTER = { roles: ['system'], purpose: 'Bank reports' };
const issue = (body: object = {}): Promise<Issued> =>
  app.as('operator').post<Issued>('/v1/api-keys', { ...REPORTER, ...body });
const revoke = (apiKeyId: string) =>
  app.as('operator').post(`/v1/api-keys/${apiKeyId}/revocation`, { reason: 'found in a log' });
const RUNS = '/v1/reimbursement-runs';

describe('an API key', () => {
  it('is good for its roles, from its first request to its revocation', async () => {
    const { apiKeyId, key } = await issue();
    const machine = Visitor.machine(app, key);
    expect((await machine.get(RUNS)).status).toBe(200);
    expect((await machine.get('/v1/debtors')).code).toBe('forbidden');
    await revoke(apiKeyId);
    expect(await machine.get(RUNS)).toMatchObject({ status: 401, code: 'token_invalid' });
    expect(
      await app.as('operator').refused(`/v1/api-keys/${apiKeyId}/revocation`, {
        reason: 'again',
      }),
    ).toBe('409 already_so');
  });

  it('is good for the routes it names alone', async () => {
    const { key } = await issue({ routes: ['GET /v1/solvency'] });
    const machine = Visitor.machine(app, key);
    expect((await machine.get('/v1/solvency')).status).not.toBe(403);
    expect((await machine.get(RUNS)).code).toBe('forbidden');
  });

  it('is good for its party alone', async () => {
    const register = (name: string) =>
      app.as('operator').post<{ funderId: string }>('/v1/funders', {
        ...{ name, siret: '22230001400016', kind: 'departement' },
      });
    const [own, foreign] = [await register('Own'), await register('Foreign')];
    const { key } = await issue({ roles: ['funder'], partyId: own.funderId });
    const machine = Visitor.machine(app, key);
    expect((await machine.get(`/v1/funders/${own.funderId}`)).status).toBe(200);
    expect((await machine.get(`/v1/funders/${foreign.funderId}`)).status).toBe(404);
  });

  it('is good until it expires, to the millisecond', async () => {
    const expiresAt = new Date(app.clock.now().getTime() + 60_000).toISOString();
    const machine = Visitor.machine(app, (await issue({ expiresAt })).key);
    app.clock.advanceBy({ ms: 59_999 });
    expect((await machine.get(RUNS)).status).toBe(200);
    app.clock.advanceBy({ ms: 1 });
    expect((await machine.get(RUNS)).status).toBe(401);
  });

  it('is no key when a letter of it is another, or it was never issued', async () => {
    const { key } = await issue();
    const last = key.at(-1) === 'A' ? 'B' : 'A';
    const never = `ck_${Buffer.from(randomUUID()).toString('base64url')}`;
    for (const text of [`${key.slice(0, -1)}${last}`, key.slice(0, -1), `${key}A`, 'ck_', never]) {
      expect((await Visitor.machine(app, text).get(RUNS)).status).toBe(401);
    }
  });

  it('is shown once and kept nowhere', async () => {
    const operator = app.as('operator');
    const again = randomUUID();
    const first = await operator.post<Issued>('/v1/api-keys', REPORTER, again);
    const { key, ...rest } = first;
    expect(key).toMatch(/^ck_[\w-]{64}$/);
    expect(await operator.post('/v1/api-keys', REPORTER, again)).toEqual(rest);
    expect(rest.lastFour).toBe(key.slice(-4));
    const log = JSON.stringify(await app.events(), (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    expect(log).toContain(first.apiKeyId);
    expect(log).not.toContain(key.slice(3));
    const shown = await operator.get(`/v1/api-keys/${first.apiKeyId}`);
    expect(JSON.stringify(shown)).not.toContain(key.slice(3));
  });

  it('lets nobody in, and holds no role that approves or operates', async () => {
    const operator = app.as('operator');
    for (const role of ['operator', 'finance-approver']) {
      const refused = operator.refused('/v1/api-keys', { ...REPORTER, roles: [role] });
      expect(await refused).toBe('422 role_not_for_keys');
    }
    const { funderId } = await operator.post<{ funderId: string }>('/v1/funders', {
      ...{ name: 'F', siret: '22230001400016', kind: 'departement' },
    });
    const { key } = await issue({ roles: ['funder'], partyId: funderId });
    const machine = Visitor.machine(app, key);
    expect((await machine.post('/v1/invitations', { role: 'funder' })).code).toBe(
      'route_not_for_keys',
    );
    expect((await machine.get('/v1/invitations')).status).toBe(200);
  });

  it('is of one party that is there, within two years', async () => {
    const operator = app.as('operator');
    const asked = (body: object) => operator.refused('/v1/api-keys', { ...REPORTER, ...body });
    const at = (days: number, ms = 0) =>
      new Date(app.clock.now().getTime() + days * 86_400_000 + ms).toISOString();
    expect(await asked({ roles: ['funder'] })).toBe('422 party_of_role');
    expect(await asked({ roles: ['funder'], partyId: randomUUID() })).toBe('404 not_found');
    expect(await asked({ partyId: randomUUID() })).toBe('422 party_of_role');
    expect(await asked({ expiresAt: at(0) })).toBe('422 expiry_out_of_range');
    expect(await asked({ expiresAt: at(731, 1) })).toBe('422 expiry_out_of_range');
    expect(await asked({ routes: ['GET /v1/nowhere'] })).toBe('400 route_unknown');
    await issue({ expiresAt: at(731) });
  });
});

describe('another process of the api', () => {
  const logger = { error: () => undefined, warn: () => undefined };

  it('refuses a revoked key at its next request, and knows a new one at once', async () => {
    const elsewhere = new AccessMemory({ store: app.store, logger });
    elsewhere.onApplicationBootstrap();
    try {
      const { apiKeyId } = await issue();
      expect(await elsewhere.keyOf(apiKeyId)).toMatchObject({ status: 'issued' });
      await revoke(apiKeyId);
      expect(await elsewhere.keyOf(apiKeyId)).toMatchObject({ status: 'revoked' });
    } finally {
      await elsewhere.onApplicationShutdown();
    }
  });

  it('reads the streams as long as it does not follow the log', async () => {
    const elsewhere = new AccessMemory({ store: app.store, logger });
    const { apiKeyId } = await issue();
    expect(await elsewhere.keyOf(apiKeyId)).toMatchObject({ status: 'issued' });
    await revoke(apiKeyId);
    expect(await elsewhere.keyOf(apiKeyId)).toMatchObject({ status: 'revoked' });
  });
});
