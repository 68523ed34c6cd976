import {
  AuditKeys,
  auditKeyPath,
  auditPath,
  connectConfiguredStore,
  DayAnchors,
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
  type AggregateStore,
  type Clock,
  type Config,
  type Logger,
  type Randomness,
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
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ContactRetention } from './jobs/due-contact-erasures';
import { BankReportRetention } from './jobs/due-bank-report-erasures';
import { PrintRetention } from './jobs/due-print-erasures';
import { RunSchedule } from './jobs/due-run-openings';
import { DUE_WORK, PROCESSORS, QUEUES } from './schedule';

/** What due work goes by. */
export const WORK_NEEDS = [
  'auditKeepDays',
  'auditKeyFile',
  'bankReportKeepDays',
  'contactKeepDays',
  'dataDir',
  'printKeepDays',
  'runWeekday',
] as const satisfies readonly (keyof Config)[];

export const NEEDS = [
  'appendDeadlineMs',
  'appendWriter',
  'eventStoreUrl',
  'keyRingFile',
  'logLevel',
  'redisUrl',
  'workerPort',
  ...WORK_NEEDS,
  ...RUN_NEEDS,
  ...OPERATOR_NEEDS,
] as const satisfies readonly (keyof Config)[];

type WorkConfig = Readonly<Pick<Config, (typeof WORK_NEEDS)[number]>>;

export type WorkerConfig = Readonly<Pick<Config, (typeof NEEDS)[number]>>;

/** Things that act once: the processors of all queues, and what finds the work they do. */
@Module({})
export class WorkerModule {
  static with(config: WorkerConfig, logger: Logger): DynamicModule {
    const queues = new JobQueues({ url: config.redisUrl, definitions: QUEUES });
    const store = connectConfiguredStore(config);
    const [clock, randomness] = [new SystemClock(), new SystemRandomness()];
    const aggregates = new StreamAggregateStore({ store });
    const scheme = SchemeModule.with({
      aggregates,
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
        ...workSettingsOf(config, { store, aggregates, clock, randomness }),
        ...DUE_WORK,
        ...PROCESSORS,
      ],
    };
  }
}

/** For whichever program does the work. */
export const workSettingsOf = (config: WorkConfig, ports: AnchorPorts): Provider[] => [
  { provide: ContactRetention, useValue: new ContactRetention(config.contactKeepDays) },
  { provide: BankReportRetention, useValue: { keepDays: config.bankReportKeepDays } },
  { provide: PrintRetention, useValue: { keepDays: config.printKeepDays } },
  { provide: DayAnchors, useValue: anchorsOf(config, ports) },
  { provide: RunSchedule, useValue: { weekday: runWeekdayOf(config) } },
];

type AnchorPorts = Readonly<{
  store: EventStore;
  aggregates: AggregateStore;
  clock: Clock;
  randomness: Randomness;
}>;

/** The key is made now, on the first start, and read again for each day. */
function anchorsOf(config: WorkConfig, ports: AnchorPorts): DayAnchors {
  const { clock, randomness, ...rest } = ports;
  const file = auditKeyPath(config);
  const openKeys = (): AuditKeys => AuditKeys.open({ file, clock, randomness });
  openKeys();
  const { auditKeepDays: keepDays } = config;
  return new DayAnchors({ ...rest, clock, openKeys, folder: auditPath(config), keepDays });
}
