import type { AggregateStore, RecordedEvent } from '@app/platform';
import type { PreparationStarted, RunOpened } from '../../contract';
import { run } from '../../domain/run/run';
import { RUN_REGISTER_ID, runRegister } from '../../domain/run/run-register';

/** The event whose place in the log is the run's cut-off. Runs that are asked about are recent. */
export async function findOpening(
  aggregates: AggregateStore,
  runId: string,
): Promise<RecordedEvent<RunOpened> | undefined> {
  const facts = aggregates.readEvents(runRegister, RUN_REGISTER_ID, { direction: 'backwards' });
  for await (const fact of facts) {
    if (fact.type === 'RunOpened' && fact.data.runId === runId) return fact;
  }
  return undefined;
}

/** The event whose place in the log accounts, holds and cash of that version stand at. */
export async function findPreparation(
  aggregates: AggregateStore,
  { runId, version }: Readonly<{ runId: string; version: number }>,
): Promise<RecordedEvent<PreparationStarted> | undefined> {
  for await (const fact of aggregates.readEvents(run, runId, { direction: 'backwards' })) {
    if (fact.type === 'PreparationStarted' && fact.data.version === version) return fact;
  }
  return undefined;
}
