import { DomainError, type Command, type Decider, type Event } from '@app/kernel';
import { eventIdOf } from './command-ids';
import type { CommandLookup, CommandTrace } from './command-lookup';
import {
  EventStore,
  OutcomeUnknown,
  StoreUnavailable,
  WrongExpectedRevision,
  type Appended,
  type AppendInput,
  type EventMetadata,
  type NewEvent,
  type Position,
  type ReadStreamOptions,
  type RecordedEvent,
} from './event-store';
import type { FactOf } from './process';
import type { SchemaVersions } from './schema-versions';
import { StreamCache, type KnownStream } from './stream-cache';
import { Turns } from './turns';

/** The shell around every decider: load, decide, append at the revision read, retry. Written once. */
export abstract class AggregateStore {
  /**
   * Decides `command` on the aggregate `id` and appends what it decides. Asked again with the same
   * command id it answers the first result, `repeated`, after years too; with another request hash
   * it refuses `idempotency_mismatch`. Throws the decider's `DomainError`, `OutcomeUnknown` when
   * nobody can say whether it was written, `StoreUnavailable` when it was not, and
   * `WrongExpectedRevision` after `attemptsMax` lost races.
   */
  abstract handle<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
    command: C,
    context: CommandContext,
  ): Promise<Handled<E>>;

  /** The aggregate as its stream says now: for confirming what a lookup in memory refused. */
  abstract load<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
  ): Promise<Loaded<S>>;

  /** The aggregate's events as they were recorded, with their places in the log. */
  abstract readEvents<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
    options?: Pick<ReadStreamOptions, 'direction'>,
  ): AsyncIterable<FactOf<E>>;

  /** The log's end now: views that have passed it know all that was recorded before. */
  abstract fetchHead(): Promise<Position | undefined>;

  /** The aggregate as the log said up to that place, inclusive. */
  async loadAt<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
    upTo: Position,
  ): Promise<Loaded<S>> {
    let loaded: Loaded<S> = { state: decider.initialState, revision: undefined };
    for await (const event of this.readEvents(decider, id)) {
      if (event.position > upTo) break;
      loaded = {
        state: decider.evolve(loaded.state, event as unknown as E),
        revision: event.revision,
      };
    }
    return loaded;
  }

  /** The aggregate as memory has it, at once: it may lag; undefined where memory has nothing. */
  abstract recall<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
  ): Loaded<S> | undefined;
}

/** Who asked and why: stamped on every event the command makes. */
export type CommandContext = Readonly<{
  /** A UUID from `requestCommandId`, `processCommandId` or `timerCommandId`. */
  commandId: string;
  requestHash: string;
  actor: EventMetadata['actor'];
  correlationId: string;
  causationId: string;
  /** What of $all the lookups behind this command had followed. */
  followedPosition?: Position;
}>;

/** An event of a command, without what only a later reading knows, so that a repeat answers alike. */
export type CommittedEvent<E extends Event = Event> = Readonly<{
  id: string;
  streamName: string;
  revision: number;
  type: E['type'];
  data: E['data'];
  metadata: EventMetadata;
}>;

export type Handled<E extends Event = Event> = Readonly<{
  /** The events this command made: empty when it was already so. */
  events: readonly CommittedEvent<E>[];
  /** Of the last event of the result, or of the stream when there is none. */
  revision: number | undefined;
  /** For `Event-Position`: views that reached it have seen the result. */
  position: Position | undefined;
  repeated: boolean;
}>;

export type Loaded<S> = Readonly<{ state: S; revision: number | undefined }>;

export type AggregateStoreOptions = Readonly<{
  store: EventStore;
  schemas?: SchemaVersions;
  /** Finds command ids in other streams: one key used for two different wishes. */
  lookup?: CommandLookup;
  limits?: Partial<Limits>;
}>;

export type Limits = Readonly<{
  /** Decisions of one command; every further one follows a race lost to another process. */
  attemptsMax: number;
  /** Appends of one decision while its outcome stays unknown. */
  appendsMax: number;
  /** No further append after this long: whoever asked does not wait for ever. */
  appendMsMax: number;
  /** Pause before the n-th repeat: random up to `backoffMs` × 2ⁿ, n at most 6. */
  backoffMs: number;
  /** Commands of one stream that may wait for their turn in this process. */
  waitingMax: number;
  /** Events whose folded state stays in memory, over all streams: about 100 bytes and its share. */
  eventsCachedMax: number;
}>;

