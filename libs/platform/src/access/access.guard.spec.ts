import { Controller, Get } from '@nestjs/common';
import { FindActor } from '../http/request-context';
import { HttpTestApp } from '../testing/http-test-app';
import type { Actor } from './actor';

@Controller('figures')
class FiguresController {
  @Get()
  get(@FindActor() actor: Actor | undefined): object {
    return { role: actor?.role ?? 'nobody', reach: actor?.reach };
  }
}

let http: HttpTestApp;

beforeAll(async () => {
  http = await HttpTestApp.start({
    controllers: [FiguresController],
    rights: { 'GET /figures': { nobody: true, all: ['auditor'], own: ['funder'] } },
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
