import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEventStore, ReadStore, verifyReadModel, type EventStore } from '@app/platform';
import { PROJECTIONS } from '@app/read-models';
import type { Event } from '@app/kernel';
import { writeScheme } from '../../bench/redemption-scheme';
import { StoreProcess } from '../platform-event-store/store-process';
import { built } from '../support/built';

/** So long a log is built in threads; the events that make it so long are nobody's. */
const LOG_BYTES = 18 * 1024 * 1024;
const FILLER_BYTES = 900 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'carnet-rebuild-'));
const server = new StoreProcess(join(folder, 'events'));
const running = new Set<ChildProcess>();
let store: EventStore;
let connectionString = '';
let main = '';
let hosts = 0;

beforeAll(async () => {
  main = join(await built(), 'apps/projector/src/main.js');
  await server.start();
  connectionString = `esdb://127.0.0.1:${server.port}?tls=false`;
  store = connectEventStore({
    ...{ connectionString, appendWriter: 'http2', appendDeadlineMs: 30_000 },
  });
  await writeScheme(store, { books: 1_960, keyRingFile: join(folder, 'key-ring.json') });
  await redeemEveryThirdBook();
  for (let n = 0; n * FILLER_BYTES < LOG_BYTES; n++) {
    const filler = { type: 'Filler', data: { text: 'x'.repeat(FILLER_BYTES) } };
    await append(`filler-${n}`, 'no-stream', filler);
  }
});

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

afterAll(async () => {
  await store.close();
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe('a projector that makes every view of a long log', () => {
  it('builds them in files of their own, and serves the fold of the log', async () => {
    const host = newHost();
    const projector = await start(host);
    const threads = ['read-models.sqlite.thread-0', 'read-models.sqlite.thread-1'];
    await eventually(() => expect(filesOf(host)).toEqual(expect.arrayContaining(threads)));
    await projector.ready();
    await expectFold(host);
  });

  it('serves it also after kills at any moment, and leaves nothing behind', async () => {
    const host = newHost();
    writeFileSync(join(host, 'read-models.sqlite.thread-0'), 'of a start long ago');
    writeFileSync(join(host, 'read-models.sqlite.thread-7'), 'of other groups');
    for (let afterMs = 0; afterMs < 600; afterMs += 100) {
      const { child } = await start(host);
      await sleep(afterMs);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const projector = await start(host);
    await projector.ready();
    await expectFold(host);
  });

  it('stops when it is asked to, at any moment, and goes on from there', async () => {
    const host = newHost();
    for (let afterMs = 0; afterMs < 600; afterMs += 200) {
      const { child } = await start(host);
      await sleep(afterMs);
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
      expect(filesOf(host).filter((name) => name.includes('.thread-'))).toEqual([]);
    }
    const projector = await start(host);
    await projector.ready();
    await expectFold(host);
  });

  it('serves the old rows while it makes them again on request', async () => {
    const host = newHost();
    const before = await start(host);
    await before.ready();
    before.child.kill('SIGTERM');
    await once(before.child, 'exit');
    const [code] = (await once(run(host, '--rebuild'), 'exit')) as [number];
    expect(code).toBe(0);
    const reads = new ReadStore(join(host, 'read-models.sqlite'));
    const count = (): number =>
      reads.get<{ n: number }>('SELECT count(*) AS n FROM movements')?.n ?? 0;
    const movements = count();
    const projector = await start(host);
    let isReady = false;
    const ready = projector.ready().then(() => (isReady = true));
    while (!isReady) {
      expect(count()).toBe(movements);
      await sleep(2);
    }
    await ready;
    reads.close();
    await expectFold(host);
  });
});

describe('a thread that builds views', () => {
  it('loads the projections without the rest of the platform, which takes a second', async () => {
    const doors = ['platform/src/read-store/index.js', 'read-models/src/projections.js'];
    const loads = doors.map((door) => `require(${JSON.stringify(join(main, LIBS, door))});`);
    const tell = 'console.log(Object.keys(require.cache).join())';
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['-e', `${loads.join('')}${tell}`]);
    expect(stdout).toContain('/ledger.projection.js');
    expect(stdout).not.toMatch(/node_modules\/(@nestjs|fastify|bullmq|pino)\//);
  });
});

/** From the projector's `main.js`. */
const LIBS = '../../../../libs';

function newHost(): string {
  const dir = join(folder, `host-${hosts++}`);
  mkdirSync(dir);
  return dir;
}

function filesOf(host: string): readonly string[] {
  return readdirSync(host);
}

function run(host: string, ...args: readonly string[]): ChildProcess {
  const env = {
    DATA_DIR: host,
    EVENTSTORE_URL: connectionString,
    CARNET_PROJECTOR_PORT: '0',
    CARNET_LOG_LEVEL: 'info',
  };
  const child = spawn(process.execPath, [main, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Resolves once it listens, which is before it builds anything. */
async function start(host: string) {
  const child = run(host);
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.once('exit', () => reject(new Error(`the projector ended:\n${said}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, found] = /"url":"(http:[^"]+)"/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const ready = async (): Promise<void> => {
    while (!(await fetch(`${url}/health/ready`)).ok) {
      // Told at once, instead of after a minute.
      expect(await (await fetch(`${url}/metrics`)).text()).not.toMatch(/view_stopped\{.*\} 1/);
      await sleep(10);
    }
  };
  return { child, ready };
}

async function expectFold(host: string): Promise<void> {
  const verdicts = await verifyReadModel(store, join(host, 'read-models.sqlite'), PROJECTIONS);
  expect(verdicts.filter(({ isFold }) => !isFold)).toEqual([]);
  expect(verdicts).toHaveLength(PROJECTIONS.length);
  expect(filesOf(host).filter((name) => name.includes('.thread-'))).toEqual([]);
}

/** As events have them that the api writes; what they say of places is not looked at. */
async function redeemEveryThirdBook(): Promise<void> {
  const handedOut: { book: number }[] = [];
  for await (const { type, data } of store.readAll()) {
    if (type === 'BookDistributed') handedOut.push(data as { book: number });
  }
  for (const handOut of handedOut.filter((_, at) => at % 3 === 0)) {
    const places = { placeId: `place-${handOut.book % 7}`, organisationId: 'organisation' };
    const data = {
      ...{ ...handOut, ...places, redemptionId: randomUUID(), vouchers: [1, 2] },
      ...{ service: 'online-forms', priceCents: 2_000, coveredCents: 2_000, remainderCents: 0 },
      byPublic: [{ public: 'job-seekers', vouchers: 2, cents: 2_000 }],
      ...{ performedOn: '2026-06-10', redeemedOn: '2026-06-10' },
      ...{ redeemedAt: '2026-06-10T09:00:00.000Z', promisedPaymentOn: '2026-06-17' },
    };
    await append(`book-${handOut.book}`, 0, { type: 'VouchersRedeemed', data });
  }
}

async function append(
  streamName: string,
  expectedRevision: number | 'no-stream',
  fact: Event,
): Promise<void> {
  const id = randomUUID();
  const [actor, requestHash] = [{ id, partyId: id, role: 'system' }, '0'.repeat(64)];
  const metadata = { commandId: id, requestHash, actor, correlationId: id, causationId: id };
  await store.append({ streamName, expectedRevision, events: [{ id, ...fact, metadata }] });
}

async function eventually(check: () => void): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return check();
    } catch (error) {
      if (tries > 5_000) throw error;
      await sleep(2);
    }
  }
}
