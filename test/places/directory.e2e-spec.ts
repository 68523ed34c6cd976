import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { Sweeper, uuidV5 } from '@app/platform';
import { World, type Person } from './world';

/** One party: a cursor is of whoever got it. */
const operator: Person = {
  roles: ['operator'],
  partyId: '11111111-1111-4111-8111-111111111111',
};
const SIRET = '73282932000074';
const header = 'id,pivot,nom,commune,code_postal,adresse,latitude,longitude,services';
const line = (id: string, pivot = '') => `${id},${pivot},Lieu ${id},Nevers,58000,1 rue A,47,-3.1,`;
const file = (...lines: readonly string[]) => [header, ...lines, ''].join('\r\n');

/** Real places, where they are at hand; they are not part of the project. */
const REAL = join(__dirname, '../../../shared/data/places/bourgogne-franche-comte.csv');

let world: World;

beforeEach(async () => (world = await World.start()));
afterEach(() => world.stop());

type Verdict = { line: number; verdict: string; reason: string | null; placeId: string | null };

/** Imports a file to its end, and answers its job and its verdicts. */
async function imported(bytes: Buffer | string) {
  const { status, body } = await world.upload(bytes, operator);
  expect(status).toBe(202);
  const job = await world.jobEnds(body.jobId, operator);
  const verdicts: Verdict[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const after: string = cursor && `&cursor=${cursor}`;
    const page = await world.get(`${String(job['resultUrl'])}?limit=500${after}`, operator);
    expect(page.status).toBe(200);
    verdicts.push(...page.body.items);
    cursor = page.body.nextCursor;
  }
  return { jobId: body.jobId as string, job, verdicts };
}

