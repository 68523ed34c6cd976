import {
  EventStore,
  OutcomeUnknown,
  StoreUnavailable,
  type Appended,
  type AppendInput,
  type Following,
  type FollowOptions,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from '@app/platform';

/** A store whose following can be held up, and whose answers to appends can get lost. */
export class UnreliableStore extends EventStore {
  #held: Promise<void> | undefined;
  #release: () => void = () => undefined;
  #answersLost = 0;
  #isDeaf = false;

  constructor(private readonly store: EventStore) {
    super();
  }

  /** From the next batch on, followers get nothing. */
  holdFollowers(): void {
    this.#held ??= new Promise((resolve) => (this.#release = resolve));
  }

  releaseFollowers(): void {
    this.#held = undefined;
    this.#release();
  }

  /** The next appends are written and their answers are not heard. */
  loseAnswers(count: number): void {
    this.#answersLost = count;
  }

  /** Reads of streams fail too, until `hearAgain`. */
  goDeaf(): void {
    this.#isDeaf = true;
  }

  hearAgain(): void {
    this.#isDeaf = false;
    this.#answersLost = 0;
  }

  async append(input: AppendInput): Promise<Appended> {
    const appended = await this.store.append(input);
    if (this.#answersLost === 0) return appended;
    this.#answersLost -= 1;
    throw new OutcomeUnknown(input.streamName);
  }

  readStream(streamName: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    if (this.#isDeaf) throw new StoreUnavailable('no answer');
    return this.store.readStream(streamName, options);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return this.store.readAll(options);
  }

  fetchHead(): Promise<Position | undefined> {
    return this.store.fetchHead();
  }

  follow(options: FollowOptions): Following {
    const following = this.store.follow({
      ...options,
      onBatch: async (events) => {
        await this.#held;
        await options.onBatch(events);
      },
      onCheckpoint: async (position) => {
        await this.#held;
        await options.onCheckpoint?.(position);
      },
    });
    const stop = (): Promise<void> => {
      this.releaseFollowers();
      return following.stop();
    };
    return { ended: following.ended, stop };
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
