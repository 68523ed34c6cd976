import { Queue, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueUnavailable } from './errors';
import { jobIdOf, jobOptions, queueNameOf, type QueueDefinition } from './queue-definition';
import { requestConnection } from './redis-connection';

/** A job as those who wait for it see it. `waiting` may also mean: between two tries. */
export type JobStatus = Readonly<{
  jobId: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  progress: Readonly<{ done: number; total: number }> | undefined;
}>;

export type JobQueuesOptions = Readonly<{
  /** As REDIS_URL takes it. */
  url: string;
  definitions: readonly AnyDefinition[];
  /** Nobody waits longer than this for Redis. */
  deadlineMs?: number;
}>;

/** A definition whatever its data: it only ever meets its own. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- data is contravariant in `key`
export type AnyDefinition = QueueDefinition<any>;

/** Jobs of one pipeline when work is added in bulk. */
const BULK_MAX = 500;

/**
 * The job queues, for those who add work and ask about it. A queue is a hint, never the truth: Redis
 * may lose all of it at any moment, and what is due is added again by its sweeper.
 *
 * Every method throws `QueueUnavailable` when Redis does not answer within the deadline.
 */
export class JobQueues {
  readonly #redis: Redis;
  readonly #queues: ReadonlyMap<string, Queue>;
  readonly #deadlineMs: number;

  constructor({ url, definitions, deadlineMs = 2_000 }: JobQueuesOptions) {
    this.#deadlineMs = deadlineMs;
    this.#redis = new Redis(requestConnection(url, deadlineMs));
    // Whoever asks is told; without a listener a lost connection would end the process.
    this.#redis.on('error', () => undefined);
    const queues = definitions.map(({ name }) => {
      const queue = new Queue(name, {
        connection: this.#redis,
        // Its answer could get lost, after which the queue would never work again.
        skipVersionCheck: true,
      });
      queue.on('error', () => undefined);
      return [name, queue] as const;
    });
    this.#queues = new Map(queues);
    if (this.#queues.size !== definitions.length) throw new TypeError('two queues have one name');
  }

  /** Adds work, unless a job for it is there already, in whatever state. Answers its id. */
  async add<Data extends object>(definition: QueueDefinition<Data>, data: Data): Promise<string> {
    const options = jobOptions(definition, data);
    await this.#bounded(definition.name, (queue) =>
      queue.add(definition.name, data as object, options),
    );
    return jobIdOf(definition, data);
  }

