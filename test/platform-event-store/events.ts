import { randomUUID } from 'node:crypto';
import type { EventStore, NewEvent, RecordedEvent } from '@app/platform';

export function newEvent(over: Partial<NewEvent> = {}): NewEvent {
  return {
    id: randomUUID(),
    type: 'Counted',
    data: { n: 1 },
    metadata: {
      commandId: randomUUID(),
      requestHash: 'ab',
      actor: { id: 'a', partyId: 'p', role: 'operator' },
      correlationId: 'c',
      causationId: 'd',
    },
    ...over,
  };
}

export async function readAllOf(
  events: AsyncIterable<RecordedEvent>,
): Promise<readonly RecordedEvent[]> {
  const read: RecordedEvent[] = [];
  for await (const event of events) read.push(event);
  return read;
}

/** Asks until the store answers: how long an outage lasts is the machine's business. */
export async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const { name } = error as Error;
      if (name !== 'StoreUnavailable' && name !== 'OutcomeUnknown') throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Ids of a stream's events, asked until the store answers. */
export async function idsOf(store: EventStore, streamName: string): Promise<readonly string[]> {
  const events = await untilAnswered(() => readAllOf(store.readStream(streamName)));
  return events.map(({ id }) => id);
}
