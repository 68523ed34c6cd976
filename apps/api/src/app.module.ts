import { directoryImportQueue } from '@app/places';
import {
  AuditObserver,
  auditPath,
  type Clock,
  connectConfiguredStore,
  EventStore,
  HttpModule,
  IssuerKeys,
  JobQueues,
  keyRingPath,
  readModelPath,
  ReadStore,
  Readiness,
  RedisCheck,
  RedisCounters,
  RedisSharedCounts,
  RefusalFiles,
  RefusalLog,
  SystemClock,
  SystemRandomness,
  tokenKeysOf,
  Tokens,
  ViewProgress,
  type Counters,
  type Logger,
  type RequestLimits,
} from '@app/platform';
import { operatorOf, runSettingsOf, runWeekdayOf, SchemeModule } from '@app/processes';
import { bankReportQueue, runQueue } from '@app/reimbursement';
import { KeyRing, printQueue } from '@app/voucher-books';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { API_MODULES, API_TABLES } from './api-modules';
import type { ApiConfig } from './api.config';
import { Connections } from './connections';
import { fastPathOf, MemoryModule } from './lookups/memory.module';
import { PublicHost } from './prints/prints.controller';
import { connectRequestLimits } from './request-limits';
import { AccessMemory } from './users/access-memory';
import { SchemeCallers } from './users/scheme-callers';
import { UserIds } from './users/user-ids';

/** What the api stands on. A demo's history has another clock, and neither Redis nor programs beside. */
export type Ground = Readonly<{
  clock: Clock;
  store: EventStore;
  readStore: ReadStore;
  /** Of wrong codes. */
  counters: Counters;
  /** Absent: of requests there may be any number. */
  requestLimits?: RequestLimits;
  queues: JobQueues;
  /** What watches and closes all that. */
  providers: readonly Provider[];
  /** Events whose streams are kept in memory. */
  eventsCachedMax?: number;
}>;

/** Store, views and Redis as the configuration names them. */
export function connectGround(config: ApiConfig): Ground {
  const counters = RedisCounters.connect({ url: config.redisUrl, timeoutMs: COUNTING_MS });
  const clock = new SystemClock();
  const { limits, shared } = connectRequestLimits(config, clock);
  return {
    clock,
    requestLimits: limits,
    store: connectConfiguredStore(config),
    readStore: new ReadStore(readModelPath(config.dataDir)),
    counters,
    queues: new JobQueues({ url: config.redisUrl, definitions: QUEUES }),
    providers: [
      { provide: RedisCheck, useValue: new RedisCheck(config.redisUrl) },
      { provide: RedisCounters, useValue: counters },
      { provide: RedisSharedCounts, useValue: shared },
      Connections,
    ],
  };
}

/** The api: HTTP in front of commands and queries. */
@Module({})
export class AppModule {
  static with(config: ApiConfig, logger: Logger, ground: Ground): DynamicModule {
    const { clock, store, readStore, counters, requestLimits, queues, providers, ...memory } =
      ground;
    const randomness = new SystemRandomness();
    const keyRing = KeyRing.open({ file: keyRingPath(config), clock, randomness });
    const fastPath = {
      ...{ store, readStore, clock, keyRing, counters, logger, ...memory },
      runWeekday: runWeekdayOf(config),
    };
    const parts = fastPathOf(fastPath);
    const { aggregates } = parts;
    const { ringFencedIban, dataDir } = config;
    const ports = { aggregates, readStore, clock, randomness, keyRing };
    const access = new AccessMemory({ store, logger });
    const tokenKeys = tokenKeysOf(config, logger);
    return {
      module: AppModule,
      imports: [
        httpModule(config, {
          ...{ logger, clock, readStore, access, tokenKeys },
          ...(requestLimits && { requestLimits }),
        }),
        SchemeModule.with({
          ...{ ...ports, ringFencedIban, dataDir },
          ...{ runs: runSettingsOf(config), operator: operatorOf(config) },
        }),
        MemoryModule.with(parts, fastPath),
        ...API_MODULES,
      ],
      providers: [
        { provide: EventStore, useValue: store },
        { provide: JobQueues, useValue: queues },
        { provide: AccessMemory, useValue: access },
        { provide: UserIds, useValue: new UserIds(config.tokenIssuer) },
        { provide: PublicHost, useValue: { name: config.publicHost } },
        { provide: RefusalFiles, useValue: new RefusalFiles(auditPath(config)) },
        { provide: RefusalLog, useValue: refusalLogOf(config, { logger, clock, randomness }) },
        AuditObserver,
        ...watchOf(tokenKeys),
        ...providers,
      ],
      // Controllers of any context may put a job in line, and a book's history is its stream.
      global: true,
      exports: [AccessMemory, EventStore, JobQueues, PublicHost, RefusalFiles, UserIds],
    };
  }
}

/** Refusals are recorded beside what goes on: a disk that fails is a line in the log, and no more. */
function refusalLogOf(
  config: ApiConfig,
  { logger, ...ports }: { logger: Logger; clock: Clock; randomness: SystemRandomness },
): RefusalLog {
  const onFailure = (error: unknown): void => logger.error({ err: error }, 'refusals not recorded');
  return new RefusalLog({ ...ports, folder: auditPath(config), onFailure });
}

/** Those that requests put jobs into. */
const QUEUES = [bankReportQueue, directoryImportQueue, printQueue, runQueue];

/** Redis is asked about a guesser for so long; then this process counts alone. */
const COUNTING_MS = 500;

type TokenKeys = ReturnType<typeof tokenKeysOf>;

/** Keys that the issuer publishes are asked for as long as the program runs. */
function watchOf(tokenKeys: TokenKeys): readonly Provider[] {
  if (!(tokenKeys instanceof IssuerKeys)) return [];
  const useFactory = (readiness: Readiness): IssuerKeys => {
    for (const check of tokenKeys.checks) readiness.register(check);
    return tokenKeys;
  };
  return [{ provide: IssuerKeys, inject: [Readiness], useFactory }];
}

function httpModule(
  config: ApiConfig,
  parts: Readonly<{
    logger: Logger;
    clock: Clock;
    readStore: ReadStore;
    access: AccessMemory;
    tokenKeys: TokenKeys;
    requestLimits?: RequestLimits;
  }>,
): DynamicModule {
  const { logger, clock, readStore, access, tokenKeys, requestLimits } = parts;
  const { rolesFrom } = config;
  const tokens = new Tokens({
    keys: tokenKeys,
    issuer: config.tokenIssuer,
    audience: config.tokenAudience,
    personClaim: config.tokenPersonClaim,
    clock,
  });
  return HttpModule.with({
    callers: new SchemeCallers({ tokens, memory: access, clock, rolesFrom }),
    ...{ logger, clock },
    cursorKey: config.cursorKey,
    viewProgress: new ViewProgress(readStore),
    ...(requestLimits && { requestLimits }),
    ...API_TABLES,
  });
}
