import {
  EventStore,
  InMemoryEventStore,
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
import type { Chance } from './chance';
import type { Life, Scheduler } from './scheduler';

/** What can happen to whoever talks to the store; shares in basis points. */
export type Faults = {
  /** Nobody is answered. */
  isAway: boolean;
  /** Appends whose answer is lost, though they were written. */
  answerLost: number;
  /** Appends that are lost on their way, and nobody knows. */
  requestLost: number;
  /** Appends that arrive after their caller has given up waiting. */
  requestLate: number;
  /** Answers that come after other things have happened. */
  answerLate: number;
  /** Batches after which a following breaks and begins again, at times before where it was. */
  followingBroken: number;
};

export const NO_FAULTS: Readonly<Faults> = {
  isAway: false,
  ...{ answerLost: 0, requestLost: 0, requestLate: 0, answerLate: 0, followingBroken: 0 },
};

/** The log itself, which neither dies nor lies, and says when there is more of it. */
export class GrowingLog extends InMemoryEventStore {
  #grown = Promise.withResolvers<void>();

  get grown(): Promise<void> {
    return this.#grown.promise;
  }

  override async append(input: AppendInput): Promise<Appended> {
    const appended = await super.append(input);
    const grown = this.#grown;
    this.#grown = Promise.withResolvers();
    grown.resolve();
    return appended;
  }
}

type Options = Readonly<{
  log: GrowingLog;
  life: Life;
  scheduler: Scheduler;
  chance: Chance;
  faults: Readonly<Faults>;
  /** Whether what it follows may come twice: to those who say that they bear it. */
  repeats: boolean;
}>;

/** A caught-up following hears so once a second, as from the real store. */
const CURRENT_MS = 1_000;

/** The log as one life of one program has it: every question waits for its turn, and may go wrong. */
export class SimulatedStore extends EventStore {
  constructor(private readonly options: Options) {
    super();
  }

  async append(input: AppendInput): Promise<Appended> {
    const { scheduler, life, log, chance, faults } = this.options;
    const what = `append ${input.streamName}@${input.expectedRevision}`;
    await scheduler.turn(life, what);
    this.#refuseAway();
    if (chance.falls(faults.requestLost)) {
      scheduler.hit('append lost', what);
      throw new OutcomeUnknown(input.streamName);
    }
    if (chance.falls(faults.requestLate)) {
      scheduler.hit('append late', what);
      scheduler.later(`${what} arrives late`, () => void log.append(input).catch(() => undefined));
      throw new OutcomeUnknown(input.streamName);
    }
    // Written, or refused, before anybody hears of it.
    const appended = log.append(input);
    appended.catch(() => undefined);
    if (chance.falls(faults.answerLost)) {
      scheduler.hit('answer lost', what);
      await scheduler.turn(life, `${what} is not answered`);
      throw new OutcomeUnknown(input.streamName);
    }
    if (chance.falls(faults.answerLate)) await scheduler.turn(life, `${what} is answered`);
    return appended;
  }

  async *readStream(
    streamName: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent> {
    yield* await this.#ask(`read ${streamName}`, () =>
      Array.fromAsync(this.options.log.readStream(streamName, options)),
    );
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    yield* await this.#ask('read all', () => Array.fromAsync(this.options.log.readAll(options)));
  }

  fetchHead(): Promise<Position | undefined> {
    return this.#ask('head', () => this.options.log.fetchHead());
  }

  follow(options: FollowOptions): Following {
    const following = new SimulatedFollowing(this.options, options);
    return { ended: following.ended, stop: () => following.stop() };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #ask<T>(what: string, answer: () => Promise<T>): Promise<T> {
    const { scheduler, life, chance, faults } = this.options;
    await scheduler.turn(life, what);
    this.#refuseAway();
    const answered = await answer();
    if (chance.falls(faults.answerLate)) await scheduler.turn(life, `${what} is answered`);
    return answered;
  }

  #refuseAway(): void {
    const { faults, scheduler, life } = this.options;
    if (!faults.isAway) return;
    scheduler.hit('store away', life.name);
    throw new StoreUnavailable('the store is away');
  }
}

/** Hands the log over batch by batch, each when its turn comes. */
class SimulatedFollowing {
  readonly ended: Promise<void>;
  #after: Position | undefined;
  #isStopped = false;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(
    private readonly options: Options,
    private readonly follow: FollowOptions,
  ) {
    this.#after = follow.after;
    this.ended = this.#run();
    this.ended.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopped.resolve();
    await this.ended.catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { scheduler, life, faults } = this.options;
    let isLive = false;
    // As over the network, nothing arrives before the caller has its following.
    await Promise.resolve();
    while (!this.#isStopped) {
      const { grown } = this.options.log;
      const page = await this.#nextPage();
      if (life.isOver) return nothing();
      if (page.length > 0) {
        await Promise.race([
          scheduler.turn(life, `told to ${page.at(-1)?.position}`),
          this.#stopped.promise,
        ]);
        if (this.#isStopped) return;
        if (faults.isAway) await this.#break();
        else await this.#hand(page);
        continue;
      }
      if (faults.isAway) {
        await this.#break();
        continue;
      }
      if (!isLive) this.follow.onLive?.();
      isLive = true;
      this.follow.onCurrent?.(performance.now());
      await Promise.race([grown, pause(CURRENT_MS), this.#stopped.promise]);
    }
  }

  async #nextPage(): Promise<readonly RecordedEvent[]> {
    const { chance, log } = this.options;
    const max = Math.min(this.follow.batchMax, chance.one([1, 3, 20, 1_000]));
    const page: RecordedEvent[] = [];
    const after = this.#after === undefined ? {} : { after: this.#after };
    for await (const event of log.readAll(after)) {
      if (page.push(event) === max) break;
    }
    return page;
  }

  async #hand(page: readonly RecordedEvent[]): Promise<void> {
    const { chance, faults, repeats } = this.options;
    const { types, isKnown } = this.follow;
    const wanted = page.filter(
      (event) => (types?.includes(event.type) ?? true) && !isKnown?.(event.position),
    );
    if (wanted.length > 0) await this.follow.onBatch(wanted);
    const before = this.#after;
    this.#after = page.at(-1)?.position;
    if (this.#after !== undefined) await this.follow.onCheckpoint?.(this.#after);
    if (!chance.falls(faults.followingBroken)) return;
    if (repeats) {
      this.#after = before;
      this.options.scheduler.hit('facts again', this.options.life.name);
    }
    await this.#break();
  }

  async #break(): Promise<void> {
    const ms = this.options.chance.between(1, 500);
    this.follow.onBreak?.(new StoreUnavailable('the following broke'), ms);
    await Promise.race([pause(ms), this.#stopped.promise]);
  }
}

/** Of a life that is over nothing is heard any more. Each its own, so that nobody keeps them all. */
const nothing = (): Promise<never> => new Promise(() => undefined);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
