import {
  EventStore,
  UnreadableEvent,
  WrongExpectedRevision,
  type Appended,
  type AppendInput,
  type Following,
  type FollowOptions,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from './event-store';
import { SchemaVersions } from './schema-versions';

/**
 * The port without a server, for specs and the simulation: same idempotency by event ids, same order,
 * data and metadata copied through JSON as on the wire. `now` is the store's clock.
 */
export class InMemoryEventStore extends EventStore {
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #followers = new Set<() => void>();
  readonly #schemas: SchemaVersions;
  readonly #now: () => Date;

  constructor(options: Readonly<{ schemas?: SchemaVersions; now?: () => Date }> = {}) {
    super();
    this.#schemas = options.schemas ?? new SchemaVersions();
    this.#now = options.now ?? (() => new Date());
  }

  async append(input: AppendInput): Promise<Appended> {
    await Promise.resolve();
    return this.#append(input);
  }

  async *readStream(
    streamName: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent> {
    const stored = this.#streams.get(streamName) ?? [];
    const { direction = 'forwards', eventsMax = Infinity } = options;
    const forwards = direction === 'forwards';
    const from = Math.min(options.fromRevision ?? (forwards ? 0 : Infinity), stored.length);
    const wanted = forwards ? stored.slice(from) : stored.slice(0, from + 1).reverse();
    for (const event of wanted.slice(0, eventsMax)) yield await this.#read(event);
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    const upTo = options.upTo ?? BigInt(this.#log.length);
    for (let at = indexAfter(options.after); at < this.#log.length; at += 1) {
      const event = this.#log[at];
      if (event === undefined || event.position > upTo) return;
      if (!isSystem(event)) yield await this.#read(event);
    }
  }

  fetchHead(): Promise<Position | undefined> {
    return Promise.resolve(this.#log.at(-1)?.position);
  }

  follow(options: FollowOptions): Following {
    let stopped = false;
    let wake = (): void => undefined;
    const follower = (): void => wake();
    this.#followers.add(follower);
    const wanted = options.types === undefined ? undefined : new Set(options.types);
    const run = async (): Promise<void> => {
      let at = indexAfter(options.after);
      let live = false;
      // As over the network, nothing arrives before the caller has its following.
      await Promise.resolve();
      while (!stopped) {
        const asOfMs = performance.now();
        const page = this.#log.slice(at, at + options.batchMax);
        at += page.length;
        await this.#hand(
          page.filter((e) => !isSystem(e) && (wanted?.has(e.type) ?? true)),
          options,
        );
        const reached = page.at(-1);
        if (reached !== undefined) {
          await options.onCheckpoint?.(reached.position);
          continue;
        }
        if (!live) options.onLive?.();
        live = true;
        options.onCurrent?.(asOfMs);
        const woken = new Promise<void>((resolve) => (wake = resolve));
        if (!stopped && at === this.#log.length) await woken;
      }
    };
    const ended = run().finally(() => this.#followers.delete(follower));
    ended.catch(() => undefined);
    const stop = async (): Promise<void> => {
      stopped = true;
      wake();
      await ended.catch(() => undefined);
    };
    return { ended, stop };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #append({ streamName, expectedRevision, events }: AppendInput): Appended {
    const stored = this.#streams.get(streamName) ?? [];
    const current = stored.length - 1;
    const expected = expectedRevision === 'no-stream' ? -1 : expectedRevision;
    const repeats = events.filter((event, at) => stored[expected + 1 + at]?.id === event.id);
    if (expected < current && repeats.length === events.length && events.length > 0) {
      const revision = expected + events.length;
      return { revision, position: stored[revision]?.position ?? 0n };
    }
    if (expected !== current) {
      const actual = stored.length === 0 ? undefined : current;
      throw new WrongExpectedRevision(streamName, expectedRevision, actual);
    }
    const recordedAt = this.#now();
    for (const event of events) {
      const copy = JSON.parse(JSON.stringify(event)) as typeof event;
      const position = BigInt(this.#log.length + 1);
      const recorded = { ...copy, streamName, revision: stored.length, position, recordedAt };
      stored.push(recorded);
      this.#log.push(recorded);
    }
    this.#streams.set(streamName, stored);
    const position = stored.at(-1)?.position ?? 0n;
    for (const follower of this.#followers) follower();
    return { revision: stored.length - 1, position };
  }

  async #hand(page: readonly RecordedEvent[], options: FollowOptions): Promise<void> {
    let batch: RecordedEvent[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length > 0) await options.onBatch(batch);
      batch = [];
    };
    for (const event of page) {
      try {
        batch.push(this.#schemas.upcast(event));
      } catch (error) {
        if (!(error instanceof UnreadableEvent) || options.onUnreadable === undefined) throw error;
        await flush();
        await options.onUnreadable(event, error);
      }
    }
    await flush();
  }

  /** Reads take a turn of the loop, as they do over the network. */
  async #read(event: RecordedEvent): Promise<RecordedEvent> {
    await Promise.resolve();
    return this.#schemas.upcast(event);
  }
}

/** Positions here are 1, 2, 3 …, so a position is also the index of what comes after it. */
function indexAfter(position: Position | undefined): number {
  return position === undefined ? 0 : Number(position);
}

function isSystem(event: RecordedEvent): boolean {
  return event.type.startsWith('$');
}
