import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectEventStore, SystemClock, SystemRandomness, type EventStore } from '@app/platform';
import { TestIssuer } from '@app/platform/testing/test-tokens';
import { KeyRing } from '@app/voucher-books';
import { fetchHealth } from '../../apps/standalone/src/health';
import { findFreePort } from '../../apps/standalone/src/ports';
import type { Program } from '../../apps/standalone/src/program';
import { TcpProxy } from '../platform-event-store/tcp-proxy';
import { KeptProgram } from './kept-program';

/** In the order of their start. */
export const PROGRAMS = ['redis', 'event-store', 'projector', 'worker', 'api-1', 'api-2'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** Each a proxy of its own: who connects, and to what. */
export const LINKS = [
  'clients to api-1',
  'clients to api-2',
  'api-1 to store',
  'api-2 to store',
  'worker to store',
  'projector to store',
  'api-1 to redis',
  'api-2 to redis',
  'worker to redis',
] as const;
export type LinkName = (typeof LINKS)[number];

export const RING_FENCED_IBAN = 'FR7630006000011234567890189';

const START_WITHIN_MS = 240_000;

type FleetOptions = Readonly<{
  /** Empty, and its own; everything the programs keep is in it. */
  folder: string;
  /** Compiled apps/standalone/src/programs.js. */
  chooser: string;
}>;

/**
 * All programs of the scheme as processes of their own, chosen as `npm start` chooses them, with a
 * second api; each reaches what it needs through proxies that fail on command.
 */
export class Fleet {
  /** Ends of programs that nobody had killed. */
  readonly endedAlone: string[] = [];
  readonly #kept = new Map<ProgramName, KeptProgram>();

  private constructor(
    private readonly folder: string,
    private readonly programs: ReadonlyMap<ProgramName, Program>,
    readonly links: ReadonlyMap<LinkName, TcpProxy>,
    readonly issuer: TestIssuer,
    /** Straight to the store, through no proxy. */
    readonly store: EventStore,
  ) {}

  static async start({ folder, chooser }: FleetOptions): Promise<Fleet> {
    const issuer = await TestIssuer.create();
    const keysFile = join(folder, 'token-keys.json');
    writeFileSync(keysFile, JSON.stringify(issuer.keys));
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    const { choosePrograms } = (await import(
      chooser
    )) as typeof import('../../apps/standalone/src/programs');
    const [port, portBeside] = [await findFreePort(), await findFreePort()];
    const api = { host: '127.0.0.1', port };
    const env = environmentOf(keysFile, issuer);
    const chosen = await choosePrograms({ dataDir, durable: true, api, env });
    const links = await linksOf(chosen, { ports: [port, portBeside], folder: dataDir });
    const programs = await programsOf(chosen, { links, portBeside });
    const store = storeOf(chosen);
    const fleet = new Fleet(folder, programs, links, issuer, store);
    try {
      for (const name of PROGRAMS) {
        fleet.#keep(name);
        await fleet.#of(name).serves();
      }
    } catch (error) {
      await fleet.stop();
      throw error;
    }
    return fleet;
  }

  /** Where clients find an api. */
  get doors(): readonly string[] {
    return (['clients to api-1', 'clients to api-2'] as const).map(
      (link) => `http://127.0.0.1:${this.link(link).port}`,
    );
  }

  /** The keys that api and worker derive codes under. */
  get keyRing(): KeyRing {
    const file = join(this.folder, 'data', 'key-ring.json');
    const [clock, randomness] = [new SystemClock(), new SystemRandomness()];
    return KeyRing.open({ file, clock, randomness });
  }

  link(name: LinkName): TcpProxy {
    const link = this.links.get(name);
    if (link === undefined) throw new TypeError(`no link is called ${name}`);
    return link;
  }

  /** Those named are killed at once, and started again when nothing of `meanwhile` is left to do. */
  async kill(
    names: readonly ProgramName[],
    meanwhile: () => Promise<void> | void = () => undefined,
  ): Promise<void> {
    const done = Promise.withResolvers<void>();
    try {
      await Promise.all(names.map((name) => this.#of(name).kill(done.promise)));
      await meanwhile();
    } finally {
      done.resolve();
    }
  }

  /** SIGSTOP: it stands still, and its peers cannot tell that from a slow one. */
  pause(name: ProgramName): void {
    this.#of(name).signal('SIGSTOP');
  }

  /** SIGCONT. */
  goOn(name: ProgramName): void {
    this.#of(name).signal('SIGCONT');
  }

  /** Of Redis: what its append-only file would bring back is gone. */
  forgetJobs(): void {
    rmSync(join(this.folder, 'data', 'redis', 'appendonlydir'), { recursive: true, force: true });
  }

  /** Every write of the program to any file is refused with EFBIG from the next byte on. */
  refuseWrites(name: ProgramName): void {
    this.#limitFiles(name, '1');
  }

  allowWrites(name: ProgramName): void {
    this.#limitFiles(name, 'unlimited');
  }

  /** Until every program serves. */
  async serves(): Promise<void> {
    for (const name of PROGRAMS) await this.#of(name).serves();
  }

  /** What `npm run projector -- --verify` says of the views where they are not what the log makes. */
  async verifyViews(): Promise<string | undefined> {
    const { command, args, env } = this.#of('projector').program;
    try {
      await promisify(execFile)(command, [...args, '--verify'], { env });
      return undefined;
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return `${stdout}${stderr}`;
    }
  }

  async stop(): Promise<void> {
    await this.store.close();
    for (const name of PROGRAMS.toReversed()) await this.#kept.get(name)?.stop();
    for (const link of this.links.values()) await link.stop();
  }

  #of(name: ProgramName): KeptProgram {
    const kept = this.#kept.get(name);
    if (kept === undefined) throw new TypeError(`no program is called ${name}`);
    return kept;
  }

  #keep(name: ProgramName): void {
    const program = this.programs.get(name);
    if (program === undefined) throw new TypeError(`no program is called ${name}`);
    const log = join(this.folder, `${name}.log`);
    const write = (line: string): void =>
      appendFileSync(log, `${new Date().toISOString()} ${line}\n`);
    const endedAlone = ({ code, signal }: { code: number | null; signal: string | null }): void => {
      this.endedAlone.push(`${name} ended with ${code ?? signal}`);
      write(`ended by itself with ${code ?? signal}`);
    };
    this.#kept.set(name, new KeptProgram(program, { write, endedAlone }));
  }

  /** Only the soft limit: it can be raised again. A program that is gone has no limit any more. */
  #limitFiles(name: ProgramName, bytes: string): void {
    try {
      const args = ['--pid', String(this.#of(name).pid), `--fsize=${bytes}:`];
      execFileSync('prlimit', args, { stdio: 'ignore' });
    } catch {
      return;
    }
  }
}

async function linksOf(
  chosen: readonly Program[],
  { ports, folder }: { ports: readonly [number, number]; folder: string },
): Promise<Map<LinkName, TcpProxy>> {
  const url = chosen.find(({ name }) => name === 'worker')?.env['EVENTSTORE_URL'] ?? '';
  const storePort = Number(new URL(url).port);
  const targetOf = (name: LinkName): number | string => {
    if (name.endsWith('to store')) return storePort;
    if (name.endsWith('to redis')) return join(folder, 'redis', 'redis.sock');
    return name === 'clients to api-1' ? ports[0] : ports[1];
  };
  const links = new Map<LinkName, TcpProxy>();
  for (const name of LINKS) links.set(name, await TcpProxy.start(() => targetOf(name)));
  return links;
}

/** As chosen, but that each goes to the store and to Redis by its own links; and a second api. */
async function programsOf(
  chosen: readonly Program[],
  { links, portBeside }: { links: ReadonlyMap<LinkName, TcpProxy>; portBeside: number },
): Promise<ReadonlyMap<ProgramName, Program>> {
  const programs = new Map<ProgramName, Program>();
  const portOf = (link: string): string => String(links.get(link as LinkName)?.port ?? 0);
  for (const name of PROGRAMS) {
    const isApi = name.startsWith('api');
    const program = chosen.find((each) => each.name === (isApi ? 'api' : name));
    if (program === undefined) throw new TypeError(`no program is called ${name}`);
    const env = { ...program.env };
    if (links.has(`${name} to store` as LinkName)) {
      env['EVENTSTORE_URL'] = `esdb://127.0.0.1:${portOf(`${name} to store`)}?tls=false`;
    }
    if (links.has(`${name} to redis` as LinkName)) {
      env['REDIS_URL'] = `redis://127.0.0.1:${portOf(`${name} to redis`)}`;
    }
    if (name === 'api-2') env['CARNET_API_PORT'] = String(portBeside);
    const checkHealth =
      name === 'api-2'
        ? () => fetchHealth(`http://127.0.0.1:${portBeside}/health/ready`)
        : program.checkHealth;
    const startWithinMs = START_WITHIN_MS;
    programs.set(name, { ...program, name, env, checkHealth, startWithinMs });
  }
  return programs;
}

function environmentOf(keysFile: string, issuer: TestIssuer): NodeJS.ProcessEnv {
  return {
    // The machine's own, as any program gets it: none of its variables of Carnet.
    PATH: process.env['PATH'],
    CARNET_LOG_LEVEL: 'warn',
    CARNET_TOKEN_KEYS_FILE: keysFile,
    CARNET_TOKEN_ISSUER: issuer.issuer,
    CARNET_PUBLIC_HOST: 'pass.example',
    // Not today, nor before the rounds end: runs are opened on demand.
    CARNET_RUN_WEEKDAY: [1, 2, 3].includes(new Date().getUTCDay()) ? 'friday' : 'tuesday',
    CARNET_CURSOR_KEY: randomBytes(32).toString('base64url'),
    // The example account of the French banks' documentation: fictitious, and nobody's.
    CARNET_RING_FENCED_IBAN: RING_FENCED_IBAN,
    CARNET_RING_FENCED_HOLDER: 'Carnet; 1 rue du Pont; 75001; Paris; FR',
    CARNET_OPERATOR_SIRET: '73282932000074',
    // What stops who asks too much is test/limits's to show.
    CARNET_CALLER_REQUESTS_PER_MINUTE_MAX: '100000000',
    CARNET_ADDRESS_REQUESTS_PER_MINUTE_MAX: '100000000',
  };
}

function storeOf(programs: readonly Program[]): EventStore {
  const url = programs.find(({ name }) => name === 'api')?.env['EVENTSTORE_URL'] ?? '';
  return connectEventStore({
    connectionString: url,
    appendWriter: 'http2',
    appendDeadlineMs: 60_000,
  });
}
