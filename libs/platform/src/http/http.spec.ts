import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '@app/kernel';
import {
  Injectable,
  type OnModuleInit,
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { RightsTable } from '../access/rights';
import { OutcomeUnknown, StoreUnavailable } from '../event-store/event-store';
import { QueueUnavailable } from '../queues/errors';
import { HttpTestApp } from '../testing/http-test-app';
import { FileBody } from './fastify';
import {
  BooleanField,
  CentsField,
  ChoiceField,
  CodeField,
  DayField,
  InstantField,
  IntegerField,
  NumberField,
  ObjectField,
  TextField,
  UuidField,
} from './fields';
import { UuidParam } from './input.pipe';
import { ChangesNothing } from './request-context';

class Address {
  @TextField({ max: 70 }) readonly city!: string;
}

class Things {
  @CentsField() readonly amountCents!: number;
  @DayField({ optional: true }) readonly valueOn?: string;
  @InstantField({ optional: true }) readonly seenAt?: string;
  @UuidField({ optional: true }) readonly placeId?: string;
  @CodeField({ optional: true, listMax: 3 }) readonly codes?: string[];
  @TextField({ optional: true, max: 5 }) readonly label?: string;
  @ChoiceField(['a', 'b'], { optional: true }) readonly kind?: 'a' | 'b';
  @BooleanField({ optional: true }) readonly open?: boolean;
  @IntegerField({ optional: true, min: 0, max: 10 }) readonly books?: number;
  @NumberField({ optional: true, min: -90, max: 90 }) readonly latitude?: number;
  @ObjectField(() => Address, { optional: true }) readonly address?: Address;
  @ObjectField(() => Address, { optional: true, listMax: 2 }) readonly others?: Address[];
}

class AsOf {
  @InstantField({ optional: true }) readonly asOf?: string;
}

@Controller('things')
class ThingsController {
  @Post()
  @HttpCode(201)
  @ChangesNothing()
  make(@Body() things: Things): Things {
    return things;
  }

  @Post('files')
  @ChangesNothing()
  @FileBody('text/csv', 'application/xml')
  file(@Body() bytes: Buffer): { bytes: number } {
    return { bytes: bytes.length };
  }

  @Post('done')
  @HttpCode(200)
  @ChangesNothing()
  done(): object {
    return { done: true };
  }

  @Get('of/:id')
  one(@Param('id', UuidParam) id: string, @Query() query: AsOf): object {
    return { id, ...query };
  }

  @Get('failing/:how')
  fail(@Param('how') how: string): never {
    throw FAILURES[how] ?? new Error(`secret ${how}`);
  }

  @Get('half')
  async half(@Res() reply: FastifyReply): Promise<never> {
    reply.raw.writeHead(200, { 'Content-Type': 'text/plain' });
    await new Promise((written) => reply.raw.write('half', written));
    throw new Error('broken');
  }

  @Get('slow')
  async slow(): Promise<object> {
    await sleep(300);
    return { done: true };
  }
}

const THINGS: RightsTable = {
  'POST /things/done': { nobody: true },
  'POST /things': { nobody: true },
  'POST /things/files': { nobody: true },
  'GET /things/of/{id}': { nobody: true },
  'GET /things/failing/{how}': { nobody: true },
  'GET /things/half': { nobody: true },
  'GET /things/slow': { nobody: true },
};

const FAILURES: Record<string, Error> = {
  refusal: new DomainError('voucher_used', { at: 3 }),
  missing: new DomainError('voucher_unknown'),
  form: new DomainError('date_invalid'),
  store: new StoreUnavailable('esdb://secret'),
  unknown: new OutcomeUnknown('book-1'),
  redis: Object.assign(new Error('secret'), { name: 'MaxRetriesPerRequestError' }),
  closed: new Error('Connection is closed.'),
  queue: new QueueUnavailable('secret', undefined),
};

@Controller('guarded')
class GuardedController {
  @Post()
  make(@Body() _: Address): object {
    return {};
  }
}

@Injectable()
class AskedWhileClosing implements OnModuleInit {
  ask?: () => Promise<string>;
  answer = '';

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('preClose', async () => {
      this.answer = (await this.ask?.()) ?? '';
    });
  }
}

