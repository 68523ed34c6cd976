import { defineQueue } from '@app/platform';

export type BankReportJob = Readonly<{ reportId: string }>;

/** Reads a report of the bank, and gives each of its items a verdict. */
export const bankReportQueue = defineQueue<BankReportJob>({
  name: 'bank-report',
  key: ({ reportId }) => reportId,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  // In the order they came, as far as one worker goes; any order comes to the same end.
  concurrency: 1,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 24 * 3_600, countMax: 1_000 },
  reviveAfterMs: 15_000,
});

export type BankEntryJob = Readonly<{ entryId: string }>;

/** Matches an entry again, now that what it is about is known. */
export const bankRematchQueue = defineQueue<BankEntryJob>({
  name: 'bank-rematch',
  key: ({ entryId }) => entryId,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 4,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 24 * 3_600, countMax: 1_000 },
  reviveAfterMs: 15_000,
});
