import type { DatabaseSync } from 'node:sqlite';
import type { Position, RecordedEvent } from '../event-store/event-store';
import { BufferedTable } from './buffered-table';
import { messageOf, sqliteCodeOf } from './errors';
import type { OpenTable, Projection } from './projection';
import { indexDefinitions, type Table } from './table';

/** Events as views are given them. */
export type Batch = Readonly<{
  events: readonly RecordedEvent[];
  /** Of its events, each once. */
  types: readonly string[];
}>;

export function batchOf(events: readonly RecordedEvent[]): Batch {
  return { events, types: [...new Set(events.map(({ type }) => type))] };
}

/**
 * The tables of one projection in a file, being written. Each step answers why the view cannot go on,
 * its tables then being neither before nor after; what is no view's fault, a full disk, it throws.
 */
export class OpenedTables {
  readonly #projection: Projection;
  readonly #tables: ReadonlyMap<Table, BufferedTable>;
  readonly #open: OpenTable;

  /**
   * @param nameOf what a table is physically called.
   * @param cachedRowsMax of a table, kept in memory between batches, twice: a book takes 2 KB.
   */
  constructor(
    db: DatabaseSync,
    projection: Projection,
    { nameOf, cachedRowsMax }: { nameOf: (table: Table) => string; cachedRowsMax: number },
  ) {
    this.#projection = projection;
    this.#tables = new Map(
      projection.tables.map((table) => {
        const name = nameOf(table);
        const indexes = indexDefinitions(table, name, projection.version);
        return [table, new BufferedTable(db, table, name, { indexes, cachedRowsMax })] as const;
      }),
    );
    this.#open = ((table: Table) => this.#tables.get(table)) as OpenTable;
  }

  /** Does, in memory, what the events say that are after a position. */
  fold({ events, types }: Batch, after: Position | undefined): Error | undefined {
    const { on } = this.#projection;
    // Most views know few types: a batch holds none of them, and nobody looks at each event.
    if (!types.some((type) => on.has(type))) return undefined;
    let at: RecordedEvent | undefined;
    return this.#faultOf(
      () => {
        for (at of events) {
          const handle = on.get(at.type);
          if (handle !== undefined && isBefore(after, at.position)) handle(at, this.#open);
        }
      },
      () => at,
    );
  }

  /** Writes what was folded. */
  flush(): Error | undefined {
    return this.#faultOf(() => this.#tables.forEach((table) => table.flush()));
  }

  /** Lets go of what was not asked for lately; what of it was not written is written now. */
  trim(): Error | undefined {
    return this.#faultOf(() => this.#tables.forEach((table) => table.trim()));
  }

  /** After a rollback: nothing in memory is true any more. */
  forget(): void {
    this.#tables.forEach((table) => table.forget());
  }

  #faultOf(work: () => void, at?: () => RecordedEvent | undefined): Error | undefined {
    try {
      work();
      return undefined;
    } catch (error) {
      // A full or broken disk is no view's fault, and SQLite may have rolled everything back.
      const code = sqliteCodeOf(error);
      if (code !== undefined && !OWN_FAULT.has(code)) throw error;
      this.forget();
      return named(this.#projection, at?.(), error);
    }
  }
}

/** SQLite's codes for what a projection itself does wrong: a constraint, a type, too big a value. */
const OWN_FAULT = new Set([1, 18, 19, 20, 21, 25]);

/** Where a fold failed, in its message: the event is what an operator looks for. */
function named({ name }: Projection, event: RecordedEvent | undefined, error: unknown): Error {
  const where = event && `: ${event.type} (${event.streamName}, revision ${event.revision})`;
  return new Error(`${name}${where ?? ''}: ${messageOf(error)}`, { cause: error });
}

export function isBefore(position: Position | undefined, other: Position): boolean {
  return position === undefined || position < other;
}