let http: HttpTestApp;
beforeAll(async () => {
  http = await HttpTestApp.start({
    rights: { ...THINGS, 'POST /guarded': { all: ['operator'] } },
    controllers: [ThingsController, GuardedController],
    refusalStatuses: { voucher_unknown: 404 },
    limits: { bodyDeadlineMs: 200 },
  });
});
afterAll(() => http.close());

const post = (body: string | Buffer, type = 'application/json', path = '/things') =>
  http.request
    .post(path)
    .set('Content-Type', type)
    .serialize((bytes: unknown) => bytes as string)
    .send(body);

describe('a body', () => {
  it('is taken as it is', async () => {
    const body = {
      amountCents: 1_000_000_000_000,
      valueOn: '2028-02-29',
      placeId: randomUUID(),
      codes: ['a', 'b', 'c'],
      label: 'ééééé',
      kind: 'b',
      open: false,
      books: 0,
      latitude: -90,
      address: { city: "L'Haÿ-les-Roses" },
      others: [{ city: 'a' }, { city: 'b' }],
    };
    const answer = await post(JSON.stringify(body));
    expect([answer.status, answer.body]).toEqual([201, body]);
  });

  it('brings its instants into the canonical form', async () => {
    const answer = await post('{"amountCents":1,"seenAt":"2026-10-25T02:30:00+02:00"}');
    expect(answer.body).toEqual({ amountCents: 1, seenAt: '2026-10-25T00:30:00.000Z' });
  });

  it.each<[string, string | Buffer, number, string]>([
    ['empty', '', 400, 'body_required'],
    ['null', 'null', 400, 'object_required'],
    ['a list', '[]', 400, 'object_required'],
    ['a text', '"a"', 400, 'object_required'],
    ['cut', '{"a":', 400, 'json_malformed'],
    ['with a key twice', '{"amountCents":1,"amountCents":999}', 400, 'json_duplicate_key'],
    ['with __proto__', '{"amountCents":1,"__proto__":{"a":1}}', 400, 'unknown_property'],
    ['with constructor', '{"constructor":{"prototype":{}}}', 400, 'unknown_property'],
    ['with another property', '{"amountCents":1,"tenantId":"x"}', 400, 'unknown_property'],
    ['with one below', '{"amountCents":1,"address":{"city":"a","x":1}}', 400, 'unknown_property'],
    ['too deep', '['.repeat(10_000) + ']'.repeat(10_000), 400, 'too_deep'],
    ['of too many items', `[${'1,'.repeat(100_000)}1]`, 413, 'too_many_items'],
    ['in UTF-16', Buffer.from('{"amountCents":1}', 'utf16le'), 415, 'encoding'],
    ['with a byte order mark', '\ufeff{"amountCents":1}', 400, 'encoding'],
    ['not UTF-8', Buffer.from('7b2261223a22c0af227d', 'hex'), 400, 'encoding'],
    ['of NaN', '{"amountCents":NaN}', 400, 'json_malformed'],
    ['of -1 cent', '{"amountCents":-1}', 400, 'amount_range'],
    ['of 0 cents', '{"amountCents":0}', 400, 'amount_range'],
    ['of -0 cents', '{"amountCents":-0}', 400, 'number_format'],
    ['of 0.1 cents', '{"amountCents":0.1}', 400, 'amount_integer'],
    ['of 1e3 cents', '{"amountCents":1e3}', 400, 'number_format'],
    ['of 1e400 cents', '{"amountCents":1e400}', 400, 'number_format'],
    ['of 2^53 + 1 cents', '{"amountCents":9007199254740993}', 400, 'number_format'],
    ['of 10^12 + 1 cents', '{"amountCents":1000000000001}', 422, 'amount_limit'],
    ['of "100"', '{"amountCents":"100"}', 400, 'amount_type'],
    ['of true', '{"amountCents":true}', 400, 'amount_type'],
    ['of null', '{"amountCents":null}', 400, 'amount_type'],
    ['of nothing', '{}', 400, 'required'],
  ])('%s is refused', async (_what, body, status, code) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  it.each([
    ['valueOn', '"2026-02-30"', 'date_invalid'],
    ['valueOn', '20260101', 'date_invalid'],
    ['valueOn', '"1959-12-31"', 'date_invalid'],
    ['valueOn', '"2150-01-01"', 'date_invalid'],
    ['valueOn', 'null', 'date_invalid'],
    ['seenAt', '"2026-03-29T02:30:00"', 'zone_required'],
    ['seenAt', '"2026-06-30T23:59:60Z"', 'date_invalid'],
    ['seenAt', '1', 'date_invalid'],
    ['placeId', '"../../x"', 'id_invalid'],
    ['placeId', '{"$gt":""}', 'id_invalid'],
    ['codes', '"a"', 'list_type'],
    ['codes', '[]', 'list_empty'],
    ['codes', '["a","b","c","d"]', 'too_many_items'],
    ['codes[1]', '["a",1]', 'text_type'],
    ['codes[0]', `["${'a'.repeat(65)}"]`, 'too_large'],
    ['label', '"abcdef"', 'text_too_long'],
    ['label', '" "', 'text_empty'],
    ['label', '"a\\nb"', 'text_control_character'],
    ['label', '1', 'text_type'],
    ['kind', '"c"', 'choice_unknown'],
    ['open', '"true"', 'boolean_type'],
    ['books', '11', 'number_range'],
    ['books', '1.5', 'number_integer'],
    ['books', '"1"', 'number_type'],
    ['latitude', '90.1', 'number_range'],
    ['address', '"a"', 'object_type'],
    ['address', '[]', 'object_type'],
    ['address.city', '{}', 'required'],
    ['others[1].city', '[{"city":"a"},{"city":1}]', 'text_type'],
    ['others[1]', '[{"city":"a"},2]', 'object_type'],
    ['others', '[{"city":"a"},{"city":"a"},{"city":"a"}]', 'too_many_items'],
  ])('is refused for %s of %s', async (field, value, code) => {
    const answer = await post(`{"amountCents":1,"${/^\w+/.exec(field)?.[0]}":${value}}`);
    expect(answer.body.errors).toEqual([{ field, code, detail: expect.any(String) }]);
    expect(answer.body.code).toBe(code);
    expect(answer.status).toBe(code === 'too_many_items' || code === 'too_large' ? 413 : 400);
  });

  it('has all its fields refused at once, form before limits', async () => {
    const answer = await post('{"amountCents":1000000000001,"open":1,"kind":2}');
    expect(answer.body).toMatchObject({ status: 400, code: 'text_type' });
    expect(answer.body.errors.map((error: { field: string }) => error.field).toSorted()).toEqual([
      'amountCents',
      'kind',
      'open',
    ]);
  });

  it.each([
    ['text/plain', 415],
    ['application/xml', 415],
    ['application/jsonx', 415],
    ['application/problem+json', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json; charset=utf-8', 201],
    ['application/json;charset="UTF-8"', 201],
    ['Application/JSON', 201],
    ['*', 415],
  ])('of type %s gets %i', async (type, status) => {
    expect((await post('{"amountCents":1}', type)).status).toBe(status);
  });

  it('needs a type, and takes no compression', async () => {
    const head = 'POST /things HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n';
    expect(await http.raw(`${head}\r\n{}`)).toMatch(/^HTTP\/1.1 415 .*"code":"media_type"/s);
    const gzip = await post(Buffer.alloc(10)).set('Content-Encoding', 'gzip');
    expect([gzip.status, gzip.body.code]).toEqual([415, 'media_type']);
  });

  it.each<[string, number, string | undefined]>([
    ['{}', 200, undefined],
    ['{"amountCents":1}', 400, 'unknown_property'],
    ['null', 400, 'object_required'],
    ['[]', 400, 'object_required'],
    ['[{"a":1}]', 400, 'object_required'],
    ['1', 400, 'object_required'],
    ['{', 400, 'json_malformed'],
  ])('of %s on a route that reads none gets %i', async (body, status, code) => {
    const answer = await post(body, 'application/json', '/things/done');
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is not needed there', async () => {
    expect((await http.request.post('/things/done')).status).toBe(200);
  });

  it('is at most 1 MiB', async () => {
    const body = (bytes: number): string => `{"amountCents":1${' '.repeat(bytes - 17)}}`;
    expect((await post(body(1_048_576))).status).toBe(201);
    const larger = await post(body(1_048_577));
    expect([larger.status, larger.body.code]).toEqual([413, 'body_too_large']);
  });

  it('may come in parts, and is measured where nobody said its length', async () => {
    const head = 'POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    const asked = `${head}Idempotency-Key: ${randomUUID()}\r\nConnection: close\r\n`;
    const inParts = (...parts: string[]): Promise<string> => {
      const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
      return http.raw(`${asked}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`);
    };
    expect(await inParts('{"amount', 'Cents":1}')).toMatch(/^HTTP\/1.1 201 /);
    const spaces = ' '.repeat(1_048_577 - 17);
    expect(await inParts('{"amountCents":1', `${spaces}}`)).toMatch(
      /^HTTP\/1.1 413 .*body_too_large/s,
    );
    expect(await inParts('{"amountCents":1', `${spaces.slice(1)}}`)).toMatch(/^HTTP\/1.1 201 /);
  });

  it('that trickles is cut with 408', async () => {
    const head = 'POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    const answer = await http.raw(`${head}Content-Length: 100\r\n\r\n{`);
    expect(answer).toMatch(/^HTTP\/1.1 408 .*"code":"request_timeout"/s);
  });
});

describe('a file', () => {
  it('is taken in its types only, up to 50 MiB', async () => {
    const path = '/things/files';
    expect((await post('a,b', 'text/csv', path)).body).toEqual({ bytes: 3 });
    expect((await post('<a/>', 'application/xml', path)).body).toEqual({ bytes: 4 });
    expect((await post('{}', 'application/json', path)).status).toBe(415);
    const most = await post(Buffer.alloc(50 * 1024 * 1024), 'text/csv', path);
    expect(most.body).toEqual({ bytes: 52_428_800 });
    const larger = await post(Buffer.alloc(50 * 1024 * 1024 + 1), 'text/csv', path);
    expect(larger.status).toBe(413);
  });
});

describe('a request', () => {
  it.each([
    ['/nothing', 'GET', 404, 'not_found'],
    ['/things/of/x', 'GET', 400, 'id_invalid'],
    ['/things/of/AAAAAAAA-0000-4000-8000-000000000000', 'GET', 400, 'id_invalid'],
    ['/things', 'DELETE', 405, 'method_not_allowed'],
    ['/things/of/1', 'PUT', 405, 'method_not_allowed'],
    ['/things/%zz', 'GET', 400, 'bad_request'],
    [`/things/of/${'a'.repeat(129)}`, 'GET', 414, 'uri_too_long'],
  ])('for %s with %s gets a problem', async (path, method, status, code) => {
    const answer = await http.raw(
      `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*"code":"${code}"`, 's'));
    expect(answer).toContain('application/problem+json');
  });

  it('is told the methods an address has', async () => {
    const answer = await http.request.delete('/things');
    expect(answer.headers['allow']).toBe('POST');
  });

  it.each([
    ['with 100 kB of headers', `X-A: ${'a'.repeat(100_000)}\r\n`, 431, 'headers_too_large'],
    [
      'with two lengths',
      'Transfer-Encoding: chunked\r\nContent-Length: 2\r\n',
      400,
      'http_malformed',
    ],
    ['with a broken header', 'X A: b\r\n', 400, 'http_malformed'],
  ])('%s is answered on the socket', async (_what, headers, status, code) => {
    const answer = await http.raw(`POST /things HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*"code":"${code}"`, 's'));
  });

  it.each([
    'asOf=2026-01-01T00:00:00Z&asOf=2026-01-01T00:00:00Z',
    'asOf[]=2026-01-01T00:00:00Z',
    'asOf=2026-01-01',
    'asOf=2026-01-01T00:00:00',
    'sort=__proto__',
    '__proto__=1',
    'constructor=1',
    'other=1',
  ])('with the query %s is refused', async (query) => {
    expect((await http.request.get(`/things/of/${randomUUID()}?${query}`)).status).toBe(400);
  });

  it('with a query on a route that reads none is refused', async () => {
    for (const path of ['/things/slow?a=1', '/health/live?a']) {
      const { status, body } = await http.request.get(path);
      expect([status, body.code]).toEqual([400, 'unknown_property']);
    }
  });

  it('with an instant in its query gets it in the canonical form', async () => {
    const answer = await http.request.get(
      `/things/of/${randomUUID()}?asOf=2026-01-01T01:00:00%2b01:00`,
    );
    expect(answer.body.asOf).toBe('2026-01-01T00:00:00.000Z');
  });

  it('is not turned into another by an override', async () => {
    const answer = await http.request.get('/things/slow').set('X-HTTP-Method-Override', 'DELETE');
    expect(answer.status).toBe(200);
  });
});