  /**
   * Adds work known to be due. BullMQ ignores a job whose id is still kept among the ended ones, so a
   * job that ended more than `reviveAfterMs` before `now` without ending its work is removed first.
   */
  async addDue<Data extends object>(
    definition: QueueDefinition<Data>,
    due: Iterable<Data>,
    now: Date,
  ): Promise<void> {
    const { name, reviveAfterMs } = definition;
    const jobs = [...due].map((data) => ({ name, data, opts: jobOptions(definition, data) }));
    for (let at = 0; at < jobs.length; at += BULK_MAX) {
      const some = jobs.slice(at, at + BULK_MAX);
      await this.#bounded(name, async (queue) => {
        const ids = some.map(({ opts }) => opts.jobId ?? '');
        const ended = await this.#endedBefore(queue, ids, now.getTime() - reviveAfterMs);
        await Promise.all(ended.map((jobId) => queue.remove(jobId)));
        await queue.addBulk(some);
      });
    }
  }

  /**
   * Adds work that a job of ours is made of. The job under way then gives its place up with
   * `waitForChildren`, and comes back when all of it is done; it fails when some of it failed.
   */
  async addChildren<Data extends object>(
    definition: QueueDefinition<Data>,
    children: readonly Data[],
    parent: Pick<Job, 'id' | 'queueQualifiedName'>,
  ): Promise<void> {
    const { name } = definition;
    const of = { id: parent.id ?? '', queue: parent.queueQualifiedName };
    const jobs = children.map((data) => ({
      ...{ name, data },
      opts: { ...jobOptions(definition, data), parent: of, failParentOnFailure: true },
    }));
    await this.#bounded(name, (queue) => queue.addBulk(jobs));
  }

  /** Undefined for an id that never was, or whose job is gone: the work's own stream knows more. */
  async find(jobId: string): Promise<JobStatus | undefined> {
    const name = queueNameOf(jobId);
    if (!this.#queues.has(name)) return undefined;
    return this.#bounded(name, async (queue) => {
      const job = (await queue.getJob(jobId)) as Job | undefined;
      const state = job && STATES[await job.getState()];
      return job && state && { jobId, state, progress: progressOf(job.progress) };
    });
  }

  /** When a job of this queue was last done; undefined when none is kept. */
  async fetchLastDoneAt({ name }: Pick<AnyDefinition, 'name'>): Promise<Date | undefined> {
    return this.#bounded(name, async (queue) => {
      const key = queue.toKey('completed');
      const [, at] = (await this.#redis.zrevrange(key, 0, 0, 'WITHSCORES')).flat();
      return at === undefined ? undefined : new Date(Number(at));
    });
  }

  async close(): Promise<void> {
    const closing = [...this.#queues.values()].map((queue) => queue.close());
    await Promise.race([Promise.allSettled(closing), sleep(this.#deadlineMs, undefined, UNHELD)]);
    this.#redis.disconnect();
  }

  async #endedBefore(queue: Queue, ids: readonly string[], beforeMs: number): Promise<string[]> {
    const [done, failed] = [queue.toKey('completed'), queue.toKey('failed')];
    const pipeline = this.#redis.pipeline();
    for (const id of ids) pipeline.zscore(done, id).zscore(failed, id);
    const scores = (await pipeline.exec()) ?? [];
    return ids.filter((_, index) => {
      const ended = [scores[index * 2], scores[index * 2 + 1]].map((reply) => {
        if (reply?.[0]) throw reply[0];
        return reply?.[1];
      });
      return ended.some((at) => at !== null && Number(at) <= beforeMs);
    });
  }

  async #bounded<T>(name: string, work: (queue: Queue) => Promise<T>): Promise<T> {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new TypeError(`the queue ${name} was not given to JobQueues`);
    const over = new AbortController();
    const late = sleep(this.#deadlineMs, undefined, { ...UNHELD, signal: over.signal }).then(() => {
      throw new Error(`no answer in ${this.#deadlineMs} ms`);
    });
    late.catch(() => undefined);
    try {
      // BullMQ waits for its connection for as long as it takes, whatever the client's limits say.
      if (this.#redis.status !== 'ready') await Promise.race([late, this.#connected(late)]);
      return await Promise.race([late, work(queue)]);
    } catch (error) {
      throw new QueueUnavailable(name, error);
    } finally {
      over.abort();
    }
  }

  /** At start-up the first connection may still be on its way; after that, away is away. */
  async #connected(late: Promise<never>): Promise<void> {
    if (this.#redis.status === 'reconnecting') throw new Error('the connection is lost');
    const ready = Promise.withResolvers<void>();
    this.#redis.once('ready', ready.resolve).once('close', ready.reject);
    try {
      await Promise.race([late, ready.promise]);
    } finally {
      this.#redis.off('ready', ready.resolve).off('close', ready.reject);
    }
  }
}

const UNHELD = { ref: false };

const STATES: Readonly<Record<string, JobStatus['state'] | undefined>> = {
  waiting: 'waiting',
  'waiting-children': 'waiting',
  prioritized: 'waiting',
  delayed: 'waiting',
  active: 'running',
  completed: 'done',
  failed: 'failed',
};

function progressOf(progress: unknown): JobStatus['progress'] {
  const { done, total } = (progress ?? {}) as { done?: unknown; total?: unknown };
  return typeof done === 'number' && typeof total === 'number' ? { done, total } : undefined;
}
