import type { Clock } from '../clock/clock';
import type { ReadinessCheck } from '../health/readiness';
import type { JobQueues } from './job-queues';
import { defineQueue } from './queue-definition';
import { DueWork } from './sweeper';

const EVERY_MS = 10_000;
const AGE_MS_MAX = 60_000;

export type CanaryJob = Readonly<{ slot: number }>;

/** A job without work. That it is done, again and again, shows that jobs are. */
export const canaryQueue = defineQueue<CanaryJob>({
  name: 'canary',
  key: ({ slot }) => `${slot}`,
  attempts: 1,
  backoff: { type: 'fixed', delayMs: 1_000 },
  concurrency: 1,
  keepDone: { ageSeconds: 3_600, countMax: 10 },
  keepFailed: { ageSeconds: 3_600, countMax: 10 },
  reviveAfterMs: EVERY_MS,
});

/** One canary is due in every ten seconds. */
export class CanaryDue extends DueWork<CanaryJob> {
  readonly queue = canaryQueue;

  findDue(now: Date): readonly CanaryJob[] {
    return [{ slot: Math.floor(now.getTime() / EVERY_MS) }];
  }
}

/** Jobs were done within the last minute: sweeper, Redis and a worker all work. */
export function canaryCheck(options: { queues: JobQueues; clock: Clock }): ReadinessCheck {
  const { queues, clock } = options;
  const check = async (): Promise<void> => {
    const at = await queues.fetchLastDoneAt(canaryQueue);
    if (at === undefined) throw new Error('no job was done yet');
    const ageMs = clock.now().getTime() - at.getTime();
    if (ageMs > AGE_MS_MAX) throw new Error(`the last job was done ${ageMs} ms ago`);
  };
  return { name: 'queue', deadlineMs: 3_000, check };
}
