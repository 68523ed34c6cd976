import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  EventStore,
  JobQueues,
  Readiness,
  readModelCheck,
  ReadStore,
  RedisCheck,
  RedisCounters,
  RedisSharedCounts,
  storeCheck,
  ViewProgress,
} from '@app/platform';
import { PROJECTIONS } from '@app/read-models';
import { LogMemory } from './lookups/log-memory';

/** What the api is connected to: without it, it is not ready; at the end, it is closed. */
@Injectable()
export class Connections implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly readiness: Readiness,
    private readonly store: EventStore,
    private readonly readStore: ReadStore,
    private readonly progress: ViewProgress,
    private readonly redis: RedisCheck,
    private readonly queues: JobQueues,
    private readonly counters: RedisCounters,
    private readonly sharedCounts: RedisSharedCounts,
    private readonly memory: LogMemory,
  ) {}

  onApplicationBootstrap(): void {
    const { store, progress } = this;
    this.readiness.register(storeCheck(store));
    this.readiness.register(readModelCheck({ store, progress, views: PROJECTIONS }));
    this.readiness.register(this.redis);
    this.readiness.register(this.memory.check);
  }

  /** Comes after the last answer, since requests in flight still need them. */
  async onApplicationShutdown(): Promise<void> {
    this.redis.close();
    this.counters.close();
    this.sharedCounts.close();
    this.readStore.close();
    await Promise.all([this.queues.close(), this.store.close()]);
  }
}
