import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOfParisDay, type Day } from '@app/kernel';
import {
  BusSender,
  Clock,
  connectConfiguredStore,
  createHttpApp,
  createLogger,
  DueWork,
  EventStore,
  HttpModule,
  JobQueues,
  keyRingPath,
  LocalCounters,
  ProcessRunner,
  Projector,
  readConfig,
  ReadModel,
  readModelPath,
  ReadStore,
  readTokenKeys,
  SystemRandomness,
  Tokens,
  ViewProgress,
  type JobHost,
  type ProcessIncident,
} from '@app/platform';
import { operatorOf, PROCESSES, runSettingsOf, runWeekdayOf, SchemeModule } from '@app/processes';
import { PROJECTIONS } from '@app/read-models';
import { KeyRing } from '@app/voucher-books';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { API_MODULES, API_TABLES } from '../../../api/src/api-modules';
import { readApiConfig } from '../../../api/src/api.config';
import { fastPathOf, MemoryModule } from '../../../api/src/lookups/memory.module';
import { PublicHost } from '../../../api/src/prints/prints.controller';
import { startEventStore, type EventStoreHandle } from '../../../event-store/src/server';
import { DUE_WORK, PROCESSORS } from '../../../worker/src/schedule';
import { PrintRetention } from '../../../worker/src/jobs/due-print-erasures';
import { RunSchedule } from '../../../worker/src/jobs/due-run-openings';
import { WatchedStore } from './watched-store';
import { doAllDue, QueuesInProcess } from './work-in-process';

/** Nobody waits here: what is not in memory is read again. */
const EVENTS_CACHED_MAX = 20_000;

/** A clock that is where it was put. */
export class SteeredClock extends Clock {
  #nowMs: number;