describe('the directory', () => {
  it('is imported by a job that says how far it is, with a verdict for each line', async () => {
    const { body, headers } = await world.upload(file(line('a'), line('b', '1')), operator);
    expect(headers['event-position']).toMatch(/^\d+$/);
    const waiting = await world.get(`/v1/jobs/${body.jobId}`, operator);
    expect(waiting.body).toMatchObject({ state: 'waiting', progress: { done: 0, total: 2 } });
    expect(waiting.body).not.toHaveProperty('resultUrl');
    await world.startWorker();
    const job = await world.jobEnds(body.jobId, operator);
    expect(job).toMatchObject({
      ...{ jobId: body.jobId, state: 'done', progress: { done: 2, total: 2 }, dryRun: false },
      verdicts: { created: 1, updated: 0, unchanged: 0, refused: 1 },
    });
    const verdicts = await world.get(`${String(job['resultUrl'])}?verdict=refused`, operator);
    expect(verdicts.body.items).toEqual([
      { line: 3, verdict: 'refused', directoryId: 'b', placeId: null, reason: 'pivot_invalid' },
    ]);
    const csv = await world.get(String(job['resultUrl']), operator, { accept: 'text/csv' });
    expect(csv.text.split('\r\n')[2]).toBe('3,refused,pivot_invalid,b,');
  });

  it('listed twice in the same bytes is one job; with a space more its lines are unchanged', async () => {
    await world.startWorker();
    const first = await imported(file(line('a'), line('b')));
    const events = await world.countEvents();
    const again = await imported(file(line('a'), line('b')));
    expect([again.jobId, await world.countEvents()]).toEqual([first.jobId, events]);
    const spaced = await imported(`${file(line('a'), line('b'))} `);
    expect(spaced.jobId).not.toBe(first.jobId);
    expect(spaced.verdicts.map(({ verdict }) => verdict)).toEqual(['unchanged', 'unchanged']);
  });

  it('on a dry run says what would happen, and lists nothing', async () => {
    await world.startWorker();
    const { body } = await world.upload(file(line('a')), operator, '?dryRun=true');
    const job = await world.jobEnds(body.jobId, operator);
    expect(job).toMatchObject({ dryRun: true, verdicts: { created: 1 } });
    expect((await world.get('/v1/places')).body.items).toEqual([]);
    expect((await imported(file(line('a')))).verdicts).toMatchObject([{ verdict: 'created' }]);
  });

  it('lists a place without SIRET, which can be labelled once it has an organisation', async () => {
    await world.startWorker();
    const { verdicts } = await imported(file(line('a')));
    const path = `/v1/places/${verdicts[0]?.placeId}`;
    const today = world.clock.today();
    const label = { validFromOn: today, validUntilOn: today, services: ['pix'] };
    const refused = await world.post(`${path}/label`, label, operator);
    expect([refused.status, refused.body.code]).toEqual([409, 'organisation_required']);
    const address = { street: '1 rue A', postalCode: '58000', city: 'Nevers', country: 'FR' };
    const details = { name: 'Asso', siret: SIRET, legalForm: 'association', address };
    const { body } = await world.post('/v1/organisations', details, operator);
    expect((await imported(file(line('a', SIRET)))).verdicts).toMatchObject([
      { verdict: 'updated' },
    ]);
    expect((await world.get(path, operator)).body.organisationId).toBe(body.organisationId);
    expect((await world.post(`${path}/label`, label, operator)).status).toBe(200);
    const exported = await world.get('/v1/places/export', operator);
    const [row] = parse<Record<string, string>>(exported.text, { columns: true });
    expect(row).toMatchObject({
      ...{ id: 'a', pivot: SIRET, nom: 'Lieu a', commune: 'Nevers', longitude: '-3.1' },
      ...{ date_maj: today, autres_formations_labels: 'Accepte le pass numérique' },
    });
    expect((await imported(exported.text)).verdicts).toMatchObject([{ verdict: 'unchanged' }]);
  });

  it('finds an organisation that was registered a moment ago, which no view knows yet', async () => {
    await world.startWorker();
    world.viewed.hold();
    const address = { street: '1 rue A', postalCode: '58000', city: 'Nevers', country: 'FR' };
    const details = { name: 'Asso', siret: SIRET, legalForm: 'association', address };
    const { body: owner } = await world.post('/v1/organisations', details, operator);
    const { body } = await world.upload(file(line('a', SIRET), line('b')), operator);
    // Time for the worker to come to the line.
    await sleep(200);
    world.viewed.release();
    await world.jobEnds(body.jobId, operator);
    const { items } = (await world.get('/v1/places', operator)).body;
    expect(items).toHaveLength(2);
    const owned = await Promise.all(
      items.map(({ placeId }: { placeId: string }) => world.get(`/v1/places/${placeId}`, operator)),
    );
    expect(owned.map((place) => place.body.organisationId).sort()).toEqual(
      [owner.organisationId, null].sort(),
    );
  });

  it('by hand attaches a place, once', async () => {
    await world.startWorker();
    const { verdicts } = await imported(file(line('a')));
    const address = { street: '1 rue A', postalCode: '58000', city: 'Nevers', country: 'FR' };
    const details = { name: 'Asso', siret: SIRET, legalForm: 'association', address };
    const register = () => world.post('/v1/organisations', details, operator);
    const [{ body: one }, { body: other }] = [await register(), await register()];
    const path = `/v1/places/${verdicts[0]?.placeId}/attachment`;
    expect((await world.post(path, one, operator)).status).toBe(200);
    const moved = await world.post(path, other, operator);
    expect([moved.status, moved.body.code]).toEqual([409, 'already_so']);
  });

  it('exports no formula', async () => {
    await world.startWorker();
    const named = ['=HYPERLINK(1)', '+cmd', '-2+3', '@SUM'];
    const lines = named.map((name, at) => `${name},,${name},Nevers,58000,,4${at},-1,`);
    await imported(file(...lines));
    const { text } = await world.get('/v1/places/export', operator);
    const rows = parse<Record<string, string>>(text, { columns: true });
    expect(rows.map(({ nom }) => nom).sort()).toEqual(named.map((name) => `'${name}`).sort());
    expect(new Set(rows.map(({ longitude }) => longitude))).toEqual(new Set(['-1']));
  });
});

