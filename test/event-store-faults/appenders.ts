import { EventStoreDBClient, jsonEvent, WrongExpectedVersionError } from '@eventstore/db-client';
import type { Attempt } from './ledger';

/** Sends an attempt; gives the revision of its last event. */
export type Appender = Readonly<{
  append: (attempt: Attempt) => Promise<bigint>;
  /** Whether an error is the store's own refusal, and so no unknown outcome. */
  isRefusal: (error: unknown) => boolean;
  /** Whether it can append whatever the revision. */
  knowsAny: boolean;
  close: () => Promise<void>;
}>;

/** Connects one of the ways to append to a server. */
export type ConnectAppender = (connectionString: string) => Appender;

/** The vendor's client, its outcomes as it gives them. */
export const vendorAppender: ConnectAppender = (connectionString) => {
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
    isRefusal: (error) => error instanceof WrongExpectedVersionError,
    knowsAny: true,
    close: () => client.dispose(),
  };
};

const PADDING = 'x'.repeat(150);
