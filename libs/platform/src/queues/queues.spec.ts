import { DomainError } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { UnrecoverableError, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeClock } from '../testing/fake-clock';
import { PrivateRedis } from '../testing/private-redis';
import { permanentIfRefused, QueueUnavailable } from './errors';
import { JobHost, Processes } from './job-host';
import { JobQueues } from './job-queues';
import { defineQueue, jobIdOf } from './queue-definition';
import { DueWork, Sweeper } from './sweeper';
import { workersModule } from './workers.module';

type Print = { orderId: string };

const prints = defineQueue<Print>({
  name: 'prints',
  key: ({ orderId }) => orderId,
  attempts: 3,
  backoff: { type: 'fixed', delayMs: 10 },
  concurrency: 4,
  keepDone: { ageSeconds: 3_600, countMax: 1_000 },
  keepFailed: { ageSeconds: 3_600, countMax: 1_000 },
  reviveAfterMs: 60_000,
});

/** What the job does, as each spec wants it; `effects` counts how often it was done. */
const effects = new Map<string, number>();
let work: (job: Job<Print>) => Promise<void> = () => Promise.resolve();

@Injectable()
@Processes(prints)
class PrintHost extends JobHost<Print> {
  async process(job: Job<Print>): Promise<void> {
    await work(job);
    const { orderId } = job.data;
    effects.set(orderId, (effects.get(orderId) ?? 0) + 1);
  }
}

let redis: PrivateRedis;
let queues: JobQueues;
const ending: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  redis = await PrivateRedis.start();
});
afterAll(() => redis.stop());

beforeEach(async () => {
  redis.resume();
  await redis.restart();
  effects.clear();
  work = () => Promise.resolve();
  queues = new JobQueues({ url: redis.url, definitions: [prints], deadlineMs: 300 });
});

afterEach(async () => {
  redis.resume();
  for (const end of [...ending.splice(0), () => queues.close()]) await end();
});

async function startWorker() {
  const module = await Test.createTestingModule({
    imports: [workersModule(redis.url)],
    providers: [PrintHost],
  }).compile();
  await module.init();
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= module.close());
  ending.push(close);
  return { close, worker: module.get(PrintHost).worker };
}

async function eventually<T>(check: () => Promise<T> | T): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await check();
    } catch (error) {
      if (tries > 4_000) throw error;
      await sleep(5);
    }
  }
}

const flushAll = async (): Promise<void> => {
  const client = new Redis({ path: redis.socket });
  await client.flushall();
  client.disconnect();
};

const order = (n: number): Print => ({ orderId: `order-${n}` });

/** A truth of which the queue knows nothing: an order is due until it was done. */
class DuePrints extends DueWork<Print> {
  readonly queue = prints;

  constructor(private readonly count: number) {
    super();
  }

  *findDue(): Generator<Print> {
    for (let n = 0; n < this.count; n++) if (!effects.has(order(n).orderId)) yield order(n);
  }
}

function sweeperOf(source: DueWork, clock = new FakeClock()) {
  const failures: unknown[] = [];
  const sweeper = new Sweeper({
    ...{ queues, clock, sources: [source], everyMs: 20 },
    onFailure: (_queue, error) => failures.push(error),
  });
  ending.unshift(() => sweeper.stop());
  return { sweeper, failures };
}

