import type { Command, Decider, Event } from '@app/kernel';
import type { EventMetadata, Position, RecordedEvent } from './event-store';

/** What memory knows of a stream: true at `revision`, and judged by it at every append. */
export type KnownStream<S> = {
  /** Name of the decider whose state it is. */
  readonly aggregate: string;
  state: S;
  /** −1 while it has no event. */
  revision: number;
  position: Position | undefined;
  /** Command id → revision of its first event, of every command of the stream so far. */
  readonly commands: Map<string, number>;
  /** New, or asked for, since streams were last forgotten. */
  isRecent: boolean;
  /** It is what the cache answers for its stream. */
  isKept: boolean;
};

type AnyDecider = Decider<Command, unknown, Event>;

/**
 * Folded streams. The oldest that nobody asked for lately are forgotten first: a mark on each costs a
 * lookup less than keeping them all in the order of their use.
 */
export class StreamCache {
  readonly #streams = new Map<string, KnownStream<unknown>>();
  readonly #eventsMax: number;
  #events = 0;
  readonly #warmDeciders: AnyDecider[] = [];
  #isWarm = false;

  constructor(eventsMax: number) {
    this.#eventsMax = eventsMax;
  }

  /** The stream as remembered; one that a warm decider's memory does not have is taken for absent. */
  find<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    streamName: string,
  ): KnownStream<S> | undefined {
    const known = this.#of(decider, streamName);
    if (known === undefined) return this.#isWarmFor(decider) ? empty(decider) : undefined;
    known.isRecent = true;
    return known;
  }

  /** The stream as remembered, or nothing of it yet. */
  open<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    streamName: string,
  ): KnownStream<S> {
    return this.#of(decider, streamName) ?? empty(decider);
  }

  /** Folds the stream's next event. Any other is one that came here twice and changes nothing. */
  advance<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    known: KnownStream<S>,
    event: FoldedEvent,
    position: Position,
  ): void {
    if (event.revision !== known.revision + 1) return;
    known.state = decider.evolve(known.state, event as unknown as E);
    known.revision = event.revision;
    known.position = position;
    const commandId = (event.metadata as Partial<EventMetadata>).commandId;
    if (commandId !== undefined && !known.commands.has(commandId)) {
      known.commands.set(commandId, event.revision);
    }
    this.#keep(event.streamName, known);
  }

  keepWarm<C extends Command, S, E extends Event>(decider: Decider<C, S, E>): void {
    this.#warmDeciders.push(decider as unknown as AnyDecider);
  }

  markWarm(): void {
    this.#isWarm = true;
  }

  hasSeen({ streamName, revision }: Pick<RecordedEvent, 'streamName' | 'revision'>): boolean {
    return (this.#streams.get(streamName)?.revision ?? -1) >= revision;
  }

  observe(event: RecordedEvent): void {
    const decider = this.#warmDeciders.find(({ name }) => isStreamOf(name, event.streamName));
    if (decider === undefined) return;
    const known = this.#of(decider, event.streamName);
    if (known !== undefined) this.advance(decider, known, event, event.position);
    else if (event.revision === 0) this.advance(decider, empty(decider), event, event.position);
  }

  #of<C extends Command, S, E extends Event>(
    { name }: Decider<C, S, E>,
    streamName: string,
  ): KnownStream<S> | undefined {
    const known = this.#streams.get(streamName);
    return known?.aggregate === name ? (known as KnownStream<S>) : undefined;
  }

  #keep(streamName: string, known: KnownStream<unknown>): void {
    if (known.isKept) {
      this.#events += 1;
    } else {
      const before = this.#streams.get(streamName);
      if (before !== undefined) {
        // Two readings of one stream ended: what knows more stays.
        if (before.revision >= known.revision) return;
        this.#events -= before.revision + 1;
        before.isKept = false;
      }
      this.#events += known.revision + 1;
      this.#streams.set(streamName, known);
      known.isKept = true;
    }
    if (this.#events > this.#eventsMax) this.#forgetOldest();
  }

  /** Many at once: a Map passes over every key deleted before to find its first. */
  #forgetOldest(): void {
    const kept = this.#eventsMax - Math.floor(this.#eventsMax / FORGOTTEN_AT_ONCE);
    // Twice: where every stream is in use, the first round leaves none that is.
    for (let round = 1; round <= 2; round += 1) {
      for (const [streamName, known] of this.#streams) {
        if (this.#events <= kept || this.#streams.size === 1) return;
        this.#forgetUnlessRecent(streamName, known);
      }
    }
  }

  #forgetUnlessRecent(streamName: string, known: KnownStream<unknown>): void {
    if (known.isRecent) {
      known.isRecent = false;
      return;
    }
    this.#streams.delete(streamName);
    known.isKept = false;
    this.#events -= known.revision + 1;
    // What was forgotten may be of a warm decider: from now on, absent means nothing any more.
    if (this.#warmDeciders.some(({ name }) => isStreamOf(name, streamName))) this.#isWarm = false;
  }

  #isWarmFor(decider: Readonly<{ name: string }>): boolean {
    return this.#isWarm && this.#warmDeciders.some(({ name }) => name === decider.name);
  }
}

/** A sixteenth of what is kept. */
const FORGOTTEN_AT_ONCE = 16;

type FoldedEvent = Readonly<{
  streamName: string;
  revision: number;
  type: string;
  data: unknown;
  metadata: EventMetadata;
}>;

function empty<C extends Command, S, E extends Event>(decider: Decider<C, S, E>): KnownStream<S> {
  return {
    aggregate: decider.name,
    state: decider.initialState,
    revision: -1,
    position: undefined,
    commands: new Map(),
    isRecent: true,
    isKept: false,
  };
}

/** Ids are numbers or UUIDs, so a stream of `order` is told from one of `order-queue`. */
function isStreamOf(name: string, streamName: string): boolean {
  return (
    streamName.startsWith(`${name}-`) && /^[0-9a-f-]+$/.test(streamName.slice(name.length + 1))
  );
}