describe('an error', () => {
  it.each([
    ['refusal', 409, 'voucher_used'],
    ['missing', 404, 'voucher_unknown'],
    ['form', 400, 'date_invalid'],
    ['store', 503, 'store_unavailable'],
    ['unknown', 503, 'outcome_unknown'],
    ['redis', 503, 'queue_unavailable'],
    ['closed', 503, 'queue_unavailable'],
    ['queue', 503, 'queue_unavailable'],
    ['bug', 500, 'internal'],
  ])('of kind %s is a problem of status %i', async (how, status, code) => {
    const { body, headers, text } = await http.request.get(`/things/failing/${how}`);
    expect(body).toMatchObject({ type: `urn:carnet:problem:${code}`, status, code });
    expect(body.title.length * body.detail.length * body.traceId.length).toBeGreaterThan(0);
    expect(text).not.toMatch(/secret|stack|\.ts/);
    expect(headers['retry-after']).toBe(status === 503 ? '1' : undefined);
  });

  it('tells the details of a refusal', async () => {
    const { body } = await http.request.get('/things/failing/refusal');
    expect(body.details).toEqual({ at: 3 });
  });

  it('after the first bytes of an answer cuts it, so that no half is taken for the whole', async () => {
    const answer = await http.raw('GET /things/half HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 .*\r\n4\r\nhalf\r\n$/s);
  });

  it('is found in the log by its trace id', async () => {
    const { body } = await http.request.get('/things/failing/bug');
    const lines = http.log.filter((line) => line.includes(body.traceId));
    expect(lines.some((line) => line.includes('secret bug'))).toBe(true);
  });

  it('stays under 2 kB and repeats nothing of what was sent', async () => {
    const canary = 'canary'.repeat(50);
    const unknown = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`${canary}${index}`, canary]),
    );
    for (const body of [unknown, { amountCents: canary, kind: canary, others: [canary, canary] }]) {
      const answer = await post(JSON.stringify(body));
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('canary');
      expect(Buffer.byteLength(answer.text)).toBeLessThan(2_048);
    }
  });
});

