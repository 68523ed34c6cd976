import { BullModule } from '@nestjs/bullmq';
import type { DynamicModule } from '@nestjs/common';
import { workerConnection } from './redis-connection';

/** Connects every `JobHost` of the application to its queue. */
export function workersModule(redisUrl: string): DynamicModule {
  class WorkersModule {}
  const connection = workerConnection(redisUrl);
  return {
    module: WorkersModule,
    // Registering no queue still starts the workers; queues to add to are `JobQueues`'s.
    imports: [BullModule.forRoot({ connection }), BullModule.registerQueue()],
  };
}
