import {
  EventStore,
  type Appended,
  type AppendInput,
  type Following,
  type FollowOptions,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from '@app/platform';

/** A store that remembers what was last appended through it, so that nobody has to ask the server. */
export class WatchedStore extends EventStore {
  #head: Position = 0n;
  readonly #lastOf = new Map<string, Position>();

  constructor(private readonly store: EventStore) {
    super();
  }

  get head(): Position {
    return this.#head;
  }

  /** Of the last event of one of these types. */
  lastOf(types: readonly string[]): Position {
    return types.reduce((last, type) => max(last, this.#lastOf.get(type) ?? 0n), 0n);
  }

  async append(input: AppendInput): Promise<Appended> {
    const appended = await this.store.append(input);
    const { position } = appended;
    this.#head = max(this.#head, position);
    for (const { type } of input.events) {
      this.#lastOf.set(type, max(this.#lastOf.get(type) ?? 0n, position));
    }
    return appended;
  }

  readStream(streamName: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return this.store.readStream(streamName, options);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return this.store.readAll(options);
  }

  fetchHead(): Promise<Position | undefined> {
    return this.store.fetchHead();
  }

  follow(options: FollowOptions): Following {
    return this.store.follow(options);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

const max = (a: Position, b: Position): Position => (a > b ? a : b);
