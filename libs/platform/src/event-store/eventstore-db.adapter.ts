import {
  BACKWARDS,
  END,
  ErrorType,
  EventStoreDBClient,
  FORWARDS,
  START,
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { setTimeout as delay } from 'node:timers/promises';
import { assertAppendable, type AppendPort } from './append-port';
import { readConnectionString, type ConnectionSettings } from './connection-string';
import {
  AppendRefused,
  EventStore,
  OutcomeUnknown,
  StoreUnavailable,
  UnreadableEvent,
  WrongExpectedRevision,
  type Appended,
  type AppendInput,
  type EventMetadata,
  type Following,
  type FollowOptions,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from './event-store';
import { Http2AppendWriter } from './http2-append-writer';
import { Http2LogSubscription } from './http2-log-subscription';
import { Http2StreamReads } from './http2-stream-reads';
import {
  followLog,
  type FollowLimits,
  type LogItem,
  type LogSource,
  type LogSubscription,
  type Scan,
} from './log-following';
import { UNREADABLE, type StreamPage } from './read-wire';
import { SchemaVersions } from './schema-versions';

/** This is the only file that names the vendor, and where the defects of its client are wrapped. */

export type EventStoreDbOptions = Readonly<{
  connectionString: string;
  /**
   * CARNET_APPEND_WRITER: the client's own appends, subscriptions and reads of streams, or
   * `Http2AppendWriter`, `Http2LogSubscription` and `Http2StreamReads`.
   */
  appendWriter: 'client' | 'http2';
  appendDeadlineMs: number;
  /** A read that brings nothing for this long has failed. The client itself would wait for ever. */
  readDeadlineMs?: number;
  schemas?: SchemaVersions;
  followLimits?: FollowLimits;
}>;

/**
 * Connects lazily: throws only for a connection string that says nothing. Make ONE per process: the
 * client keeps the pending appends of all its instances in one map, and an error of one empties it.
 */
export function connectEventStore(options: EventStoreDbOptions): EventStore {
  const { connectionString, appendWriter, appendDeadlineMs: deadlineMs } = options;
  const settings = readConnectionString(connectionString);
  const client = EventStoreDBClient.connectionString(connectionString);
  const writer =
    appendWriter === 'http2'
      ? new Http2AppendWriter({ settings, deadlineMs })
      : new ClientAppendWriter(client, deadlineMs);
  return new EventStoreDb(client, writer, options, settings);
}

class EventStoreDb extends EventStore {
  readonly #schemas: SchemaVersions;
  readonly #readDeadlineMs: number;
  readonly #source: LogSource;
  readonly #reads: Http2StreamReads | undefined;

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly writer: AppendPort,
    private readonly options: EventStoreDbOptions,
    settings: ConnectionSettings,
  ) {
    super();
    this.#schemas = options.schemas ?? new SchemaVersions();
    this.#readDeadlineMs = options.readDeadlineMs ?? 10_000;
    if (options.appendWriter === 'http2') {
      this.#reads = new Http2StreamReads(settings, this.#readDeadlineMs);
    }
    this.#source = {
      subscribe: (after, followOptions) =>
        options.appendWriter === 'http2'
          ? new Http2LogSubscription(settings, after, followOptions)
          : subscribe(client, after, followOptions),
      fetchHead: () => this.fetchHead(),
      scan: (after, types) => this.#scan(after, types),
      read: (event) => this.#read(event),
    };
  }

  append(input: AppendInput): Promise<Appended> {
    return this.writer.append(input);
  }

  async *readStream(
    streamName: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent> {
    const forwards = options.direction !== 'backwards';
    let from = options.fromRevision;
    let rest = options.eventsMax ?? Infinity;
    const direction = forwards ? 'forwards' : 'backwards';
    for (let pageMax = FIRST_PAGE_EVENTS; rest > 0; pageMax = PAGE_EVENTS) {
      const maxCount = Math.min(rest, pageMax);
      let read = 0;
      let last = -1;
      const page = { streamName, fromRevision: from, direction, eventsMax: maxCount } as const;
      for await (const event of this.#readPage(page)) {
        read += 1;
        last = event.revision;
        yield this.#read(event);
      }
      rest -= read;
      from = forwards ? last + 1 : last - 1;
      if (read < maxCount || from < 0) return;
    }
  }

  async *#readPage(page: StreamPage): AsyncGenerator<RecordedEvent> {
    if (this.#reads !== undefined) return yield* await this.#reads.readPage(page);
    const { streamName, fromRevision, eventsMax: maxCount } = page;
    const end = page.direction === 'forwards' ? START : END;
    const from = fromRevision === undefined ? end : BigInt(fromRevision);
    const direction = page.direction === 'forwards' ? FORWARDS : BACKWARDS;
    const options = { maxCount, fromRevision: from, direction } as const;
    yield* this.#page(this.client.readStream(streamName, options, READABLE));
  }

  async *readAll({ after, upTo }: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    for await (const event of this.#readLog(after)) {
      if (upTo !== undefined && event.position > upTo) return;
      if (!isSystem(event)) yield this.#read(event);
    }
  }

  async fetchHead(): Promise<Position | undefined> {
    const options = { direction: BACKWARDS, fromPosition: END, maxCount: 1 } as const;
    let head: Position | undefined;
    // To the end: leaving early resets the call, and a server ends a session that resets too many.
    for await (const event of this.#page(this.client.readAll(options, READABLE))) {
      head = event.position;
    }
    return head;
  }

  follow(options: FollowOptions): Following {
    return followLog(this.#source, options, this.options.followLimits);
  }

  async close(): Promise<void> {
    await Promise.all([this.writer.close(), this.#reads?.close()]);
    // It waits for every call to end, and one whose server is frozen does not.
    await Promise.race([this.client.dispose(), delay(1_000, undefined, { ref: false })]);
  }

  /** $all after a position, system events too, a page at a time. */
  async *#readLog(after: Position | undefined): AsyncGenerator<RecordedEvent> {
    let from = after;
    for (;;) {
      let read = 0;
      const fromPosition = from === undefined ? START : { commit: from, prepare: from };
      const page = this.client.readAll({ fromPosition, maxCount: PAGE_EVENTS }, READABLE);
      for await (const event of this.#page(page)) {
        read += 1;
        // The server reads from a position inclusively, the port exclusively.
        if (from !== undefined && event.position <= from) continue;
        from = event.position;
        yield event;
      }
      if (read < PAGE_EVENTS) return;
    }
  }

  async #scan(after: Position | undefined, types: readonly string[] | undefined): Promise<Scan> {
    let scannedTo: Position | undefined;
    for await (const event of this.#readLog(after)) {
      const isWanted = types === undefined ? !isSystem(event) : types.includes(event.type);
      if (isWanted) return { found: event.position, scannedTo };
      scannedTo = event.position;
    }
    return { found: undefined, scannedTo };
  }

  /**
   * A read of the client, made to end: a missing stream is empty, silence is an error, and leaving
   * the loop early cancels the call and lets the rest flow off; the client would leave it open.
   */
  async *#page(page: ClientRead): AsyncGenerator<RecordedEvent> {
    let waitingSince = performance.now();
    const watch = setInterval(() => {
      if (performance.now() - waitingSince < this.#readDeadlineMs) return;
      const why = `a read brought nothing for ${this.#readDeadlineMs} ms`;
      page.emit('error', new StoreUnavailable(why));
    }, this.#readDeadlineMs / 4);
    let isWhole = false;
    try {
      for await (const resolved of iterate(page)) {
        waitingSince = Infinity;
        const event = recordedOf(resolved);
        if (event !== undefined) yield event;
        waitingSince = performance.now();
      }
      isWhole = true;
    } catch (error) {
      if (typeOf(error) === ErrorType.STREAM_NOT_FOUND) return;
      throw readErrorOf(error);
    } finally {
      clearInterval(watch);
      if (!isWhole) abandon(page, page.cancel());
    }
  }

  #read(event: RecordedEvent): RecordedEvent {
    if (event.data === UNREADABLE) throw new UnreadableEvent(event, 'its data is not JSON');
    return this.#schemas.upcast(event);
  }
}

/** Destroying a stream of the client strands the call under it: it is cancelled and drained. */
const READABLE = { autoDestroy: false };

function iterate(page: ClientRead): AsyncIterable<ResolvedEvent | AllStreamResolvedEvent> {
  return { [Symbol.asyncIterator]: () => page.iterator({ destroyOnReturn: false }) };
}

function abandon(stream: Flowing, cancelled: Promise<unknown>): void {
  stream.on('error', () => undefined);
  cancelled.catch(() => undefined);
  stream.resume();
}

type Flowing = Readonly<{
  on: (event: 'error', listener: () => void) => unknown;
  resume: () => unknown;
}>;

/** Events of one call: a long read holds no more of the server than this at a time. */
const PAGE_EVENTS = 4_096;
/** Most streams end within it, and whoever looks for something at an end seldom reads on. */
const FIRST_PAGE_EVENTS = 32;

type ClientRead =
  ReturnType<EventStoreDBClient['readAll']> | ReturnType<EventStoreDBClient['readStream']>;

/** The client's own append, with a deadline of ours, since it ignores its own on batch appends. */
class ClientAppendWriter implements AppendPort {
  readonly #closing = new AbortController();

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly deadlineMs: number,
  ) {}

  append(input: AppendInput): Promise<Appended> {
    return new Promise((resolve, reject) => {
      assertAppendable(input);
      const { streamName, deadlineMs = this.deadlineMs } = input;
      const { signal } = this.#closing;
      if (signal.aborted) throw new StoreUnavailable('the event store client is closed');
      const giveUp = (why: string): void => reject(new OutcomeUnknown(streamName, new Error(why)));
      const timer = setTimeout(() => giveUp('no answer before the deadline'), deadlineMs);
      const onClose = (): void => giveUp('the writer was closed');
      signal.addEventListener('abort', onClose, { once: true });
      this.#write(input)
        .then(resolve, (error: unknown) => {
          reject(error instanceof TypeError ? error : appendErrorOf(input, error));
        })
        .finally(() => {
          clearTimeout(timer);
          signal.removeEventListener('abort', onClose);
        });
    });
  }

  close(): Promise<void> {
    this.#closing.abort();
    return Promise.resolve();
  }

  async #write({ streamName, expectedRevision, events }: AppendInput): Promise<Appended> {
    // What cannot be JSON throws here: within the client it would be an error nobody can catch.
    for (const { data, metadata } of events) JSON.stringify([data, metadata]);
    const result = await this.client.appendToStream(
      streamName,
      events.map((event) => jsonEvent(event as unknown as JsonEvent)),
      {
        expectedRevision: expectedRevision === 'no-stream' ? 'no_stream' : BigInt(expectedRevision),
      },
    );
    return {
      revision: Number(result.nextExpectedRevision),
      position: result.position?.commit ?? 0n,
    };
  }
}