  constructor(at: Date) {
    super();
    this.#nowMs = at.getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  /** Time only goes forward. */
  goTo(at: Date): void {
    if (at.getTime() < this.#nowMs) throw new RangeError(`${at.toISOString()} is past`);
    this.#nowMs = at.getTime();
  }
}

export type PastSchemeOptions = Readonly<{
  dataDir: string;
  /** What the programs are configured with, without the addresses of store and Redis. */
  env: NodeJS.ProcessEnv;
  at: Date;
}>;

/**
 * api, processes, views, jobs and the embedded event store in one process, on one folder and a clock
 * of its own: months pass in a minute. The programs that serve afterwards take the folder over, and
 * nothing in them knows of another clock than the machine's.
 */
export class PastScheme {
  readonly clock: SteeredClock;
  /** What processes were refused or could not do. */
  readonly incidents: ProcessIncident[] = [];
  readonly #queues = new QueuesInProcess();
  #server!: EventStoreHandle;
  #store!: WatchedStore;
  #readModel!: ReadModel;
  #projector!: Projector;
  #readStore!: ReadStore;
  #progress!: ViewProgress;
  #app!: NestFastifyApplication;
  #runner!: ProcessRunner;
  #sources: readonly DueWork[] = [];

  private constructor(private readonly options: PastSchemeOptions) {
    this.clock = new SteeredClock(options.at);
  }

  static async start(options: PastSchemeOptions): Promise<PastScheme> {
    const scheme = new PastScheme(options);
    await scheme.#start();
    return scheme;
  }

  /** Of the api, without a slash at the end. */
  get url(): string {
    const { port } = this.#app.getHttpServer().address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  get store(): EventStore {
    return this.#store;
  }

  /** Waits until processes and views have seen all that was recorded, and have no more to say. */
  async settle(): Promise<void> {
    for (;;) {
      const { head } = this.#store;
      const handled = PROCESSES.every(
        ({ name, facts }) => (this.#runner.positionOf(name) ?? 0n) >= this.#store.lastOf(facts),
      );
      const seen = (this.#progress.positionOf(PROJECTIONS) ?? 0n) >= head;
      // What a process has sent may be on its way: nothing more came in a turn of the loop.
      if (handled && seen && (await nothingCame(this.#store, head))) return;
      await sleep(1);
    }
  }

  /** Does all work that is due now. */
  sweep(): Promise<void> {
    const settle = (): Promise<void> => this.settle();
    return doAllDue(this.#sources, { queues: this.#queues, clock: this.clock, settle });
  }

  /** Ten in the morning of that day in Paris, about. */
  goToMorningOf(day: Day): void {
    this.clock.goTo(new Date(Date.parse(startOfParisDay(day)) + 10 * 3_600_000));
  }

  async stop(): Promise<void> {
    await this.settle();
    await this.#runner.stop();
    await this.#app.close();
    await this.#projector.stop();
    this.#readModel.close();
    this.#readStore.close();
    await this.#store.close();
    await this.#server.stop();
  }

  async #start(): Promise<void> {
    const { dataDir } = this.options;
    const now = (): number => this.clock.now().getTime();
    this.#server = await startEventStore({ dir: join(dataDir, 'events') }, { now });
    const env = {
      ...this.options.env,
      DATA_DIR: dataDir,
      EVENTSTORE_URL: this.#server.connectionString,
      // Nothing asks it: jobs are done where they are added.
      REDIS_URL: `unix://${join(dataDir, 'no-redis.sock')}`,
    };
    this.#store = new WatchedStore(connectConfiguredStore(readApiConfig(env)));
    this.#readModel = new ReadModel(readModelPath(dataDir), PROJECTIONS, { cacheMb: 32 });
    this.#projector = new Projector({ store: this.#store, readModel: this.#readModel });
    await this.#projector.start();
    this.#readStore = new ReadStore(readModelPath(dataDir));
    this.#progress = new ViewProgress(this.#readStore);
    await this.#startApp(env);
    this.#runner = new ProcessRunner({
      name: 'worker',
      store: this.#store,
      sender: this.#app.get(BusSender, { strict: false }),
      processes: PROCESSES,
      onIncident: (incident) => void this.incidents.push(incident),
    });
    await this.#runner.start();
  }

  async #startApp(env: NodeJS.ProcessEnv): Promise<void> {
    const logger = createLogger({ program: 'demo', level: 'error' });
    const module = { module: PastModule, imports: this.#modules(env, logger) };
    this.#app = await createHttpApp({ module, logger });
    await this.#app.listen(0, '127.0.0.1');
    const hosts = PROCESSORS.map((host) => this.#app.get<JobHost<object>>(host, { strict: false }));
    this.#queues.serveWith(hosts);
    this.#sources = DUE_WORK.map((source) => this.#app.get(source, { strict: false }));
  }

  #modules(env: NodeJS.ProcessEnv, logger: ReturnType<typeof createLogger>): DynamicModule[] {
    const { clock } = this;
    const config = { ...readApiConfig(env), ...readConfig(['printKeepDays'], env) };
    const { dataDir, ringFencedIban, tokenIssuer: issuer, tokenAudience: audience } = config;
    const [store, readStore, randomness] = [this.#store, this.#readStore, new SystemRandomness()];
    const keyRing = KeyRing.open({ file: keyRingPath(config), clock, randomness });
    const counters = new LocalCounters();
    const runWeekday = runWeekdayOf(config);
    const fastPath = {
      ...{ store, readStore, clock, keyRing, counters, logger, runWeekday },
      eventsCachedMax: EVENTS_CACHED_MAX,
    };
    const parts = fastPathOf(fastPath);
    const keys = readTokenKeys(config.tokenKeysFile);
    const providers = [
      { provide: EventStore, useValue: store },
      { provide: JobQueues, useValue: this.#queues },
      { provide: PublicHost, useValue: { name: config.publicHost } },
    ];
    return [
      { module: PortsModule, providers, exports: providers },
      HttpModule.with({
        ...{ logger, clock, cursorKey: config.cursorKey, viewProgress: this.#progress },
        callers: new Tokens({ keys, issuer, audience, clock }),
        ...API_TABLES,
      }),
      SchemeModule.with({
        ...{ aggregates: parts.aggregates, readStore, clock, randomness, keyRing },
        ...{ ringFencedIban, dataDir },
        ...{ runs: runSettingsOf(config), operator: operatorOf(config) },
      }),
      MemoryModule.with(parts, fastPath),
      ...API_MODULES.map((module) => ({ module })),
      {
        module: WorkModule,
        providers: [
          { provide: PrintRetention, useValue: { keepDays: config.printKeepDays } },
          { provide: RunSchedule, useValue: { weekday: runWeekday } },
          ...DUE_WORK,
          ...PROCESSORS,
        ],
      },
    ];
  }
}

async function nothingCame(store: WatchedStore, head: bigint): Promise<boolean> {
  await sleep(2);
  return store.head === head;
}

@Global()
@Module({})
class PortsModule {}

@Module({})
class WorkModule {}

@Module({})
class PastModule {}
