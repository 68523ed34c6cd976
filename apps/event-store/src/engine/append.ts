/** Data + metadata + 2 × type of all events of an append, as EventStoreDB counts them. */
export const APPEND_BYTES_MAX = 1024 * 1024;
/** `$maxAge` and the like live in the stream named so. */
export const METADATA_PREFIX = Buffer.from('$$');
/** `$tb` of a soft-deleted stream: 2^63 − 1, which no revision reaches. */
export const DELETED_TRUNCATE_BEFORE = 9_223_372_036_854_775_807n;

/** A revision (0 or more), or what the stream must be like. */
export type Expected = number;
export const ANY = -2;
export const NO_STREAM = -1;
export const STREAM_EXISTS = -4;

export type ProposedEvent = Readonly<{
  id: Buffer;
  type: Buffer;
  isJson: boolean;
  metadata: Buffer;
  data: Buffer;
}>;

export type AppendRequest = Readonly<{
  kind: 'append' | 'delete' | 'tombstone';
  streamName: Buffer;
  expected: Expected;
  events: readonly ProposedEvent[];
  /** When the asker stops waiting, by the server's clock in ms; absent means never. */
  deadlineAtMs?: number | undefined;
  /** Called once, when the verdict is durable. */
  done: (outcome: AppendOutcome) => void;
}>;

export type AppendOutcome =
  | Readonly<{ kind: 'written'; revision: number; position: number }>
  /** `current` is the stream's last revision, -1 where there is none. */
  | Readonly<{ kind: 'wrong-version'; current: number }>
  | Readonly<{ kind: 'stream-deleted' }>
  | Readonly<{ kind: 'too-large' }>
  /** Nothing was written: the disk is full, or the store no longer takes appends. */
  | Readonly<{ kind: 'no-room' | 'unavailable'; message: string }>
  /** The deadline passed before it was this append's turn: nothing was written. */
  | Readonly<{ kind: 'too-late' }>
  /** The disk failed in the middle: nobody can say. */
  | Readonly<{ kind: 'unknown'; message: string }>;

/** What a decision needs to know of the stream, appends waiting in the same group included. */
export type StreamState = Readonly<{
  /** Last revision, -1 for a stream that never was. */
  current: number;
  isTombstoned: boolean;
  isDeleted: boolean;
  /** Whether the event at an existing revision has this id. */
  hasIdAt: (revision: number, id: Buffer) => boolean;
  /** Revision of the first event with this id, -1 for none. */
  findId: (id: Buffer) => number;
}>;

export type Decision =
  | 'write'
  | 'stream-deleted'
  | 'wrong-version'
  /** This append was made before: its last event has this revision. */
  | Readonly<{ repeatOf: number }>;

/** EventStoreDB's rules of expected revisions and idempotent repeats. */
export function decideAppend(
  stream: StreamState,
  expected: Expected,
  events: readonly ProposedEvent[],
): Decision {
  if (stream.isTombstoned) return 'stream-deleted';
  if (expected === STREAM_EXISTS && (stream.current < 0 || stream.isDeleted)) {
    return 'wrong-version';
  }
  if (expected === ANY || expected === STREAM_EXISTS) return decideByIds(stream, events);
  if (expected === stream.current) return 'write';
  if (expected > stream.current) return 'wrong-version';
  return decideByRange(stream, expected, events);
}

/** A soft-deleted stream has current revisions, but may be deleted and begun anew. */
export function decideDelete(stream: StreamState, expected: Expected): Decision {
  if (stream.isTombstoned) return 'stream-deleted';
  if (stream.current < 0) return 'wrong-version';
  return expectationHolds(stream, expected) ? 'write' : 'wrong-version';
}

/** Unlike deleting, a tombstone may forbid a stream that never was. */
export function decideTombstone(stream: StreamState, expected: Expected): Decision {
  if (stream.isTombstoned) return 'stream-deleted';
  return expectationHolds(stream, expected) ? 'write' : 'wrong-version';
}

function expectationHolds(stream: StreamState, expected: Expected): boolean {
  if (expected === ANY) return true;
  if (expected === STREAM_EXISTS) return stream.current >= 0 && !stream.isDeleted;
  return expected === stream.current;
}

function decideByIds(stream: StreamState, events: readonly ProposedEvent[]): Decision {
  if (stream.current < 0) return 'write';
  let last = -1;
  for (const [at, { id }] of events.entries()) {
    const revision = stream.findId(id);
    if (revision < 0) return at === 0 ? 'write' : 'wrong-version';
    last = revision;
  }
  return last < 0 ? 'write' : { repeatOf: last };
}

function decideByRange(
  stream: StreamState,
  expected: Expected,
  events: readonly ProposedEvent[],
): Decision {
  for (const [at, { id }] of events.entries()) {
    const revision = expected + 1 + at;
    if (revision <= stream.current && stream.hasIdAt(revision, id)) continue;
    const beginsAnew = at === 0 && expected === NO_STREAM && stream.isDeleted;
    return beginsAnew ? 'write' : 'wrong-version';
  }
  return events.length === 0 ? 'wrong-version' : { repeatOf: expected + events.length };
}