/** The port's JSON, which its types leave open, in the client's words. */
type JsonEvent = Parameters<typeof jsonEvent>[0];

function appendErrorOf(input: AppendInput, error: unknown): Error {
  const { streamName, expectedRevision } = input;
  switch (typeOf(error)) {
    case ErrorType.WRONG_EXPECTED_VERSION: {
      const { actualVersion } = error as { actualVersion: bigint | string };
      const actual = typeof actualVersion === 'bigint' ? Number(actualVersion) : undefined;
      return new WrongExpectedRevision(streamName, expectedRevision, actual);
    }
    case ErrorType.STREAM_DELETED:
      return new AppendRefused(streamName, 'stream-deleted', error);
    case ErrorType.ACCESS_DENIED:
      return new AppendRefused(streamName, 'access-denied', error);
    case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED:
      return new AppendRefused(streamName, 'too-large', error);
    default:
      return wasNotSent(error)
        ? new StoreUnavailable('the event store cannot be reached', error)
        : new OutcomeUnknown(streamName, error);
  }
}

/** grpc-js says in words alone whether a call ever had a connection to go out on. */
function wasNotSent(error: unknown): boolean {
  const text = String((error as Partial<Error> | undefined)?.message);
  return /No connection established|Name resolution failed|Failed to discover/.test(text);
}

