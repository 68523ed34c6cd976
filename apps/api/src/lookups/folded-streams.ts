import type { Command, Decider, Event } from '@app/kernel';
import { streamNameOf, type EventStore, type Position, type RecordedEvent } from '@app/platform';

/** The streams of one aggregate as the log told them so far, folded by the aggregate's own rules. */
export class FoldedStreams<S, E extends Event> {
  readonly #byId = new Map<string, Folded<S>>();
  readonly #prefix: string;

  constructor(private readonly decider: Pick<Decider<Command, S, E>, Foldable>) {
    this.#prefix = streamNameOf(decider, '');
  }

  /**
   * Takes any event of the log, in its order; another one's, or one seen before, changes nothing.
   * Answers whether something changed.
   */
  observe(event: RecordedEvent): boolean {
    const { streamName, revision } = event;
    if (!streamName.startsWith(this.#prefix)) return false;
    const id = copyOf(streamName.slice(this.#prefix.length));
    const known = this.#byId.get(id);
    if (revision !== (known?.revision ?? -1) + 1) return false;
    const state = this.decider.evolve(known?.state ?? this.decider.initialState, factOf<E>(event));
    this.#byId.set(id, { state, revision });
    return true;
  }

  recall(id: string): S {
    return this.#byId.get(id)?.state ?? this.decider.initialState;
  }

  /**
   * The stream as it stood at `upTo`: what memory has of it and whatever came since. Exact as long as
   * memory has not followed beyond `upTo`.
   */
  async readTo(store: EventStore, id: string, upTo: Position): Promise<S> {
    if (id === '') return this.decider.initialState;
    const streamName = streamNameOf(this.decider, id);
    const known = this.#byId.get(id);
    let state = known?.state ?? this.decider.initialState;
    const fromRevision = (known?.revision ?? -1) + 1;
    for await (const event of store.readStream(streamName, { fromRevision })) {
      if (event.position > upTo) break;
      state = this.decider.evolve(state, factOf<E>(event));
    }
    return state;
  }

  /** Every state there is. */
  states(): Iterable<S> {
    return Array.from(this.#byId.values(), ({ state }) => state);
  }
}

type Foldable = 'name' | 'initialState' | 'evolve';

type Folded<S> = Readonly<{ state: S; revision: number }>;

/** A part of a string keeps the whole of it, and is slow to be compared with another as a key. */
const copyOf = (part: string): string => Buffer.from(part).toString();

const factOf = <E extends Event>({ type, data }: RecordedEvent): E => ({ type, data }) as E;
