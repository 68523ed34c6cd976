import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEventStore, type EventStore } from '@app/platform';
import { residentMb, spawnEventStore } from './event-store-process';
import type { Bench, Suite } from './figures';
import { mainThreadUs, median } from './measure';
import type { LoadAnswer, LoadWish } from './redemption-load';
import { ISSUER, writeScheme, type SchemeOfRun } from './redemption-scheme';

const CONNECTIONS = [1, 16, 64, 256] as const;
const LOADS = ['uniform', 'hot place', 'hot funder'] as const;

/**
 * Redemptions over HTTP as a scheme has them: one api process that follows the log, the embedded
 * store durable in another process, Redis in a third for the limits of wrong codes, the load from a
 * fourth. Nothing is skipped: token, strict JSON, code, every rule, one durable append.
 */
export const redemptionSuite: Suite = async (bench) => {
  const dir = mkdtempSync(join(tmpdir(), 'carnet-bench-'));
  const started: ChildProcess[] = [];
  const main = join(__dirname, '../apps/event-store/src/main.js');
  const server = spawnEventStore(main, ['--dir', join(dir, 'events'), '--port', '0']);
  let store: EventStore | undefined;
  try {
    const connectionString = await server.ready;
    const books = bench.quick ? 40_000 : 100_000;
    store = connectEventStore({
      ...{ connectionString, appendWriter: 'http2', appendDeadlineMs: 30_000 },
    });
    const scheme = await writeScheme(store, { books, keyRingFile: join(dir, 'key-ring.json') });
    bench.report({
      ...{ case: '100,000 books', figure: 'issue', value: scheme.issueMs, unit: 'ms' },
      goal: { atMost: 1_000 },
    });
    const api = await startApi({ dir, connectionString, scheme, started });
    const bare = await startBare(started);
    const load = await startLoad(scheme, started);
    await measureLoads(bench, { load, api, bare });
    const memory = { case: `${books.toLocaleString('en')} books and what was redeemed` };
    const value = residentMb(api.pid);
    bench.report({ ...memory, figure: 'memory of the api', value, unit: 'MB' });
    for (const child of started) child.kill('SIGTERM');
    await measureRebuild(bench, store, { connectionString, dir, started });
  } finally {
    for (const child of started) child.kill('SIGKILL');
    await store?.close();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
};

type Program = Readonly<{ port: number; pid: number }>;

type Targets = Readonly<{
  load: (wish: LoadWish) => Promise<LoadAnswer>;
  api: Program;
  bare: Program;
}>;

/** With what each answer cost the main thread of the program that gave it. */
type Measured = LoadAnswer & Readonly<{ cpuUs: number }>;

async function measureLoads(bench: Bench, { load, api, bare }: Targets): Promise<void> {
  const windowMs = bench.quick ? 600 : 1_500;
  const windows = 3;
  const measure = async (
    { port, pid }: Program,
    wish: Omit<LoadWish, 'port'>,
  ): Promise<Measured> => {
    const fromUs = mainThreadUs(pid);
    const answer = await load({ ...wish, port });
    const answers = Object.values(answer.statuses).reduce((sum, count) => sum + count, 0);
    return { ...answer, cpuUs: (mainThreadUs(pid) - fromUs) / answers };
  };
  const warm = { connections: 64, windowMs: windowMs * 2 };
  await measure(api, { ...warm, load: 'uniform' });
  await measure(api, { ...warm, load: 'check' });
  await measure(bare, { ...warm, load: 'bare' });
  for (const connections of CONNECTIONS) {
    const bareAnswers: Measured[] = [];
    const answers = new Map<string, Measured[]>();
    // The machine is never quite still: what is compared is measured in turn, window by window.
    for (let window = 0; window < windows; window += 1) {
      const wish = { connections, windowMs };
      bareAnswers.push(await measure(bare, { ...wish, load: 'bare' }));
      for (const each of [...LOADS, 'check'] as const) {
        const answer = await measure(api, { ...wish, load: each });
        answers.set(each, [...(answers.get(each) ?? []), answer]);
      }
    }
    for (const [each, measured] of answers) {
      reportLoad(bench, { each, connections, bare: bareAnswers, measured });
    }
  }
}

function reportLoad(
  { report }: Bench,
  {
    each,
    connections,
    bare,
    measured,
  }: {
    each: string;
    connections: number;
    bare: readonly Measured[];
    measured: readonly Measured[];
  },
): void {
  const what = each === 'check' ? 'checks' : 'redemptions';
  const of = (figure: (answer: Measured) => number): number => median(measured.map(figure));
  const name = { case: `${each}, ${connections} connections` };
  const goals: Readonly<Record<number, number>> =
    each === 'check' ? { 64: 8_000 } : { 1: 1_000, 64: 8_000 };
  const goal = goals[connections];
  const value = of(({ perSecond }) => perSecond);
  const aim = goal === undefined ? {} : { goal: { atLeast: goal } };
  report({ ...name, figure: what, value, unit: '/s', ...aim });
  const share = connections === 64 && each !== 'check' ? { goal: { atLeast: 0.2 } } : {};
  const limit = median(bare.map(({ perSecond }) => perSecond));
  report({ ...name, figure: 'of a bare answer', value, unit: '/s', limit, ...share });
  const bareUs = median(bare.map(({ cpuUs }) => cpuUs));
  const cpu = { figure: 'CPU of the main thread, and of a bare answer', unit: 'µs each' };
  report({ ...name, ...cpu, value: of(({ cpuUs }) => cpuUs), limit: bareUs });
  for (const percentile of ['p50', 'p95', 'p99'] as const) {
    report({ ...name, figure: percentile, value: of((answer) => answer[percentile]), unit: 'ms' });
  }
  const expected = each === 'check' ? '200' : '201';
  const others = measured.flatMap(({ statuses }) =>
    Object.entries(statuses).filter(([status]) => status !== expected),
  );
  const refused = others.reduce((sum, [, count]) => sum + count, 0);
  if (each !== 'check')
    report({ ...name, figure: 'not 201', value: refused, unit: 'answers', goal: { atMost: 0 } });
}

/**
 * Every view from nothing, as the projector makes them, from when it has loaded until it is ready; and
 * what the client alone needs to read as many events.
 */
async function measureRebuild(
  bench: Bench,
  store: EventStore,
  { connectionString, dir, started }: RebuildOptions,
): Promise<void> {
  const startedAt = performance.now();
  let events = 0;
  const log = store.readAll()[Symbol.asyncIterator]();
  while (!(await log.next()).done) events += 1;
  const readRate = events / ((performance.now() - startedAt) / 1_000);
  const env = {
    DATA_DIR: join(dir, 'rebuilt'),
    EVENTSTORE_URL: connectionString,
    CARNET_PROJECTOR_PORT: '0',
    CARNET_APPEND_WRITER: 'http2',
    CARNET_LOG_LEVEL: 'info',
  };
  const main = join(__dirname, '../apps/projector/src/main.js');
  const projector = spawn(process.execPath, ['--enable-source-maps', main], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(projector);
  const port = await portOf(projector, /"url":"http:\/\/127\.0\.0\.1:(\d+)"/);
  const rebuiltFrom = performance.now();
  while (!(await fetch(`http://127.0.0.1:${port}/health/ready`)).ok) await sleep(10);
  const value = events / ((performance.now() - rebuiltFrom) / 1_000);
  const memoryMb = residentMb(projector.pid ?? 0);
  const name = { case: `${events.toLocaleString('en')} events` };
  bench.report({ ...name, figure: 'read by the client', value: readRate, unit: 'events/s' });
  const figure = 'rebuild of all views, against 60,000/s or the read rate';
  const limit = Math.min(60_000, readRate);
  bench.report({ ...name, figure, value, unit: 'events/s', limit, goal: { atLeast: 1 } });
  const memory = { figure: 'memory of the projector after it', unit: 'MB' };
  bench.report({ ...name, ...memory, value: memoryMb });
}

type RebuildOptions = Readonly<{
  connectionString: string;
  dir: string;
  started: ChildProcess[];
}>;

async function startApi({
  dir,
  connectionString,
  scheme,
  started,
}: {
  dir: string;
  connectionString: string;
  scheme: SchemeOfRun;
  started: ChildProcess[];
}): Promise<Program> {
  const socket = join(dir, 'redis.sock');
  const redisArgs = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no'];
  started.push(spawn('redis-server', redisArgs, { stdio: 'ignore' }));
  const keysFile = join(dir, 'token-keys.json');
  writeFileSync(keysFile, JSON.stringify(scheme.tokenKeys));
  const env = {
    DATA_DIR: dir,
    EVENTSTORE_URL: connectionString,
    REDIS_URL: `unix://${socket}`,
    CARNET_API_PORT: '0',
    CARNET_APPEND_WRITER: 'http2',
    CARNET_LOG_LEVEL: 'info',
    CARNET_TOKEN_KEYS_FILE: keysFile,
    CARNET_TOKEN_ISSUER: ISSUER,
    CARNET_PUBLIC_HOST: 'carnet.bench',
    CARNET_RING_FENCED_IBAN: 'FR7630006000011234567890189',
    CARNET_RING_FENCED_HOLDER: 'Carnet; 1 rue du Pont; 75001; Paris; FR',
    CARNET_OPERATOR_SIRET: '73282932000074',
    CARNET_CURSOR_KEY: Buffer.alloc(32, 1).toString('base64url'),
    // A till asks as much as an api can answer.
    CARNET_CALLER_REQUESTS_PER_MINUTE_MAX: '100000000',
  };
  const main = join(__dirname, '../apps/api/src/main.js');
  const api = spawn(process.execPath, [...API_FLAGS, main], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(api);
  const port = await portOf(api, /"url":"http:\/\/127\.0\.0\.1:(\d+)"/);
  await memoryIsLive(port);
  return { port, pid: api.pid ?? 0 };
}

/** As the api is started everywhere. */
const API_FLAGS: readonly string[] = ['--enable-source-maps', '--max-semi-space-size=64'];

/** The views are not built here, so the api is never ready in all; its memory has to be. */
async function memoryIsLive(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
    const { checks = [] } = (await answer.json()) as {
      checks?: readonly { name: string; state: string }[];
    };
    if (checks.some(({ name, state }) => name === 'memory' && state === 'ok')) return;
    await sleep(100);
  }
}

async function startBare(started: ChildProcess[]): Promise<Program> {
  const file = join(__dirname, 'bare-answer.js');
  const bare = spawn(process.execPath, [...API_FLAGS, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(bare);
  const port = await portOf(bare, /listening on http:\/\/127\.0\.0\.1:(\d+)/);
  return { port, pid: bare.pid ?? 0 };
}

async function startLoad(scheme: SchemeOfRun, started: ChildProcess[]): Promise<Targets['load']> {
  const child = fork(join(__dirname, 'redemption-load.js'));
  started.push(child);
  const ask = async (message: object): Promise<unknown> => {
    const answered = once(child, 'message');
    child.send(message);
    const [answer] = (await answered) as readonly unknown[];
    return answer;
  };
  await ask({ scheme });
  return async (wish) => (await ask(wish)) as LoadAnswer;
}

function portOf(child: ChildProcess, pattern: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('exit', (code) => reject(new Error(`a program ended at its start (${code})`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      if (said.length < 1_000_000) said += chunk.toString();
      const [, port] = pattern.exec(said) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
  });
}
