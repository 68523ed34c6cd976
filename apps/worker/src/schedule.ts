import { directoryImportQueue } from '@app/places';
import { CanaryDue, canaryQueue, type AnyDefinition, type DueWork } from '@app/platform';
import type { Type } from '@nestjs/common';
import { CanaryProcessor } from './jobs/canary.processor';
import { ClosingStepProcessor } from './jobs/closing-step.processor';
import { DirectoryImportProcessor } from './jobs/directory-import.processor';
import { closingStepQueue, DueClosingSteps } from './jobs/due-closing-steps';
import { DueDirectoryImports } from './jobs/due-directory-imports';

/** Every queue whose jobs this worker does. */
export const QUEUES: readonly AnyDefinition[] = [
  canaryQueue,
  directoryImportQueue,
  closingStepQueue,
];

/** Who does them: one processor per queue. */
export const PROCESSORS: readonly Type[] = [
  CanaryProcessor,
  DirectoryImportProcessor,
  ClosingStepProcessor,
];

/** Where due work comes from: injectable, one per queue. */
export const DUE_WORK: readonly Type<DueWork>[] = [CanaryDue, DueDirectoryImports, DueClosingSteps];

/** All due work has a job again at most this long after Redis lost it. */
export const SWEEP_EVERY_MS = 10_000;
