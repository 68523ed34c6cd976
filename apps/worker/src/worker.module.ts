import {
  Clock,
  connectConfiguredStore,
  EventStore,
  JobQueues,
  loggerModule,
  readModelPath,
  ReadStore,
  SystemClock,
  workersModule,
  type Config,
  type Logger,
} from '@app/platform';
import { Module, type DynamicModule } from '@nestjs/common';
import { DUE_WORK, PROCESSORS, QUEUES } from './schedule';

export const NEEDS = [
  'appendDeadlineMs',
  'appendWriter',
  'dataDir',
  'eventStoreUrl',
  'logLevel',
  'redisUrl',
  'workerPort',
] as const satisfies readonly (keyof Config)[];

export type WorkerConfig = Readonly<Pick<Config, (typeof NEEDS)[number]>>;

/** Things that act once: the processors of all queues, and what finds the work they do. */
@Module({})
export class WorkerModule {
  static with(config: WorkerConfig, logger: Logger): DynamicModule {
    const queues = new JobQueues({ url: config.redisUrl, definitions: QUEUES });
    return {
      module: WorkerModule,
      imports: [loggerModule(logger), workersModule(config.redisUrl)],
      providers: [
        { provide: Clock, useValue: new SystemClock() },
        { provide: EventStore, useValue: connectConfiguredStore(config) },
        { provide: JobQueues, useValue: queues },
        { provide: ReadStore, useValue: new ReadStore(readModelPath(config.dataDir)) },
        ...DUE_WORK,
        ...PROCESSORS,
      ],
    };
  }
}
