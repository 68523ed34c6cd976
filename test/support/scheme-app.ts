import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BusSender,
  createLogger,
  EventStore,
  InMemoryEventStore,
  JobQueues,
  LocalCounters,
  ProcessRunner,
  Projector,
  ReadModel,
  ReadStore,
  RefusalFiles,
  SystemRandomness,
  ViewProgress,
  type Config,
  type ProcessIncident,
  type RecordedEvent,
  type Role,
} from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { HttpTestApp } from '@app/platform/testing/http-test-app';
import {
  closingWish,
  PROCESSES,
  SchemeModule,
  solvencyWish,
  TELLING_PROCESSES,
} from '@app/processes';
import {
  BankQueries,
  ClosingQueries,
  PROJECTIONS,
  RunQueries,
  type DueStep,
  SolvencyQueries,
  WebhookQueries,
} from '@app/read-models';
import {
  advanceRun,
  BankTexts,
  HandleBankReport,
  RematchBankEntry,
  type RunSettings,
} from '@app/reimbursement';
import { KeyRing, VoucherCodes } from '@app/voucher-books';
import { DeliverToWebhook } from '@app/webhooks';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { API_MODULES, API_TABLES } from '../../apps/api/src/api-modules';
import { fastPathOf, MemoryModule } from '../../apps/api/src/lookups/memory.module';
import { PublicHost } from '../../apps/api/src/prints/prints.controller';
import { AccessMemory } from '../../apps/api/src/users/access-memory';
import { SchemeCallers } from '../../apps/api/src/users/scheme-callers';
import { UserIds } from '../../apps/api/src/users/user-ids';
import { DueBankRematches } from '../../apps/worker/src/jobs/due-bank-reports';
import { Audit, type Finding } from '../../apps/verify/src/audit';
import { Contract } from './contract';
import { HeldLog } from './held-log';
import { OPERATOR, RUN_SETTINGS } from './run-settings';

export type Answer<Body = Record<string, unknown>> = Readonly<{ status: number; body: Body }>;

/**
 * api, processes and views of the whole scheme in one process, on a log in memory and a clock of its
 * own: a year passes in seconds. What the real programs add (network, Redis, jobs), test/stories has.
 * `start()` in `beforeAll`, `stop()` in `afterAll`.
 */
export class SchemeApp {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carnet-scheme-'));
  readonly clock: FakeClock;
  readonly store: InMemoryEventStore;
  readonly keyRing: KeyRing;
  readonly codes: VoucherCodes;
  readonly readStore: ReadStore;
  /** What the processes were refused or could not do. */
  readonly incidents: ProcessIncident[] = [];
  /** The log as the views see it: while it is held they lag, and nobody waits for them. */
  readonly viewed: HeldLog;
  readonly #progress: ViewProgress;
  readonly #readModel: ReadModel;
  readonly #projector: Projector;
  #http!: HttpTestApp;
  /** What /openapi.json promises; every answer here is held to it. */
  contract!: Contract;
  #runner!: ProcessRunner;

