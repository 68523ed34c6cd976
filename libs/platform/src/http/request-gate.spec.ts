import { Body, Controller, Get, HttpCode, Post, type MessageEvent } from '@nestjs/common';
import { NEVER, Observable } from 'rxjs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RightsTable } from '../access/rights';
import { RequestLimit } from '../limits/request-limit';
import { FakeClock } from '../testing/fake-clock';
import { HttpTestApp, type HttpTestAppInput } from '../testing/http-test-app';
import { EventStream, STREAM_LIMITS } from './in-flight';
import { Documented, documents } from './openapi-operation';
import { FileBody } from './fastify';
import { ChangesNothing } from './request-context';

const FILES = documents('things', { getFile: { does: 'A file.', files: { 'text/plain': 'a' } } });

@Controller('things')
class ThingsController {
  asked = 0;

  @Get('public')
  everybody(): object {
    return {};
  }

  @Get('own')
  own(): object {
    return { asked: (this.asked += 1) };
  }

  @Get('file')
  @Documented(FILES.getFile)
  file(): string {
    return 'a';
  }

  @Post('upload')
  @ChangesNothing()
  @FileBody('text/csv')
  upload(@Body() bytes: Buffer): object {
    return { bytes: bytes.length };
  }

  @Post('job')
  @ChangesNothing()
  @HttpCode(202)
  job(): object {
    return {};
  }

  @EventStream('stream')
  stream(): Observable<MessageEvent> {
    return NEVER;
  }
}

const RIGHTS: RightsTable = {
  'GET /things/public': { nobody: true },
  'GET /things/own': { all: ['operator'] },
  'GET /things/file': { all: ['operator'] },
  'POST /things/upload': { all: ['operator'] },
  'POST /things/job': { all: ['operator'] },
  'GET /things/stream': { all: ['operator'] },
};

const CALLER_MAX = 250;
const ADDRESS_MAX = 120;

type Input = Partial<HttpTestAppInput> & { callerMax?: number };

const apps: HttpTestApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function start({ callerMax = CALLER_MAX, ...input }: Input = {}) {
  // Twenty seconds before the minute ends.
  const clock = new FakeClock('2026-03-01T10:00:40.000Z');
  const limit = (name: string, perMinuteMax: number) =>
    new RequestLimit({ name, perMinuteMax, clock });
  const http = await HttpTestApp.start({
    ...{ controllers: [ThingsController], rights: RIGHTS, clock },
    requestLimits: {
      callers: limit('caller', callerMax),
      addresses: limit('address', ADDRESS_MAX),
    },
    ...input,
  });
  apps.push(http);
  const bearer = (id: string) =>
    http.issuer.bearer({ id, roles: ['operator'], notBefore: 0, expires: 4_000_000_000 });
  const get = (path: string, headers: Record<string, string> = {}) =>
    http.request.get(path).set(headers);
  /** How many are answered otherwise than 429 until one is. */
  const until429 = async (path: string, headers: Record<string, string> = {}): Promise<number> => {
    for (let answered = 0; answered < 10 * CALLER_MAX; answered += 1) {
      if ((await get(path, headers)).status === 429) return answered;
    }
    throw new Error('nothing is too much');
  };
  return { http, clock, bearer, get, until429 };
}

