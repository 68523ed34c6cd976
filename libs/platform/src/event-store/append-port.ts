import type { Appended, AppendInput } from './event-store';

/**
 * Writes events; the errors are those of `EventStore.append`. Two writers stand behind it, the
 * vendor's client and `Http2AppendWriter`, and one suite holds both to it (append-port.spec.ts).
 */
export type AppendPort = Readonly<{
  append: (input: AppendInput) => Promise<Appended>;
  /** Pending appends end as `OutcomeUnknown`. */
  close: () => Promise<void>;
}>;
