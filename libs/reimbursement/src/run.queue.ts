import { defineQueue } from '@app/platform';

export type RunJob = Readonly<{ runId: string }>;

/** Takes a run as far as it goes without a person or the bank. */
export const runQueue = defineQueue<RunJob>({
  name: 'reimbursement-run',
  key: ({ runId }) => runId,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 1,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 24 * 3_600, countMax: 1_000 },
  reviveAfterMs: 15_000,
});

export type RunSliceJob = Readonly<{ runId: string; version: number; slice: number }>;

/** Freezes one slice of organisations of a version that is being prepared. */
export const runSliceQueue = defineQueue<RunSliceJob>({
  name: 'reimbursement-run-slice',
  key: ({ runId, version, slice }) => `${runId}-${version}-${slice}`,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 500 },
  // They append to one stream: at once they would only race.
  concurrency: 1,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 24 * 3_600, countMax: 1_000 },
  reviveAfterMs: 15_000,
});
