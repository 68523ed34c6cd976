/**
 * What a column holds. `position` is a bigint (a place in $all); `json` any other value, kept as
 * text; a `?` allows null. Integers beyond ±2^53 and fractions in an `integer` are refused.
 */
export type ColumnKind = BaseKind | `${BaseKind}?`;

type BaseKind = 'text' | 'integer' | 'real' | 'boolean' | 'position' | 'json';

/** The kinds that can hold a value of this type. */
export type KindOf<Value> = null extends Value
  ? `${BaseKindOf<NonNullable<Value>>}?`
  : BaseKindOf<Value>;

type BaseKindOf<Value> = [Value] extends [string]
  ? 'text'
  : [Value] extends [number]
    ? 'integer' | 'real'
    : [Value] extends [boolean]
      ? 'boolean'
      : [Value] extends [bigint]
        ? 'position'
        : 'json';

export type KindsOf<Row> = Readonly<{ [Column in keyof Row & string]-?: KindOf<Row[Column]> }>;

/** How a table is declared: its columns, its primary key, and what else it is looked up by. */
export type TableInput<Row> = Readonly<{
  columns: KindsOf<Row>;
  key: readonly (keyof Row & string)[];
  indexes?: readonly (readonly (keyof Row & string)[])[];
}>;

/** A declared table: `name` is its name in SQL, its columns are named like the row's properties. */
export type Table<Row = unknown> = Readonly<{
  name: string;
  columns: readonly Readonly<{ name: string; kind: ColumnKind }>[];
  key: readonly string[];
  indexes: readonly (readonly string[])[];
  /** A row as SQLite answers it → as the projection wrote it. */
  decode: (stored: StoredRow) => Row;
}>;

export type StoredValue = string | number | bigint | null;
export type StoredRow = Readonly<Record<string, StoredValue>>;

const NAME = /^[a-z][A-Za-z0-9]{0,62}$/;

export function table<Row>(name: string, input: TableInput<Row>): Table<Row> {
  const columns = Object.entries<ColumnKind>(input.columns).map(([column, kind]) => ({
    name: column,
    kind,
  }));
  const known = new Set(columns.map((column) => column.name));
  const used = [...input.key, ...(input.indexes ?? []).flat()];
  const wrong = [...known].find((column) => !NAME.test(column));
  if (wrong !== undefined) throw new TypeError(`${name}: '${wrong}' is no column name`);
  const missing = used.find((column) => !known.has(column));
  if (missing !== undefined) throw new TypeError(`${name}: no column '${missing}'`);
  if (input.key.length === 0) throw new TypeError(`${name}: a table needs a key`);
  return {
    name: snakeCase(name),
    columns,
    key: input.key,
    indexes: input.indexes ?? [],
    decode: decoder<Row>(columns),
  };
}

/** `outstanding-balance`, `outstandingBalance` → `outstanding_balance`. */
export function snakeCase(name: string): string {
  const snake = name.replace(/-/g, '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (/^[a-z][a-z0-9_]{0,62}$/.test(snake)) return snake;
  throw new TypeError(`'${name}' names no table: letters, digits and '-' only`);
}

/** The table alone, physically called `physicalName`. */
export function tableDefinition(declared: Table, physicalName: string): string {
  const columns = declared.columns.map(
    ({ name, kind }) =>
      `"${name}" ${STORED_AS[baseOf(kind)]}${isNullable(kind) ? '' : ' NOT NULL'}`,
  );
  return (
    `CREATE TABLE "${physicalName}" (${columns.join(', ')}, ` +
    `PRIMARY KEY (${quoted(declared.key)})) STRICT, WITHOUT ROWID`
  );
}

/** What it is physically called while it is rebuilt beside the one that readers see. */
export function buildingName({ name }: Pick<Table, 'name'>, version: number): string {
  return `${name}__v${version}`;
}

/**
 * Its indexes. They are made once a rebuild is done, or when it first looks something up by one: filling
 * them row by row costs several times as much. An index keeps its name when its table is renamed, so
 * the name tells the version.
 */
export function indexDefinitions(declared: Table, physicalName: string, version: number): string[] {
  return declared.indexes.map((index) => {
    const name = `${buildingName(declared, version)}__${index.join('_')}`;
    return `CREATE INDEX IF NOT EXISTS "${name}" ON "${physicalName}" (${quoted(index)})`;
  });
}

export function quoted(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(', ');
}

const STORED_AS: Readonly<Record<BaseKind, string>> = {
  text: 'TEXT',
  integer: 'INTEGER',
  real: 'REAL',
  boolean: 'INTEGER',
  position: 'INTEGER',
  json: 'TEXT',
};

export function isNullable(kind: ColumnKind): boolean {
  return kind.endsWith('?');
}

function baseOf(kind: ColumnKind): BaseKind {
  return (isNullable(kind) ? kind.slice(0, -1) : kind) as BaseKind;
}

/** A value of a row → as SQLite takes it; refuses what the column cannot hold, by name. */
export function encoderOf(tableName: string, column: Table['columns'][number]) {
  const encode = ENCODERS[baseOf(column.kind)];
  const nullable = isNullable(column.kind);
  return (value: unknown): StoredValue => {
    if (value === null && nullable) return null;
    const stored = encode(value);
    if (stored !== undefined) return stored;
    const got = value === null ? 'null' : typeof value;
    throw new TypeError(
      `${tableName}.${column.name} is ${column.kind} and cannot hold this ${got}`,
    );
  };
}

const ENCODERS: Readonly<Record<BaseKind, (value: unknown) => StoredValue | undefined>> = {
  text: (value) => (typeof value === 'string' ? value : undefined),
  integer: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
  real: (value) => (Number.isFinite(value) ? (value as number) : undefined),
  boolean: (value) => (typeof value === 'boolean' ? Number(value) : undefined),
  position: (value) => (typeof value === 'bigint' ? value : undefined),
  json: (value) => (value === undefined || value === null ? undefined : JSON.stringify(value)),
};

const DECODERS: Readonly<Partial<Record<BaseKind, (stored: StoredValue) => unknown>>> = {
  boolean: (stored) => stored === 1,
  // Positions are offsets of a log: below 2^53 they arrive as numbers, and no log is 9 PB long.
  position: (stored) => BigInt(stored as number),
  json: (stored) => JSON.parse(stored as string) as unknown,
};

function decoder<Row>(columns: Table['columns']): (stored: StoredRow) => Row {
  const decoded = columns.flatMap(({ name, kind }) => {
    const decode = DECODERS[baseOf(kind)];
    return decode === undefined ? [] : [{ name, decode }];
  });
  return (stored) => {
    const row: Record<string, unknown> = { ...stored };
    for (const { name, decode } of decoded) {
      const value = stored[name];
      if (value !== null && value !== undefined) row[name] = decode(value);
    }
    return row as Row;
  };
}
