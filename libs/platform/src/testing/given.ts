import { DomainError, type Command, type Decider, type Event } from '@app/kernel';

/**
 * `given(decider, ...history).when(command).then(...events)`. The state is frozen in depth, so a
 * decider that changes what it was handed fails here, and so does an event its own `evolve` rejects.
 */
export function given<C extends Command, S, E extends Event>(
  decider: Decider<C, S, E>,
  ...history: readonly NoInfer<E>[]
): { when: (command: NoInfer<C>) => Decision<E> } {
  const fold = (state: S, events: readonly E[]): S =>
    events.reduce((before, event) => frozen(decider.evolve(before, frozen(event))), state);
  const state = fold(frozen(decider.initialState), history);

  return {
    when: (command) => {
      const decide = (): readonly E[] => {
        const events = decider.decide(frozen(command), state);
        fold(state, events);
        return events;
      };
      return {
        then: (...expected) => expect(decide()).toEqual(expected),
        thenNothing: () => expect(decide()).toEqual([]),
        thenRefused: (code, details) => {
          const refusal = refusalOf(decide);
          expect(refusal.code).toBe(code);
          if (details) expect(refusal.details).toEqual(details);
        },
      };
    },
  };
}

type Decision<E extends Event> = Readonly<{
  /** Exactly these events, in this order. */
  then: (first: E, ...rest: readonly E[]) => void;
  /** The wish was already true for this very command. */
  thenNothing: () => void;
  /** A `DomainError` of this code, and with exactly these details where they are given. */
  thenRefused: (code: string, details?: DomainError['details']) => void;
}>;

function refusalOf(decide: () => readonly Event[]): DomainError {
  let events: readonly Event[];
  try {
    events = decide();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error(`expected a refusal, but it was decided: ${JSON.stringify(events)}`);
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
