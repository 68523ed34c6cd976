import {
  Follower,
  LAG_MS_MAX,
  type CommandLookup,
  type EventStore,
  type Logger,
  type Position,
  type ReadinessCheck,
  type RecordedEvent,
  type StreamAggregateStore,
} from '@app/platform';
import {
  book,
  BookLookup,
  type BookKnowledge,
  type BookQuestion,
  type OrderOfBook,
  type PlaceToGo,
} from '@app/voucher-books';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { placeToGo } from './knowledge';
import { SchemeMemory } from './scheme-memory';
import { SharedTexts } from './shared-texts';

export type LogMemoryOptions = Readonly<{
  store: EventStore;
  aggregates: StreamAggregateStore;
  commands: CommandLookup;
  logger: Pick<Logger, 'error' | 'warn' | 'info'>;
}>;

/** How long a question may wait for memory to follow to the end of the log. */
const CATCH_UP_MS = 2_000;

/**
 * The api's memory of the log: everything it decides on beside the stream it appends to, the books
 * touched so far, and the commands of late. It replays the log at the start; until then, and whenever
 * it falls behind, the streams are read instead.
 */
export class LogMemory extends BookLookup implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #options: LogMemoryOptions;
  readonly #scheme: SchemeMemory;
  readonly #texts = new SharedTexts();
  #follower: Follower | undefined;

  constructor(options: LogMemoryOptions) {
    super();
    this.#options = options;
    this.#scheme = new SchemeMemory(options.store);
    options.aggregates.keepWarm(book);
    // They come back to the process that made them. What else a book's stream tells is also the scheme's.
    options.aggregates.passOverOwn('VouchersRedeemed');
  }

  onApplicationBootstrap(): void {
    const { store, aggregates, logger } = this.#options;
    this.#follower = new Follower({
      store,
      isKnown: (position) => aggregates.isPassedOver(position),
      apply: (event) => this.#apply(event),
      onLive: () => aggregates.markWarm(),
      onBreak: (error, retryInMs) => logger.warn({ err: error, retryInMs }, 'log not followed'),
      onFailure: (error) => logger.error({ err: error }, 'memory of the log stopped'),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#follower?.stop();
  }

  /** Whether it has followed the log from its start to nearly its end. */
  get isTrusted(): boolean {
    return this.#follower?.isTrusted() === true;
  }

  recall(question: BookQuestion): BookKnowledge | undefined {
    if (!this.isTrusted) return undefined;
    return this.#scheme.recall(question, this.#follower?.position);
  }

  async confirm(question: BookQuestion): Promise<BookKnowledge> {
    const head = await this.#options.store.fetchHead();
    if (head === undefined || this.#hasReached(head)) return this.#recallReached(question);
    const read = await this.#scheme.readAt(question, head);
    // Memory overtook the reading: what was read is of no one position, but memory is of a later one.
    return this.#hasReached(head) ? this.#recallReached(question) : read;
  }

  listPlacesToGo(
    { agreement: { restrictions } }: OrderOfBook,
    options: Readonly<{ on: string; department: string | undefined; placesMax: number }>,
  ): readonly PlaceToGo[] {
    const { on, department: nearBy, placesMax } = options;
    const near: PlaceToGo[] = [];
    const far: PlaceToGo[] = [];
    for (const { place, said } of this.#scheme.places()) {
      const found = placeToGo(place, said, on);
      if (found === undefined || !allows(restrictions.territories, found.territories)) continue;
      const services = found.services.filter((each) => allows(restrictions.services, [each]));
      if (services.length === 0) continue;
      const { placeId, name, city, department } = found;
      (department === nearBy ? near : far).push({ placeId, name, city, services });
      if (near.length === placesMax) break;
    }
    return [...near, ...far].slice(0, placesMax);
  }

  async catchUp(): Promise<boolean> {
    const head = await this.#options.store.fetchHead();
    if (head === undefined) return true;
    return (await this.#follower?.waitFor(head, CATCH_UP_MS)) ?? false;
  }

  /** Not ready while it replays or is behind: every decision would read the streams. */
  get check(): ReadinessCheck {
    const check = (): void => {
      const lag = this.#follower?.lag();
      if (lag === undefined || lag.isReplaying) throw new Error('the log is being replayed');
      if (lag.ms > LAG_MS_MAX) throw new Error(`${Math.round(lag.ms)} ms behind the log`);
    };
    return { name: 'memory', deadlineMs: 1_000, check };
  }

  #apply(event: RecordedEvent): void {
    const { aggregates, commands } = this.#options;
    this.#scheme.observe(event);
    if (!aggregates.hasSeen(event)) aggregates.observe(this.#texts.share(event));
    commands.observe(event);
  }

  #hasReached(head: Position): boolean {
    const position = this.#follower?.position;
    return position !== undefined && position >= head;
  }

  #recallReached(question: BookQuestion): BookKnowledge {
    return this.#scheme.recall(question, this.#follower?.position);
  }
}

const allows = (allowed: readonly string[], given: readonly string[]): boolean =>
  allowed.length === 0 || given.some((one) => allowed.includes(one));
