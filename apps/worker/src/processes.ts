import {
  BusSender,
  EventStore,
  Metrics,
  ProcessRunner,
  type Logger,
  type ProcessIncident,
  type Readiness,
} from '@app/platform';
import { PROCESSES, TELLING_PROCESSES } from '@app/processes';
import type { INestApplicationContext } from '@nestjs/common';

/**
 * The one runner of every process of the scheme, and the one of those that tell others. Several workers
 * may each have both: their commands have the same ids, so the work is done once.
 */
export function createRunners(
  app: INestApplicationContext,
  logger: Logger,
): readonly [scheme: ProcessRunner, telling: ProcessRunner] {
  const around = {
    store: app.get(EventStore),
    sender: app.get(BusSender),
    onIncident: (incident: ProcessIncident) => tell(incident, logger),
    onBreak: (error: unknown, retryInMs: number) =>
      logger.warn({ err: error, retryInMs }, 'following broke'),
  };
  return [
    new ProcessRunner({ ...around, name: 'worker', processes: PROCESSES }),
    new ProcessRunner({ ...around, name: 'telling', processes: TELLING_PROCESSES }),
  ];
}

/** Each needs a person; all but `stopped` are in the runner's own stream too. */
function tell(incident: ProcessIncident, logger: Logger): void {
  if (incident.kind === 'stopped') {
    const { process, factId, error } = incident;
    logger.error({ process, factId, err: error }, 'a process stopped');
    return;
  }
  logger.error({ incident }, `a process met a ${incident.kind} fact`);
}

/** Not ready while a process stands still: what waits for it is somebody's money. */
export function registerProcesses(
  runners: readonly ProcessRunner[],
  { readiness, metrics }: { readiness: Readiness; metrics: Metrics },
): void {
  readiness.register({
    name: 'processes',
    deadlineMs: 1_000,
    check: () => {
      const stopped = runners.flatMap((runner) => runner.stopped());
      if (stopped.length > 0) throw new Error(`stopped: ${stopped.join(', ')}`);
    },
  });
  metrics.gauge({
    name: 'carnet_processes_stopped',
    help: 'Processes that met a fact they cannot handle and wait for a person.',
    read: () => runners.flatMap((runner) => runner.stopped()).length,
  });
  metrics.gauge({
    name: 'carnet_process_facts_parked',
    help: 'Facts set aside for a person.',
    read: () => runners.flatMap((runner) => runner.parked()).length,
  });
}