describe('a job', () => {
  it('is one however often its work is added', async () => {
    const ids = await Promise.all([1, 1, 1, 2].map((n) => queues.add(prints, order(n))));
    expect(new Set(ids)).toEqual(new Set(['prints.order-1', 'prints.order-2']));
    await startWorker();
    await eventually(() => expect(effects.size).toBe(2));
    await queues.add(prints, order(1));
    await sleep(30);
    expect([...effects.values()]).toEqual([1, 1]);
  });

  it('can be watched from waiting to done', async () => {
    const held = Promise.withResolvers<void>();
    work = async (job) => {
      await job.updateProgress({ done: 2, total: 5 });
      await held.promise;
    };
    const jobId = await queues.add(prints, order(1));
    expect(await queues.find(jobId)).toEqual({ jobId, state: 'waiting', progress: undefined });
    await startWorker();
    const progress = { done: 2, total: 5 };
    await eventually(async () =>
      expect(await queues.find(jobId)).toEqual({ jobId, state: 'running', progress }),
    );
    held.resolve();
    await eventually(async () =>
      expect(await queues.find(jobId)).toEqual({ jobId, state: 'done', progress }),
    );
    expect((await queues.fetchLastDoneAt(prints))?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it.each(['prints.unknown', 'other.order-1', 'no-dot', ''])('%j is unknown', async (jobId) => {
    expect(await queues.find(jobId)).toBeUndefined();
  });

  it('is tried as often as its definition says, then it has failed', async () => {
    let tries = 0;
    work = () => Promise.reject(new Error(`try ${++tries}`));
    const jobId = await queues.add(prints, order(1));
    await startWorker();
    await eventually(async () => expect((await queues.find(jobId))?.state).toBe('failed'));
    expect(tries).toBe(3);
  });

  it('that is refused has failed at once', async () => {
    let tries = 0;
    work = () =>
      permanentIfRefused(() => {
        tries += 1;
        return Promise.reject(new DomainError('order_not_active'));
      });
    const jobId = await queues.add(prints, order(1));
    await startWorker();
    await eventually(async () => expect((await queues.find(jobId))?.state).toBe('failed'));
    expect(tries).toBe(1);
  });

  it.each(['', 'a:b', 'a.b', 'é', 'x'.repeat(181)])('cannot be keyed %j', async (orderId) => {
    await expect(queues.add(prints, { orderId })).rejects.toThrow(/is no key of a job/);
    expect(jobIdOf(prints, { orderId: 'x'.repeat(180) })).toHaveLength(187);
  });
});

describe('what refuses', () => {
  it('keeps other errors as they are', async () => {
    const error = new Error('the store is away');
    await expect(permanentIfRefused(() => Promise.reject(error))).rejects.toBe(error);
    const refused = permanentIfRefused(() => Promise.reject(new DomainError('expired')));
    await expect(refused).rejects.toThrow(UnrecoverableError);
    expect(await permanentIfRefused(() => Promise.resolve(1))).toBe(1);
  });

  it('is a name that is none', () =>
    expect(() => defineQueue({ ...prints, name: 'Prints:1' })).toThrow(/names no queue/));
});

describe('while Redis is away', () => {
  const bounded = async (): Promise<void> => {
    const from = performance.now();
    await expect(queues.add(prints, order(1))).rejects.toThrow(QueueUnavailable);
    await expect(queues.find('prints.order-1')).rejects.toThrow(QueueUnavailable);
    // Two deadlines of 300 ms; the rest is for a slow machine. Without them it would wait for ever.
    expect(performance.now() - from).toBeLessThan(20_000);
  };

  it('adding is refused in bounded time, and works again once it is back', async () => {
    await queues.add(prints, order(1));
    await redis.kill();
    await bounded();
    await redis.restart();
    await eventually(() => queues.add(prints, order(2)));
    expect((await queues.find('prints.order-2'))?.state).toBe('waiting');
  });

  it('also when it accepts and never answers', async () => {
    await queues.add(prints, order(1));
    redis.pause();
    await bounded();
    redis.resume();
    await eventually(() => queues.add(prints, order(2)));
  });

  it('also when it was never there', async () => {
    await queues.close();
    await redis.kill();
    queues = new JobQueues({ url: redis.url, definitions: [prints], deadlineMs: 300 });
    await bounded();
    await redis.restart();
    await eventually(() => queues.add(prints, order(2)));
  });

  it('a worker waits, and does what comes when it is back', async () => {
    await redis.kill();
    await startWorker();
    await redis.restart();
    await eventually(() => queues.add(prints, order(1)));
    await eventually(() => expect(effects.get('order-1')).toBe(1));
    await redis.kill();
    await redis.restart();
    await eventually(() => queues.add(prints, order(2)));
    await eventually(() => expect(effects.get('order-2')).toBe(1));
  });
});

describe('the sweeper', () => {
  it.each([
    ['is flushed', flushAll],
    ['is killed and starts empty', async () => redis.restart()],
  ])('brings back all work that is due after Redis %s in the middle', async (_what, lose) => {
    work = () => sleep(2);
    const { sweeper } = sweeperOf(new DuePrints(300));
    sweeper.start();
    await startWorker();
    await eventually(() => expect(effects.size).toBeGreaterThan(30));
    await lose();
    expect(effects.size).toBeLessThan(300);
    await eventually(() => expect(effects.size).toBe(300));
  });

  it('makes new jobs of failed ones, once their pause is over', async () => {
    let broken = true;
    work = () => (broken ? Promise.reject(new Error('broken')) : Promise.resolve());
    const clock = new FakeClock(new Date().toISOString());
    const { sweeper } = sweeperOf(new DuePrints(2), clock);
    await sweeper.sweep();
    await startWorker();
    await eventually(async () => {
      expect((await queues.find('prints.order-0'))?.state).toBe('failed');
      expect((await queues.find('prints.order-1'))?.state).toBe('failed');
    });
    broken = false;
    clock.advanceBy({ ms: 30_000 });
    await sweeper.sweep();
    await sleep(30);
    expect(effects.size).toBe(0);
    clock.advanceBy({ ms: 60_000 });
    await sweeper.sweep();
    await eventually(() => expect(effects.size).toBe(2));
  });

  it('makes new jobs of done ones whose work is due all the same', async () => {
    const clock = new FakeClock(new Date().toISOString());
    const jobId = await queues.add(prints, order(0));
    await startWorker();
    await eventually(async () => expect((await queues.find(jobId))?.state).toBe('done'));
    effects.clear();
    clock.advanceBy({ ms: 90_000 });
    const { sweeper } = sweeperOf(new DuePrints(1), clock);
    await sweeper.sweep();
    await eventually(() => expect(effects.get('order-0')).toBe(1));
  });

  it('tells of a source or a Redis that fails, and goes on', async () => {
    const { sweeper, failures } = sweeperOf(new DuePrints(1));
    await redis.kill();
    await sweeper.sweep();
    expect(failures).toEqual([expect.any(QueueUnavailable)]);
    await redis.restart();
    await eventually(async () => {
      await sweeper.sweep();
      expect((await queues.find('prints.order-0'))?.state).toBe('waiting');
    });
  });
});

describe('a worker that is closed', () => {
  it('finishes the job it is at', async () => {
    const held = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    work = () => {
      started.resolve();
      return held.promise;
    };
    const jobId = await queues.add(prints, order(1));
    const { close } = await startWorker();
    await started.promise;
    const closing = close();
    held.resolve();
    await closing;
    expect(effects.get('order-1')).toBe(1);
    expect((await queues.find(jobId))?.state).toBe('done');
  });
});
