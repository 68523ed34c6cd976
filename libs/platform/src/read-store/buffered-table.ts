import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KeyPart, TableWriter } from './projection';
import { encoderOf, quoted, type StoredRow, type StoredValue, type Table } from './table';

type Row = Record<string, unknown>;

/** A key that was asked for or written; `row` is null where it is known to be absent. */
type Entry = {
  readonly id: KeyPart;
  readonly key: readonly KeyPart[];
  row: Row | null;
  dirty: boolean;
};

/**
 * One table being written. A batch folds in memory and writes each touched key once, at `flush`; what
 * it read stays cached for the next batch, which is sound because this process alone writes the file.
 */
export class BufferedTable implements TableWriter<Row> {
  /** What was not asked for while `#cache` filled up goes with `#older`. */
  #cache = new Map<KeyPart, Entry>();
  #older = new Map<KeyPart, Entry>();
  /** The latest one: a fold puts what it has just got, and one event follows another of its kind. */
  #last: Entry | undefined;
  #dirty: Entry[] = [];
  readonly #encoders: readonly ((value: unknown) => StoredValue)[];
  readonly #columns: readonly string[];
  readonly #isText: readonly boolean[];
  readonly #values: StoredValue[] = [];
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  readonly #where = new Map<string, StatementSync>();

  constructor(
    private readonly db: DatabaseSync,
    private readonly table: Table,
    private readonly physicalName: string,
    private readonly options: Readonly<{ indexes: readonly string[]; cachedRowsMax: number }>,
  ) {
    const columns = table.columns.map(({ name }) => name);
    this.#columns = columns;
    this.#isText = table.columns.map(({ kind }) => kind === 'text' || kind === 'text?');
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
    if (this.#last !== undefined && isSameKey(this.#last.key, key)) {
      return this.#last.row ?? undefined;
    }
    const id = this.#idOf(key);
    const entry = this.#find(id) ?? this.#enter(id, key, this.#fetch(key));
    this.#last = entry;
    return entry.row ?? undefined;
  };

  readonly put = (row: Row): void => this.#write(this.#entryOf(row), row);

  readonly insert = (row: Row): void => {
    // Of a table that is only inserted into nothing is cached, and no key has to be told.
    if (this.#cache.size > 0 || this.#older.size > 0) this.#giveWay(row);
    this.#insert.run(...this.#encoded(row));
  };

  readonly delete = (...key: readonly KeyPart[]): void => {
    const id = this.#idOf(key);
    this.#write(this.#find(id) ?? this.#enter(id, key, null), null);
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
    const dirty = this.#dirty.sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#dirty = [];
    for (const entry of dirty) {
      if (entry.row === null) this.#delete.run(...entry.key);
      else this.#upsert.run(...this.#encoded(entry.row));
      entry.dirty = false;
    }
  }

  /** What is cached is true, there is only too much of it; what is not yet written is, first. */
  trim(): void {
    if (this.#cache.size <= this.options.cachedRowsMax) return;
    this.flush();
    this.#older = this.#cache;
    this.#cache = new Map();
    this.#last = undefined;
  }

  /** After a rollback: nothing in memory is true any more. */
  forget(): void {
    this.#cache.clear();
    this.#older.clear();
    this.#dirty = [];
    this.#last = undefined;
  }

  #write(entry: Entry, row: Row | null): void {
    entry.row = row;
    if (entry.dirty) return;
    entry.dirty = true;
    this.#dirty.push(entry);
  }

  #find(id: KeyPart): Entry | undefined {
    const cached = this.#cache.get(id);
    if (cached !== undefined || this.#older.size === 0) return cached;
    const older = this.#older.get(id);
    if (older !== undefined) this.#cache.set(id, older);
    return older;
  }

  #enter(id: KeyPart, key: readonly KeyPart[], row: Row | null): Entry {
    const entry: Entry = { id, key, row, dirty: false };
    this.#cache.set(id, entry);
    return entry;
  }

  /** Without an array of the key's values while it is the latest one's: every `put` comes here. */
  #entryOf(row: Row): Entry {
    const columns = this.table.key;
    const last = this.#last;
    if (last !== undefined && hasKey(row, columns, last.key)) return last;
    const key = columns.map((column) => row[column] as KeyPart);
    const id = this.#idOf(key);
    return (this.#last = this.#find(id) ?? this.#enter(id, key, null));
  }

  #giveWay(row: Row): void {
    const id = this.#idOf(this.table.key.map((column) => row[column] as KeyPart));
    // What was put or deleted before must be in the file first, or an insert would not conflict with it.
    if (this.#find(id)?.dirty === true) this.flush();
    this.#cache.delete(id);
    this.#older.delete(id);
    this.#last = undefined;
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

  /** What the row's columns hold; the same array for the next row. */
  #encoded(row: Row): readonly StoredValue[] {
    const columns = this.#columns;
    const values = this.#values;
    for (let i = 0; i < columns.length; i++) {
      const value = row[columns[i] ?? ''];
      // Most columns are texts that are stored as they are.
      if (typeof value === 'string' && this.#isText[i] === true) values[i] = value;
      else values[i] = this.#encoders[i]?.(value) ?? null;
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
    this.options.indexes.forEach((index) => this.db.exec(index));
    const statement = this.db.prepare(
      `SELECT * FROM "${this.physicalName}" WHERE ${matching(columns)} ORDER BY ${quoted(key)}`,
    );
    this.#where.set(columns.join(), statement);
    return statement;
  }
}

function isSameKey(a: readonly KeyPart[], b: readonly KeyPart[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function hasKey(row: Row, columns: readonly string[], key: readonly KeyPart[]): boolean {
  for (let i = 0; i < columns.length; i++) if (row[columns[i] ?? ''] !== key[i]) return false;
  return true;
}

function matching(columns: readonly string[]): string {
  return columns.map((column) => `"${column}" IS ?`).join(' AND ');
}
