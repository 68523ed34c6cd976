import type { Event } from '@app/kernel';

/**
 * The port to EventStoreDB, the only truth. Everything above it names streams, revisions and
 * positions, never the vendor. Revisions start at 0 and have no gap; a position is a place in $all.
 */
export abstract class EventStore {
  /**
   * Appends atomically at the expected revision. Throws `WrongExpectedRevision` when another writer
   * was first, `OutcomeUnknown` when nobody can say whether it was written (retry with the SAME
   * event ids and the SAME expectation, then read back), `StoreUnavailable` when nothing was sent,
   * `AppendRefused` when the store will not have it however often it is asked.
   */
  abstract append(input: AppendInput): Promise<Appended>;

  /** The stream's events in order; a stream that never was is empty. Flow-controlled. */
  abstract readStream(
    streamName: string,
    options?: ReadStreamOptions,
  ): AsyncIterable<RecordedEvent>;

  /** $all after a position (exclusive), without system events, in log order. Flow-controlled. */
  abstract readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;

  /** Position of the last event in $all, a system event too; undefined when the log is empty. */
  abstract fetchHead(): Promise<Position | undefined>;

  /**
   * Follows $all for ever, resubscribing by itself with jittered back-off after any break or stall.
   * Events arrive one batch at a time in log order; the next batch waits for the handler's promise.
   * A handler that throws stops the following and rejects `Following.ended`.
   */
  abstract follow(options: FollowOptions): Following;

  /** Closes connections; pending appends end as `OutcomeUnknown`. */
  abstract close(): Promise<void>;
}

/** Commit position in $all. Meaningful only within one store: never stored as truth. */
export type Position = bigint;

/** `no-stream`, or the revision of the last event the decision was made on. Never "any". */
export type ExpectedRevision = 'no-stream' | number;

/** Written with every event. Pseudonymous ids only, never a name, an address or a code. */
export type EventMetadata = Readonly<{
  /** The command's id: UUIDv5 of what asked (design.md, Exactly once). */
  commandId: string;
  /** SHA-256, hex, of the canonical request: tells a repeat from a different wish under one key. */
  requestHash: string;
  /** Who asked: a person's or machine's pseudonymous id, and the party it acted for. */
  actor: Readonly<{ id: string; partyId: string; role: string }>;
  /** One id for all that follows from one request. */
  correlationId: string;
  /** The event or command that caused this one. */
  causationId: string;
  /** Version of the event's shape; absent means 1. */
  schemaVersion?: number;
  /** Position of $all the decision's knowledge of other streams had followed, as decimal text. */
  followedPosition?: string;
}>;

export type NewEvent = Event &
  Readonly<{
    id: string;
    metadata: EventMetadata;
    /** The JSON of `data`, where it was needed before: it is not made again to be written. */
    dataJson?: string;
  }>;

export type RecordedEvent<E extends Event = Event> = Readonly<{
  id: string;
  streamName: string;
  revision: number;
  position: Position;
  type: E['type'];
  data: E['data'];
  metadata: EventMetadata;
  /** The store's clock: for people, never for order. */
  recordedAt: Date;
}>;

export type AppendInput = Readonly<{
  streamName: string;
  expectedRevision: ExpectedRevision;
  events: readonly NewEvent[];
  /** Our own deadline, since the client's is ignored on batch appends. Default from config. */
  deadlineMs?: number;
}>;

export type Appended = Readonly<{ revision: number; position: Position }>;

export type ReadStreamOptions = Readonly<{
  /** First revision wanted, inclusive; default 0, or the last one backwards. */
  fromRevision?: number;
  direction?: 'forwards' | 'backwards';
  eventsMax?: number;
}>;

export type ReadAllOptions = Readonly<{
  /** Exclusive; absent means from the start. */
  after?: Position;
  /** Stop before passing this position (inclusive bound); absent means to the current end. */
  upTo?: Position;
}>;

export type FollowOptions = Readonly<{
  after?: Position;
  /** Only events of these types are handed over, filtered by the server; absent means all. */
  types?: readonly string[];
  /**
   * Places of events the follower has no more need of: a store that can tell them before they are decoded
   * passes over them, and only their position counts.
   */
  isKnown?: (position: Position) => boolean;
  /** At most this many events are handed over at once. */
  batchMax: number;
  onBatch: (events: readonly RecordedEvent[]) => Promise<void> | void;
  /** The log was read up to here and held nothing for us: an idle view's progress. */
  onCheckpoint?: (position: Position) => Promise<void> | void;
  /** Called each time the following is caught up and becomes live. */
  onLive?: () => void;
  /**
   * Everything that was in the log at this instant of `performance.now()` has been handled. Called
   * about once a second while the store answers, also when nothing happens.
   */
  onCurrent?: (asOfMs: number) => void;
  /**
   * Takes an event no upcaster can read (`UnreadableEvent`), in its place in the order. Without it
   * such an event ends the following: nobody skips what he cannot read by accident.
   */
  onUnreadable?: (event: RecordedEvent, error: Error) => Promise<void> | void;
  /** Called when the connection breaks, with the delay before the next try. */
  onBreak?: (error: unknown, retryInMs: number) => void;
}>;

export type Following = Readonly<{
  /** Settles when stopped (resolves) or when a handler threw (rejects). */
  ended: Promise<void>;
  stop: () => Promise<void>;
}>;

/** Another writer was first. `actualRevision` is undefined where the stream does not exist. */
export class WrongExpectedRevision extends Error {
  constructor(
    readonly streamName: string,
    readonly expectedRevision: ExpectedRevision,
    readonly actualRevision: number | undefined,
  ) {
    super(`${streamName}: expected ${expectedRevision}, is ${actualRevision ?? 'no-stream'}`);
    this.name = 'WrongExpectedRevision';
  }
}

/** The store will not take this append, and nothing was written: asking again changes nothing. */
export class AppendRefused extends Error {
  constructor(
    readonly streamName: string,
    readonly reason: RefusalReason,
    cause?: unknown,
  ) {
    super(`${streamName}: the store refused the append (${reason})`, { cause });
    this.name = 'AppendRefused';
  }
}

export type RefusalReason =
  | 'stream-deleted'
  | 'access-denied'
  /** More than the store's limit of one append, 1 MiB by default. */
  | 'too-large'
  | 'bad-request';

/** The append may or may not have been written: never a failure, never a success. */
export class OutcomeUnknown extends Error {
  constructor(
    readonly streamName: string,
    cause?: unknown,
  ) {
    super(`${streamName}: nobody knows whether the append was written`, { cause });
    this.name = 'OutcomeUnknown';
  }
}

/** The store cannot be reached and nothing was sent, or it refused for lack of room. */
export class StoreUnavailable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
  }
}

/** Nobody here can read this event: its shape is newer than the code, or it is not JSON. */
export class UnreadableEvent extends Error {
  constructor(
    readonly event: Readonly<{ id: string; streamName: string; revision: number; type: string }>,
    why: string,
  ) {
    super(`${event.streamName}@${event.revision} ${event.type}: ${why}`);
    this.name = 'UnreadableEvent';
  }
}
