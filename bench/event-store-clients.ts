import { EventStoreDBClient, jsonEvent, type JSONEventData } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { connectEventStore } from '../libs/platform/src/event-store/eventstore-db.adapter';

/** Where the two servers listen, and a directory on the disk of the durable one. */
export type Places = Readonly<{ dir: string; durable: string; inMemory: string }>;

/** Appends one event of 200 bytes on the worker's own stream at the revision it knows. */
export type Appender = Readonly<{
  append: (worker: number) => Promise<void>;
  close: () => Promise<void>;
}>;

/** The vendor's client as people call it: BatchAppend, one call per event. */
export function vendorAppender(connectionString: string): Appender {
  const client = EventStoreDBClient.connectionString(connectionString);
  const run = randomUUID();
  const revisions = new Map<number, bigint>();
  return {
    append: async (worker) => {
      const expectedRevision = revisions.get(worker) ?? 'no_stream';
      const stream = `bench-${run}-${worker}`;
      const result = await client.appendToStream(stream, event200(), { expectedRevision });
      revisions.set(worker, result.nextExpectedRevision);
    },
    close: () => client.dispose(),
  };
}

/** One of the two writers behind the platform's port, as the api uses it. */
export function portAppender(
  appendWriter: 'client' | 'http2',
): (connectionString: string) => Appender {
  return (connectionString) => {
    const store = connectEventStore({ connectionString, appendWriter, appendDeadlineMs: 10_000 });
    const run = randomUUID();
    const revisions = new Map<number, number>();
    return {
      append: async (worker) => {
        const { revision } = await store.append({
          streamName: `bench-${run}-${worker}`,
          expectedRevision: revisions.get(worker) ?? 'no-stream',
          events: [{ id: randomUUID(), type: 'Measured', data: {}, metadata: METADATA_200 }],
        });
        revisions.set(worker, revision);
      },
      close: () => store.close(),
    };
  };
}

/** Events behind the port always say who wrote them: 200 bytes of JSON with the empty data. */
const METADATA_200 = {
  commandId: '018f3c1e-4a5b-7c6d-8e9f-0a1b2c3d4e5f',
  requestHash: '9f86d081884c7d65',
  actor: { id: 'u1', partyId: 'p1', role: 'operator' },
  correlationId: '018f3c1e',
  causationId: '018f3c1e',
};

/** An event whose data is 200 bytes of JSON. */
export function event200(): JSONEventData {
  return jsonEvent({ id: randomUUID(), type: 'Measured', data: { padding: PADDING } });
}

const PADDING = 'x'.repeat(200 - JSON.stringify({ padding: '' }).length);
