import { defineQueue } from '@app/platform';

export type PrintJob = Readonly<{ printId: string }>;

/** Prints that are requested and not made. */
export const printQueue = defineQueue<PrintJob>({
  name: 'print',
  key: ({ printId }) => printId,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  // Setting pages takes one core.
  concurrency: 1,
  keepDone: { ageSeconds: 24 * 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 7 * 24 * 3_600, countMax: 1_000 },
  reviveAfterMs: 60_000,
});
