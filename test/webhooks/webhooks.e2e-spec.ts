import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeliverToWebhook } from '@app/webhooks';
import { CommandBus } from '@nestjs/cqrs';
import { RunWorld } from '../runs/run-world';
import { SchemeApp, type Person } from '../support/scheme-app';
import { handOut, OrderWorld } from '../voucher-books/order-world';
import { answers, isSigned, Receiver, type Received } from './receiver';

let app: SchemeApp;
let world: OrderWorld;
let receiver: Receiver;

beforeEach(async () => {
  app = await SchemeApp.start();
  world = await OrderWorld.in(app);
  receiver = await Receiver.start();
});
afterEach(async () => {
  await app.stop();
  await receiver.stop();
});

type Registered = Readonly<{ webhookId: string; secret: string }>;
type Delivery = Readonly<{
  deliveryId: string;
  kind: string;
  status: string;
  attempts: number;
  replays: number;
  statusCode: number | null;
  reason: string | null;
  dueAt: string | null;
}>;

const register = (person: Person, ...kinds: readonly string[]) =>
  person.post<Registered>('/v1/webhooks', { url: receiver.url, kinds });
const typeOf = ({ body }: Received) => (JSON.parse(body) as { type: string }).type;
const dataOf = ({ body }: Received) => (JSON.parse(body) as { data: object }).data;
const typesOf = (received: readonly Received[]) => received.map(typeOf).sort();
const pathOf = ({ webhookId }: Registered) => `/v1/webhooks/${webhookId}`;
const deliveries = async (person: Person, webhook: Registered, query = '') =>
  (await person.get<{ items: Delivery[] }>(`${pathOf(webhook)}/deliveries${query}`)).items;

/** 5 € more, confirmed. */
async function deposit(of = world): Promise<string> {
  const { depositId } = await app
    .as('finance-preparer')
    .post<{ depositId: string }>('/v1/deposits', {
      ...{ agreementId: of.agreementId, amountCents: 500, bankReference: randomUUID() },
      valueOn: app.clock.today(),
    });
  const path = `/v1/deposits/${depositId}/confirmation`;
  await app.as('finance-approver').post(path, { statementReference: 'S 2' });
  return depositId;
}

