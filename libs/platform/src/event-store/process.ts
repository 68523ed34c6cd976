import type { Event } from '@app/kernel';
import type { RecordedEvent } from './event-store';

/**
 * A workflow across streams: a pure answer to facts. It is replayed after a crash and its commands
 * carry ids derived from the fact, so whatever was done is not done again. (Methods, so that
 * processes of different facts stand in one list.)
 */
export type Process<Fact extends Event = Event, S = unknown, Own extends Event = Event> = Readonly<{
  /** Kebab case, for ever: ids of commands and the process's streams are derived from it. */
  name: string;
  /** The types of the facts it reacts to. */
  facts: readonly Fact['type'][];
  /** Which case the fact belongs to; undefined: not a fact for this process. */
  instanceOf(fact: FactOf<Fact>): string | undefined;
  /** What an instance remembers: folded from the events it published before this fact. */
  memory?: Readonly<{ initialState: S; evolve(state: S, event: Own): S }>;
  react(fact: FactOf<Fact>, state: S): readonly Reaction<Own>[];
  /**
   * What to do with a fact that cannot be read or that makes the code throw. `park` sets that one
   * instance aside, with all its later facts; `stop` halts the whole process, as money wants it.
   */
  onPoison: 'park' | 'stop';
}>;

/** The recorded forms of a union of events, still a union told apart by `type`. */
export type FactOf<E extends Event> = E extends Event ? RecordedEvent<E> : never;

export type Reaction<Own extends Event = Event> =
  | Readonly<{ does: 'send'; command: object; step: string | undefined }>
  | Readonly<{ does: 'publish'; event: Own }>
  | Readonly<{ does: 'ignore'; reason: string }>
  | Readonly<{ does: 'complete' }>;

/**
 * Sends a command. Its id comes from the fact and `step`, by default the place among the reactions:
 * name the step where a later version may send more or fewer.
 */
export function send(command: object, step?: string): Reaction<never> {
  return { does: 'send', command, step };
}

/** Remembers: the event goes to the instance's own stream and into its state. */
export function publish<Own extends Event>(event: Own): Reaction<Own> {
  return { does: 'publish', event };
}

/** Does nothing, and says why to the reader of the code. */
export function ignore(reason: string): Reaction<never> {
  return { does: 'ignore', reason };
}

/** The instance is done: facts after this one are not for it any more. Needs `memory`. */
export function complete(): Reaction<never> {
  return { does: 'complete' };
}
