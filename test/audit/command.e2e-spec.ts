import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditKeys, SystemClock, verifyStore } from '@app/platform';
import { AuditWorld } from '@app/platform/testing/audit-world';
import { Carnet } from '../support/carnet';
import { built } from '../support/built';

type Ran = Readonly<{ code: number; lines: Record<string, unknown>[]; said: string }>;

let main: string;

beforeAll(async () => {
  main = join(await built(), 'apps/audit/src/main.js');
});

/** The program as `npm run audit` runs it, without what the machine's environment says of Carnet. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const options = { env: { PATH: process.env['PATH'], ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--no-warnings', main, ...args], options, (error, out, said) => {
      const lines = out.split('\n').filter((line) => line !== '');
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, said, lines: lines.map((line) => JSON.parse(line) as Ran['lines'][0]) });
    });
  });
}

describe('npm run audit', () => {
  const world = new AuditWorld();
  let to: string;

  beforeAll(async () => {
    await world.passDay(3, 2);
    await world.passDay(1, 1);
    await world.anchors().anchorDue();
    ({ to } = await world.export());
  });

  afterAll(() => world.close());

  it('verifies an export with nothing but its folder, and against what is known of it', async () => {
    const { code, lines } = await run(['verify', '--dir', to]);
    expect([code, lines.at(-1)]).toEqual([0, { found: 0 }]);
    expect(lines[0]).toMatchObject({ export: { days: 2, records: 4, refusals: 5 } });
    const { current } = world.keys;
    const day = readFileSync(join(to, 'days', '2026-03-02.json'), 'utf8');
    const { root } = JSON.parse(day) as { root: string };
    const known = ['--key', current, '--root', `2026-03-02=${root}`];
    expect((await run(['verify', '--dir', to, ...known])).code).toBe(0);
    const other = ['--key', root, '--root', `2026-03-02=${current}`];
    const { lines: findings, code: found } = await run(['verify', '--dir', to, ...other]);
    expect([found, findings.at(-1)]).toEqual([1, { found: 2 }]);
  });

  it('says where an export was changed, and ends with 1', async () => {
    const path = join(to, 'log', '2026-03-02.jsonl');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('order-2', 'order-3'));
    const { code, lines } = await run(['verify', '--dir', to]);
    expect(code).toBe(1);
    expect(lines[0]).toMatchObject({ where: 'log/2026-03-02.jsonl' });
    expect(String(lines[0]?.['what'])).toContain('record 2 ');
    writeFileSync(path, text);
  });

  it('ends with 2 and a line where it cannot look, or is asked for nothing it knows', async () => {
    for (const args of [[], ['prove'], ['verify', '--root', 'x'], ['export'], ['verify', 'x']]) {
      const { code, said } = await run(args);
      expect([args, code, said.startsWith('audit: ')]).toEqual([args, 2, true]);
    }
    const nowhere = { DATA_DIR: world.folder, EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' };
    const { code, said } = await run(['verify'], nowhere);
    expect([code, said]).toEqual([2, expect.stringContaining('no such file')]);
  });
});

describe('the programs as they run', () => {
  it('record refusals in files, the last of them too, and made the key for its owner', async () => {
    const carnet = await Carnet.start();
    try {
      const auditor = await carnet.caller('auditor');
      expect((await carnet.nobody.ask('GET', '/v1/funders')).status).toBe(401);
      expect(await auditor.refused('/v1/orders', {})).toBe('403 forbidden');
      expect(await auditor.get('/v1/audit/days')).toEqual({ items: [], nextCursor: null });
      expect(await carnet.terminate('api')).toBe(true);
      const open = join(carnet.dataDir, 'audit', 'refusals', 'open');
      const text = readdirSync(open).map((name) => readFileSync(join(open, name), 'utf8'));
      const records = text
        .join('')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line.slice(65)));
      expect(records).toMatchObject([
        { kind: 'refused', route: 'GET /v1/funders', status: 401, actor: null },
        { kind: 'refused', route: 'POST /v1/orders', status: 403, actor: { role: 'auditor' } },
        { kind: 'sign-in', actor: { role: 'auditor' } },
      ]);
      const file = join(carnet.dataDir, 'audit-keys.json');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const found: object[] = [];
      const sums = await verifyStore({
        ...{ store: carnet.store, publicKeys: AuditKeys.read(file).publicKeys, keepDays: 400 },
        ...{ clock: new SystemClock(), folder: join(carnet.dataDir, 'audit') },
        tell: (finding) => void found.push(finding),
      });
      expect([found, sums.days]).toEqual([[], 0]);
    } finally {
      await carnet.stop();
    }
  });
});
