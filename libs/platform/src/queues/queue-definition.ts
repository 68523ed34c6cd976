import type { JobsOptions } from 'bullmq';

/** How long jobs that ended can still be asked about. They are kept until one of both is passed. */
export type Retention = Readonly<{ ageSeconds: number; countMax: number }>;

/** One kind of job. Nothing has a default: who defines a queue says what happens in each case. */
export type QueueDefinition<Data extends object> = Readonly<{
  /** Kebab case, unique. */
  name: string;
  /** What makes two jobs the same work; letters, digits, `-` and `_` only (BullMQ forbids `:`). */
  key: (data: Data) => string;
  /** Tries before it counts as failed, the first included. */
  attempts: number;
  /** Pause before try n + 1: `delayMs`, or doubled each time; up to half of it is taken off by chance. */
  backoff: Readonly<{ type: 'fixed' | 'exponential'; delayMs: number }>;
  /** Jobs one worker process does at a time. */
  concurrency: number;
  keepDone: Retention;
  keepFailed: Retention;
  /** Work that is still due this long after its job ended, done or failed, gets a new job. */
  reviveAfterMs: number;
}>;

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const KEY = /^[A-Za-z0-9_-]{1,180}$/;

export function defineQueue<Data extends object>(
  definition: QueueDefinition<Data>,
): QueueDefinition<Data> {
  if (NAME.test(definition.name)) return definition;
  throw new TypeError(`'${definition.name}' names no queue: kebab case`);
}

/** The same work has the same id: adding it twice adds one job. The part before `.` is the queue. */
export function jobIdOf<Data extends object>(
  { name, key }: QueueDefinition<Data>,
  data: Data,
): string {
  const made = key(data);
  if (!KEY.test(made)) throw new TypeError(`${name}: '${made.slice(0, 40)}' is no key of a job`);
  return `${name}.${made}`;
}

export function queueNameOf(jobId: string): string {
  return jobId.slice(0, jobId.indexOf('.'));
}

export function jobOptions<Data extends object>(
  definition: QueueDefinition<Data>,
  data: Data,
): JobsOptions {
  const { attempts, backoff, keepDone, keepFailed } = definition;
  return {
    jobId: jobIdOf(definition, data),
    attempts,
    backoff: { type: backoff.type, delay: backoff.delayMs, jitter: 0.5 },
    removeOnComplete: { age: keepDone.ageSeconds, count: keepDone.countMax },
    removeOnFail: { age: keepFailed.ageSeconds, count: keepFailed.countMax },
  };
}
