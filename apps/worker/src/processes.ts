import {
  BusSender,
  EventStore,
  Metrics,
  ProcessRunner,
  type Logger,
  type ProcessIncident,
  type Readiness,
} from '@app/platform';
import { PROCESSES } from '@app/processes';
import type { INestApplicationContext } from '@nestjs/common';

/**
 * The one runner of every process. Several workers may each have one: their commands have the same
 * ids, so the work is done once.
 */
export function createRunner(app: INestApplicationContext, logger: Logger): ProcessRunner {
  return new ProcessRunner({
    name: 'worker',
    store: app.get(EventStore),
    sender: app.get(BusSender),
    processes: PROCESSES,
    onIncident: (incident) => tell(incident, logger),
    onBreak: (error, retryInMs) => logger.warn({ err: error, retryInMs }, 'following broke'),
  });
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
  runner: ProcessRunner,
  { readiness, metrics }: { readiness: Readiness; metrics: Metrics },
): void {
  readiness.register({
    name: 'processes',
    deadlineMs: 1_000,
    check: () => {
      const stopped = runner.stopped();
      if (stopped.length > 0) throw new Error(`stopped: ${stopped.join(', ')}`);
    },
  });
  metrics.gauge({
    name: 'carnet_processes_stopped',
    help: 'Processes that met a fact they cannot handle and wait for a person.',
    read: () => runner.stopped().length,
  });
  metrics.gauge({
    name: 'carnet_process_facts_parked',
    help: 'Facts set aside for a person.',
    read: () => runner.parked().length,
  });
}