function readErrorOf(error: unknown): Error {
  switch (typeOf(error)) {
    case ErrorType.ACCESS_DENIED:
    case ErrorType.STREAM_DELETED:
    case ErrorType.UNSUPPORTED:
      return error as Error;
    default:
      if (error instanceof StoreUnavailable || error instanceof UnreadableEvent) return error;
      return new StoreUnavailable('reading from the event store failed', error);
  }
}

function typeOf(error: unknown): string | undefined {
  return (error as { type?: string } | undefined)?.type;
}

/** One subscription of the client as a source of batches. */
function subscribe(
  client: EventStoreDBClient,
  after: Position | undefined,
  { types, batchMax }: FollowOptions,
): LogSubscription {
  // The client calls back for a checkpoint while events before it still wait to be read, so the
  // checkpoint is put in line behind them.
  const checkpoints = {
    maxSearchWindow: 1_000,
    checkpointInterval: 1,
    checkpointReached: (within: AllStreamSubscription, { commit }: { commit: bigint }): void => {
      within.push({ kind: 'checkpoint', position: commit } satisfies LogItem);
    },
  };
  const subscription = client.subscribeToAll(
    {
      fromPosition: after === undefined ? START : { commit: after, prepare: after },
      filter:
        types === undefined
          ? excludeSystemEvents(checkpoints)
          : eventTypeFilter({ ...checkpoints, regex: `^(?:${types.map(escaped).join('|')})$` }),
    },
    { ...READABLE, highWaterMark: batchMax },
  );
  let wake = (): void => undefined;
  let end: Readonly<{ error?: unknown }> | undefined;
  const finish = (why: Readonly<{ error?: unknown }>): void => {
    end ??= why;
    wake();
  };
  subscription.on('caughtUp', () => subscription.push({ kind: 'live' } satisfies LogItem));
  subscription.on('readable', () => wake());
  subscription.on('end', () => finish({}));
  subscription.on('close', () => finish({}));
  subscription.on('error', (error: unknown) => finish({ error }));
  return {
    next: async (max) => {
      for (;;) {
        const items = takeItems(subscription, max);
        if (items.length > 0 && end === undefined) return items;
        if (end?.error !== undefined) throw readErrorOf(end.error);
        if (end !== undefined) return undefined;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    cancel: () => {
      finish({});
      subscription.removeAllListeners('readable');
      abandon(subscription, subscription.unsubscribe());
    },
  };
}

function takeItems(subscription: AllStreamSubscription, max: number): LogItem[] {
  const items: LogItem[] = [];
  while (items.length < max) {
    const item = subscription.read() as LogItem | AllStreamResolvedEvent | null;
    if (item === null) break;
    if ('kind' in item) {
      items.push(item);
      continue;
    }
    const event = recordedOf(item);
    if (event !== undefined) items.push({ kind: 'event', event });
  }
  return items;
}

function recordedOf(resolved: ResolvedEvent | AllStreamResolvedEvent): RecordedEvent | undefined {
  const { event } = resolved;
  if (event === undefined) return undefined;
  const { id, streamId, revision, type, data, metadata, created } = event;
  // What is not JSON the client hands over as bytes, or as the text it could not parse.
  const isJson = typeof data === 'object' && !(data instanceof Uint8Array);
  const isMetadata = typeof metadata === 'object' && !(metadata instanceof Uint8Array);
  return {
    id,
    streamName: streamId,
    revision: Number(revision),
    position: event.position?.commit ?? resolved.commitPosition ?? 0n,
    type,
    data: (isJson ? data : UNREADABLE) as object,
    metadata: (isMetadata ? metadata : {}) as EventMetadata,
    recordedAt: created,
  };
}

function isSystem({ type }: RecordedEvent): boolean {
  return type.startsWith('$');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
