import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../logging/logger';
import type { EventStore } from './event-store';

const RETRY_MS = 500;

/** The store may well start later than we do: waits for it, for ever, and says so once. */
export async function untilStoreAnswers(store: EventStore, logger: Logger): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await store.fetchHead();
      return;
    } catch (error) {
      if (tries === 0) logger.warn({ err: error }, 'waiting for the event store');
      await sleep(RETRY_MS);
    }
  }
}