const LIMITS: Limits = {
  // Two processes at one stream win about every other race: all ten lost is one command in a thousand.
  attemptsMax: 10,
  // With the pauses about 0.6 s: the store is restarted in less.
  appendsMax: 6,
  appendMsMax: 8_000,
  backoffMs: 10,
  waitingMax: 1_000,
  eventsCachedMax: 1_000_000,
};

/** A prime, so that positions spread whatever lies between them. */
const OWN_POSITIONS = 16_381;

/** Over the event store, with the states of recently used streams in memory. */
export class StreamAggregateStore extends AggregateStore {
  readonly #store: EventStore;
  readonly #schemas: SchemaVersions | undefined;
  readonly #lookup: CommandLookup | undefined;
  readonly #limits: Limits;
  readonly #turns: Turns;
  readonly #cache: StreamCache;
  readonly #passedOver = new Set<string>();
  /** Positions of what was written here of late, each at its place: a later one may take it. */
  readonly #own = new Float64Array(OWN_POSITIONS).fill(-1);

  constructor({ store, schemas, lookup, limits }: AggregateStoreOptions) {
    super();
    this.#store = store;
    this.#schemas = schemas;
    this.#lookup = lookup;
    this.#limits = { ...LIMITS, ...limits };
    this.#turns = new Turns(this.#limits.waitingMax);
    this.#cache = new StreamCache(this.#limits.eventsCachedMax);
  }

