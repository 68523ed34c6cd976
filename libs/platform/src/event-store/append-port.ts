import type { Appended, AppendInput } from './event-store';

/**
 * Writes events; the errors are those of `EventStore.append`. Two writers stand behind it, the
 * vendor's client and `Http2AppendWriter`, and one suite holds both to it (append-port.spec.ts).
 */
export type AppendPort = Readonly<{
  append: (input: AppendInput) => Promise<Appended>;
  /** Pending appends end as `OutcomeUnknown`. */
  close: () => Promise<void>;
}>;

/** A programmer's error must not be mistaken for an answer of the store. */
export function assertAppendable({ streamName, expectedRevision, events }: AppendInput): void {
  if (streamName === '') throw new TypeError('an append needs the name of a stream');
  if (events.length === 0) throw new TypeError(`${streamName}: an append of no event`);
  if (
    expectedRevision !== 'no-stream' &&
    !(Number.isSafeInteger(expectedRevision) && expectedRevision >= 0)
  ) {
    throw new TypeError(`${streamName}: ${String(expectedRevision)} is no expected revision`);
  }
  for (const { id, type } of events) {
    if (!UUID.test(id)) throw new TypeError(`${streamName}: an event's id is no UUID`);
    if (type === '') throw new TypeError(`${streamName}: an event without a type`);
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
