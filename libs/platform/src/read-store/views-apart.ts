import { DatabaseSync } from 'node:sqlite';
import type { EventStore, Position, RecordedEvent } from '../event-store/event-store';
import { further } from './event-batches';
import { batchOf, isBefore, OpenedTables } from './opened-tables';
import type { Projection } from './projection';
import { anchorAt, type Anchor, type Built } from './read-model';
import { buildingName, indexDefinitions, tableDefinition, type Table } from './table';

export type ApartOptions = Readonly<{
  store: Pick<EventStore, 'follow'>;
  projections: readonly Projection[];
  /** A file that is not there yet. */
  path: string;
  /** A position of the log, to be reached or passed. */
  upTo: Position;
  /** Resolves when enough is what there is. */
  enough?: Promise<unknown>;
  onBreak?: (error: unknown, retryInMs: number) => void;
}>;

export type BuiltApart = Built &
  Readonly<{
    /** Names of the views that are whole. */
    views: readonly string[];
    /** Why another is not, by its name: its rows are not to be used. */
    stopped: ReadonlyMap<string, string>;
  }>;

/** Folded at once: few enough that the next ones arrive meanwhile. */
const BATCH_MAX = 1_000;

/**
 * Builds views from the first event in a file of their own. Answers nothing when it was stopped
 * before the first event. Throws `StoreUnavailable`, and what SQLite says of a full disk: then the
 * file is worth nothing.
 */
export async function buildApart(options: ApartOptions): Promise<BuiltApart | undefined> {
  const { store, projections, path, upTo, enough, onBreak } = options;
  const views = new ViewsApart(path, projections);
  const through = Promise.withResolvers<unknown>();
  void enough?.then(through.resolve);
  const reach = (position: Position): void => {
    views.reach(position);
    if (!isBefore(position, upTo)) through.resolve(undefined);
  };
  const following = store.follow({
    batchMax: BATCH_MAX,
    onBatch: (events) => {
      views.add(events);
      reach(events.at(-1)?.position ?? 0n);
    },
    onCheckpoint: reach,
    // Live means: all that was in the log when we began has been handed over.
    onLive: () => reach(upTo),
    onUnreadable: (event, error) => {
      views.stopReadersOf(event, error);
      reach(event.position);
    },
    ...(onBreak && { onBreak }),
  });
  try {
    await Promise.race([through.promise, following.ended]);
    await following.stop();
    return views.finish();
  } finally {
    views.close();
  }
}

/**
 * The file has no journal, and a row is written when the memory of its table is full, not with every
 * batch: what is here before `finish` is of no use to anyone.
 */
class ViewsApart {
  readonly #db: DatabaseSync;
  readonly #views: readonly Readonly<{ projection: Projection; opened: OpenedTables }>[];
  readonly #stopped = new Map<Projection, string>();
  #pending: RecordedEvent[] = [];
  #position: Position | undefined;
  #anchor: Anchor | undefined;

  constructor(
    private readonly path: string,
    projections: readonly Projection[],
  ) {
    // Only a connection that is trusted with the file may leave the journal out.
    this.#db = new DatabaseSync(path, { defensive: false });
    this.#db.exec(`
      PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA cache_size = ${-1024 * CACHE_MB}; PRAGMA temp_store = MEMORY; BEGIN;`);
    this.#views = projections.map((projection) => {
      const { tables, version } = projection;
      for (const table of tables) {
        this.#db.exec(tableDefinition(table, buildingName(table, version)));
      }
      const nameOf = (table: Table): string => buildingName(table, version);
      const options = { nameOf, cachedRowsMax: CACHED_ROWS_MAX };
      return { projection, opened: new OpenedTables(this.#db, projection, options) };
    });
  }

  add(events: readonly RecordedEvent[]): void {
    for (const event of events) this.#pending.push(event);
    if (this.#pending.length >= BATCH_MAX) this.#fold();
  }

  #fold(): void {
    const batch = batchOf(this.#pending);
    const last = this.#pending.at(-1);
    this.#pending = [];
    for (const { projection, opened } of this.#running) {
      const fault = opened.fold(batch, undefined) ?? opened.trim();
      if (fault !== undefined) this.#stopped.set(projection, fault.message);
    }
    if (last !== undefined) this.#anchor = anchorAt(last);
  }

  reach(position: Position): void {
    this.#position = further(this.#position, position);
  }

  stopReadersOf({ type }: RecordedEvent, { message }: Error): void {
    this.#fold();
    for (const { projection, opened } of this.#running) {
      if (!projection.on.has(type)) continue;
      this.#stopped.set(projection, message);
      opened.forget();
    }
  }

  /** Writes what is still in memory, and the indexes. */
  finish(): BuiltApart | undefined {
    if (this.#position === undefined) return undefined;
    this.#fold();
    for (const { projection, opened } of this.#running) {
      const fault = opened.flush();
      if (fault !== undefined) this.#stopped.set(projection, fault.message);
    }
    for (const { projection } of this.#running) {
      const { tables, version } = projection;
      for (const table of tables) {
        const indexes = indexDefinitions(table, buildingName(table, version), version);
        indexes.forEach((index) => this.#db.exec(index));
      }
    }
    this.#db.exec('COMMIT');
    return {
      path: this.path,
      position: this.#position,
      anchor: this.#anchor,
      views: this.#running.map(({ projection }) => projection.name),
      stopped: new Map([...this.#stopped].map(([{ name }, why]) => [name, why])),
    };
  }

  close(): void {
    this.#db.close();
  }

  get #running() {
    return this.#views.filter(({ projection }) => !this.#stopped.has(projection));
  }
}

const CACHE_MB = 32;

/** What leaves the memory is written, and read again when it is touched: twice as many as otherwise. */
const CACHED_ROWS_MAX = 100_000;
