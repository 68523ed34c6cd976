import { hashOf, uuidV5, type CommandContext } from '@app/platform';

/** A step of a run's job: however often and by however many it is taken, it is one command. */
export const runContext = (runId: string, step: string): CommandContext => ({
  commandId: uuidV5(runId, step),
  requestHash: hashOf([runId, step]),
  actor: RUN_JOB,
  correlationId: runId,
  causationId: runId,
});

export const RUN_JOB = { id: 'reimbursement-run', partyId: 'operator', role: 'system' } as const;

/** Streams of organisations and payments that a run reads or writes at a time. */
export const STREAMS_AT_ONCE = 64;
