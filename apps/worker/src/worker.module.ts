import {
  connectConfiguredStore,
  EventStore,
  JobQueues,
  keyRingPath,
  loggerModule,
  readModelPath,
  ReadStore,
  StreamAggregateStore,
  SystemClock,
  SystemRandomness,
  workersModule,
  type Config,
  type Logger,
} from '@app/platform';
import {
  OPERATOR_NEEDS,
  operatorOf,
  RUN_NEEDS,
  runSettingsOf,
  runWeekdayOf,
  SchemeModule,
} from '@app/processes';
import { KeyRing } from '@app/voucher-books';
import { Module, type DynamicModule } from '@nestjs/common';
import { PrintRetention } from './jobs/due-print-erasures';
import { RunSchedule } from './jobs/due-run-openings';
import { DUE_WORK, PROCESSORS, QUEUES } from './schedule';

export const NEEDS = [
  'appendDeadlineMs',
  'appendWriter',
  'dataDir',
  'eventStoreUrl',
  'keyRingFile',
  'logLevel',
  'printKeepDays',
  'redisUrl',
  'runWeekday',
  'workerPort',
  ...RUN_NEEDS,
  ...OPERATOR_NEEDS,
] as const satisfies readonly (keyof Config)[];

export type WorkerConfig = Readonly<Pick<Config, (typeof NEEDS)[number]>>;

/** Things that act once: the processors of all queues, and what finds the work they do. */
@Module({})
export class WorkerModule {
  static with(config: WorkerConfig, logger: Logger): DynamicModule {
    const queues = new JobQueues({ url: config.redisUrl, definitions: QUEUES });
    const store = connectConfiguredStore(config);
    const [clock, randomness] = [new SystemClock(), new SystemRandomness()];
    const scheme = SchemeModule.with({
      aggregates: new StreamAggregateStore({ store }),
      readStore: new ReadStore(readModelPath(config.dataDir)),
      clock,
      randomness,
      keyRing: KeyRing.open({ file: keyRingPath(config), clock, randomness }),
      ringFencedIban: config.ringFencedIban,
      dataDir: config.dataDir,
      runs: runSettingsOf(config),
      operator: operatorOf(config),
    });
    return {
      module: WorkerModule,
      imports: [loggerModule(logger), workersModule(config.redisUrl), scheme],
      providers: [
        { provide: EventStore, useValue: store },
        { provide: JobQueues, useValue: queues },
        { provide: PrintRetention, useValue: { keepDays: config.printKeepDays } },
        { provide: RunSchedule, useValue: { weekday: runWeekdayOf(config) } },
        ...DUE_WORK,
        ...PROCESSORS,
      ],
    };
  }
}
