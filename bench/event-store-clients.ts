import { EventStoreDBClient, jsonEvent, type JSONEventData } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';

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

/** An event whose data is 200 bytes of JSON. */
export function event200(): JSONEventData {
  return jsonEvent({ id: randomUUID(), type: 'Measured', data: { padding: PADDING } });
}

const PADDING = 'x'.repeat(200 - JSON.stringify({ padding: '' }).length);
