import { EventStoreDBClient, jsonEvent, WrongExpectedVersionError } from '@eventstore/db-client';
import {
  StoreUnavailable,
  WrongExpectedRevision,
  type EventMetadata,
} from '../../libs/platform/src/event-store/event-store';
import { connectEventStore } from '../../libs/platform/src/event-store/eventstore-db.adapter';
import type { Attempt } from './ledger';

/** Sends an attempt; gives the revision of its last event. */
export type Appender = Readonly<{
  append: (attempt: Attempt) => Promise<bigint>;
  /** What an error says of the append: it is unknown unless it is known not to be written. */
  outcomeOf: (error: unknown) => 'refused' | 'unsent' | 'unknown';
  /** Whether it can append whatever the revision. */
  knowsAny: boolean;
  close: () => Promise<void>;
}>;

/** Connects one of the ways to append to a server. */
export type ConnectAppender = (connectionString: string) => Appender;

/** The vendor's client as it is, and the two writers behind the port of the platform. */
export const APPENDERS = {
  vendor: vendorAppender,
  client: portAppender('client'),
  http2: portAppender('http2'),
} as const satisfies Record<string, ConnectAppender>;

function vendorAppender(connectionString: string): Appender {
  const client = EventStoreDBClient.connectionString(connectionString);
  return {
    append: async ({ stream, expected, ids }) => {
      const events = ids.map((id, i) =>
        jsonEvent({ id, type: 'Written', data: { i, padding: PADDING } }),
      );
      const options = { expectedRevision: expected };
      const { nextExpectedRevision } = await client.appendToStream(stream, events, options);
      return nextExpectedRevision;
    },
    outcomeOf: (error) => (error instanceof WrongExpectedVersionError ? 'refused' : 'unknown'),
    knowsAny: true,
    close: () => client.dispose(),
  };
}

function portAppender(appendWriter: 'client' | 'http2'): ConnectAppender {
  return (connectionString) => {
    const store = connectEventStore({ connectionString, appendWriter, appendDeadlineMs: 10_000 });
    return {
      append: async ({ stream: streamName, expected, ids }) => {
        if (expected === 'any') throw new TypeError('the port always expects a revision');
        const expectedRevision = expected === 'no_stream' ? 'no-stream' : Number(expected);
        const events = ids.map((id, i) => ({
          ...{ id, type: 'Written', metadata: METADATA },
          data: { i, padding: PADDING },
        }));
        const { revision } = await store.append({ streamName, expectedRevision, events });
        return BigInt(revision);
      },
      outcomeOf: (error) => {
        if (error instanceof WrongExpectedRevision) return 'refused';
        return error instanceof StoreUnavailable ? 'unsent' : 'unknown';
      },
      knowsAny: false,
      close: () => store.close(),
    };
  };
}

const PADDING = 'x'.repeat(150);
const METADATA: EventMetadata = {
  commandId: '00000000-0000-0000-0000-000000000000',
  requestHash: '',
  actor: { id: 'writer', partyId: 'faults', role: 'system' },
  correlationId: 'faults',
  causationId: 'faults',
};
