import { Controller, Get } from '@nestjs/common';
import { FindActor } from '../http/request-context';
import { HttpTestApp } from '../testing/http-test-app';
import { RolesOrNobody } from './access.guard';
import type { Actor } from './actor';

@Controller('figures')
class FiguresController {
  @Get()
  @RolesOrNobody('auditor', 'funder')
  get(@FindActor() actor: Actor | undefined): object {
    return { role: actor?.role ?? 'nobody' };
  }
}

let http: HttpTestApp;

beforeAll(async () => {
  http = await HttpTestApp.start({ controllers: [FiguresController] });
});

afterAll(() => http.close());

describe('a route for some roles or nobody', () => {
  const asked = (headers: Record<string, string>) => http.request.get('/figures').set(headers);

  it('lets in who says nothing, and who has one of its roles', async () => {
    expect((await asked({})).body).toEqual({ role: 'nobody' });
    const headers = await http.issuer.bearer({ roles: ['prescriber', 'funder'] });
    expect((await asked(headers)).body).toEqual({ role: 'funder' });
  });

  it('refuses a bad token and another role, which are not nobody', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer x.y.z', 'Basic eDp5']) {
      expect((await asked({ authorization })).status).toBe(401);
    }
    expect((await asked(await http.issuer.bearer({ roles: ['system'] }))).status).toBe(403);
  });
});
