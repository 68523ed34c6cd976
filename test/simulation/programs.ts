import {
  BusSender,
  CommandSender,
  createLogger,
  EventStore,
  JobQueues,
  LocalCounters,
  ProcessRunner,
  Projector,
  ReadModel,
  ReadStore,
  StreamAggregateStore,
  type Clock,
  type CommandContext,
  type DueWork,
  type JobHost,
  type ProcessIncident,
  type Randomness,
} from '@app/platform';
import { PROCESSES, SchemeModule } from '@app/processes';
import { PROJECTIONS } from '@app/read-models';
import type { RunSettings } from '@app/reimbursement';
import { RedemptionsModule, type KeyRing } from '@app/voucher-books';
import { Module, type INestApplicationContext, type ModuleMetadata } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { NestFactory } from '@nestjs/core';
import { fastPathOf, MemoryModule } from '../../apps/api/src/lookups/memory.module';
import { QueuesInProcess } from '../../apps/standalone/src/demo/work-in-process';
import {
  BankRematchProcessor,
  BankReportProcessor,
} from '../../apps/worker/src/jobs/bank-report.processor';
import { ClosingStepProcessor } from '../../apps/worker/src/jobs/closing-step.processor';
import { DueBankRematches, DueBankReports } from '../../apps/worker/src/jobs/due-bank-reports';
import { DueClosingSteps } from '../../apps/worker/src/jobs/due-closing-steps';
import { DueRunOpenings, RunSchedule } from '../../apps/worker/src/jobs/due-run-openings';
import { DueRuns } from '../../apps/worker/src/jobs/due-runs';
import { DueSolvency } from '../../apps/worker/src/jobs/due-solvency';
import { RunOpeningProcessor } from '../../apps/worker/src/jobs/run-opening.processor';
import { RunSliceProcessor } from '../../apps/worker/src/jobs/run-slice.processor';
import { RunProcessor } from '../../apps/worker/src/jobs/run.processor';
import { SolvencyProcessor } from '../../apps/worker/src/jobs/solvency.processor';
import { OPERATOR, RUN_SETTINGS } from '../support/run-settings';
import type { SimulatedStore } from './simulated-store';

/** What every program of the one host shares: its files, its time, its secrets. */
export type HostParts = Readonly<{
  dataDir: string;
  viewsFile: string;
  clock: Clock;
  randomness: Randomness;
  keyRing: KeyRing;
}>;

/** An api: takes wishes, with a memory of the log of its own. */
export type Api = Readonly<{ commands: CommandBus; close: () => void }>;

export async function startApi(store: SimulatedStore, parts: HostParts): Promise<Api> {
  const { clock, keyRing, viewsFile } = parts;
  const readStore = new ReadStore(viewsFile);
  const fastPath = {
    ...{ store, readStore, clock, keyRing, counters: new LocalCounters() },
    ...{ logger: LOGGER, runWeekday: WEEKDAY },
  };
  const memory = fastPathOf(fastPath);
  const app = await startContext({
    imports: [
      schemeOf(memory.aggregates, readStore, parts),
      MemoryModule.with(memory, fastPath),
      RedemptionsModule,
    ],
    providers: [{ provide: EventStore, useValue: store }],
  });
  return { commands: app.get(CommandBus, { strict: false }), close: () => readStore.close() };
}

/** A worker: what follows from what was recorded, and what is due. */
export type Worker = Readonly<{
  runner: ProcessRunner;
  /** Rejects when it cannot go on: as a program it would end, and be started again. */
  ended: Promise<void>;
  /** Everything due now, once. */
  findDue: () => Promise<readonly DueJob[]>;
  close: () => void;
}>;

export type DueJob = Readonly<{ what: string; do: () => Promise<void> }>;

