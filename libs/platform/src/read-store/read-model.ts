import { createHash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Position, RecordedEvent } from '../event-store/event-store';
import { AnotherProjector, isDamage, ProjectionChanged, ReadModelDamaged } from './errors';
import { batchOf, isBefore, OpenedTables, type Batch } from './opened-tables';
import { AUTOCHECKPOINT, openToWrite } from './model-file';
import type { Projection } from './projection';
import { buildingName, indexDefinitions, quoted, tableDefinition, type Table } from './table';

/** A projection as it stands in the file. */
export type View = {
  readonly projection: Projection;
  /** What it has applied; undefined before the first event. */
  position: Position | undefined;
  /** Readers see it; false while it is rebuilt beside what they see. */
  live: boolean;
  /** Why it takes no more events until the next start. */
  stopped: Error | undefined;
};

/** The last event applied by any view: proof, at the next start, that this is still the same log. */
export type Anchor = Readonly<{
  position: Position;
  streamName: string;
  revision: number;
  eventId: string;
}>;

/** Rows of views in a file of their own, made from the first event to a position. */
export type Built = Readonly<{
  path: string;
  position: Position;
  /** The last event that they have seen. */
  anchor: Anchor | undefined;
}>;

type Progress = Readonly<{
  name: string;
  version: number;
  live: number;
  position: bigint | null;
  shape: string;
  tables: string;
}>;

/**
 * The file of all read models, as its one writer sees it. Rows and positions commit together, so an
 * event is in a view once, whatever is delivered again and wherever the process was killed.
 */
export class ReadModel {
  readonly #db: DatabaseSync;
  readonly #views: readonly View[];
  readonly #opened = new Map<View, OpenedTables>();
  readonly #advance: StatementSync;
  readonly #anchor: StatementSync;
  #anchorAt: Position | undefined;

