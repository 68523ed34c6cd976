import { Redis } from 'ioredis';
import type { EventStore } from '../event-store/event-store';
import { requestConnection } from '../queues/redis-connection';
import type { Projection } from '../read-store/projection';
import type { ViewProgress } from '../read-store/view-progress';
import type { ReadinessCheck } from './readiness';

/** A round trip to the event store. */
export function storeCheck(store: EventStore): ReadinessCheck {
  return { name: 'event-store', deadlineMs: 2_000, check: () => store.fetchHead() };
}

/** The views reach what is the end of the log now, before the deadline. */
export function readModelCheck(options: {
  store: EventStore;
  progress: ViewProgress;
  views: readonly Pick<Projection, 'name'>[];
}): ReadinessCheck {
  const { store, progress, views } = options;
  const deadlineMs = 5_000;
  const check = async (): Promise<void> => {
    const head = await store.fetchHead();
    if (head !== undefined) await progress.waitFor(head, views, deadlineMs);
  };
  return { name: 'read-model', deadlineMs, check };
}

/** Redis answers a ping. It has a connection of its own, which comes back by itself. */
export class RedisCheck implements ReadinessCheck {
  readonly name = 'redis';
  readonly deadlineMs = 1_000;
  readonly #redis: Redis;

  /** @param url as REDIS_URL takes it. */
  constructor(url: string) {
    this.#redis = new Redis({ ...requestConnection(url, this.deadlineMs), lazyConnect: true });
    // A check that fails says so; without a listener a lost connection would end the process.
    this.#redis.on('error', () => undefined);
  }

  async check(): Promise<void> {
    if (this.#redis.status === 'wait') await this.#redis.connect();
    await this.#redis.ping();
  }

  close(): void {
    this.#redis.disconnect();
  }
}