  handle<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
    command: C,
    context: CommandContext,
  ): Promise<Handled<E>> {
    return this.#inTurn({ decider, streamName: streamNameOf(decider, id), command, context });
  }

  /** One process never races itself: its commands of one id, and those on one stream, take turns. */
  async #inTurn<C extends Command, S, E extends Event>(work: Work<C, S, E>): Promise<Handled<E>> {
    const { streamName, context } = work;
    const { commandId } = context;
    // What need not be waited for is not awaited, here and below: each wait is a microtask.
    const twin = this.#turns.begin(commandId);
    if (twin !== undefined) await twin;
    try {
      const found = this.#lookup?.find(commandId);
      const done = found instanceof Promise ? await found : found;
      if (done !== undefined) return await this.#answerAgain<E>(done, context);
      const earlier = this.#turns.begin(streamName);
      if (earlier !== undefined) await earlier;
      try {
        return await this.#handle(work);
      } finally {
        this.#turns.pass(streamName);
      }
    } finally {
      this.#turns.pass(commandId);
    }
  }

  async load<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
  ): Promise<Loaded<S>> {
    return loadedOf(await this.#refresh(decider, streamNameOf(decider, id)));
  }

  readEvents<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
    options: Pick<ReadStreamOptions, 'direction'> = {},
  ): AsyncIterable<FactOf<E>> {
    const events = this.#store.readStream(streamNameOf(decider, id), options);
    return events as AsyncIterable<FactOf<E>>;
  }

  fetchHead(): Promise<Position | undefined> {
    return this.#store.fetchHead();
  }

  recall<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
  ): Loaded<S> | undefined {
    const known = this.#cache.find(decider, streamNameOf(decider, id));
    return known && loadedOf(known);
  }

  /**
   * Keeps in memory the streams of this decider from their first event on; feed `observe` with the
   * whole log from its start, and call `markWarm` when it is live. From then on a stream that memory
   * does not know is first taken for absent, which the expected revision judges like everything.
   */
  keepWarm<C extends Command, S, E extends Event>(decider: Decider<C, S, E>): void {
    this.#cache.keepWarm(decider);
  }

  observe(event: RecordedEvent): void {
    this.#cache.observe(event);
  }

  /**
   * Whether memory, and the lookup of commands, have the event already: read, or written here, before it
   * came by the log.
   */
  hasSeen(event: Pick<RecordedEvent, 'streamName' | 'revision'>): boolean {
    return this.#cache.hasSeen(event);
  }

  markWarm(): void {
    this.#cache.markWarm();
  }

  /** Events of this type, once written here, change nothing any more when the log tells them. */
  passOverOwn(type: string): void {
    this.#passedOver.add(type);
  }

  /** Whether the event there is one to be passed over. What was not remembered is told once more. */
  isPassedOver(position: Position): boolean {
    const place = Number(position);
    return this.#own[place % this.#own.length] === place;
  }

  async #handle<C extends Command, S, E extends Event>(work: Work<C, S, E>): Promise<Handled<E>> {
    const { attemptsMax } = this.#limits;
    for (let attempt = 1; ; attempt += 1) {
      const decision = this.#decideOnMemory(work) ?? (await this.#decideOnStream(work));
      if ('events' in decision) return decision;
      const input = this.#inputOf(work, decision);
      try {
        return this.#take(work, decision, input, await this.#appendUntilKnown(input));
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
        // Waited before the stream is read, so that what is decided on is as new as it can be.
        if (attempt > 1) await this.#pause(attempt);
        // Own event ids first: the append whose outcome was unknown may be what we lost to.
        const known = await this.#refresh(work.decider, work.streamName);
        const own = await this.#findOwn<E>(known, work);
        if (own !== undefined) return { ...own, repeated: false };
        if (attempt >= attemptsMax) throw error;
      }
    }
  }

  /** Nothing where memory refuses, or finds it done or already so: the stream has to confirm that. */
  #decideOnMemory<C extends Command, S, E extends Event>({
    decider,
    streamName,
    command,
    context,
  }: Work<C, S, E>): Decision<S, E> | undefined {
    const known = this.#cache.find(decider, streamName);
    if (known === undefined || known.commands.has(context.commandId)) return undefined;
    const decided = unlessRefused(() => decider.decide(command, known.state));
    if (decided === undefined || decided.length === 0) return undefined;
    return { known, expected: known.revision, decided };
  }

  async #decideOnStream<C extends Command, S, E extends Event>(
    work: Work<C, S, E>,
  ): Promise<Handled<E> | Decision<S, E>> {
    const { decider, streamName, command } = work;
    const before = await this.#findOwn<E>(this.#cache.open(decider, streamName), work);
    if (before !== undefined) return before;
    const known = await this.#refresh(decider, streamName);
    const own = await this.#findOwn<E>(known, work);
    if (own !== undefined) return own;
    const decided = decider.decide(command, known.state);
    if (decided.length > 0) return { known, expected: known.revision, decided };
    const revision = known.revision < 0 ? undefined : known.revision;
    return { events: [], revision, position: known.position, repeated: false };
  }

  #inputOf<C extends Command, S, E extends Event>(
    { streamName, context }: Work<C, S, E>,
    { expected, decided }: Decision<S, E>,
  ): Input<E> {
    const events = decided.map((event, index) => this.#newEvent(event, index, context));
    return { streamName, expectedRevision: expected < 0 ? 'no-stream' : expected, events };
  }

  /** Memory takes in what was written. */
  #take<C extends Command, S, E extends Event>(
    { decider, streamName }: Work<C, S, E>,
    { known }: Decision<S, E>,
    input: Input<E>,
    { revision, position }: Appended,
  ): Handled<E> {
    const first = revision - input.events.length + 1;
    const events = input.events.map(({ id, type, data, metadata }, index) => {
      return { id, streamName, revision: first + index, type, data, metadata };
    });
    for (const event of events) this.#cache.advance(decider, known, event, position);
    const [event] = events;
    if (event !== undefined) this.#lookup?.observe(event);
    if (events.length === 1 && this.#passedOver.has(event?.type ?? '')) {
      const place = Number(position);
      this.#own[place % this.#own.length] = place;
    }
    return { events, revision, position, repeated: false };
  }

  /** The same ids at the same revision until the store says what became of them. */
  #appendUntilKnown(input: AppendInput): Promise<Appended> {
    // By the calendar's clock: a machine that slept must not send again what it decided before.
    const startedAtMs = Date.now();
    return this.#store
      .append(input)
      .then(undefined, (error: unknown) => this.#appendAgain(input, error, startedAtMs));
  }

  /**
   * After the last try the stream is read back: moved on without us means it cannot be written any more.
   */
  async #appendAgain(input: AppendInput, first: unknown, startedAtMs: number): Promise<Appended> {
    // "Not sent" is an answer only as long as nothing was sent before.
    if (!(first instanceof OutcomeUnknown)) throw first;
    const { appendsMax, appendMsMax } = this.#limits;
    for (let attempt = 2; attempt <= appendsMax; attempt += 1) {
      if (Date.now() > startedAtMs + appendMsMax) break;
      await this.#pause(attempt);
      try {
        return await this.#store.append(input);
      } catch (error) {
        if (!(error instanceof OutcomeUnknown || error instanceof StoreUnavailable)) throw error;
      }
    }
    const { streamName, expectedRevision } = input;
    const expected = expectedRevision === 'no-stream' ? -1 : expectedRevision;
    const revision = await this.#fetchRevision(streamName).catch(() => expected);
    if (revision <= expected) throw first;
    throw new WrongExpectedRevision(streamName, expectedRevision, revision);
  }

  async #fetchRevision(streamName: string): Promise<number> {
    const last = { direction: 'backwards', eventsMax: 1 } as const;
    for await (const event of this.#store.readStream(streamName, last)) return event.revision;
    return -1;
  }

  /** Brings what memory knows of the stream to its end, or reads it whole. */
  async #refresh<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    streamName: string,
  ): Promise<KnownStream<S>> {
    const known = this.#cache.open(decider, streamName);
    const fromRevision = known.revision + 1;
    for await (const event of this.#store.readStream(streamName, { fromRevision })) {
      this.#cache.advance(decider, known, event, event.position);
      // What is seen here need not be seen again where the log tells it.
      this.#lookup?.observe(event);
    }
    return known;
  }

  async #findOwn<E extends Event>(
    known: KnownStream<unknown>,
    { streamName, context }: Readonly<{ streamName: string; context: CommandContext }>,
  ): Promise<Handled<E> | undefined> {
    const revision = known.commands.get(context.commandId);
    if (revision === undefined) return undefined;
    return this.#answerAgain<E>({ streamName, revision }, context);
  }

  /** What the command answered the first time, from the only record there is: its events. */
  async #answerAgain<E extends Event>(
    { streamName, revision: fromRevision }: Pick<CommandTrace, 'streamName' | 'revision'>,
    context: CommandContext,
  ): Promise<Handled<E>> {
    const events: CommittedEvent<E>[] = [];
    let position: Position | undefined;
    for await (const event of this.#store.readStream(streamName, { fromRevision })) {
      if (event.metadata.commandId !== context.commandId) break;
      if (event.metadata.requestHash !== context.requestHash) {
        throw new DomainError('idempotency_mismatch');
      }
      const { id, revision, type, data, metadata } = event as RecordedEvent<E>;
      events.push({ id, streamName, revision, type, data, metadata });
      position = event.position;
    }
    const revision = events.at(-1)?.revision;
    if (revision === undefined) throw new Error(`${streamName}@${fromRevision}: no such command`);
    return { events, revision, position, repeated: true };
  }

  #newEvent<E extends Event>(
    event: E,
    index: number,
    context: CommandContext,
  ): Input<E>['events'][number] {
    const { commandId, requestHash, actor, correlationId, causationId, followedPosition } = context;
    const version = this.#schemas?.currentOf(event.type) ?? 1;
    const metadata: Writable<EventMetadata> = {
      commandId,
      requestHash,
      actor,
      correlationId,
      causationId,
    };
    if (version > 1) metadata.schemaVersion = version;
    if (followedPosition !== undefined) metadata.followedPosition = followedPosition.toString();
    const dataJson = JSON.stringify(event.data);
    const id = eventIdOf({ commandId, requestHash, index, dataJson });
    return { type: event.type, data: event.data, id, metadata, dataJson };
  }

  async #pause(attempt: number): Promise<void> {
    const ms = Math.random() * this.#limits.backoffMs * 2 ** Math.min(attempt, 6);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/** The stream of aggregate `id`: `${decider.name}-${id}`. */
export function streamNameOf(decider: Readonly<{ name: string }>, id: string): string {
  return `${decider.name}-${id}`;
}

type Work<C extends Command, S, E extends Event> = Readonly<{
  decider: Decider<C, S, E>;
  streamName: string;
  command: C;
  context: CommandContext;
}>;

type Decision<S, E extends Event> = Readonly<{
  known: KnownStream<S>;
  /** Revision the decision was made on: memory may move on while it is being appended. */
  expected: number;
  decided: readonly E[];
}>;

type Input<E extends Event> = AppendInput &
  Readonly<{ events: readonly (NewEvent & Pick<E, 'type' | 'data'>)[] }>;

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const loadedOf = <S>({ state, revision }: KnownStream<S>): Loaded<S> => ({
  state,
  revision: revision < 0 ? undefined : revision,
});

/** Undefined when the decider refused; its own errors pass. */
function unlessRefused<T>(decide: () => T): T | undefined {
  try {
    return decide();
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
