import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../access/actor';
import type { RouteRights } from '../access/rights';
import { userIdOf } from '../access/user-ids';
import { Readiness } from '../health/readiness';
import { ReadModelBehind } from '../read-store/errors';
import { ViewProgress } from '../read-store/view-progress';
import { HttpTestApp } from '../testing/http-test-app';
import { TextField } from './fields';
import { ListQuery, Page, type PageOf } from './listing';
import { Changed, Reads } from './positions';
import { Asked, ChangesNothing, CurrentActor, type RequestContext } from './request-context';

class Reason {
  @TextField({ max: 100 }) readonly reason!: string;
}

class RowsQuery extends ListQuery {
  @TextField({ max: 20, optional: true }) readonly name?: string;
}

type Row = { id: number; name: string; amountCents: number; tags: string[] };

let rows: readonly Row[] = [];

@Controller('orders')
class OrdersController {
  @Post(':id/cancellation')
  @HttpCode(202)
  cancel(
    @Param('id') id: string,
    @Body() { reason }: Reason,
    @Asked() asked: RequestContext,
  ): Changed<object> {
    return new Changed(12_345_678_901_234_567n, { id, reason, asked });
  }

  @Post('check')
  @HttpCode(200)
  @ChangesNothing()
  check(@CurrentActor() actor: Actor): Actor {
    return actor;
  }

  @Get()
  @Reads({ name: 'orders' })
  list(@Query() _: RowsQuery, @Page() page: PageOf): Promise<unknown> {
    return page.answer<Row>({
      // Ids count up by one, whatever the first is.
      find: ([after] = [0], limit) => {
        const start = Math.max(0, Number(after) + 1 - (rows[0]?.id ?? 0));
        return rows.slice(start, start + limit);
      },
      keyOf: ({ id }) => [id],
      columns: ['id', 'name', 'amountCents', 'tags'],
    });
  }

  @Get('unviewed')
  unviewed(): object {
    return {};
  }
}

@Controller('undeclared')
class UndeclaredController {
  @Get()
  get(): object {
    return {};
  }

  @Get('public')
  open(): object {
    return {};
  }
}

class FakeProgress extends ViewProgress {
  reached = 0n;

  override waitFor(position: bigint): Promise<void> {
    if (position <= this.reached) return Promise.resolve();
    return Promise.reject(new ReadModelBehind('behind'));
  }
}

const FOR_ORDERS: RouteRights = { all: ['operator'], own: ['funder'] };

