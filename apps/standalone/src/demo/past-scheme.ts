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
  LocalCounters,
  ProcessRunner,
  Projector,
  readConfig,
  ReadModel,
  readModelPath,
  ReadStore,
  StreamAggregateStore,
  SystemRandomness,
  ViewProgress,
  type EventStore,
  type JobHost,
  type JobQueues,
  type ProcessIncident,
} from '@app/platform';
import { PROCESSES, TELLING_PROCESSES } from '@app/processes';
import { PROJECTIONS } from '@app/read-models';
import { Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { AppModule, type Ground } from '../../../api/src/app.module';
import { readApiConfig } from '../../../api/src/api.config';
import { startEventStore, type EventStoreHandle } from '../../../event-store/src/server';
import { DUE_WORK, PROCESSORS } from '../../../worker/src/schedule';
import { WORK_NEEDS, workSettingsOf } from '../../../worker/src/worker.module';
import { WatchedStore } from './watched-store';
import { doAllDue, QueuesInProcess } from './work-in-process';

const ALL_PROCESSES = [...PROCESSES, ...TELLING_PROCESSES];

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
      const handled = ALL_PROCESSES.every(
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
      // Of one clock and in one program, one runner does for both.
      processes: ALL_PROCESSES,
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
    const [store, readStore] = [this.#store, this.#readStore];
    const ground: Ground = {
      ...{ clock, store, readStore, counters: new LocalCounters(), providers: [] },
      queues: this.#queues as unknown as JobQueues,
      eventsCachedMax: EVENTS_CACHED_MAX,
    };
    const aggregates = new StreamAggregateStore({ store });
    const work = { store, aggregates, clock, randomness: new SystemRandomness() };
    return [
      AppModule.with(readApiConfig(env), logger, ground),
      {
        module: WorkModule,
        providers: [
          ...workSettingsOf(readConfig(WORK_NEEDS, env), work),
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

@Module({})
class WorkModule {}

@Module({})
class PastModule {}
