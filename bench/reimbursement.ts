import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEventStore, type Role } from '@app/platform';
import { createDemoIssuer, type DemoIssuer } from '../apps/standalone/src/demo-issuer';
import { findFreePort } from '../apps/standalone/src/ports';
import { Run as Running, type Program } from '../apps/standalone/src/program';
import { choosePrograms } from '../apps/standalone/src/programs';
import type { Bench, Suite } from './figures';
import { FACE_CENTS, writeRedeemedScheme, type RedeemedScheme } from './reimbursement-scheme';

/**
 * A reimbursement run over everything a large scheme redeems in months, by the programs as people run
 * them: asked for over HTTP, prepared by the worker's jobs slice by slice, approved by a person, its
 * payment file written. What a person takes to look at it is not counted, everything else is.
 */
export const reimbursementSuite: Suite = async (bench) => {
  const of = { redemptions: bench.quick ? 100_000 : 1_000_000, organisations: 1_000 };
  const dir = mkdtempSync(join(tmpdir(), 'carnet-bench-'));
  const programs = new Programs();
  try {
    const issuer = await createDemoIssuer(dir);
    const port = await programs.choose(dir, issuer);
    await programs.start('redis');
    await programs.start('event-store');
    await seed(programs.storeUrl, of);
    await programs.start('projector');
    const [worker] = await Promise.all([programs.start('worker'), programs.start('api')]);
    await untilIdle(programs.pids);
    const api = apiAt(`http://127.0.0.1:${port}`, issuer);
    await measureRun(bench, { api, workerPid: worker.pid, of });
    measureMarking(bench, dir, of);
  } finally {
    await programs.kill();
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
  }
};

/** The five of `npm start`, durable, each started when it is wanted. */
class Programs {
  #programs: readonly Program[] = [];
  readonly #running: Running[] = [];
  #lines: string[] = [];

  async choose(dir: string, { env }: DemoIssuer): Promise<number> {
    const dataDir = join(dir, 'data');
    mkdirSync(dataDir);
    const api = { host: '127.0.0.1', port: await findFreePort() };
    const limits = { CARNET_RUN_SECOND_APPROVAL_ABOVE_CENTS: '999999999' };
    const own = { ...env, ...limits, PATH: PATHS, CARNET_LOG_LEVEL: 'warn' };
    this.#programs = await choosePrograms({ dataDir, durable: true, api, env: own });
    return api.port;
  }

  get storeUrl(): string {
    return this.#find('api').env['EVENTSTORE_URL'] ?? '';
  }

  get pids(): readonly number[] {
    return this.#running.map(({ pid }) => pid);
  }