describe('whom it concerns', () => {
  it('is told of what happens from then on, signed, in our words', async () => {
    const { secret } = await register(world.funder, 'deposit.confirmed', 'order.active');
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const depositId = await deposit();
    const orderId = await world.activeOrder(1);
    await app.sweep();
    expect(typesOf(receiver.received)).toEqual(['deposit.confirmed', 'order.active']);
    const told = Object.fromEntries(receiver.received.map((each) => [typeOf(each), each]));
    expect(JSON.parse(told['deposit.confirmed']?.body ?? '')).toEqual({
      ...{ type: 'deposit.confirmed', version: 1, timestamp: '2026-01-15T10:00:00.000Z' },
      data: {
        ...{ agreementId: world.agreementId, depositId, amountCents: 500 },
        confirmedOn: '2026-01-15',
      },
    });
    expect(told['order.active'] && dataOf(told['order.active'])).toMatchObject({ orderId });
    for (const each of receiver.received) {
      expect(each.contentType).toBe('application/json');
      expect(each.timestamp).toBe(String(Date.parse('2026-01-15T10:00:00Z') / 1_000));
      expect(isSigned(each, secret)).toBe(true);
      expect(isSigned({ ...each, body: `${each.body} ` }, secret)).toBe(false);
      expect(isSigned(each, 'whsec_AAAA')).toBe(false);
    }
  });

  it('is a party of its own: another’s is not told, an operator of everything', async () => {
    const other = await OrderWorld.in(app);
    await register(other.funder, 'deposit.confirmed');
    await deposit();
    await app.sweep();
    expect(receiver.received).toEqual([]);
    await register(app.as('operator'), 'deposit.confirmed');
    await deposit();
    await deposit(other);
    await app.sweep();
    // One of each for the scheme, and the other funder's own.
    expect(typesOf(receiver.received)).toHaveLength(3);
  });

  it('is an organisation for what its places do and what it is paid', async () => {
    await app.stop();
    app = await SchemeApp.start();
    const runs = await RunWorld.in(app);
    const place = await runs.place();
    const { manager, placeId, organisationId } = place;
    await register(
      manager,
      ...['redemption.recorded', 'redemption.cancelled', 'payment.ordered', 'payment.settled'],
      ...['payment.rejected', 'payment.returned', 'label.suspended'],
    );
    await runs.redeem(place, 2);
    await app.sweep();
    const [redeemed] = receiver.take();
    expect(redeemed && dataOf(redeemed)).toMatchObject({
      ...{ placeId, organisationId, vouchers: 2, coveredCents: 2_000, service: 'online-forms' },
    });
    await app.as('operator').post(`/v1/places/${placeId}/suspension`, { reason: 'Mme X is rude' });
    await app.sweep();
    const [suspended] = receiver.take();
    expect(suspended && JSON.parse(suspended.body)).toMatchObject({ data: { placeId } });
    // What a person typed is for nobody else.
    expect(suspended?.body).not.toContain('Mme X');
  });

  it('hears nothing of before, and nothing of what it did not ask for', async () => {
    await deposit();
    await register(world.funder, 'order.active');
    await deposit();
    await app.sweep();
    expect(receiver.received).toEqual([]);
  });

  it('gets no code, no number of a book and nothing of the person', async () => {
    await register(app.as('operator'), 'redemption.recorded', 'redemption.cancelled');
    const orderId = await world.activeOrder(2);
    const prescriber = await world.prescriber();
    const { firstBook } = await world.allocate(orderId, prescriber, 2);
    const { placeId, cashier } = await world.place();
    const given = handOut(prescriber, firstBook, {
      beneficiaryRef: 'REF-CANARY',
      commune: '58194',
    });
    await prescriber.post('/v1/distributions', given);
    const key = { orderId, keyId: app.keyRing.currentKeyId };
    const code = app.codes.codeOf(key, { book: firstBook, voucher: 1 });
    const asked = { placeId, codes: [code], service: 'online-forms', priceCents: 1_000 };
    const { redemptionId } = await cashier.post('/v1/redemptions', asked);
    const why = { reason: 'REASON-CANARY' };
    const path = `/v1/redemptions/${String(redemptionId)}/cancellation`;
    await app.as('finance-approver').post(path, why);
    await app.sweep();
    expect(typesOf(receiver.received)).toEqual(['redemption.cancelled', 'redemption.recorded']);
    for (const { body } of receiver.received) {
      expect(body).not.toMatch(/CANARY|senior|58194|"book"/);
      expect(body).not.toContain(code);
    }
  });
});

describe('a secret', () => {
  it('is in the answer that made it, however often that is asked, and in no other', async () => {
    const [key, body] = [randomUUID(), { url: receiver.url, kinds: ['order.active'] }];
    const first = await world.funder.post<Registered>('/v1/webhooks', body, key);
    expect(await world.funder.post('/v1/webhooks', body, key)).toEqual(first);
    const shown = await world.funder.get(pathOf(first));
    const listed = await world.funder.get('/v1/webhooks');
    const events = JSON.stringify((await app.events()).map(({ data }) => data));
    for (const text of [JSON.stringify(shown), JSON.stringify(listed), events]) {
      expect(text).not.toContain(first.secret);
      expect(text).not.toContain(first.secret.replace('whsec_', ''));
    }
  });

  it('changes with both good for a time', async () => {
    const webhook = await register(world.funder, 'deposit.confirmed');
    const path = `${pathOf(webhook)}/rotation`;
    const next = await world.funder.post<Registered>(path, { overlapHours: 1 });
    expect(next.secret).not.toBe(webhook.secret);
    await deposit();
    await app.sweep();
    const [both] = receiver.take();
    expect(both && [isSigned(both, webhook.secret), isSigned(both, next.secret)]).toEqual([
      true,
      true,
    ]);
    app.clock.advanceBy({ ms: 3_600_000 });
    await deposit();
    await app.sweep();
    const [after] = receiver.take();
    expect(after && [isSigned(after, webhook.secret), isSigned(after, next.secret)]).toEqual([
      false,
      true,
    ]);
  });
});

