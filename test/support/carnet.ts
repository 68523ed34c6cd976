import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectEventStore,
  SystemClock,
  SystemRandomness,
  type EventStore,
  type RecordedEvent,
} from '@app/platform';
import { TestIssuer, type TokenInput } from '@app/platform/testing/test-tokens';
import { KeyRing } from '@app/voucher-books';
import { fetchHealth } from '../../apps/standalone/src/health';
import { findFreePort } from '../../apps/standalone/src/ports';
import { Run, type Program } from '../../apps/standalone/src/program';
import { built } from './built';
import { Caller } from './caller';

export type ProgramName = 'redis' | 'event-store' | 'projector' | 'worker' | 'api';

type StartOptions = Readonly<{
  /** A file that api and worker run first, for what no variable may switch on. */
  preload?: string;
  logLevel?: string;
  /** Variables beside those it sets itself. */
  env?: Readonly<Record<string, string>>;
  /** Hears every line the programs write. */
  listen?: (line: string) => void;
}>;

/** Lines of the programs' logs that a failure shows, and that are kept. */
const LINES_MAX = 30;
const LINE_CHARACTERS_MAX = 400;

/**
 * The real programs, built from the present sources and chosen as the supervisor of `npm start` chooses
 * them, on free ports and a folder of their own. `start()` in `beforeAll`, `stop()` in `afterAll`. A
 * single one can be killed and started again.
 */
