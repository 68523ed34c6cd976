import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { userIdOf } from '../access/user-ids';
import { StreamAggregateStore } from '../event-store/aggregate-store';
import { StoreUnavailable } from '../event-store/event-store';
import { notFound } from '../http/problem';
import { AuditWorld } from '../testing/audit-world';
import { HttpTestApp } from '../testing/http-test-app';
import type { TokenInput } from '../testing/test-tokens';
import { InMemoryEventStore } from '../testing/in-memory-event-store';
import { AuditObserver } from './audit-observer';
import { auditTrail } from './audit-trail';
import { RefusalFiles } from './refusal-files';
import { RefusalLog } from './refusal-log';
import type { RefusalRecord, RefusedRequest } from './refusal-records';

let world: AuditWorld;

beforeEach(() => (world = new AuditWorld()));
afterEach(() => world.close());

/** Today's, sealed as the next morning would. */
async function recorded(day = '2026-03-02'): Promise<RefusalRecord[]> {
  const files = new RefusalFiles(world.folder);
  await files.seal(day);
  const read = await Array.fromAsync(files.read(day));
  return read.map((each) => ('record' in each ? each.record : fail(each.broken)));
}

const fail = (why: string): never => {
  throw new Error(why);
};

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await sleep(5);
};

describe('the log of refusals', () => {
  it('has what was recorded, in order, without being asked to write', async () => {
    const log = world.log({ flushMs: 1 });
    for (let each = 1; each <= 450; each += 1) log.record(world.refused({ status: each }));
    await until(() => log.unwritten === 0);
    await log.close();
    const [segment, ...records] = await recorded();
    expect(segment).toMatchObject({ kind: 'segment', records: 450, unreadBytes: 0 });
    expect(records.map((each) => ('status' in each ? each.status : 0))).toEqual(
      Array.from({ length: 450 }, (_, at) => at + 1),
    );
  });

  it('keeps the files of several programs apart, and seals them into one', async () => {
    const logs = [world.log(), world.log(), world.log()];
    for (const log of logs) log.record(world.refused());
    await Promise.all(logs.map((log) => log.close()));
    const kinds = (await recorded()).map(({ kind }) => kind);
    expect(kinds).toEqual([...'123'].flatMap(() => ['segment', 'refused']));
  });

  it('has no record in two days, though the file it came in is still there', async () => {
    const log = world.log();
    log.record(world.refused());
    await log.close();
    const files = new RefusalFiles(world.folder);
    expect((await files.seal('2026-03-02')).count).toBe(2);
    expect((await files.seal('2026-03-03')).count).toBe(0);
  });

  it('leaves out the half record of a program that was killed', async () => {
    const log = world.log();
    log.record(world.refused());
    log.record(world.refused());
    await log.close();
    const open = join(world.folder, 'refusals', 'open');
    const path = join(open, readdirSync(open)[0] ?? '');
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, -10));
    const [segment, ...records] = await recorded();
    expect(records).toHaveLength(1);
    expect(segment).toMatchObject({ records: 1, unreadBytes: whole.length / 2 - 10 });
  });

  it('gives one actor a sixteenth, those without login half, and counts what comes after', async () => {
    const log = world.log({ bytesMax: 160_000 });
    const loud = { id: 'loud', partyId: 'party-9', role: 'funder' };
    for (let each = 1; each <= 1_000; each += 1) {
      log.record(world.refused({ actor: loud }));
      log.record(world.refused({ actor: null, status: 401, code: 'token_invalid' }));
    }
    log.record(world.refused());
    await log.close();
    const records = await recorded();
    const refused = records.filter((each): each is RefusedRequest => each.kind === 'refused');
    const of = (id: string | undefined) => refused.filter(({ actor }) => actor?.id === id);
    const bytesOf = (id: string | undefined) => of(id).reduce((sum, each) => sum + size(each), 0);
    expect(bytesOf('loud')).toBeLessThanOrEqual(10_000);
    expect(bytesOf('loud')).toBeGreaterThan(9_000);
    expect(bytesOf(undefined)).toBeLessThanOrEqual(80_000);
    expect(of('person-2')).toHaveLength(1);
    expect(records.filter(({ kind }) => kind === 'counted')).toMatchObject([
      { actorId: 'loud', codes: { forbidden: 1_000 - of('loud').length } },
      { actorId: null, codes: { token_invalid: 1_000 - of(undefined).length } },
    ]);
  });

  const size = (record: object): number => JSON.stringify(record).length;

  it('begins a new file at midnight in Paris', async () => {
    const log = world.log({ flushMs: 1 });
    world.clock.set('2026-03-02T22:59:59.999Z');
    log.record(world.refused());
    await until(() => log.unwritten === 0);
    world.clock.set('2026-03-02T23:00:00.000Z');
    log.record(world.refused());
    await log.close();
    expect(await recorded('2026-03-02')).toHaveLength(2);
    expect(await recorded('2026-03-03')).toHaveLength(2);
  });
});

