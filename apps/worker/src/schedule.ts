import { CanaryDue, canaryQueue, type AnyDefinition, type DueWork } from '@app/platform';
import type { Type } from '@nestjs/common';
import { CanaryProcessor } from './jobs/canary.processor';

/** Every queue whose jobs this worker does. */
export const QUEUES: readonly AnyDefinition[] = [canaryQueue];

/** Who does them: one processor per queue. */
export const PROCESSORS: readonly Type[] = [CanaryProcessor];

/** Where due work comes from: injectable, one per queue. */
export const DUE_WORK: readonly Type<DueWork>[] = [CanaryDue];

/** All due work has a job again at most this long after Redis lost it. */
export const SWEEP_EVERY_MS = 10_000;