export class Carnet {
  readonly #runs = new Map<ProgramName, Run>();
  readonly #lines: string[] = [];
  readonly #seen = { position: 0n };

  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly programs: readonly Program[],
    private readonly issuer: TestIssuer,
    /** The raw log, for a fold of one's own. */
    readonly store: EventStore,
    private readonly listen: StartOptions['listen'],
  ) {}

  static async start(options: StartOptions = {}): Promise<Carnet> {
    const { preload, logLevel = 'warn', env = {}, listen } = options;
    const folder = mkdtempSync(join(tmpdir(), 'carnet-story-'));
    const issuer = await TestIssuer.create();
    const port = await findFreePort();
    const chosen = await programsOf(folder, { issuer, port, logLevel, more: env });
    const programs = chosen.map((program) => preloaded(program, preload));
    const carnet = new Carnet(
      ...([`http://127.0.0.1:${port}`, folder, programs, issuer, storeOf(programs)] as const),
      listen,
    );
    try {
      for (const name of ['redis', 'event-store'] as const) await carnet.restart(name);
      const others = ['projector', 'worker', 'api'] as const;
      await Promise.all(others.map((name) => carnet.restart(name)));
    } catch (error) {
      await carnet.stop();
      throw error;
    }
    return carnet;
  }

  /** A person or machine of that role; of a party of its own, unless it is given. */
  async caller(role: NonNullable<TokenInput['roles']>[number], partyId?: string): Promise<Caller> {
    const token = await this.issuer.token({ roles: [role], ...(partyId && { partyId }) });
    return new Caller({ url: this.url, token, lines: this.#lines, seen: this.#seen });
  }

  /** Without login. */
  get nobody(): Caller {
    return new Caller({ url: this.url, lines: this.#lines, seen: this.#seen });
  }

  /** All that was ever recorded, in log order: whoever asks next is shown at least that. */
  async events(): Promise<RecordedEvent[]> {
    const all = await Array.fromAsync(this.store.readAll() as AsyncIterable<RecordedEvent>);
    const position = all.at(-1)?.position ?? 0n;
    if (position > this.#seen.position) this.#seen.position = position;
    return all.filter(({ streamName }) => !streamName.startsWith('process-'));
  }

  /** The log is an older one: nobody can be shown any more what was seen. */
  forget(): void {
    this.#seen.position = 0n;
  }

  /** Where the programs keep their files. */
  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** The last lines the programs wrote. */
  get logged(): string {
    return this.#lines.join('\n');
  }

  /** The keys the api and the worker derive codes under. */
  get keyRing(): KeyRing {
    const file = join(this.dataDir, 'key-ring.json');
    const [clock, randomness] = [new SystemClock(), new SystemRandomness()];
    return KeyRing.open({ file, clock, randomness });
  }

  /** SIGKILL: it has no time to finish anything. */
  async kill(name: ProgramName): Promise<void> {
    const run = this.#runs.get(name);
    this.#runs.delete(name);
    run?.kill();
    await run?.ended;
  }

  /** Starts it (again) and waits until it serves. */
  async restart(name: ProgramName): Promise<void> {
    await this.kill(name);
    const run = Run.of(this.#programOf(name), (line) => this.#keep(`${name}: ${line}`));
    this.#runs.set(name, run);
    const state = await run.becomesReady();
    if (state === 'ready') return;
    throw new Error(`the ${name} is ${state} before it serves\n${this.#lines.join('\n')}`);
  }

  /** SIGTERM, as a deployment sends it; answers whether the program ended by itself, in time. */
  async terminate(name: ProgramName): Promise<boolean> {
    const run = this.#runs.get(name);
    this.#runs.delete(name);
    return (await run?.stop()) ?? false;
  }

  /** A second api beside the first, on the same log and views: as while a new version takes over. */
  async startApiBeside(): Promise<Readonly<{ url: string; stop: () => Promise<boolean> }>> {
    const port = await findFreePort();
    const program = this.#programOf('api');
    const url = `http://127.0.0.1:${port}`;
    const beside = {
      ...program,
      env: { ...program.env, CARNET_API_PORT: String(port) },
      checkHealth: () => fetchHealth(`${url}/health/ready`),
    };
    const run = Run.of(beside, (line) => this.#keep(`api beside: ${line}`));
    const state = await run.becomesReady();
    if (state === 'ready') return { url, stop: () => run.stop() };
    throw new Error(`the api beside is ${state} before it serves\n${this.logged}`);
  }

  /** What a request carries of a person of that role. */
  bearer(input: TokenInput): Promise<{ authorization: string }> {
    return this.issuer.bearer(input);
  }

  /** In the order of `npm stop`; then nothing of it is left. */
  async stop(): Promise<void> {
    const inOrder = ['api', 'worker', 'projector', 'event-store', 'redis'] as const;
    await this.store.close();
    for (const name of inOrder) await this.#runs.get(name)?.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  #programOf(name: ProgramName): Program {
    const program = this.programs.find((each) => each.name === name);
    if (program === undefined) throw new TypeError(`no program is called ${name}`);
    return program;
  }

  #keep(line: string): void {
    this.listen?.(line);
    this.#lines.push(line.slice(0, LINE_CHARACTERS_MAX));
    if (this.#lines.length > LINES_MAX) this.#lines.shift();
  }
}

const preloaded = (program: Program, preload: string | undefined): Program =>
  preload !== undefined && ['api', 'worker'].includes(program.name)
    ? { ...program, args: ['--require', preload, ...program.args] }
    : program;

async function programsOf(
  folder: string,
  {
    issuer,
    port,
    logLevel,
    more,
  }: { issuer: TestIssuer; port: number; logLevel: string; more: StartOptions['env'] },
): Promise<readonly Program[]> {
  const chooser = join(await built(), 'apps/standalone/src/programs.js');
  const { choosePrograms } = (await import(
    chooser
  )) as typeof import('../../apps/standalone/src/programs');
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const keysFile = join(folder, 'token-keys.json');
  writeFileSync(keysFile, JSON.stringify(issuer.keys));
  const env = {
    // The machine's own, as any program gets it: none of its variables of Carnet.
    PATH: process.env['PATH'],
    CARNET_LOG_LEVEL: logLevel,
    CARNET_TOKEN_KEYS_FILE: keysFile,
    CARNET_TOKEN_ISSUER: issuer.issuer,
    CARNET_PUBLIC_HOST: 'pass.example',
    // Not today, nor before a story ends: runs are opened on demand.
    CARNET_RUN_WEEKDAY: [1, 2, 3].includes(new Date().getUTCDay()) ? 'friday' : 'tuesday',
    CARNET_CURSOR_KEY: randomBytes(32).toString('base64url'),
    // The example account of the French banks' documentation: fictitious, and nobody's.
    CARNET_RING_FENCED_IBAN: 'FR7630006000011234567890189',
    CARNET_RING_FENCED_HOLDER: 'Carnet; 1 rue du Pont; 75001; Paris; FR',
    CARNET_OPERATOR_SIRET: '73282932000074',
    // A story asks in seconds what a scheme asks in days; what stops it is test/limits's to show.
    CARNET_CALLER_REQUESTS_PER_MINUTE_MAX: '100000000',
    CARNET_ADDRESS_REQUESTS_PER_MINUTE_MAX: '100000000',
    ...more,
  };
  const api = { host: '127.0.0.1', port };
  const programs = await choosePrograms({ dataDir, durable: false, api, env });
  return programs.map((program) => ({ ...program, startWithinMs: 240_000 }));
}

function storeOf(programs: readonly Program[]): EventStore {
  const url = programs.find(({ name }) => name === 'api')?.env['EVENTSTORE_URL'] ?? '';
  return connectEventStore({
    connectionString: url,
    appendWriter: 'http2',
    appendDeadlineMs: 60_000,
  });
}