describe('an endpoint that fails', () => {
  it('is tried again later, under the same id and with the same bytes', async () => {
    const webhook = await register(world.funder, 'deposit.confirmed');
    receiver.behaves = answers(503);
    await deposit();
    await app.sweep();
    expect(await deliveries(world.funder, webhook)).toMatchObject([
      {
        ...{ status: 'pending', attempts: 1, statusCode: 503, reason: 'status' },
        dueAt: '2026-01-15T10:00:10.000Z',
      },
    ]);
    app.clock.advanceBy({ ms: 9_999 });
    await app.sweep();
    expect(receiver.received).toHaveLength(1);
    receiver.behaves = answers(200);
    app.clock.advanceBy({ ms: 1 });
    await app.sweep();
    const [first, second, ...more] = receiver.received;
    expect(more).toEqual([]);
    expect([second?.id, second?.body]).toEqual([first?.id, first?.body]);
    expect(first?.id).toMatch(/^msg_[0-9a-f-]{36}$/);
    expect(second && isSigned(second, webhook.secret)).toBe(true);
    expect(await deliveries(world.funder, webhook, '?status=delivered')).toMatchObject([
      { attempts: 2, statusCode: 200, reason: null, dueAt: null },
    ]);
  });

  it('is given three days, then paused, and catches up when it is back', async () => {
    const webhook = await register(world.funder, 'deposit.confirmed');
    receiver.behaves = answers(500);
    await deposit();
    const triedAt: number[] = [];
    for (;;) {
      await app.sweep();
      triedAt.push(app.clock.now().getTime() - Date.parse('2026-01-15T10:00:00Z'));
      const [{ dueAt = null } = {}] = await deliveries(world.funder, webhook);
      if (dueAt === null) break;
      app.clock.advanceBy({ ms: Date.parse(dueAt) - app.clock.now().getTime() });
    }
    const hours = triedAt.map((ms) => Number((ms / 3_600_000).toFixed(3)));
    expect(hours).toEqual([
      ...[0, 0.003, 0.014, 0.058, 0.236, 0.947, 3.792, 15.169],
      ...[27.169, 39.169, 51.169, 63.169, 72],
    ]);
    expect(receiver.take()).toHaveLength(13);
    expect(await world.funder.get(pathOf(webhook))).toMatchObject({
      ...{ status: 'paused', pauseCause: 'failing', failuresInRow: 13 },
    });
    // What happens meanwhile waits.
    await deposit();
    await app.sweep();
    expect(receiver.received).toEqual([]);
    receiver.behaves = answers(200);
    await world.funder.post(`${pathOf(webhook)}/resumption`);
    await app.sweep();
    expect(receiver.received).toHaveLength(1);
    expect(await deliveries(world.funder, webhook, '?status=given-up')).toHaveLength(1);
    const from = '2026-01-01T00:00:00Z';
    const period = { from, to: '2026-02-01T00:00:00Z' };
    await world.funder.post(`${pathOf(webhook)}/replay`, period);
    await app.sweep();
    const ids = new Set(receiver.received.map(({ id }) => id));
    expect(ids.size).toBe(2);
    expect(await world.funder.get(pathOf(webhook))).toMatchObject({
      ...{ status: 'active', pauseCause: null, failuresInRow: 0, failingSinceAt: null },
    });
  });

  it('holds nobody else up', async () => {
    const slow = await register(world.funder, 'deposit.confirmed');
    const url = `${receiver.url}/fast`;
    const kinds = ['deposit.confirmed'];
    const fast = await world.funder.post<Registered>('/v1/webhooks', { url, kinds });
    const release = Promise.withResolvers<void>();
    receiver.behaves = (response, { url: path }) => {
      const end = (): void => void response.writeHead(204).end();
      if (path === '/hook/fast') end();
      else void release.promise.then(end);
    };
    for (let at = 0; at < 6; at += 1) await deposit();
    const commands = app.http.app.get(CommandBus, { strict: false });
    const turn = ({ webhookId }: Registered) => commands.execute(new DeliverToWebhook(webhookId));
    const waiting = turn(slow);
    expect(await turn(fast)).toBe(6);
    // Four are on their way to the slow one, and no more.
    const held = () => receiver.received.filter(({ path }) => path === '/hook');
    while (held().length < 4) await sleep(2);
    expect(held()).toHaveLength(4);
    release.resolve();
    expect(await waiting).toBe(6);
    await app.settle();
    expect(await deliveries(world.funder, slow, '?status=delivered')).toHaveLength(6);
  });

  it('is left alone once it says that it is gone', async () => {
    const webhook = await register(world.funder, 'deposit.confirmed');
    receiver.behaves = answers(410);
    await deposit();
    await app.sweep();
    const shown = await world.funder.get(pathOf(webhook));
    expect(shown).toMatchObject({ status: 'paused', pauseCause: 'gone', failuresInRow: 1 });
  });

  it('is left alone for as long as it asks, with all its messages', async () => {
    const webhook = await register(world.funder, 'deposit.confirmed');
    receiver.behaves = answers(429, { 'retry-after': '300' });
    for (let at = 0; at < 9; at += 1) await deposit();
    await app.sweep();
    // Four were on their way together, and no fifth follows.
    expect(receiver.take().length).toBeLessThanOrEqual(4);
    const heldUntilAt = '2026-01-15T10:05:00.000Z';
    expect(await world.funder.get(pathOf(webhook))).toMatchObject({ heldUntilAt });
    receiver.behaves = answers(204);
    app.clock.advanceBy({ ms: 299_999 });
    await deposit();
    await app.sweep();
    expect(receiver.received).toEqual([]);
    app.clock.advanceBy({ ms: 1 });
    await app.sweep();
    expect(receiver.received).toHaveLength(10);
    expect(await world.funder.get(pathOf(webhook))).toMatchObject({
      ...{ heldUntilAt: null, failuresInRow: 0 },
    });
  });

  it('leads nowhere else', async () => {
    const webhook = await register(world.funder, 'deposit.confirmed');
    receiver.behaves = answers(307, { location: `http://127.0.0.1:${receiver.port}/elsewhere` });
    await deposit();
    await app.sweep();
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
    expect(await deliveries(world.funder, webhook)).toMatchObject([
      { statusCode: 307, reason: 'redirect', status: 'pending' },
    ]);
  });
});