describe('a directory that cannot be read', () => {
  it.each([
    ['a quote not closed', `${file(line('a'))}"b,`, 3, 'quote_not_closed'],
    ['uneven columns', file(line('a'), `${line('b')},`), 3, 'columns_uneven'],
    ['a column twice', `${header},nom\n`, 1, 'header_duplicate'],
    ['Windows-1252', Buffer.from(file(line('é')), 'latin1'), 2, 'encoding'],
    ['a cell of 10 MB', file(line('a'), 'x'.repeat(10_000_000)), 3, 'record_too_long'],
    ['semicolons', file(line('a')).replaceAll(',', ';'), 1, 'header_missing'],
  ])('for %s is refused with its line, and nothing changes', async (_, bytes, at, reason) => {
    const refused = await world.upload(bytes, operator);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ code: 'file_malformed', details: { line: at, reason } });
    expect(await world.countEvents()).toBe(0);
    expect(existsSync(join(world.dataDir, 'uploads'))).toBe(false);
  });

  it.each([
    [400, 'body_required', '', ''],
    [400, 'choice_unknown', 'a', '?dryRun=yes'],
    [400, 'unknown_property', 'a', '?force=true'],
    [413, 'body_too_large', Buffer.alloc(50 * 1024 * 1024 + 1), ''],
  ])('is told %i %s', async (status, code, bytes, query) => {
    const refused = await world.upload(bytes, operator, query);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
  });

  it('is nothing for a manager, and a job of nobody is not there', async () => {
    const manager: Person = { roles: ['place-manager'] };
    expect((await world.upload(file(line('a')), manager)).status).toBe(403);
    for (const id of ['x', 'directory-import.x', `directory-import.${uuidV5(KEYS, 'x')}`]) {
      expect((await world.get(`/v1/jobs/${id}`, operator)).status).toBe(404);
    }
    const none = `/v1/places/imports/${uuidV5(KEYS, 'x')}/verdicts`;
    expect((await world.get(none, operator)).status).toBe(404);
  });
});

const KEYS = '00000000-0000-5000-8000-000000000000';

describe('without Redis', () => {
  it('an import is accepted all the same, and found by the sweep', async () => {
    await world.killRedis();
    const { status, body } = await world.upload(file(line('a')), operator);
    expect(status).toBe(202);
    await world.loseRedis();
    await world.startWorker();
    const { clock, due, queues } = world;
    const sweeper = new Sweeper({
      ...{ queues, clock, sources: [due], everyMs: 20, onFailure: () => undefined },
    });
    sweeper.start();
    expect(await world.jobEnds(body.jobId, operator)).toMatchObject({ state: 'done' });
    await sweeper.stop();
    expect(world.due.findDue()).toEqual([]);
  });
});

const real = existsSync(REAL) ? describe : describe.skip;
if (!existsSync(REAL)) console.warn(`skipped: the real places are not at ${REAL}`);

real('697 real places', () => {
  it('are listed, found again, and stay as they are', async () => {
    await world.startWorker();
    const bytes = readFileSync(REAL);
    const { job, verdicts } = await imported(bytes);
    expect(job).toMatchObject({
      ...{ standard: '0.1', progress: { done: 697, total: 697 } },
      verdicts: { created: 697, updated: 0, unchanged: 0, refused: 0 },
    });
    expect(new Set(verdicts.map(({ placeId }) => placeId)).size).toBe(697);
    expect(verdicts.map(({ line: at }) => at)).toEqual(
      Array.from({ length: 697 }, (_, index) => index + 2),
    );
    const csv = await world.get('/v1/places', undefined, { accept: 'text/csv' });
    expect(parse(csv.text, { columns: true })).toHaveLength(697);
    const rows = parse<Record<string, string>>(bytes, { columns: true, bom: true });
    const inNievre = rows.filter(({ code_postal: code }) => code?.startsWith('58'));
    const found = await world.get('/v1/places?department=58&limit=500');
    expect(found.body.items).toHaveLength(inNievre.length);
    expect(inNievre.length).toBeGreaterThan(0);
    const dijon = await world.get('/v1/places?near=47.322,5.0415&radiusKm=5&limit=500');
    expect(dijon.body.items).toHaveLength(within(rows, 5, [47.322, 5.0415]));
    const again = await imported(Buffer.concat([bytes, Buffer.from(' ')]));
    expect(again.job).toMatchObject({ verdicts: { created: 0, unchanged: 697 } });
    const events = await world.countEvents();
    expect((await imported(bytes)).job).toEqual(job);
    expect(await world.countEvents()).toBe(events);
  });

  /** Counted apart, by the law of cosines. */
  function within(rows: Record<string, string>[], km: number, at: [number, number]): number {
    const [lat, lon] = at.map((degrees) => (degrees * Math.PI) / 180) as [number, number];
    return rows.filter(({ latitude, longitude }) => {
      const [a, b] = [latitude, longitude].map((degrees) => (Number(degrees) * Math.PI) / 180);
      if (a === undefined || b === undefined) return false;
      const cosine = Math.sin(lat) * Math.sin(a) + Math.cos(lat) * Math.cos(a) * Math.cos(b - lon);
      return 6_371.0088 * Math.acos(Math.min(1, cosine)) <= km;
    }).length;
  }
});
