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

/** The log for a program that is to lag: what it follows waits from `hold()` until `release()`. */
export class HeldLog extends EventStore {
  #held: PromiseWithResolvers<void> | undefined;
  #holdsAt: string | undefined;

  constructor(private readonly log: EventStore) {
    super();
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  hold(): void {
    this.#held ??= Promise.withResolvers<void>();
  }

  /** From the next event of that type on, before it is told. */
  holdAt(type: string): void {
    this.#holdsAt = type;
  }

  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
    this.#holdsAt = undefined;
  }

  append(input: AppendInput): Promise<Appended> {
    return this.log.append(input);
  }

  readStream(name: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return this.log.readStream(name, options);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return this.log.readAll(options);
  }

  fetchHead(): Promise<Position | undefined> {
    return this.log.fetchHead();
  }

  follow(options: FollowOptions): Following {
    return this.log.follow({
      ...options,
      onBatch: async (events) => {
        if (events.some(({ type }) => type === this.#holdsAt)) this.hold();
        await this.#held?.promise;
        await options.onBatch(events);
      },
      onCheckpoint: async (position) => {
        await this.#held?.promise;
        await options.onCheckpoint?.(position);
      },
    });
  }

  close(): Promise<void> {
    return this.log.close();
  }
}
