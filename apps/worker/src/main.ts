import 'reflect-metadata';
import {
  canaryCheck,
  Clock,
  createLogger,
  EventStore,
  JobQueues,
  Metrics,
  readConfig,
  Readiness,
  ReadModelBehind,
  ReadStore,
  serveOperations,
  startProgram,
  stopProgramOnSignals,
  storeCheck,
  Sweeper,
  untilStoreAnswers,
  type Logger,
} from '@app/platform';
import { DebtQueries, SolvencyQueries } from '@app/read-models';
import { NestFactory } from '@nestjs/core';
import { Logger as NestLogger } from 'nestjs-pino';
import { registerAttention } from './attention';
import { DueAuditAnchors } from './jobs/due-audit-anchors';
import { createRunners, registerProcesses } from './processes';
import { DUE_WORK, SWEEP_EVERY_MS, URGENT_EVERY_MS, URGENT_WORK } from './schedule';
import { registerTreasuryMetrics } from './treasury-metrics';
import { NEEDS, WorkerModule } from './worker.module';

void startProgram('worker', async () => {
  const config = readConfig(NEEDS);
  const logger = createLogger({ program: 'worker', level: config.logLevel });
  const module = WorkerModule.with(config, logger);
  const options = { bufferLogs: true, abortOnError: false };
  const app = await NestFactory.createApplicationContext(module, options);
  app.useLogger(app.get(NestLogger));
  const [clock, queues, store] = [app.get(Clock), app.get(JobQueues), app.get(EventStore)];
  const sweepers = [
    { sources: DUE_WORK, everyMs: SWEEP_EVERY_MS },
    { sources: URGENT_WORK, everyMs: URGENT_EVERY_MS },
  ].map(({ sources, everyMs }) => {
    const onFailure = (queue: string, error: unknown) => tellFailure({ queue, error }, logger);
    const found = sources.map((source) => app.get(source));
    return new Sweeper({ queues, clock, sources: found, everyMs, onFailure });
  });
  const readiness = new Readiness(logger);
  readiness.register(storeCheck(store));
  readiness.register(canaryCheck({ queues, clock }));
  const metrics = new Metrics();
  const runners = createRunners(app, logger);
  registerProcesses(runners, { readiness, metrics });
  registerAttention(app, metrics);
  const [solvency, debts] = [app.get(SolvencyQueries), app.get(DebtQueries)];
  registerTreasuryMetrics(metrics, { solvency, debts, clock });
  app.get(DueAuditAnchors).register(metrics);
  const operations = await serveOperations({ port: config.workerPort, readiness, metrics });
  logger.info({ url: operations.url }, 'listening');
  stopProgramOnSignals({
    readiness,
    logger,
    stop: async () => {
      await Promise.all([...sweepers, ...runners].map((each) => each.stop()));
      // Waits for the jobs under way.
      await app.close();
      app.get(ReadStore).close();
      await Promise.all([queues.close(), store.close(), operations.close()]);
    },
  });
  for (const sweeper of sweepers) sweeper.start();
  await untilStoreAnswers(store, logger);
  const started = await Promise.all(runners.map((runner) => runner.start()));
  await Promise.all(started.map(({ ended }) => ended));
});

/** Views that are being built are no failure: what is due is found once they are there. */
function tellFailure({ queue, error }: { queue: string; error: unknown }, logger: Logger): void {
  if (error instanceof ReadModelBehind) logger.info({ queue }, 'waiting for the views');
  else logger.error({ queue, err: error }, 'sweeping failed');
}