  private constructor(
    at: string,
    private readonly runs: RunSettings,
  ) {
    this.clock = new FakeClock(at);
    this.store = new InMemoryEventStore({ now: () => this.clock.now() });
    const randomness = new SystemRandomness();
    const file = join(this.#folder, 'key-ring.json');
    this.keyRing = KeyRing.open({ file, clock: this.clock, randomness });
    this.codes = new VoucherCodes(this.keyRing);
    const views = join(this.#folder, 'read-models.sqlite');
    this.#readModel = new ReadModel(views, PROJECTIONS);
    this.viewed = new HeldLog(this.store);
    this.#projector = new Projector({ store: this.viewed, readModel: this.#readModel });
    this.readStore = new ReadStore(views);
    this.#progress = new ViewProgress(this.readStore);
  }

  static async start(
    at = '2026-01-15T10:00:00.000Z',
    ringFencedIban = RUN_SETTINGS.debtor.iban,
    rules: Partial<RunSettings['rules']> = {},
    rolesFrom: Config['rolesFrom'] = 'token',
  ): Promise<SchemeApp> {
    const app = new SchemeApp(at, {
      ...RUN_SETTINGS,
      rules: { ...RUN_SETTINGS.rules, ...rules },
      debtor: { ...RUN_SETTINGS.debtor, iban: ringFencedIban },
    });
    await app.#projector.start();
    const { store, clock } = app;
    const memory = new AccessMemory({ store, logger: LOGGER });
    app.#http = await HttpTestApp.start({
      imports: app.#modules(memory),
      callers: (tokens) => new SchemeCallers({ tokens, memory, clock, rolesFrom }),
      clock: app.clock,
      viewProgress: app.#progress,
      ...API_TABLES,
    });
    app.contract = await Contract.of(app.#http);
    app.#runner = new ProcessRunner({
      name: 'worker',
      store: app.store,
      sender: app.#http.app.get(BusSender, { strict: false }),
      // Of one clock and in one program, one runner does for both.
      processes: ALL_PROCESSES,
      onIncident: (incident) => void app.incidents.push(incident),
    });
    await app.#runner.start();
    return app;
  }

  /** For what no person of the scheme would ask. */
  get http(): HttpTestApp {
    return this.#http;
  }

  /** Keys, files and views; the log is in memory. */
  get dataDir(): string {
    return this.#folder;
  }

  /** Where refusals and roots are, as `DATA_DIR/audit`. */
  get auditFolder(): string {
    return join(this.#folder, 'audit');
  }

  /** Holds the whole log to every invariant first: whatever a test did, they held. */
  async stop(): Promise<void> {
    const findings: Finding[] = [];
    const audit = new Audit((finding) => void findings.push(finding));
    for await (const event of this.store.readAll()) audit.see(event);
    audit.end();
    await this.#close();
    if (findings.length > 0) {
      throw new Error(`broken: ${JSON.stringify(findings.slice(0, 5), null, 2)}`);
    }
  }

  async #close(): Promise<void> {
    this.viewed.release();
    await this.#runner.stop();
    await this.#http.close();
    await this.#projector.stop();
    this.#readModel.close();
    this.readStore.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Somebody of a role; of a party of its own, unless it is given. */
  as(role: Role, partyId: string = randomUUID()): Person {
    return new Person(this.#http, { role, partyId, ...this.#around });
  }

  /** One person of both roles. */
  asBoth(role: Role, other: Role): Person {
    const input = { role, others: [other], partyId: randomUUID() };
    return new Person(this.#http, { ...input, ...this.#around });
  }

  get #around(): Pick<PersonInput, 'settle' | 'contract'> {
    return { settle: () => this.settle(), contract: this.contract };
  }

  /** Who does not log in. */
  get nobody(): Person {
    return new Person(this.#http, this.#around);
  }

  /** Waits until processes and views have seen all that was recorded, and have no more to say. */
  async settle(): Promise<void> {
    for (;;) {
      const head = await this.store.fetchHead();
      if (head === undefined) return;
      const handled = ALL_PROCESSES.map(({ name }) => this.#runner.positionOf(name) ?? 0n);
      const seen = this.#progress.positionOf(PROJECTIONS) ?? 0n;
      const isSeen = this.viewed.isHeld || seen >= head;
      const isQuiet = handled.every((position) => position >= head) && isSeen;
      if (isQuiet && (await this.store.fetchHead()) === head) return;
      await sleep(2);
    }
  }

  /**
   * Takes every closing step that is due, every report of the bank, and every run as far as it goes
   * without a person or the bank, as the worker's sweeper does, until there is nothing left. Answers
   * the closing steps.
   */
  async sweep(): Promise<readonly DueStep[]> {
    const taken: DueStep[] = [];
    const closings = new ClosingQueries(this.readStore);
    const runs = new RunQueries(this.readStore);
    const bank = new BankQueries(this.readStore);
    const texts = this.#http.app.get(BankTexts, { strict: false });
    const rematches = new DueBankRematches(bank, texts);
    const solvency = new SolvencyQueries(this.readStore);
    const webhooks = new WebhookQueries(this.readStore);
    const commands = this.#http.app.get(CommandBus, { strict: false });
    for (;;) {
      await this.settle();
      const due = closings.listDue(this.clock.today());
      const untold = solvency.listUntold();
      const dueRuns = runs.listDue();
      const reports = bank.listUnfinished();
      const entries = await rematches.findDue();
      const told = webhooks.listDueWebhooks(this.clock.now().toISOString());
      const others = dueRuns.length + reports.length + entries.length + untold.length;
      if (due.length + others + told.length === 0) return taken;
      for (const { reportId } of reports) await commands.execute(new HandleBankReport(reportId));
      for (const { entryId } of entries) await commands.execute(new RematchBankEntry(entryId));
      for (const each of untold) await commands.execute(solvencyWish(each));
      for (const each of told) await commands.execute(new DeliverToWebhook(each));
      for (const { runId } of dueRuns) await advanceRun(commands, runId);
      for (const step of due) {
        const wish = closingWish(step, closings.findFigures(step.orderId));
        if (wish === undefined) throw new Error(`${step.step} is due without its figures`);
        await commands.execute(wish);
        taken.push(step);
      }
    }
  }

  /** Day by day, at the hour it is now, up to that day; answers the steps that were taken. */
  async passUntil(day: string): Promise<readonly DueStep[]> {
    const taken: DueStep[] = [...(await this.sweep())];
    while (this.clock.today() < day) {
      this.clock.advanceBy({ days: 1 });
      taken.push(...(await this.sweep()));
    }
    return taken;
  }

  /** All that was recorded, in log order, without the processes' own. */
  async events(): Promise<readonly RecordedEvent[]> {
    const events = await Array.fromAsync(this.store.readAll());
    return events.filter(({ streamName }) => !streamName.startsWith('process'));
  }

  #modules(memory: AccessMemory): DynamicModule[] {
    const { store, clock, keyRing, readStore } = this;
    const logger = LOGGER;
    const counters = new LocalCounters();
    const fastPath = { store, readStore, clock, keyRing, counters, logger, runWeekday: 3 as const };
    const parts = fastPathOf(fastPath);
    const scheme = SchemeModule.with({
      aggregates: parts.aggregates,
      ...{ readStore, clock, keyRing, randomness: new SystemRandomness() },
      ringFencedIban: this.runs.debtor.iban,
      dataDir: this.#folder,
      runs: this.runs,
      operator: OPERATOR,
      webhooksOnLoopback: true,
    });
    return [
      { module: PortsModule, ...portsOf(store, memory, this.auditFolder) },
      scheme,
      MemoryModule.with(parts, fastPath),
      ...API_MODULES.map((module) => ({ module })),
    ];
  }
}

const LOGGER = createLogger({ program: 'scheme-app', level: 'fatal' });

const ALL_PROCESSES = [...PROCESSES, ...TELLING_PROCESSES];

/** Jobs need Redis: what is queued here is forgotten. */
const portsOf = (store: EventStore, memory: AccessMemory, auditFolder: string) => {
  const providers = [
    { provide: EventStore, useValue: store },
    { provide: AccessMemory, useValue: memory },
    { provide: UserIds, useValue: new UserIds('https://issuer.test') },
    {
      provide: JobQueues,
      useValue: { add: () => Promise.resolve(), find: () => Promise.resolve() },
    },
    { provide: PublicHost, useValue: { name: 'carnet.test' } },
    { provide: RefusalFiles, useValue: new RefusalFiles(auditFolder) },
  ];
  return { providers, exports: providers };
};

@Global()
@Module({})
class PortsModule {}

type PersonInput = Readonly<{
  role?: Role;
  /** Beside it. */
  others?: readonly Role[];
  partyId?: string;
  settle: () => Promise<void>;
  contract: Contract;
}>;

/** Somebody at the api. What follows from a change has happened when its answer is there. */
export class Person {
  constructor(
    private readonly http: HttpTestApp,
    private readonly input: PersonInput,
  ) {}

  get partyId(): string {
    return this.input.partyId ?? '';
  }

  /** The body of a success; throws with the problem of anything else. */
  async post<Body = Record<string, unknown>>(
    path: string,
    body: object = {},
    key?: string,
  ): Promise<Body> {
    const answer = await this.ask('post', path, { body, ...(key !== undefined && { key }) });
    if (answer.status < 300) return answer.body as Body;
    throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  async get<Body = Record<string, unknown>>(path: string): Promise<Body> {
    const answer = await this.ask('get', path);
    if (answer.status === 200) return answer.body as Body;
    throw new Error(`GET ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** `409 voucher_used`; throws for a success. */
  async refused(path: string, body: object = {}): Promise<string> {
    return refusalOf(await this.ask('post', path, { body }));
  }

  async refusedToRead(path: string): Promise<string> {
    return refusalOf(await this.ask('get', path));
  }

  async ask(
    method: 'get' | 'post',
    path: string,
    { body, key = randomUUID() }: { body?: object; key?: string } = {},
  ): Promise<Answer> {
    const request = this.http.request[method](path).set(await this.#headers());
    const answer =
      method === 'get' ? await request : await request.set('Idempotency-Key', key).send(body);
    await this.input.settle();
    const { status, body: answered, type: mediaType } = answer;
    this.input.contract.check({ method, path, status, mediaType, body: answered as unknown });
    return { status: answer.status, body: answer.body as Record<string, unknown> };
  }

  /** Sends a file; answers as `ask` does. */
  async upload(path: string, bytes: Buffer, type = 'application/xml'): Promise<Answer> {
    const answer = await this.http.request
      .post(path)
      .set(await this.#headers())
      .set('Idempotency-Key', randomUUID())
      .set('Content-Type', type)
      .send(bytes);
    await this.input.settle();
    const { status, type: mediaType, body } = answer;
    const shown = body as Record<string, unknown>;
    this.input.contract.check({ method: 'post', path, status, mediaType, body: shown });
    return { status, body: shown };
  }

  /** A file, and the `Digest` it came with. */
  async download(path: string): Promise<Readonly<{ bytes: Buffer; digest: string }>> {
    const request = this.http.request.get(path).set(await this.#headers());
    const { status, type: mediaType, body, headers } = await request.responseType('blob');
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${String(body)}`);
    this.input.contract.check({ method: 'get', path, status, mediaType, body: undefined });
    return { bytes: body as Buffer, digest: String(headers['digest']) };
  }

  async #headers(): Promise<Record<string, string>> {
    const { role, others = [], partyId } = this.input;
    if (role === undefined || partyId === undefined) return {};
    // One person per role and party; four eyes need two of them.
    const id = `${role}-${partyId}`;
    const lasting = { notBefore: 0, expires: END_OF_TIME };
    return this.http.issuer.bearer({ id, partyId, roles: [role, ...others], ...lasting });
  }
}

/** Tokens are signed on the machine's time and read on the scheme's. */
const END_OF_TIME = Date.parse('2100-01-01') / 1_000;

const refusalOf = ({ status, body }: Answer): string => {
  if (status >= 300) return `${status} ${String(body['code'])}`;
  throw new Error(`not refused: ${status} ${JSON.stringify(body)}`);
};