export async function startWorker(
  store: SimulatedStore,
  parts: HostParts,
  { twiceOf, onIncident }: { twiceOf: TwiceOf; onIncident: (incident: ProcessIncident) => void },
): Promise<Worker> {
  const readStore = new ReadStore(parts.viewsFile);
  const queues = new QueuesInProcess();
  const app = await startContext({
    imports: [schemeOf(new StreamAggregateStore({ store }), readStore, parts)],
    providers: [
      { provide: EventStore, useValue: store },
      { provide: JobQueues, useValue: queues },
      { provide: RunSchedule, useValue: { weekday: WEEKDAY } },
      ...DUE_WORK,
      ...HOSTS,
    ],
  });
  queues.serveWith(HOSTS.map((host) => app.get<JobHost<object>>(host)));
  const sender = new SometimesTwice(app.get(BusSender, { strict: false }), twiceOf);
  const runner = new ProcessRunner({
    ...{ name: 'worker', store, sender, processes: PROCESSES, onIncident },
    // Of few facts, so that many checkpoints are old.
    limits: { checkpointFacts: 40 },
  });
  const { ended } = await runner.start();
  const sources = DUE_WORK.map((source) => app.get<DueWork>(source));
  const findDue = async (): Promise<readonly DueJob[]> => {
    const due: DueJob[] = [];
    for (const source of sources) {
      for await (const data of await source.findDue(parts.clock.now())) {
        const { queue } = source;
        const what = `${queue.name} ${queue.key(data)}`;
        due.push({ what, do: () => queues.do(queue, data) });
      }
    }
    return due;
  };
  return { runner, ended, findDue, close: () => readStore.close() };
}

type Notice = Readonly<{ message: string; view?: string; error?: unknown }>;

/** The views' one writer. */
export async function startProjector(
  store: SimulatedStore,
  { viewsFile }: HostParts,
  onNotice: (notice: Notice) => void,
): Promise<Readonly<{ ended: Promise<void>; close: () => void }>> {
  const readModel = new ReadModel(viewsFile, PROJECTIONS);
  const close = (): void => readModel.close();
  try {
    const { ended } = await new Projector({ store, readModel, onNotice }).start();
    return { ended, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Whether a process's command comes a second time, and when. */
export type TwiceOf = (what: string) => 'never' | 'afterwards' | 'beside';

class SometimesTwice extends CommandSender {
  constructor(
    private readonly sender: CommandSender,
    private readonly twiceOf: TwiceOf,
  ) {
    super();
  }

  async send(command: object, context: CommandContext): Promise<unknown> {
    const sent = this.sender.send(command, context);
    const twice = this.twiceOf((command as { type?: string }).type ?? '');
    if (twice === 'never') return sent;
    if (twice === 'afterwards') await sent.catch(() => undefined);
    // What becomes of the second copy nobody hears.
    this.sender.send(command, context).catch(() => undefined);
    return sent;
  }
}

const schemeOf = (
  aggregates: StreamAggregateStore,
  readStore: ReadStore,
  { clock, randomness, keyRing, dataDir }: HostParts,
) =>
  SchemeModule.with({
    ...{ aggregates, readStore, clock, randomness, keyRing, dataDir },
    ringFencedIban: RUN_SETTINGS.debtor.iban,
    ...{ runs: RUNS, operator: OPERATOR },
  });

async function startContext(metadata: ModuleMetadata): Promise<INestApplicationContext> {
  const module = { module: ProgramModule, ...metadata };
  return NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
}

@Module({})
class ProgramModule {}

const WEEKDAY = 3 as const;
/** So that lines are not all too small, and some need two people. */
const RUNS: RunSettings = {
  ...RUN_SETTINGS,
  rules: { ...RUN_SETTINGS.rules, minimumCents: 1_500, secondApprovalAboveCents: 8_000 },
};

const LOGGER = createLogger({ program: 'simulation', level: 'fatal' });

const DUE_WORK = [
  ...[DueClosingSteps, DueRunOpenings, DueRuns, DueBankReports, DueBankRematches, DueSolvency],
];

const HOSTS = [
  ...[ClosingStepProcessor, RunOpeningProcessor, RunProcessor, RunSliceProcessor],
  ...[BankReportProcessor, BankRematchProcessor, SolvencyProcessor],
];