describe('every answer', () => {
  it('keeps itself from being kept, sniffed or framed', async () => {
    const { headers } = await http.request.get('/nothing');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000',
      'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

describe('more requests than are answered at a time', () => {
  it('are told to come again until one is gone, but for those that ask whether it lives', async () => {
    const limits = { inFlightMax: 2 };
    const busy = await HttpTestApp.start({
      ...{ controllers: [ThingsController], rights: THINGS, limits },
    });
    const ask = () => busy.request.get('/things/failing/refusal');
    // Each is inside for as long as its body does not come.
    const inside = [1, 2].map(() => connect(busy.port, '127.0.0.1').on('error', () => undefined));
    for (const socket of inside) {
      socket.write('POST /things/done HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n');
      socket.write('Content-Type: application/json\r\n\r\n');
    }
    while ((await ask()).status !== 503) await sleep(5);
    const { body, headers } = await ask();
    expect([body.code, headers['retry-after']]).toEqual(['overloaded', '1']);
    expect((await busy.request.get('/health/live')).status).toBe(200);
    inside[0]?.destroy();
    while ((await ask()).status === 503) await sleep(5);
    inside[1]?.destroy();
    await busy.close();
  });
});

describe('the description', () => {
  it('is OpenAPI 3.1 with its fields, and readable', async () => {
    const { body } = await http.request.get('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(body.components.schemas.Things.properties.amountCents).toMatchObject({
      type: 'integer',
      maximum: 1_000_000_000_000,
    });
    expect(body.components.schemas.Things.required).toEqual(['amountCents']);
    const docs = await http.request.get('/docs').redirects(1);
    expect(docs.text).toContain('<title>');
    // The policy lets the page's own scripts run and no script in the page.
    expect(docs.headers['content-security-policy']).toMatch(/^default-src 'self'/);
    expect(docs.text).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });
});

describe('closing', () => {
  it('finishes what is under way', async () => {
    const closing = await HttpTestApp.start({ controllers: [ThingsController], rights: THINGS });
    const slow = closing.request.get('/things/slow').then((answer) => answer.status);
    await sleep(100);
    await closing.close();
    expect(await slow).toBe(200);
  });

  it('still answers what comes while it lasts', async () => {
    const closing = await HttpTestApp.start({ providers: [AskedWhileClosing] });
    const probe = closing.app.get(AskedWhileClosing);
    probe.ask = () =>
      closing.raw('GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await closing.close();
    expect(probe.answer).toMatch(/^HTTP\/1.1 200/);
  });
});