  /** Throws `ReadModelDamaged`, `ProjectionChanged`; `:memory:` makes one that is gone when closed. */
  constructor(
    readonly path: string,
    projections: readonly Projection[],
    { cacheMb }: Readonly<{ cacheMb?: number }> = {},
  ) {
    assertNamesDiffer(projections);
    this.#db = openToWrite(path, cacheMb);
    try {
      this.#views = this.#inTransaction(() => {
        this.#dropUnknown(projections);
        return projections.map((projection) => this.#viewOf(projection));
      });
      for (const view of this.#views) this.#open(view);
    } catch (error) {
      this.#db.close();
      throw isDamage(error) ? new ReadModelDamaged(path, error) : error;
    }
    this.#advance = this.#db.prepare(
      'UPDATE carnet_progress SET position = ? WHERE name = ? AND version = ? AND position IS ?',
    );
    this.#anchor = this.#db.prepare('INSERT OR REPLACE INTO carnet_anchor VALUES (1, ?, ?, ?, ?)');
    this.#anchorAt = this.anchor?.position;
  }

  get views(): readonly View[] {
    return this.#views;
  }

  get anchor(): Anchor | undefined {
    const select = this.#db.prepare(
      'SELECT position, streamName, revision, eventId FROM carnet_anchor',
    );
    select.setReadBigInts(true);
    const row = select.get() as (Omit<Anchor, 'revision'> & { revision: bigint }) | undefined;
    return row && { ...row, revision: Number(row.revision) };
  }

  /**
   * Applies the events each of these views has not seen yet, in one transaction, and advances them to
   * the last event or to `reached` where the log was read further. Whoever throws is stopped and
   * rolled back alone; the others go on. Throws, with nothing changed, when the file cannot be
   * written.
   */
  apply(
    views: readonly View[],
    events: readonly RecordedEvent[],
    reached: Position | undefined = events.at(-1)?.position,
  ): void {
    if (reached === undefined) return;
    const due = views.filter((view) => !view.stopped && isBefore(view.position, reached));
    if (due.length === 0) return;
    const stopped = new Map<View, Error>();
    const batch = batchOf(events);
    const last = events.at(-1);
    try {
      this.#inTransaction(() => {
        for (const view of due) this.#applyTo(view, batch, { reached, stopped });
        if (last !== undefined) this.#moveAnchor(anchorAt(last));
      });
    } catch (error) {
      for (const view of due) this.#openedOf(view).forget();
      throw isDamage(error) ? new ReadModelDamaged(this.path, error) : error;
    }
    for (const view of due) {
      const error = stopped.get(view);
      if (error === undefined) view.position = reached;
      else view.stopped = error;
      this.#openedOf(view).trim();
    }
  }

  /** Corrects a position that no event gave it; its rows are those of this one as well. */
  stepBack(view: View, position: Position | undefined): void {
    const { name, version } = view.projection;
    this.#advance.run(position ?? null, name, version, view.position ?? null);
    view.position = position;
  }

  /** What was rebuilt takes the place of what readers see, in one step. */
  putLive(view: View): void {
    if (view.live) return;
    const { name, version, tables } = view.projection;
    this.#inTransaction(() => {
      const old = this.#progressOf(name).find((progress) => progress.live === 1);
      if (old) this.#drop(old);
      for (const table of tables) {
        this.#rename(table, buildingName(table, version));
        indexDefinitions(table, table.name, version).forEach((index) => this.#db.exec(index));
      }
      this.#db
        .prepare('UPDATE carnet_progress SET live = 1 WHERE name = ? AND version = ?')
        .run(name, version);
    });
    view.live = true;
    this.#open(view);
  }

  /**
   * Takes over what was built of these views in another file, from the first event: the rows of a view
   * and its position in one transaction. From then on until `checkpointAlone` somebody else brings home
   * what is in the file's log. Throws, with the view as it was, when either file fails.
   */
  takeOver(views: readonly View[], { path, position, anchor }: Built): void {
    this.#db.exec('PRAGMA wal_autocheckpoint = 0');
    this.#db.prepare('ATTACH ? AS built').run(`${pathToFileURL(path).href}?mode=ro`);
    try {
      for (const view of views) {
        this.#inTransaction(() => {
          this.#copy(view.projection);
          this.#moveTo(position, view);
          if (anchor !== undefined) this.#moveAnchor(anchor);
        });
        view.position = position;
      }
    } finally {
      this.#db.exec('DETACH built');
    }
  }

  checkpointAlone(): void {
    if (this.#db.isOpen) this.#db.exec(AUTOCHECKPOINT);
  }

  /**
   * SHA-256, hex, of the view's rows in key order: equal for equal rows, whatever the order they were
   * written in. With the position, it says whether a view is the fold of the log (I-12).
   */
  hash(view: View): string {
    return hashTables(this.#db, view.projection.tables, (table) => physicalName(table, view));
  }

  /** The rows as the projection wrote them, by table, in key order: for specs and for `hash`'s proof. */
  rows(view: View): Record<string, readonly unknown[]> {
    const entries = view.projection.tables.map((table) => {
      const select = `SELECT * FROM "${physicalName(table, view)}" ORDER BY ${quoted(table.key)}`;
      const stored = this.#db.prepare(select).all() as Parameters<Table['decode']>[0][];
      return [table.name, stored.map((row) => table.decode(row))] as const;
    });
    return Object.fromEntries(entries);
  }

  close(): void {
    this.#db.close();
  }

  #applyTo(
    view: View,
    batch: Batch,
    { reached, stopped }: { reached: Position; stopped: Map<View, Error> },
  ): void {
    const opened = this.#openedOf(view);
    this.#db.exec('SAVEPOINT of_view');
    const fault = opened.fold(batch, view.position) ?? opened.flush();
    if (fault === undefined) {
      this.#moveTo(reached, view);
      this.#db.exec('RELEASE of_view');
    } else {
      this.#db.exec('ROLLBACK TO of_view; RELEASE of_view');
      stopped.set(view, fault);
    }
  }

  #moveTo(reached: Position, { projection: { name, version }, position }: View): void {
    const { changes } = this.#advance.run(reached, name, version, position ?? null);
    if (changes !== 1) throw new AnotherProjector(name);
  }

  #moveAnchor({ position, streamName, revision, eventId }: Anchor): void {
    if (this.#anchorAt !== undefined && position <= this.#anchorAt) return;
    this.#anchor.run(position, streamName, revision, eventId);
    this.#anchorAt = position;
  }

  /** A renaming reads the whole schema again: 1.4 ms each, where making an empty table costs nothing. */
  #rename(table: Table, from: string): void {
    if (this.#db.prepare(`SELECT 1 FROM "${from}" LIMIT 1`).get() === undefined) {
      this.#db.exec(`DROP TABLE "${from}"; ${tableDefinition(table, table.name)}`);
    } else {
      this.#db.exec(`ALTER TABLE "${from}" RENAME TO "${table.name}"`);
    }
  }

  /** As fast as pages are read, since both sides are declared alike, indexes too, and one is empty. */
  #copy({ tables, version }: Projection): void {
    for (const table of tables) {
      const name = buildingName(table, version);
      indexDefinitions(table, name, version).forEach((index) => this.#db.exec(index));
      this.#db.exec(`INSERT INTO main."${name}" SELECT * FROM built."${name}"`);
    }
  }

  #viewOf(projection: Projection): View {
    const { name, version, tables } = projection;
    const shape = shapeOf(projection);
    const known = this.#progressOf(name);
    const live = known.find((progress) => progress.live === 1);
    if (live?.version === version) {
      if (live.shape !== shape) throw new ProjectionChanged(name);
      return { projection, position: live.position ?? undefined, live: true, stopped: undefined };
    }
    const building = known.find((progress) => progress.live === 0);
    if (building?.version === version && building.shape === shape) {
      const position = building.position ?? undefined;
      return { projection, position, live: false, stopped: undefined };
    }
    if (building) this.#drop(building);
    for (const table of tables) {
      this.#db.exec(tableDefinition(table, buildingName(table, version)));
    }
    this.#db
      .prepare('INSERT INTO carnet_progress VALUES (?, ?, 0, NULL, ?, ?)')
      .run(name, version, shape, JSON.stringify(tables.map((table) => table.name)));
    return { projection, position: undefined, live: false, stopped: undefined };
  }

  /** A view nobody writes any more would only go stale in silence. */
  #dropUnknown(projections: readonly Projection[]): void {
    const known = new Set(projections.map(({ name }) => name));
    const names = this.#db.prepare('SELECT DISTINCT name FROM carnet_progress').all();
    for (const { name } of names as { name: string }[]) {
      if (!known.has(name)) this.#progressOf(name).forEach((progress) => this.#drop(progress));
    }
  }

  #drop({ name, version, live, tables }: Progress): void {
    for (const table of JSON.parse(tables) as string[]) {
      this.#db.exec(`DROP TABLE "${live === 1 ? table : buildingName({ name: table }, version)}"`);
    }
    this.#db
      .prepare('DELETE FROM carnet_progress WHERE name = ? AND version = ?')
      .run(name, version);
  }

  #progressOf(name: string): readonly Progress[] {
    const select = this.#db.prepare('SELECT * FROM carnet_progress WHERE name = ?');
    select.setReadBigInts(true);
    return (select.all(name) as Record<keyof Progress, unknown>[]).map((row) => ({
      ...(row as Progress),
      version: Number(row.version),
      live: Number(row.live),
    }));
  }

  #open(view: View): void {
    const nameOf = (table: Table): string => physicalName(table, view);
    const options = { nameOf, cachedRowsMax: CACHED_ROWS_MAX };
    this.#opened.set(view, new OpenedTables(this.#db, view.projection, options));
  }

  #openedOf(view: View): OpenedTables {
    const opened = this.#opened.get(view);
    if (opened === undefined) throw new TypeError(`${view.projection.name} is of another file`);
    return opened;
  }

  #inTransaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

