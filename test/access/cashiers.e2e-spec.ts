import { randomUUID } from 'node:crypto';
import { SchemeApp } from '../support/scheme-app';
import { accessWorld, type Side } from './access-world';

// Only a hang should end it on a busy machine.
jest.setTimeout(120_000);

let app: SchemeApp;
let own: Side;
beforeAll(async () => {
  app = await SchemeApp.start();
  ({ own } = await accessWorld(app));
});
afterAll(() => app.stop());

it('a cashier sees what they took themselves until midnight in Paris, and nothing else', async () => {
  const { organisationId, redemptionId } = own;
  const path = `/v1/redemptions/${redemptionId}`;
  const [cashier, manager] = [
    app.as('place-cashier', organisationId),
    app.as('place-manager', organisationId),
  ];
  const another = { partyId: organisationId, roles: ['place-cashier'] as const, id: randomUUID() };
  const lasting = { notBefore: 0, expires: Date.parse('2100-01-01') / 1_000 };
  const headers = await app.http.issuer.bearer({ ...another, ...lasting });
  expect((await app.http.request.get(path).set(headers)).status).toBe(404);

  // 00:00 in Paris, in winter.
  const leftMs = Date.parse('2026-01-15T23:00:00.000Z') - app.clock.now().getTime();
  app.clock.advanceBy({ ms: leftMs - 1 });
  expect(await cashier.get(path)).toMatchObject({ redemptionId });
  app.clock.advanceBy({ ms: 1 });
  const foreign = await cashier.ask('get', path);
  const missing = await cashier.ask('get', `/v1/redemptions/${randomUUID()}`);
  const told = ({ status, body: { traceId: _, ...body } }: typeof foreign) => ({ status, body });
  expect(told(foreign)).toEqual(told(missing));
  expect(foreign.status).toBe(404);
  expect(await manager.get(path)).toMatchObject({ redemptionId });
});