describe('a disk that will not have it', () => {
  /** A file stands where the folder should be. */
  const breakDisk = (): void => {
    mkdirSync(world.folder, { recursive: true });
    writeFileSync(join(world.folder, 'refusals'), '');
  };
  const mendDisk = (): void => rmSync(join(world.folder, 'refusals'));

  it('is told of once; what waits is written when it is well, what was lost is counted', async () => {
    breakDisk();
    const log = world.log({ flushMs: 1, retryMs: 1, waitingMax: 10 });
    for (let each = 1; each <= 25; each += 1) log.record(world.refused());
    await until(() => world.failures.length > 0);
    await sleep(20);
    expect(world.failures).toHaveLength(1);
    expect(log.unwritten).toBe(25);
    mendDisk();
    await until(() => log.unwritten === 0);
    await log.close();
    const kinds = (await recorded()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'refused')).toHaveLength(10);
    expect(await recorded()).toContainEqual(expect.objectContaining({ kind: 'lost', records: 15 }));
  });

  it('changes no answer, and a program that stops does not wait for it', async () => {
    breakDisk();
    const log = world.log({ flushMs: 1, retryMs: 1 });
    const http = await startApp(log);
    const bearer = bearerOf(http);
    const headers = await bearer({ roles: ['funder'] });
    for (let each = 1; each <= 20; each += 1) {
      expect((await http.request.get('/things/x').set(headers)).status).toBe(404);
      expect((await http.request.get('/things')).status).toBe(401);
    }
    await until(() => world.failures.length > 0);
    await http.close();
    expect(world.failures).toHaveLength(1);
  });

  it('does refuse a change whose record cannot be written, since the event is the record', async () => {
    class Away extends InMemoryEventStore {
      override append(): Promise<never> {
        return Promise.reject(new StoreUnavailable('disk full'));
      }
    }
    const store = new Away();
    const anchors = world.anchors(store);
    await expect(
      new StreamAggregateStore({ store }).handle(
        auditTrail,
        'x',
        {
          type: 'AnchorDay',
          data: { statement: { day: '2026-03-02', previousRoot: null } },
        } as never,
        {
          ...{ commandId: '00000000-0000-5000-8000-000000000001', requestHash: '' },
          ...{ correlationId: 'x', causationId: 'x' },
          actor: { id: 'x', partyId: 'x', role: 'system' },
        },
      ),
    ).rejects.toThrow(StoreUnavailable);
    expect(await Array.fromAsync(store.readAll())).toEqual([]);
    expect(await anchors.findDue()).toBeUndefined();
  });
});

@Controller('things')
class ThingsController {
  @Get()
  list(): object {
    return {};
  }

  @Get(':thingId')
  get(@Param('thingId') _: string): never {
    throw notFound();
  }

  @Post(':thingId/use')
  @HttpCode(200)
  use(): never {
    throw new StoreUnavailable('away');
  }
}

/** The world's clock stands still, in the past of the issuer's. */
const bearerOf = (http: HttpTestApp) => (input: TokenInput) => {
  const now = world.clock.now().getTime() / 1_000;
  return http.issuer.bearer({ notBefore: now - 60, expires: now + 3_600, ...input });
};

const startApp = (log: RefusalLog): Promise<HttpTestApp> =>
  HttpTestApp.start({
    controllers: [ThingsController],
    providers: [{ provide: RefusalLog, useValue: log }, AuditObserver],
    clock: world.clock,
    rights: {
      'GET /things': { all: ['auditor', 'funder'] },
      'GET /things/{thingId}': { all: ['funder'] },
      'POST /things/{thingId}/use': { all: ['funder'] },
    },
  });

describe('what the api answers', () => {
  it('is recorded with who, what, on which object and how it ended', async () => {
    const log = world.log();
    const http = await startApp(log);
    const id = '01980a3d-1c2d-7b3e-84f5-061728394a5b';
    const bearer = bearerOf(http);
    const headers = await bearer({ roles: ['funder'], id: 'person-7' });
    await http.request.get('/things').set(headers);
    await http.request.get('/things').set(headers);
    await http.request.get(`/things/${id}`).set(headers);
    await http.request.get('/things/Marie-Dupont').set(headers);
    await http.request
      .get('/things')
      .set(await bearer({ roles: ['system', 'prescriber'], id: 'person-8' }));
    await http.request.get('/things').set({ authorization: 'Bearer x.y.z' });
    const key = { 'idempotency-key': id };
    await http.request.post(`/things/${id}/use`).set({ ...headers, ...key });
    await http.request.get('/nothing').set(headers);
    await http.request.get('/health/live');
    await http.close();
    const [seven, eight] = ['person-7', 'person-8'].map((each) =>
      userIdOf(http.issuer.issuer, each),
    );
    const [, ...records] = await recorded();
    const told = records.map((each) =>
      'route' in each
        ? [each.kind, each.route, each.status, each.code, each.objects, each.actor?.id ?? null]
        : [each.kind, each.kind === 'sign-in' ? each.actor.id : null],
    );
    expect(told).toEqual([
      ['sign-in', seven],
      ['refused', 'GET /things/:thingId', 404, 'not_found', [id], seven],
      ['refused', 'GET /things/:thingId', 404, 'not_found', [], seven],
      ['refused', 'GET /things', 403, 'forbidden', [], eight],
      ['refused', 'GET /things', 401, 'token_invalid', [], null],
      ['failed', 'POST /things/:thingId/use', 503, 'store_unavailable', [id], seven],
    ]);
    expect(JSON.stringify(records)).not.toContain('Dupont');
  });
});
