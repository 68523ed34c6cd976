import {
  jsonEvent,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
  type AppendResult,
  type AppendToStreamOptions,
  type EventData,
  type EventStoreDBClient,
  type JSONEventData,
} from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';

/** A name nobody else uses, so that the suite can run against a shared server. */
export const newStream = (kind = 'contract'): string => `${kind}-${randomUUID()}`;

export type Numbered = { type: string; data: { number: number } };

/** `count` events with ids of their own, numbered from `from`. */
export function newEvents(count: number, { from = 0, type = 'Numbered' } = {}) {
  return Array.from({ length: count }, (_, i): JSONEventData<Numbered> =>
    jsonEvent<Numbered>({ id: randomUUID(), type, data: { number: from + i } }),
  );
}

type Read = { id: string; streamId: string; revision: bigint; type: string; data: unknown };

/** Everything a read gives, in its order. */
export async function collect<E extends { event?: Read }>(reading: AsyncIterable<E>) {
  const events: NonNullable<E['event']>[] = [];
  for await (const { event } of reading) if (event) events.push(event);
  return events;
}

export const idsOf = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);
export const revisionsOf = (events: readonly { revision: bigint }[]): number[] =>
  events.map(({ revision }) => Number(revision));

/** 0, 1, … count - 1, from `from` on. */
export const range = (count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, i) => from + i);

/** What the promise was rejected with; a promise that resolves fails the spec. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection, but the promise resolved');
}

export type Expected = AppendExpectedRevision;

/** Which of the protocol's two ways to append a spec takes. */
export type AppendPath = Readonly<{ path: string; options: AppendToStreamOptions }>;

/** Per-call credentials make the client leave BatchAppend for the older client stream. */
export const APPEND_PATHS: readonly AppendPath[] = [
  { path: 'BatchAppend', options: {} },
  { path: 'Append', options: { credentials: { username: 'admin', password: 'changeit' } } },
];

/** Expects the refusal that names the stream's current revision, and nothing written. */
export async function expectWrongVersion(
  append: Promise<unknown>,
  want: { streamName: string; expected: Expected; current: bigint | 'no_stream' },
): Promise<void> {
  const error = await rejection(append);
  expect(error).toBeInstanceOf(WrongExpectedVersionError);
  expect(error).toMatchObject({
    streamName: want.streamName,
    expectedVersion: want.expected,
    actualVersion: want.current,
  });
}

/** The stream's event ids from the first to the last; empty when there is no such stream. */
export async function readIds(client: EventStoreDBClient, streamName: string): Promise<string[]> {
  try {
    return idsOf(await collect(client.readStream(streamName)));
  } catch (error) {
    if ((error as { type?: string }).type === 'stream-not-found') return [];
    throw error;
  }
}

/** Appends a stream's first events, one append each, so that each has its own original result. */
export async function appendOneByOne(
  client: EventStoreDBClient,
  streamName: string,
  events: readonly EventData[],
): Promise<AppendResult[]> {
  const results: AppendResult[] = [];
  for (const event of events) results.push(await client.appendToStream(streamName, event));
  return results;
}

/** Waits until `condition` holds, asking again every few milliseconds; the spec's own timeout ends it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
