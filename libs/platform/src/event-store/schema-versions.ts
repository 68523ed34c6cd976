import { UnreadableEvent } from './event-store';
import type { EventMetadata } from './event-store';

/** `data` of one version → `data` of the next. Pure, total: an old fact is never refused. */
export type Upcast = (data: never) => unknown;

/**
 * The versions of the event types that changed their shape: `{ OrderFunded: [toV2, toV3] }` says that
 * it is written as version 3 today. A type that is not named has version 1 and no upcaster.
 */
export type UpcastTable = Readonly<Record<string, readonly Upcast[]>>;

/** Brings every event to its current form on every read, and says which version is written. */
export class SchemaVersions {
  readonly #chains: ReadonlyMap<string, readonly Upcast[]>;

  /** Each context's own table; a type named twice is a programmer's error. */
  constructor(...tables: readonly UpcastTable[]) {
    const chains = new Map<string, readonly Upcast[]>();
    for (const [type, upcasts] of tables.flatMap((table) => Object.entries(table))) {
      if (chains.has(type)) throw new Error(`two tables say how to upcast ${type}`);
      chains.set(type, upcasts);
    }
    this.#chains = chains;
  }

  /** The version in which `type` is written today. */
  currentOf(type: string): number {
    return 1 + (this.#chains.get(type)?.length ?? 0);
  }

  /**
   * Throws `UnreadableEvent` for a version newer than this code, and for one that is no version:
   * a reader that guesses would book wrong sums in silence.
   */
  upcast<E extends Upcastable>(event: E): E {
    const written = event.metadata.schemaVersion ?? 1;
    const current = this.currentOf(event.type);
    if (written === current) return event;
    if (!Number.isSafeInteger(written) || written < 1 || written > current) {
      throw new UnreadableEvent(event, `version ${written}, known up to ${current}`);
    }
    const upcasts = this.#chains.get(event.type) ?? [];
    const data = upcasts
      .slice(written - 1)
      .reduce<unknown>((before, upcast) => upcast(before as never), event.data);
    return { ...event, data, metadata: { ...event.metadata, schemaVersion: current } };
  }
}

type Upcastable = Readonly<{
  id: string;
  streamName: string;
  revision: number;
  type: string;
  data: unknown;
  metadata: EventMetadata;
}>;
