import { defineQueue } from '@app/platform';

export type DirectoryImportJob = Readonly<{ importId: string }>;

/** Imports that are requested and not completed. */
export const directoryImportQueue = defineQueue<DirectoryImportJob>({
  name: 'directory-import',
  key: ({ importId }) => importId,
  attempts: 5,
  backoff: { type: 'exponential', delayMs: 1_000 },
  concurrency: 1,
  keepDone: { ageSeconds: 24 * 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 7 * 24 * 3_600, countMax: 1_000 },
  reviveAfterMs: 60_000,
});
