import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { FileBody } from '../http/fastify';
import { ChangesNothing, FindActor } from '../http/request-context';
import { HttpTestApp } from '../testing/http-test-app';
import type { Actor } from './actor';
import { Callers } from './callers';

@Controller('figures')
class FiguresController {
  @Get()
  get(@FindActor() actor: Actor | undefined): object {
    return { role: actor?.role ?? 'nobody', reach: actor?.reach };
  }

  @Post()
  @HttpCode(200)
  @ChangesNothing()
  @FileBody('text/csv')
  take(@Body() bytes: Buffer): object {
    return { bytes: bytes.length };
  }
}

@Controller('people')
class PeopleController {
  @Get()
  get(): object {
    return {};
  }
}

/** Tokens, and one machine. */
class WithMachine extends Callers {
  constructor(private readonly tokens: Callers) {
    super();
  }

  identify(bearer: string) {
    if (bearer !== 'ck_operator') return this.tokens.identify(bearer);
    return { id: 'k', partyId: crypto.randomUUID(), roles: ['operator' as const] };
  }
}

let http: HttpTestApp;

beforeAll(async () => {
  http = await HttpTestApp.start({
    controllers: [FiguresController, PeopleController],
    rights: {
      'GET /figures': { nobody: true, all: ['auditor'], own: ['funder'] },
      'POST /figures': { all: ['operator'] },
      'GET /people': { all: ['operator'], people: true },
    },
    callers: (tokens) => new WithMachine(tokens),
    limits: { bodyDeadlineMs: 200 },
  });
});

afterAll(() => http.close());

it('lets nobody reach a program with a route that has no rights', async () => {
  const starting = HttpTestApp.start({ controllers: [FiguresController], rights: {} });
  await expect(starting).rejects.toThrow('for nobody: GET /figures');
});

describe('a route for some roles or nobody', () => {
  const asked = (headers: Record<string, string>) => http.request.get('/figures').set(headers);

  it('lets in who says nothing, and who has one of its roles', async () => {
    expect((await asked({})).body).toEqual({ role: 'nobody' });
    const headers = await http.issuer.bearer({ roles: ['prescriber', 'funder'] });
    expect((await asked(headers)).body).toEqual({ role: 'funder', reach: 'own' });
  });

  it('gives who holds several the first that the table names, all before own', async () => {
    const headers = await http.issuer.bearer({ roles: ['funder', 'auditor'] });
    expect((await asked(headers)).body).toEqual({ role: 'auditor', reach: 'all' });
  });

  it('refuses a bad token and another role, which are not nobody', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer x.y.z', 'Basic eDp5']) {
      expect((await asked({ authorization })).status).toBe(401);
    }
    expect((await asked(await http.issuer.bearer({ roles: ['system'] }))).status).toBe(403);
  });
});

describe('who may not', () => {
  const upload = ['POST /figures HTTP/1.1', 'Host: a', 'Content-Type: text/csv'];
  const LENGTH = 'Content-Length: 52428800';
  const sent = (...headers: readonly string[]) => `${[...upload, ...headers].join('\r\n')}\r\n\r\n`;
  const bearer = async (input: Parameters<HttpTestApp['issuer']['bearer']>[0]) =>
    `Authorization: ${(await http.issuer.bearer(input)).authorization}`;

  it.each([
    ['does not log in', () => [], 401, 'token_required'],
    ['has a bad token', () => ['Authorization: Bearer x.y.z'], 401, 'token_invalid'],
    ['has another role', async () => [await bearer({ roles: ['auditor'] })], 403, 'forbidden'],
  ])(
    'and %s is told so before the body comes, and hung up on',
    async (_who, said, status, code) => {
      // The connection ends only because it is cut: the body never comes.
      const answer = await http.raw(sent(LENGTH, ...(await said())));
      expect(answer).toContain(`HTTP/1.1 ${status}`);
      expect(answer).toContain(`"code":"${code}"`);
      const chunked = await http.raw(
        sent('Transfer-Encoding: chunked', ...(await said())),
        '1\r\na',
      );
      expect(chunked).toContain(`HTTP/1.1 ${status}`);
    },
  );

  it('and sends a body that ends is answered on the same connection again', async () => {
    const first = `${sent('Content-Length: 3')}a,b`;
    const second = 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    expect((await http.raw(first, second)).match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 401',
      'HTTP/1.1 200',
    ]);
  });

  it('and may, is asked for the body', async () => {
    const whole = `${sent('Content-Length: 3', await bearer({ roles: ['operator'] }), 'Connection: close')}a,b`;
    expect(await http.raw(whole)).toContain('{"bytes":3}');
  });
});

it('a machine does not do what people do, whatever its roles', async () => {
  const asked = (authorization: string) => http.request.get('/people').set({ authorization });
  const refused = await asked('Bearer ck_operator');
  expect([refused.status, (refused.body as { code: string }).code]).toEqual([
    403,
    'route_not_for_keys',
  ]);
  const { authorization } = await http.issuer.bearer({ roles: ['operator'] });
  expect((await asked(authorization)).status).toBe(200);
});
