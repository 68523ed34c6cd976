import type { RecordedEvent } from '@app/platform';

/** Says that an invariant does not hold, in words for a person. */
export type Broken = (what: string) => void;

/**
 * One invariant of the whole scheme, as a fold of the log that is written apart from the contexts: it
 * knows their published events and none of their rules' code. It sees every event once, in log order.
 */
export abstract class Invariant {
  /** As the specification numbers it: I-1, I-4… */
  abstract readonly id: string;
  /** What always holds, in one line. */
  abstract readonly says: string;

  abstract see(event: RecordedEvent, broken: Broken): void;

  /** After the last event: what only the whole log can tell. */
  end(_broken: Broken): void {}
}

/** What to do for each type of event; others do not concern the invariant. */
export type Handlers<Fact extends { type: string; data: unknown }> = {
  readonly [F in Fact as F['type']]?: (data: F['data'], event: RecordedEvent) => void;
};

/** Calls the handler of the event's type, where there is one. */
export function handle<Fact extends { type: string; data: unknown }>(
  handlers: Handlers<Fact>,
  event: RecordedEvent,
): boolean {
  if (!Object.hasOwn(handlers, event.type)) return false;
  const handler = handlers[event.type as keyof Handlers<Fact>] as (
    data: unknown,
    event: RecordedEvent,
  ) => void;
  handler(event.data, event);
  return true;
}
