/** A fact: something that happened, named in the past tense. `data` is JSON. */
export type Event<Type extends string = string, Data = unknown> = Readonly<{
  type: Type;
  data: Readonly<Data>;
}>;

/** A wish, named in the imperative. Time, ids and chance enter in its `data`. */
export type Command<Type extends string = string, Data = unknown> = Readonly<{
  type: Type;
  data: Readonly<Data>;
}>;

/**
 * The rules of one aggregate as two pure functions. `decide` answers the events that make the wish
 * true, `[]` when it is already so for this very command, or throws a `DomainError`; `evolve` folds
 * one event into the state and never refuses, since a fact cannot be undone by not believing it.
 */
export type Decider<C extends Command, S, E extends Event> = Readonly<{
  /** Kebab case; the stream of aggregate `id` is `${name}-${id}`. */
  name: string;
  initialState: S;
  decide: (command: C, state: S) => readonly E[];
  evolve: (state: S, event: E) => S;
}>;
