import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  EventStore,
  Readiness,
  readModelCheck,
  ReadStore,
  RedisCheck,
  storeCheck,
  ViewProgress,
} from '@app/platform';

/** What the api is connected to: without it, it is not ready; at the end, it is closed. */
@Injectable()
export class Connections implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly readiness: Readiness,
    private readonly store: EventStore,
    private readonly readStore: ReadStore,
    private readonly progress: ViewProgress,
    private readonly redis: RedisCheck,
  ) {}

  onApplicationBootstrap(): void {
    const { store, progress } = this;
    this.readiness.register(storeCheck(store));
    this.readiness.register(readModelCheck({ store, progress, views: [] }));
    this.readiness.register(this.redis);
  }

  /** Comes after the last answer, since requests in flight still need them. */
  async onApplicationShutdown(): Promise<void> {
    this.redis.close();
    this.readStore.close();
    await this.store.close();
  }
}