describe('who asks too much', () => {
  it('is told so with a problem, when to come again, and that nothing was done', async () => {
    const { http, bearer, get, until429 } = await start();
    const one = await bearer('one');
    expect(await until429('/things/own', one)).toBe(CALLER_MAX);
    const { status, body, headers, type } = await get('/things/own', one);
    expect([status, type, headers['retry-after']]).toEqual([429, 'application/problem+json', '20']);
    expect(body).toMatchObject({ code: 'rate_limited', type: 'urn:carnet:problem:rate_limited' });
    expect(http.app.get(ThingsController).asked).toBe(CALLER_MAX);
  });

  it('does not stop another caller, nor who does not log in', async () => {
    const { bearer, get, until429 } = await start();
    await until429('/things/own', await bearer('one'));
    expect((await get('/things/own', await bearer('other'))).status).toBe(200);
    expect((await get('/things/public')).status).toBe(200);
  });

  it('is let in again when the minute is over, and not a second before', async () => {
    const { bearer, clock, get, until429 } = await start();
    const one = await bearer('one');
    await until429('/things/own', one);
    clock.advanceBy({ ms: 19_999 });
    expect((await get('/things/own', one)).headers['retry-after']).toBe('1');
    clock.advanceBy({ ms: 1 });
    expect((await get('/things/own', one)).status).toBe(200);
  });

  it('is stopped on every route alike, but not where a program is asked whether it lives', async () => {
    const { bearer, get, until429 } = await start();
    const one = await bearer('one');
    await until429('/things/own', one);
    for (const path of ['/things/file', '/things/stream', '/metrics']) {
      expect((await get(path, one)).status).toBe(429);
    }
    await until429('/things/public');
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/health/ready', one)).status).toBe(200);
  });

  it('is counted in the metrics', async () => {
    const { bearer, get, until429 } = await start();
    await until429('/things/own', await bearer('one'));
    await until429('/things/public');
    const { text } = await get('/metrics', await bearer('other'));
    expect(text).toContain('carnet_http_rate_limited_total{by="caller"} 1');
    expect(text).toContain('carnet_http_rate_limited_total{by="address"} 1');
    expect(text).toContain('carnet_http_rate_limits_alone 0');
  });
});

describe('what costs a hundred', () => {
  const times = (path: string, headers: Record<string, string> = {}) => ({ path, headers });

  it.each([
    ['a file', times('/things/file')],
    ['a whole list', times('/things/own', { accept: 'text/csv' })],
    ['a page on paper', times('/things/own', { accept: 'text/html, Application/PDF' })],
  ])('is %s', async (_what, { path, headers }) => {
    const { bearer, until429 } = await start();
    expect(await until429(path, { ...(await bearer('one')), ...headers })).toBe(2);
    // What is left is for plain ones.
    expect(await until429('/things/own', await bearer('one'))).toBe(CALLER_MAX - 200);
  });

  it.each([
    ['a file sent', '/things/upload', 'text/csv', 201],
    ['a job begun', '/things/job', undefined, 202],
  ])('is %s', async (_what, path, type, done) => {
    const { http, bearer } = await start();
    const one = await bearer('one');
    const ask = () => http.request.post(path).set(one);
    const post = () => (type === undefined ? ask() : ask().set('Content-Type', type).send('a'));
    const statuses = [await post(), await post(), await post()].map(({ status }) => status);
    expect(statuses).toEqual([...[done, done], 429]);
  });

  it('is a whole list for everybody too', async () => {
    const { until429 } = await start();
    expect(await until429('/things/public', { accept: 'text/csv' })).toBe(1);
    expect(await until429('/things/public')).toBe(ADDRESS_MAX - 100);
  });
});

describe('who does not say who asks', () => {
  it.each<[string, string, Record<string, string>, number]>([
    ['on a public route', '/things/public', {}, 200],
    ['on a public route, with any token', '/things/public', { authorization: 'Bearer a' }, 200],
    ['on another', '/things/own', {}, 401],
    ['with a bad token', '/things/own', { authorization: 'Bearer x.y.z' }, 401],
    ['with no token', '/things/own', { authorization: 'Basic eDp5' }, 401],
    ['on no route', '/nowhere', {}, 404],
    ['on no route, with any token', '/nowhere', { authorization: 'Bearer a' }, 404],
    ['on the document', '/openapi.json', {}, 200],
    ['on the document, with any token', '/openapi.json', { authorization: 'Bearer a' }, 200],
  ])('is counted by its address %s', async (_what, path, headers, status) => {
    const { bearer, get, until429 } = await start();
    expect((await get(path, headers)).status).toBe(status);
    expect(await until429(path, headers)).toBe(ADDRESS_MAX - 1);
    expect((await get('/things/public')).status).toBe(429);
    // Who is behind the same address and says so is not stopped.
    expect((await get('/things/own', await bearer('one'))).status).toBe(200);
  });

  it('is counted for what it cannot be read for, as whoever says who asks is', async () => {
    const { http, bearer, get } = await start();
    const broken = async (headers: Record<string, string>) => {
      const said = { ...headers, 'content-type': 'application/json' };
      return (await http.request.post('/things/job').set(said).send('{')).status;
    };
    for (let at = 0; at < ADDRESS_MAX; at += 1) {
      expect(await broken({ authorization: 'Bearer x.y.z' })).toBe(401);
    }
    expect(await broken({ authorization: 'Bearer x.y.z' })).toBe(429);
    expect((await get('/things/public')).status).toBe(429);
    const one = await bearer('one');
    expect([await broken(one), await broken(one), await broken(one)]).toEqual([400, 400, 429]);
  });

  it('is counted once by HEAD, as by GET', async () => {
    const { http, until429 } = await start();
    await http.request.head('/things/public');
    expect(await until429('/things/public')).toBe(ADDRESS_MAX - 1);
  });

  it('is stopped before the body is read', async () => {
    const { http, until429 } = await start();
    await until429('/things/public');
    const head = 'POST /things/upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\n';
    const said = 'Content-Type: text/csv\r\nContent-Length: 9\r\n\r\n';
    // The body never comes.
    expect(await http.raw(`${head}${said}`)).toMatch(/^HTTP\/1\.1 429 /);
  });
});

