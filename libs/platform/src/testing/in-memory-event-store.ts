import { setImmediate as turn } from 'node:timers/promises';
import {
  EventStore,
  StoreUnavailable,
  WrongExpectedRevision,
  type Appended,
  type AppendInput,
  type EventMetadata,
  type FollowOptions,
  type Following,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from '../event-store/event-store';

/** Positions have gaps, as byte offsets do: nobody may count on the next one being one more. */
const POSITION_STEP = 10n;

/** The whole port in memory, with EventStoreDB's rules for repeated appends. Time stands by itself. */
export class InMemoryEventStore extends EventStore {
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #followers = new Set<() => void>();
  #away = false;

  /** Each event is recorded a second after the one before it. */
  constructor(private readonly startsAt = new Date('2026-01-15T10:00:00.000Z')) {
    super();
  }

  async append({ streamName, expectedRevision, events }: AppendInput): Promise<Appended> {
    await turn();
    this.#assertHere();
    if (events.length === 0) throw new TypeError('an append of no event');
    const stream = this.#streams.get(streamName) ?? [];
    const expected = expectedRevision === 'no-stream' ? -1 : expectedRevision;
    const current = stream.length - 1;
    if (expected === current) return this.#write(streamName, stream, events);
    const known = stream.slice(expected + 1, expected + 1 + events.length);
    const isRepeat =
      expected < current &&
      known.length === events.length &&
      known.every((event, index) => event.id === events[index]?.id);
    const last = known.at(-1);
    if (isRepeat && last) return { revision: last.revision, position: last.position };
    const actual = current < 0 ? undefined : current;
    throw new WrongExpectedRevision(streamName, expectedRevision, actual);
  }

  /** Shorthand for specs: one append at the current end of the stream, with plausible metadata. */
  async given(
    streamName: string,
    ...events: readonly Readonly<{ type: string; data: unknown }>[]
  ): Promise<readonly RecordedEvent[]> {
    const stream = this.#streams.get(streamName) ?? [];
    const first = this.#log.length;
    const recorded = events.map(({ type, data }, index) => ({
      type,
      data: data as object,
      id: `00000000-0000-5000-8000-${String(first + index).padStart(12, '0')}`,
      metadata: METADATA,
    }));
    const expectedRevision = stream.length === 0 ? 'no-stream' : stream.length - 1;
    await this.append({ streamName, expectedRevision, events: recorded });
    return this.#log.slice(first);
  }

  async *readStream(
    streamName: string,
    options: ReadStreamOptions = {},
  ): AsyncIterable<RecordedEvent> {
    await turn();
    this.#assertHere();
    const { direction = 'forwards', eventsMax = Infinity } = options;
    const stream = this.#streams.get(streamName) ?? [];
    const from = options.fromRevision ?? (direction === 'forwards' ? 0 : stream.length - 1);
    const wanted =
      direction === 'forwards' ? stream.slice(from) : stream.slice(0, from + 1).reverse();
    yield* wanted.slice(0, eventsMax);
  }

  async *readAll({ after, upTo }: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    await turn();
    this.#assertHere();
    const end = this.#log.length;
    for (let index = this.#indexAfter(after); index < end; index++) {
      const event = this.#log[index];
      if (event === undefined || (upTo !== undefined && event.position > upTo)) return;
      yield event;
    }
  }

  async fetchHead(): Promise<Position | undefined> {
    await turn();
    this.#assertHere();
    return this.#log.at(-1)?.position;
  }

  follow(options: FollowOptions): Following {
    let stopped = false;
    let wake = (): void => undefined;
    const awake = (): void => wake();
    const run = async (): Promise<void> => {
      let next = this.#indexAfter(options.after);
      let live = false;
      this.#followers.add(awake);
      while (!stopped) {
        const end = this.#away ? next : Math.min(next + options.batchMax, this.#log.length);
        if (next < end) {
          await options.onBatch(this.#log.slice(next, end));
          next = end;
        } else {
          if (!live && !this.#away) options.onLive?.();
          live = !this.#away;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      }
    };
    const ended = run().finally(() => this.#followers.delete(awake));
    ended.catch(() => undefined);
    const stop = async (): Promise<void> => {
      stopped = true;
      wake();
      await ended.catch(() => undefined);
    };
    return { ended, stop };
  }

  async close(): Promise<void> {}

  /** Everything that crosses the network fails, until `comeBack`. */
  goAway(): void {
    this.#away = true;
  }

  comeBack(): void {
    this.#away = false;
    this.#followers.forEach((wake) => wake());
  }

  #write(streamName: string, stream: RecordedEvent[], events: AppendInput['events']): Appended {
    this.#streams.set(streamName, stream);
    for (const { id, type, data, metadata } of events) {
      const recorded: RecordedEvent = {
        id,
        streamName,
        revision: stream.length,
        position: BigInt(this.#log.length + 1) * POSITION_STEP,
        type,
        // What crosses the network is JSON: a Date or an undefined would not come back.
        data: JSON.parse(JSON.stringify(data)) as object,
        metadata: JSON.parse(JSON.stringify(metadata)) as EventMetadata,
        recordedAt: new Date(this.startsAt.getTime() + this.#log.length * 1_000),
      };
      stream.push(recorded);
      this.#log.push(recorded);
    }
    this.#followers.forEach((wake) => wake());
    const { revision, position } = stream.at(-1) as RecordedEvent;
    return { revision, position };
  }

  #indexAfter(position: Position | undefined): number {
    if (position === undefined) return 0;
    const index = this.#log.findIndex((event) => event.position > position);
    return index < 0 ? this.#log.length : index;
  }

  #assertHere(): void {
    if (this.#away) throw new StoreUnavailable('the store is away');
  }
}

const METADATA: EventMetadata = {
  commandId: '00000000-0000-5000-8000-000000000001',
  requestHash: '0'.repeat(64),
  actor: { id: 'person-1', partyId: 'party-1', role: 'operator' },
  correlationId: 'correlation-1',
  causationId: 'causation-1',
};