const CACHED_ROWS_MAX = 50_000;

function assertNamesDiffer(projections: readonly Projection[]): void {
  const names = [
    ...projections.map(({ name }) => `projection ${name}`),
    ...projections.flatMap(({ tables }) => tables.map(({ name }) => `table ${name}`)),
  ];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`two read models call themselves: ${twice}`);
}

function shapeOf({ tables }: Projection): string {
  const text = tables.flatMap((table) => [
    JSON.stringify(table.columns),
    tableDefinition(table, table.name),
    ...indexDefinitions(table, table.name, 0),
  ]);
  return createHash('sha256').update(text.join('\n')).digest('hex');
}

function physicalName(table: Table, { live, projection }: View): string {
  return live ? table.name : buildingName(table, projection.version);
}

export function anchorAt({ position, streamName, revision, id }: RecordedEvent): Anchor {
  return { position, streamName, revision, eventId: id };
}

export function hashTables(
  db: DatabaseSync,
  tables: readonly Table[],
  nameOf: (table: Table) => string,
): string {
  const hash = createHash('sha256');
  for (const table of tables) {
    const columns = quoted(table.columns.map((column) => column.name));
    const from = `"${nameOf(table)}" ORDER BY ${quoted(table.key)}`;
    const select = db.prepare(`SELECT ${columns} FROM ${from}`);
    select.setReadBigInts(true);
    hash.update(`${table.name}\n`);
    for (const row of select.iterate()) {
      hash.update(`${JSON.stringify(Object.values(row), bigintAsText)}\n`);
    }
  }
  return hash.digest('hex');
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