describe('the address', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });

  it('is that of the connection, whatever is claimed', async () => {
    const { get, until429 } = await start();
    await until429('/things/public', from('192.0.2.1'));
    expect((await get('/things/public', from('192.0.2.2'))).status).toBe(429);
  });

  it('is that of the connection where it is no trusted proxy', async () => {
    const { get, until429 } = await start({ trustedProxies: ['10.0.0.0/8'] });
    await until429('/things/public', from('192.0.2.1'));
    expect((await get('/things/public', from('192.0.2.2'))).status).toBe(429);
  });

  it.each<[string, string, string]>([
    ['the one the proxy names', '192.0.2.1', '192.0.2.2'],
    ['the last that no trusted proxy has', '192.0.2.1, 10.0.0.7', '192.0.2.2, 10.0.0.7'],
    ['told by the first 64 bits', '2001:db8:1:1::1', '2001:db8:1:2::1'],
  ])('behind a trusted proxy is %s', async (_what, address, another) => {
    const { get, until429 } = await start({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
    expect(await until429('/things/public', from(address))).toBe(ADDRESS_MAX);
    expect((await get('/things/public', from(another))).status).toBe(200);
  });

  it.each<[string, string, string]>([
    ['claims others to the left of its own', '192.0.2.1', '198.51.100.9, 192.0.2.1'],
    ['claims to be a trusted proxy', '192.0.2.1', '10.0.0.1, 192.0.2.1'],
    ['has all of a network of IPv6', '2001:db8:1:1::1', '2001:db8:1:1:ffff::'],
    ['claims what is no address', '203.0.113.1, unknown', 'nobody'],
  ])('is the same for who %s', async (_what, address, another) => {
    const { get, until429 } = await start({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
    await until429('/things/public', from(address));
    expect((await get('/things/public', from(another))).status).toBe(429);
  });
});

describe('streams of events', () => {
  it('are bounded by caller, and take no place of requests', async () => {
    const { http, bearer, get } = await start({ limits: { inFlightMax: 3 }, callerMax: 1e6 });
    const [one, other] = [await bearer('one'), await bearer('other')];
    const url = `http://127.0.0.1:${http.port}/things/stream`;
    const open = async (headers: Record<string, string>) => {
      const closing = new AbortController();
      const { status } = await fetch(url, { headers, signal: closing.signal });
      return { status, close: () => closing.abort() };
    };
    const streams = [];
    for (let at = 0; at < STREAM_LIMITS.perCallerMax; at += 1) streams.push(await open(one));
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
    const { status, body, headers } = await get('/things/stream', one);
    expect([status, body.code, headers['retry-after']]).toEqual([429, 'too_many_streams', '5']);
    const another = await open(other);
    expect(another.status).toBe(200);
    // There is place for three requests still, and one who leaves gives its stream's back.
    expect((await get('/things/own', one)).status).toBe(200);
    streams[0]?.close();
    while ((await open(one)).status !== 200) await sleep(5);
    for (const { close } of [...streams, another]) close();
    while ((await get('/things/own', one)).status === 503) await sleep(5);
  });
});