describe('its party', () => {
  it('pauses, resumes and ends it', async () => {
    const webhook = await register(world.funder, 'deposit.confirmed');
    const path = pathOf(webhook);
    await world.funder.post(`${path}/pause`);
    expect(await world.funder.refused(`${path}/pause`)).toBe('409 already_so');
    await deposit();
    await app.sweep();
    expect(receiver.received).toEqual([]);
    await world.funder.post(`${path}/resumption`);
    expect(await world.funder.refused(`${path}/resumption`)).toBe('409 already_so');
    await app.sweep();
    expect(receiver.take()).toHaveLength(1);
    await world.funder.post(`${path}/pause`);
    app.clock.advanceBy({ ms: 1 });
    await deposit();
    await world.funder.post(`${path}/ending`);
    await deposit();
    await app.sweep();
    expect(receiver.received).toEqual([]);
    expect(await world.funder.refused(`${path}/resumption`)).toBe('409 webhook_ended');
    expect(await world.funder.refused(`${path}/ending`)).toBe('409 already_so');
    // What was planned before is in the log, what came after is not.
    expect(await deliveries(world.funder, webhook)).toMatchObject([
      { status: 'pending' },
      { status: 'delivered' },
    ]);
  });

  it('has a message sent again', async () => {
    const webhook = await register(world.funder, 'deposit.confirmed');
    await deposit();
    await app.sweep();
    const [delivered] = await deliveries(world.funder, webhook);
    const path = `${pathOf(webhook)}/deliveries/${delivered?.deliveryId}`;
    const { body } = await world.funder.get<{ body: string }>(path);
    await world.funder.post(`${path}/replay`);
    expect(await world.funder.refused(`${path}/replay`)).toBe('409 delivery_pending');
    await app.sweep();
    const [first, again] = receiver.received;
    expect([first?.id, first?.body, first?.body]).toEqual([again?.id, again?.body, body]);
    expect(await deliveries(world.funder, webhook)).toMatchObject([{ replays: 1, attempts: 1 }]);
    const period = { from: '2026-01-15T10:00:00Z', to: '2026-01-15T10:00:00Z' };
    await world.funder.post(`${pathOf(webhook)}/replay`, period);
    await app.sweep();
    expect(receiver.received).toHaveLength(3);
    const later = { from: '2026-01-15T10:00:00.001Z', to: '2026-01-16T10:00:00Z' };
    await world.funder.post(`${pathOf(webhook)}/replay`, later);
    await app.sweep();
    expect(receiver.received).toHaveLength(3);
  });

  it('has a message sent that only tries the receiver', async () => {
    const webhook = await register(world.funder, 'deposit.confirmed');
    const path = `${pathOf(webhook)}/test`;
    const key = randomUUID();
    const { deliveryId, ...asked } = await world.funder.post<Delivery>(path, {}, key);
    expect(await world.funder.post(path, {}, key)).toEqual({ deliveryId, ...asked });
    await app.sweep();
    const [sent, ...others] = receiver.take();
    expect(others).toEqual([]);
    expect(sent && isSigned(sent, webhook.secret)).toBe(true);
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      ...{ type: 'test', version: 1, timestamp: '2026-01-15T10:00:00.000Z' },
      data: { webhookId: webhook.webhookId },
    });
    expect(await deliveries(world.funder, webhook)).toMatchObject([
      { deliveryId, kind: 'test', status: 'delivered', attempts: 1 },
    ]);
    expect(await app.as('operator').refused(path)).toBe('404 not_found');
    await world.funder.post(`${pathOf(webhook)}/pause`);
    expect(await world.funder.refused(path)).toBe('409 webhook_paused');
    await world.funder.post(`${pathOf(webhook)}/ending`);
    expect(await world.funder.refused(path)).toBe('409 webhook_ended');
  });

  it('is refused what is not for it', async () => {
    const ask = (url: string, ...kinds: string[]) =>
      world.funder.refused('/v1/webhooks', { url, kinds });
    for (const url of [
      ...['http://example.org/hook', 'https://user:pw@example.org', 'https://example.org/#x'],
      ...['https://localhost/hook', 'ftp://example.org', 'https://exa mple.org', 'javascript:1'],
    ]) {
      expect([url, await ask(url, 'order.active')]).toEqual([url, '422 webhook_url_invalid']);
    }
    const path = 'https://example.org/hook';
    expect(await ask(path, 'redemption.recorded')).toBe('422 kind_not_yours');
    expect(await ask(path, 'order.exploded')).toBe('400 choice_unknown');
    expect(await ask(path)).toBe('400 list_empty');
    const webhook = await register(world.funder, 'order.active');
    const replay = { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    expect(await world.funder.refused(`${pathOf(webhook)}/replay`, replay)).toBe(
      '422 replay_period_invalid',
    );
  });

  it('has at most twenty', async () => {
    for (let at = 0; at < 20; at += 1) await register(world.funder, 'order.active');
    const twentyFirst = { url: receiver.url, kinds: ['order.active'] };
    expect(await world.funder.refused('/v1/webhooks', twentyFirst)).toBe('409 too_many_webhooks');
  });

  it('is the only one that sees it', async () => {
    const webhook = await register(world.funder, 'deposit.confirmed');
    await deposit();
    await app.sweep();
    const [told] = await deliveries(world.funder, webhook);
    const path = pathOf(webhook);
    const delivery = `${path}/deliveries/${told?.deliveryId}`;
    for (const stranger of [app.as('funder'), app.as('place-manager'), app.as('operator')]) {
      for (const each of [path, `${path}/deliveries`, delivery]) {
        expect(await stranger.refusedToRead(each)).toBe('404 not_found');
      }
      for (const each of ['rotation', 'pause', 'resumption', 'ending']) {
        expect(await stranger.refused(`${path}/${each}`)).toBe('404 not_found');
      }
      expect(await stranger.refused(`${delivery}/replay`)).toBe('404 webhook_unknown');
      expect(await stranger.get('/v1/webhooks')).toEqual({ items: [], nextCursor: null });
    }
    expect(await app.as('auditor').refusedToRead(path)).toBe('403 forbidden');
  });
});
