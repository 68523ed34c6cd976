import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KeyPart, TableWriter } from './projection';
import { encoderOf, quoted, type StoredRow, type StoredValue, type Table } from './table';

/** Rows of a table kept in memory between batches, twice: some tens of MB. */
const CACHED_ROWS_MAX = 100_000;

type Row = Record<string, unknown>;

/**
 * One table being written. A batch folds in memory and writes each touched key once, at `flush`; what
 * it read stays cached for the next batch, which is sound because this process alone writes the file.
 */
export class BufferedTable implements TableWriter<Row> {
  /** null: known to be absent. What was not asked for while `#cache` filled up goes with `#older`. */
  #cache = new Map<KeyPart, Row | null>();
  #older = new Map<KeyPart, Row | null>();
  readonly #dirty = new Map<KeyPart, Row | null>();
  readonly #encoders: readonly ((value: unknown) => StoredValue)[];
  readonly #columns: readonly string[];
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  readonly #where = new Map<string, StatementSync>();

  constructor(
    private readonly db: DatabaseSync,
    private readonly table: Table,
    private readonly physicalName: string,
    private readonly indexes: readonly string[],
  ) {
    const columns = table.columns.map(({ name }) => name);
    this.#columns = columns;
    this.#encoders = table.columns.map((column) => encoderOf(table.name, column));
    const isKey = table.key.map((column) => `"${column}" = ?`).join(' AND ');
    const others = columns.filter((column) => !table.key.includes(column));
    const insert =
      `INSERT INTO "${physicalName}" (${quoted(columns)}) ` +
      `VALUES (${columns.map(() => '?').join(', ')})`;
    const replace =
      others.length === 0
        ? 'NOTHING'
        : `UPDATE SET ${others.map((column) => `"${column}" = excluded."${column}"`).join(', ')}`;
    this.#select = db.prepare(`SELECT * FROM "${physicalName}" WHERE ${isKey}`);
    this.#insert = db.prepare(insert);
    this.#upsert = db.prepare(`${insert} ON CONFLICT (${quoted(table.key)}) DO ${replace}`);
    this.#delete = db.prepare(`DELETE FROM "${physicalName}" WHERE ${isKey}`);
  }

  readonly get = (...key: readonly KeyPart[]): Row | undefined => {
    const id = this.#idOf(key);
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached ?? undefined;
    const row = this.#older.get(id) ?? this.#fetch(key);
    this.#cache.set(id, row);
    return row ?? undefined;
  };

  readonly put = (row: Row): void => {
    const id = this.#idOfRow(row);
    this.#cache.set(id, row);
    this.#dirty.set(id, row);
  };

  readonly insert = (row: Row): void => {
    // Of a table that is only inserted into nothing is cached, and no key has to be told.
    if (this.#cache.size > 0 || this.#older.size > 0) this.#giveWay(this.#idOfRow(row));
    this.#insert.run(...this.#encoded(row));
  };

  readonly delete = (...key: readonly KeyPart[]): void => {
    const id = this.#idOf(key);
    this.#cache.set(id, null);
    this.#dirty.set(id, null);
    this.#deletedKeys.set(id, key);
  };

  readonly where = (match: Readonly<Partial<Row>>): readonly Row[] => {
    this.flush();
    const columns = Object.keys(match);
    const values = columns.map((column) => this.#encode(column, match[column]));
    const stored = this.#whereStatement(columns).all(...values) as StoredRow[];
    return stored.map((each) => this.table.decode(each) as Row);
  };

  /** Writes every touched key once, neighbours together: they are on one page. */
  flush(): void {
    const dirty = [...this.#dirty].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [id, row] of dirty) {
      if (row === null) this.#delete.run(...(this.#deletedKeys.get(id) ?? []));
      else this.#upsert.run(...this.#encoded(row));
    }
    this.#dirty.clear();
    this.#deletedKeys.clear();
  }

  /** After a commit: what is cached is true, there is only too much of it. */
  trim(): void {
    if (this.#cache.size <= CACHED_ROWS_MAX) return;
    this.#older = this.#cache;
    this.#cache = new Map();
  }

  /** After a rollback: nothing in memory is true any more. */
  forget(): void {
    this.#cache.clear();
    this.#older.clear();
    this.#dirty.clear();
    this.#deletedKeys.clear();
  }

  readonly #deletedKeys = new Map<KeyPart, readonly KeyPart[]>();

  #giveWay(id: KeyPart): void {
    // What was put or deleted before must be in the file first, or an insert would not conflict with it.
    if (this.#dirty.has(id)) this.flush();
    this.#cache.delete(id);
    this.#older.delete(id);
  }

  #fetch(key: readonly KeyPart[]): Row | null {
    const stored = this.#select.get(...key) as StoredRow | undefined;
    return stored === undefined ? null : (this.table.decode(stored) as Row);
  }

  #idOf(key: readonly KeyPart[]): KeyPart {
    if (key.length !== this.table.key.length) {
      throw new TypeError(`${this.table.name} is keyed by ${this.table.key.join(', ')}`);
    }
    const [first = ''] = key;
    if (key.length === 1) return first;
    let id = String(first);
    for (let i = 1; i < key.length; i++) id += `\u001f${String(key[i])}`;
    return id;
  }

  /** As `#idOf`, without an array of the key's values: every `put` comes here. */
  #idOfRow(row: Row): KeyPart {
    const { key } = this.table;
    const first = row[key[0] ?? ''] as KeyPart;
    if (key.length === 1) return first;
    let id = String(first);
    for (let i = 1; i < key.length; i++) id += `\u001f${String(row[key[i] ?? ''])}`;
    return id;
  }

  #encoded(row: Row): StoredValue[] {
    const columns = this.#columns;
    const values = new Array<StoredValue>(columns.length);
    for (let i = 0; i < columns.length; i++) {
      const encode = this.#encoders[i];
      const column = columns[i];
      if (encode !== undefined && column !== undefined) values[i] = encode(row[column]);
    }
    return values;
  }

  #encode(column: string, value: unknown): StoredValue {
    const encode = this.#encoders[this.#columns.indexOf(column)];
    if (encode === undefined) throw new TypeError(`${this.table.name} has no column '${column}'`);
    return encode(value);
  }

  #whereStatement(columns: readonly string[]): StatementSync {
    const id = [...columns].sort().join();
    const known = this.#where.get(columns.join());
    if (known !== undefined) return known;
    const { key, indexes, name } = this.table;
    const lookups = [key, ...indexes].map((index) => index.slice(0, columns.length));
    if (!lookups.some((lookup) => [...lookup].sort().join() === id)) {
      throw new TypeError(`${name}: declare an index that begins with ${columns.join(', ')}`);
    }
    this.indexes.forEach((index) => this.db.exec(index));
    const statement = this.db.prepare(
      `SELECT * FROM "${this.physicalName}" WHERE ${matching(columns)} ORDER BY ${quoted(key)}`,
    );
    this.#where.set(columns.join(), statement);
    return statement;
  }
}

function matching(columns: readonly string[]): string {
  return columns.map((column) => `"${column}" IS ?`).join(' AND ');
}
