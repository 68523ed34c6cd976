import { statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { isDamage, ReadModelBehind, ReadModelDamaged, SQLITE, sqliteCodeOf } from './errors';
import type { StoredRow, Table } from './table';

/** Statements kept compiled; a route has a handful, so more than this means SQL built from input. */
const STATEMENTS_MAX = 500;

export type Params = readonly SQLInputValue[];

/**
 * The read side: one read-only connection per process, statements compiled once. Reads are
 * synchronous and see the last commit of the projector. All throw `ReadModelBehind` as long as the
 * view is not there, `ReadModelDamaged` when the file is broken.
 *
 * SQL lives in `*.query.ts` files; values only ever as `?`.
 */
export class ReadStore {
  #connection: { db: DatabaseSync; inode: number } | undefined;
  readonly #statements = new Map<string, StatementSync>();

  constructor(readonly path: string) {}

  /** The first row as SQLite has it, for sums and counts. */
  get<Row extends object>(sql: string, ...params: Params): Row | undefined {
    return this.#read(() => this.#statement(sql).get(...params) as Row | undefined);
  }

  /** All rows as SQLite has them. */
  all<Row extends object>(sql: string, ...params: Params): readonly Row[] {
    return this.#read(() => this.#statement(sql).all(...params) as Row[]);
  }

  /** Rows of one table as the projection wrote them: `rows(books, 'WHERE orderId = ?', orderId)`. */
  rows<Row>(table: Table<Row>, tail: string, ...params: Params): readonly Row[] {
    return this.all<StoredRow>(`SELECT * FROM "${table.name}" ${tail}`, ...params).map(
      table.decode,
    );
  }

  /** The row of a key, in the order the table declares it. */
  find<Row>(table: Table<Row>, ...key: Params): Row | undefined {
    const isKey = table.key.map((column) => `"${column}" = ?`).join(' AND ');
    const row = this.get<StoredRow>(`SELECT * FROM "${table.name}" WHERE ${isKey}`, ...key);
    return row && table.decode(row);
  }

  /** Several reads of one and the same commit. `work` is synchronous. */
  snapshot<T>(work: () => T): T {
    return this.#read(() => {
      const { db } = this.#connected();
      if (db.isTransaction) return work();
      db.exec('BEGIN');
      try {
        return work();
      } finally {
        db.exec('COMMIT');
      }
    });
  }

  /**
   * Many rows of one commit, one at a time, for exports. It has a connection of its own, since a read
   * that is not finished would hold all other reads of this process at its commit.
   */
  *iterate<Row extends object>(sql: string, ...params: Params): Generator<Row> {
    const db = this.#read(() => openToRead(this.path));
    try {
      const rows = this.#read(() => db.prepare(sql).iterate(...params));
      for (;;) {
        const next = this.#read(() => rows.next());
        if (next.done === true) return;
        yield next.value as Row;
      }
    } finally {
      db.close();
    }
  }

  /** A projector that began the file anew put another in its place: reads go there from now on. */
  reopenIfReplaced(): void {
    if (this.#connection && inodeOf(this.path) !== this.#connection.inode) this.close();
  }

  close(): void {
    this.#statements.clear();
    this.#connection?.db.close();
    this.#connection = undefined;
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (isDamage(error)) throw new ReadModelDamaged(this.path, error);
      if (isMissing(error)) throw new ReadModelBehind('the view is being built', error);
      throw error;
    }
  }

  #statement(sql: string): StatementSync {
    const { db } = this.#connected();
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = db.prepare(sql);
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  #connected(): { db: DatabaseSync; inode: number } {
    this.#connection ??= { db: openToRead(this.path), inode: inodeOf(this.path) };
    return this.#connection;
  }
}

function openToRead(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 2_000 });
  db.exec('PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;');
  return db;
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}

/** No file yet, or a table or column that the rebuild under way will bring. */
function isMissing(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  if (code === SQLITE.CANTOPEN) return true;
  return code === SQLITE.ERROR && /^no such (table|column)/.test((error as Error).message);
}
