import { defineQueue } from '@app/platform';

/** Nothing is kept of a job that is done: a run's stream says where it stands, and the next one may come. */
const FORGOTTEN = { ageSeconds: 0, countMax: 0 };
const A_DAY = { ageSeconds: 24 * 3_600, countMax: 1_000 };

export type RunJob = Readonly<{ runId: string }>;

/** Takes a run as far as it goes without a person or the bank. */
export const runQueue = defineQueue<RunJob>({
  name: 'reimbursement-run',
  key: ({ runId }) => runId,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 1,
  keepDone: FORGOTTEN,
  keepFailed: A_DAY,
  reviveAfterMs: 15_000,
});

export type RunSliceJob = Readonly<{ runId: string; version: number; slice: number }>;

/** Freezes one slice of organisations: child of the run's job, which goes on when all are done. */
export const runSliceQueue = defineQueue<RunSliceJob>({
  name: 'reimbursement-run-slice',
  key: ({ runId, version, slice }) => `${runId}-${version}-${slice}`,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 500 },
  // They append to one stream: at once they would only race.
  concurrency: 1,
  keepDone: FORGOTTEN,
  keepFailed: FORGOTTEN,
  reviveAfterMs: 15_000,
});

/** A day on which the weekly run is due. */
export type RunOpeningJob = Readonly<{ dueOn: string }>;

export const runOpeningQueue = defineQueue<RunOpeningJob>({
  name: 'reimbursement-run-opening',
  key: ({ dueOn }) => dueOn,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 1,
  keepDone: FORGOTTEN,
  keepFailed: A_DAY,
  reviveAfterMs: 60_000,
});