const progress = new FakeProgress(undefined as never);
let http: HttpTestApp;
let operator: { authorization: string };
beforeAll(async () => {
  http = await HttpTestApp.start({
    controllers: [OrdersController, UndeclaredController],
    rights: {
      'POST /orders/{id}/cancellation': FOR_ORDERS,
      'POST /orders/check': FOR_ORDERS,
      'GET /orders': FOR_ORDERS,
      'GET /orders/unviewed': FOR_ORDERS,
      'GET /undeclared': {},
      'GET /undeclared/public': { nobody: true },
    },
    viewProgress: progress,
  });
  operator = await http.issuer.bearer();
});
afterAll(() => http.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  http.request.get(path).set({ ...operator, ...headers });

describe('access', () => {
  it.each([
    ['nothing', undefined, 401, 'token_required'],
    ['a password', 'Basic YTpi', 401, 'token_invalid'],
    ['no token', 'Bearer', 401, 'token_invalid'],
    ['a token of nobody', 'Bearer a.b.c', 401, 'token_invalid'],
  ])('with %s is refused', async (_what, authorization, status, code) => {
    const answer = await http.request.get('/orders').set(authorization ? { authorization } : {});
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('with two Authorization headers is refused, whichever is valid', async () => {
    const head = `GET /orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\n`;
    const valid = `authorization: ${operator.authorization}\r\n`;
    expect(await http.raw(`${head}${valid}\r\n`)).toMatch(/^HTTP\/1.1 200/);
    expect(await http.raw(`${head}${valid}Authorization: Bearer x\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 401/,
    );
  });

  it('is for the roles of the route', async () => {
    const funder = await http.issuer.bearer({ roles: ['auditor', 'funder'] });
    const cashier = await http.issuer.bearer({ roles: ['place-cashier'] });
    const none = await http.issuer.bearer({ roles: [] });
    expect((await http.request.get('/orders').set(funder)).status).toBe(200);
    for (const refused of [cashier, none]) {
      const answer = await http.request.get('/orders').set(refused);
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
  });

  it('gives the actor the role it was let in for', async () => {
    const partyId = randomUUID();
    const funder = await http.issuer.bearer({ id: 'p-1', partyId, roles: ['auditor', 'funder'] });
    const { body } = await http.request.post('/orders/check').set(funder);
    expect(body).toMatchObject({
      id: userIdOf(http.issuer.issuer, 'p-1'),
      partyId,
      roles: ['auditor', 'funder'],
      role: 'funder',
      reach: 'own',
    });
  });

  it('is nobody’s where a route declares nothing, and everybody’s where it is public', async () => {
    expect((await get('/undeclared')).status).toBe(403);
    expect((await http.request.get('/undeclared/public')).status).toBe(200);
    const stale = { authorization: 'Bearer stale' };
    expect((await http.request.get('/undeclared/public').set(stale)).status).toBe(200);
  });
});

describe('a POST that changes something', () => {
  const cancel = (headers: Record<string, string>, body: object = { reason: 'a' }, id = '1') =>
    http.request
      .post(`/orders/${id}/cancellation`)
      .set({ ...operator, ...headers })
      .send(body);
  const key = '0190F6E1-AAAA-7BBB-8CCC-000000000001';
  const askedBy = async (...request: Parameters<typeof cancel>): Promise<RequestContext> =>
    (await cancel(...request)).body.asked;

  it.each([
    [{}, 'idempotency_key_required'],
    [{ 'idempotency-key': 'abc' }, 'idempotency_key_invalid'],
    [{ 'idempotency-key': '' }, 'idempotency_key_invalid'],
    [{ 'idempotency-key': `${key}, ${key}` }, 'idempotency_key_invalid'],
    [{ 'idempotency-key': 'a'.repeat(10_000) }, 'idempotency_key_invalid'],
  ])('needs a key, case %#', async (headers, code) => {
    const answer = await cancel(headers);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it('needs one key, not two', async () => {
    const head = `POST /orders/1/cancellation HTTP/1.1\r\nHost: a\r\nConnection: close\r\n`;
    const type = 'Content-Type: application/json\r\nContent-Length: 14\r\n';
    const sent = (keys: string): Promise<string> =>
      http.raw(
        `${head}authorization: ${operator.authorization}\r\n${type}${keys}\r\n{"reason":"a"}`,
      );
    const one = `Idempotency-Key: ${key}\r\n`;
    expect(await sent(one)).toMatch(/^HTTP\/1.1 202/);
    expect(await sent(one + one)).toMatch(/^HTTP\/1.1 400 .*idempotency_key_invalid/s);
  });

  it('answers with its status, its body and its place in the log', async () => {
    const answer = await cancel({ 'idempotency-key': key });
    expect(answer.status).toBe(202);
    expect(answer.headers['event-position']).toBe('12345678901234567');
    expect(answer.body).toMatchObject({ id: '1', reason: 'a' });
  });

  it('is one command however often and however written it is sent', async () => {
    const first = await askedBy({ 'idempotency-key': key }, { reason: 'a' });
    const again = await askedBy({ 'idempotency-key': key.toLowerCase() }, { reason: 'a' });
    expect([again.commandId, again.requestHash]).toEqual([first.commandId, first.requestHash]);
    expect(again.correlationId).not.toBe(first.correlationId);
    expect(first).toMatchObject({ causationId: first.commandId, actor: { role: 'operator' } });
  });

  it('keeps a hash that does not tell its body to who tries bodies', async () => {
    const first = await askedBy({ 'idempotency-key': key }, { reason: 'a' });
    const same = await askedBy({ 'idempotency-key': randomUUID() }, { reason: 'a' });
    expect(same.requestHash).not.toBe(first.requestHash);
  });

  it('is another wish under the same key with another body or another address', async () => {
    const first = await askedBy({ 'idempotency-key': key });
    for (const other of [
      await askedBy({ 'idempotency-key': key }, { reason: 'b' }),
      await askedBy({ 'idempotency-key': key }, { reason: 'a' }, '2'),
    ]) {
      expect(other.commandId).toBe(first.commandId);
      expect(other.requestHash).not.toBe(first.requestHash);
    }
  });

  it('is one command of a party, whoever of it asks', async () => {
    const partyId = randomUUID();
    const [one, other] = await Promise.all(
      ['p-1', 'p-2'].map(async (id) =>
        askedBy({ ...(await http.issuer.bearer({ id, partyId })), 'idempotency-key': key }),
      ),
    );
    expect(one?.commandId).toBe(other?.commandId);
    expect(one?.actor.id).not.toBe(other?.actor.id);
  });

  it('is another command of another party or under another key', async () => {
    const first = await askedBy({ 'idempotency-key': key });
    const otherParty = await askedBy({ ...(await http.issuer.bearer()), 'idempotency-key': key });
    const otherKey = await askedBy({ 'idempotency-key': randomUUID() });
    expect(otherParty.commandId).not.toBe(first.commandId);
    expect(otherKey.commandId).not.toBe(first.commandId);
  });
});

describe('At-Least', () => {
  beforeAll(() => {
    progress.reached = 100n;
  });

  it.each(['x', '-1', '1.5', '1e3', '01', '1, 2', '9223372036854775808', '99999999999999999999'])(
    'is refused as %j',
    async (position) => {
      const answer = await get('/orders', { 'at-least': position });
      expect([answer.status, answer.body.code]).toEqual([400, 'at_least_invalid']);
    },
  );

  it('waits for the views of the route, and says so when they are behind', async () => {
    expect((await get('/orders', { 'at-least': '100' })).status).toBe(200);
    const behind = await get('/orders', { 'at-least': '101' });
    expect([behind.status, behind.body.code]).toEqual([503, 'read_model_behind']);
    expect(behind.headers['retry-after']).toBe('1');
    expect((await get('/orders/unviewed', { 'at-least': '101' })).status).toBe(200);
  });
});

describe('a list', () => {
  beforeEach(() => {
    rows = Array.from({ length: 120 }, (_, index) => row(index + 1));
  });
  const row = (id: number, name = `n${id}`): Row => ({
    id,
    name,
    amountCents: -id,
    tags: ['a', 'b'],
  });
  const ids = (body: { items: Row[] }): number[] => body.items.map(({ id }) => id);

  it('comes in pages of 50 unless asked otherwise', async () => {
    const first = await get('/orders');
    expect(ids(first.body)).toEqual(rows.slice(0, 50).map(({ id }) => id));
    const second = await get(`/orders?limit=70&cursor=${first.body.nextCursor}`);
    expect(ids(second.body)).toEqual(rows.slice(50).map(({ id }) => id));
    expect(second.body.nextCursor).toBeNull();
  });

  it.each(['1', '500'])('takes a limit of %s', async (limit) => {
    const { body } = await get(`/orders?limit=${limit}`);
    expect(body.items).toHaveLength(Math.min(Number(limit), 120));
  });

  it.each(['0', '-1', '501', '1000000000', 'abc', '', '1.5', '01', '1&limit=2'])(
    'refuses a limit of %j',
    async (limit) => {
      expect((await get(`/orders?limit=${limit}`)).status).toBe(400);
    },
  );

  it('refuses a cursor cut, altered, or of another list', async () => {
    const { nextCursor: cursor } = (await get('/orders')).body as { nextCursor: string };
    const other = await http.issuer.bearer();
    const flipped = (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1);
    const refused = [
      get(`/orders?cursor=${cursor.slice(0, -1)}`),
      get(`/orders?cursor=${cursor}A`),
      get(`/orders?cursor=${flipped}`),
      get('/orders?cursor='),
      get(`/orders?cursor=${cursor}&cursor=${cursor}`),
      get(`/orders?cursor=${cursor}&name=n1`),
      get(`/orders?cursor=${cursor}`, other),
    ];
    for (const answer of await Promise.all(refused)) {
      expect([answer.status, answer.body.code]).toEqual([400, 'cursor_invalid']);
    }
    expect((await get(`/orders?cursor=${cursor}&limit=1`)).status).toBe(200);
  });

  it('comes whole as CSV, safe to open', async () => {
    const dangerous = ['=HYPERLINK("x")', '+cmd', '-2+3', '@SUM', '\tx', '＝x', 'a,"b"\nc', 'safe'];
    rows = dangerous.map((name, index) => row(index + 1, name));
    const { text, headers } = await get('/orders', { accept: 'text/csv' });
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['vary']).toBe('Accept');
    expect(text.split('\r\n')).toEqual([
      'id,name,amountCents,tags',
      '1,"\'=HYPERLINK(""x"")",-1,a|b',
      "2,'+cmd,-2,a|b",
      "3,'-2+3,-3,a|b",
      "4,'@SUM,-4,a|b",
      "5,'\tx,-5,a|b",
      "6,'＝x,-6,a|b",
      '7,"a,""b""\nc",-7,a|b',
      '8,safe,-8,a|b',
      '',
    ]);
  });

  it('has its head as CSV even when it is empty', async () => {
    rows = [];
    const { text } = await get('/orders', { accept: 'text/csv' });
    expect(text).toBe('id,name,amountCents,tags\r\n');
  });

  it('is JSON unless CSV is wanted', async () => {
    const isCsv = async (accept: string): Promise<boolean> =>
      (await get('/orders', { accept })).headers['content-type']?.startsWith('text/csv') ?? false;
    expect(await isCsv('*/*')).toBe(false);
    expect(await isCsv('text/csv;q=0.5, application/json')).toBe(false);
    expect(await isCsv('text/csv;q=0')).toBe(false);
    expect(await isCsv('application/json;q=0.5, TEXT/CSV')).toBe(true);
  });

  it('has up to 100,000 rows as CSV, and is never cut in silence', async () => {
    rows = Array.from({ length: 100_001 }, (_, index) => row(index + 1));
    const request = `GET /orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: text/csv\r\nauthorization: ${operator.authorization}\r\n\r\n`;
    const cut = await http.raw(request);
    // A chunked answer that ends without its last chunk of no bytes is an incomplete one.
    expect(cut).not.toMatch(/\r\n0\r\n\r\n$/);
    rows = rows.slice(1);
    const whole = await http.raw(request);
    expect(whole).toMatch(/\r\n0\r\n\r\n$/);
    expect(whole).toContain('100001,n100001');
  });
});

describe('health', () => {
  it('is live without login', async () => {
    expect((await http.request.get('/health/live')).body).toEqual({ status: 'ok' });
  });

  it('says which check failed, which was late, and not why', async () => {
    const app = await HttpTestApp.start({});
    const readiness = app.app.get(Readiness);
    let away = false;
    readiness.register({
      name: 'store',
      deadlineMs: 1_000,
      check: () => (away ? Promise.reject(new Error('esdb://secret')) : undefined),
    });
    readiness.register({
      name: 'redis',
      deadlineMs: 20,
      check: () => (away ? new Promise(() => undefined) : undefined),
    });
    const ready = await app.request.get('/health/ready');
    expect([ready.status, ready.body.status]).toEqual([200, 'ok']);
    away = true;
    const missing = await app.request.get('/health/ready');
    expect([missing.status, missing.body.code]).toEqual([503, 'not_ready']);
    expect(missing.body.checks).toMatchObject([
      { name: 'store', state: 'failed' },
      { name: 'redis', state: 'late' },
    ]);
    expect(missing.text).not.toContain('secret');
    away = false;
    expect((await app.request.get('/health/ready')).status).toBe(200);
    readiness.stop();
    expect((await app.request.get('/health/ready')).status).toBe(503);
    await app.close();
  });
});

describe('metrics', () => {
  it('count answers by the template of their route, for those who may see them', async () => {
    await get('/orders');
    await get('/orders/unknown/address/12');
    expect((await http.request.get('/metrics')).status).toBe(401);
    const funder = await http.issuer.bearer({ roles: ['funder'] });
    expect((await http.request.get('/metrics').set(funder)).status).toBe(403);
    const { text, headers } = await get('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0.0.4/);
    expect(text).toMatch(/carnet_http_request_seconds_count\{[^}]*route="\/orders"[^}]*\} [1-9]/);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('/orders/unknown');
  });
});

describe('the log', () => {
  it('tells who was refused what, and no token', async () => {
    const { body } = await get('/orders?limit=0');
    const line = http.log.find((each) => each.includes(body.traceId)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ route: '/orders', status: 400, role: 'operator' });
    expect(http.log.join('')).not.toContain(operator.authorization.slice(10));
  });
});