  async start(name: string): Promise<Running> {
    // Views of a million events are built once, before anything is measured.
    const program = { ...this.#find(name), startWithinMs: 600_000 };
    const run = Running.of(program, (line) => this.#tell(name, line));
    this.#running.push(run);
    const state = await run.becomesReady();
    if (state === 'ready') return run;
    throw new Error(`the ${name} is ${state} before it serves\n${this.#lines.join('\n')}`);
  }

  /** The last that they said, for whoever has to know why one does not serve. */
  #tell(name: string, line: string): void {
    this.#lines = [...this.#lines.slice(-20), `${name}: ${line}`];
  }

  async kill(): Promise<void> {
    for (const run of this.#running) run.kill();
    await Promise.all(this.#running.map(({ ended }) => ended));
  }

  #find(name: string): Program {
    const program = this.#programs.find((each) => each.name === name);
    if (program === undefined) throw new TypeError(`no program is called ${name}`);
    return program;
  }
}

/** Where redis-server and setpriv are. */
const PATHS = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

async function seed(connectionString: string, of: RedeemedScheme): Promise<void> {
  const store = connectEventStore({
    ...{ connectionString, appendWriter: 'http2', appendDeadlineMs: 60_000 },
  });
  try {
    await writeRedeemedScheme(store, of);
  } finally {
    await store.close();
  }
}

type Api = Readonly<{
  getRun: (runId: string) => Promise<RunView>;
  post: <T>(role: Role, path: string, body: object) => Promise<T>;
}>;

type RunView = Readonly<{
  runId: string;
  status: string;
  linesSha256: string;
  payableCents: number;
  lines: number;
}>;

const RUNS = '/v1/reimbursement-runs';

async function measureRun(
  { report }: Bench,
  { api, workerPid, of }: { api: Api; workerPid: number; of: RedeemedScheme },
): Promise<void> {
  const restingMb = memoryMb(workerPid, 'VmRSS');
  // From here the kernel counts the peak anew (proc_pid_clear_refs(5)).
  writeFileSync(`/proc/${workerPid}/clear_refs`, '5');
  const openedAt = performance.now();
  const { runId } = await api.post<RunView>('finance-preparer', RUNS, {});
  const { linesSha256, lines, payableCents } = await untilRunIs(api, runId, 'prepared');
  const prepareMs = performance.now() - openedAt;
  if (lines !== of.organisations || payableCents !== of.redemptions * FACE_CENTS) {
    throw new Error(`the run pays ${payableCents} cents in ${lines} lines`);
  }
  const approvedAt = performance.now();
  await api.post('finance-approver', `${RUNS}/${runId}/approval`, { linesSha256 });
  await untilRunIs(api, runId, 'issued');
  const fileMs = performance.now() - approvedAt;
  const counted = (count: number, of_: string) => `${count.toLocaleString('en')} ${of_}`;
  const name = {
    case: `${counted(of.redemptions, 'redemptions')}, ${counted(of.organisations, 'organisations')}`,
  };
  report({ ...name, figure: 'prepare', value: prepareMs, unit: 'ms' });
  report({ ...name, figure: 'approve and write the file', value: fileMs, unit: 'ms' });
  const value = (prepareMs + fileMs) / 1_000;
  report({ ...name, figure: 'prepare + file', value, unit: 's', goal: { atMost: 3 } });
  report({ ...name, figure: 'memory of the worker before it', value: restingMb, unit: 'MB' });
  const peakMb = memoryMb(workerPid, 'VmHWM');
  const figure = 'most memory of the worker in it';
  report({ ...name, figure, value: peakMb, unit: 'MB', goal: { atMost: 300 } });
}

/** What a table of redemptions takes whose rows are marked as paid and added up: the usual way. */
function measureMarking({ report }: Bench, dir: string, of: RedeemedScheme): void {
  const database = new DatabaseSync(join(dir, 'rows.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE redemptions (organisation INTEGER, cents INTEGER, run INTEGER)');
  database.exec('CREATE INDEX unpaid ON redemptions (run)');
  const insert = database.prepare('INSERT INTO redemptions VALUES (?, 1000, NULL)');
  database.exec('BEGIN');
  for (let at = 0; at < of.redemptions; at += 1) insert.run(at % of.organisations);
  database.exec('COMMIT');
  const startedAt = performance.now();
  database.exec('UPDATE redemptions SET run = 1 WHERE run IS NULL');
  database
    .prepare('SELECT organisation, SUM(cents) FROM redemptions WHERE run = 1 GROUP BY organisation')
    .all();
  const value = (performance.now() - startedAt) / 1_000;
  database.close();
  const name = {
    case: `${of.redemptions.toLocaleString('en')} rows in SQLite, no file, nobody asks`,
  };
  report({ ...name, figure: 'mark and add up', value, unit: 's' });
}

const POLL_MS = 20;

async function untilRunIs(api: Api, runId: string, status: string): Promise<RunView> {
  for (;;) {
    const run = await api.getRun(runId);
    if (run.status === status) return run;
    await sleep(POLL_MS);
  }
}

function apiAt(url: string, { sign }: DemoIssuer): Api {
  const partyId = randomUUID();
  const ask = async <T>(path: string, role: Role, request: RequestInit): Promise<T> => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const token = await sign({ id: `bench-${role}`, roles: [role], partyId }, expiresAt);
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    const answer = await fetch(`${url}${path}`, { ...request, headers });
    if (answer.ok) return (await answer.json()) as T;
    throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  return {
    post: (role, path, body) => ask(path, role, { method: 'POST', body: JSON.stringify(body) }),
    // Right after it was opened the views may not know it yet.
    getRun: (runId) => ask<RunView>(`${RUNS}/${runId}`, 'auditor', {}).catch(() => NOT_YET),
  };
}

const NOT_YET: RunView = { runId: '', status: '', linesSha256: '', payableCents: 0, lines: 0 };

/** Everybody has read the log: a second in which none of them works. */
async function untilIdle(pids: readonly number[]): Promise<void> {
  const ticks = (): number => pids.reduce((sum, pid) => sum + cpuTicks(pid), 0);
  for (;;) {
    const before = ticks();
    await sleep(2_000);
    // A tick is a hundredth of a second; health checks and timers take a few.
    if (ticks() - before < 20) return;
  }
}

function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

function memoryMb(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1_024;
}
