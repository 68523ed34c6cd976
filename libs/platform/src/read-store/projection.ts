import type { Event } from '@app/kernel';
import type { RecordedEvent } from '../event-store/event-store';
import { table, type ColumnKind, type KindsOf, type Table, type TableInput } from './table';

/** A read model as the projector runs it: which tables it has and what each event does to them. */
export type Projection = Readonly<{
  /** Kebab case, unique: names its progress, its lag and its errors. */
  name: string;
  /** Raised with every change of a table or of a fold: the view is then rebuilt from the log. */
  version: number;
  tables: readonly Table[];
  on: ReadonlyMap<string, (event: RecordedEvent, open: OpenTable) => void>;
}>;

/** The writer of a table, valid while the event is handled. */
export type OpenTable = <Row>(declared: Table<Row>) => TableWriter<Row>;

/**
 * All a projection may do to one of its tables. Rows are values: put a changed copy, never change
 * what `get` answered. Writes reach the file once per key and batch.
 */
export type TableWriter<Row> = Readonly<{
  get: (...key: readonly KeyPart[]) => Readonly<Row> | undefined;
  /** Inserts, or replaces the row of the same key. */
  put: (row: Row) => void;
  /** For rows never read back while projecting: faster than `put`; an existing key stops the view. */
  insert: (row: Row) => void;
  delete: (...key: readonly KeyPart[]) => void;
  /** Rows with exactly these values, in key order. The columns must begin the key or an index. */
  where: (match: Readonly<Partial<Row>>) => readonly Readonly<Row>[];
}>;

export type KeyPart = string | number | bigint;

/** The recorded forms of a union of events, still a union told apart by `type`. */
export type Recorded<E extends Event> = E extends Event ? RecordedEvent<E> : never;

type OfType<Facts extends Event, Type> = Extract<Facts, { type: Type }>;

/** A keyed view: one row per key. `table` is what queries read. */
export type KeyedProjection<Row> = Projection & Readonly<{ table: Table<Keyed<Row>> }>;

/** The row as stored: `key` is what the projection's `key` answered. */
export type Keyed<Row> = Row & Readonly<{ key: string }>;

export type KeyedProjectionInput<Row extends object, Facts extends Event> = Readonly<{
  name: string;
  version: number;
  key: (event: Recorded<Facts>) => string;
  /** What a key holds before its first event; its values also say what each column holds. */
  empty: Row;
  /** Needed where `empty` does not tell: a null, or a number with a fraction (`real`). */
  columns?: Readonly<Partial<KindsOf<Row>>>;
  /** What queries filter and sort by. */
  indexes?: readonly (readonly (keyof Row & string)[])[];
  /** Pure folds, one per fact; answering undefined removes the row. */
  on: Readonly<{
    [Type in Facts['type']]: (
      row: Readonly<Row>,
      data: OfType<Facts, Type>['data'],
      event: Recorded<OfType<Facts, Type>>,
    ) => Row | undefined;
  }>;
}>;

/** A view of one table: each event folds into the row of its key. */
export function projection<Row extends object, Facts extends Event>(
  input: KeyedProjectionInput<Row, Facts>,
): KeyedProjection<Row> {
  const { name, version, key, empty } = input;
  const rows = table<Keyed<Row>>(name, {
    columns: { key: 'text', ...kindsOf(name, empty, input.columns) } as KindsOf<Keyed<Row>>,
    key: ['key'],
    indexes: input.indexes ?? [],
  });
  type Fold = (row: Row, data: unknown, event: RecordedEvent) => Row | undefined;
  const on = Object.entries<Fold>(input.on as unknown as Record<string, Fold>).map(
    ([type, fold]) => {
      const handle = (event: RecordedEvent, open: OpenTable): void => {
        const writer = open(rows);
        const rowKey = key(event as Recorded<Facts>);
        const before = writer.get(rowKey) ?? empty;
        const after = fold(before, event.data, event);
        if (after === undefined) writer.delete(rowKey);
        else if (after !== before) writer.put({ ...after, key: rowKey });
      };
      return [type, handle] as const;
    },
  );
  return { name, version, tables: [rows], table: rows, on: new Map(on) };
}

/** A view of several tables, each with its own row type. `tables` is what queries read. */
export type TablesProjection<Rows> = Projection &
  Readonly<{ table: Readonly<{ [Name in keyof Rows]: Table<Rows[Name]> }> }>;

export type TablesProjectionInput<Rows extends object, Facts extends Event> = Readonly<{
  name: string;
  version: number;
  tables: Readonly<{ [Name in keyof Rows & string]: TableInput<Rows[Name]> }>;
  /** What each fact does, through the declared tables and nothing else. */
  on: Readonly<{
    [Type in Facts['type']]: (
      event: Recorded<OfType<Facts, Type>>,
      tables: Readonly<{ [Name in keyof Rows & string]: TableWriter<Rows[Name]> }>,
    ) => void;
  }>;
}>;

/**
 * A view that needs several tables, rows of its own looked up, or many rows per event:
 * `tablesProjection<{ movements: Movement; closings: DailyClosing }, Facts>({ … })`.
 */
export function tablesProjection<Rows extends object, Facts extends Event>(
  input: TablesProjectionInput<Rows, Facts>,
): TablesProjection<Rows> {
  const { name, version } = input;
  const declared = Object.entries<TableInput<unknown>>(
    input.tables as unknown as Record<string, TableInput<unknown>>,
  ).map(([tableName, tableInput]) => [tableName, table(tableName, tableInput)] as const);
  type Handler = (event: RecordedEvent, tables: object) => void;
  const writers = memoizedWriters(declared);
  const on = Object.entries<Handler>(input.on as unknown as Record<string, Handler>).map(
    ([type, handler]) => {
      const handle = (event: RecordedEvent, open: OpenTable): void => handler(event, writers(open));
      return [type, handle] as const;
    },
  );
  return {
    name,
    version,
    tables: declared.map(([, each]) => each),
    table: Object.fromEntries(declared) as TablesProjection<Rows>['table'],
    on: new Map(on),
  };
}

/** The named writers of the latest opening, made once and not per event. */
function memoizedWriters(declared: readonly (readonly [string, Table])[]) {
  let last: Readonly<{ open: OpenTable; writers: object }> | undefined;
  return (open: OpenTable): object => {
    if (last?.open === open) return last.writers;
    const writers = Object.fromEntries(declared.map(([name, each]) => [name, open(each)]));
    last = { open, writers };
    return writers;
  };
}

function kindsOf(
  name: string,
  empty: object,
  declared: Readonly<Partial<Record<string, ColumnKind>>> = {},
): Record<string, ColumnKind> {
  const kinds = Object.entries(empty).map(([column, value]) => {
    const kind = declared[column] ?? KIND_OF_VALUE[value === null ? 'null' : typeof value];
    if (kind !== undefined) return [column, kind] as const;
    throw new TypeError(
      `${name}: say in 'columns' what '${column}' holds, its empty value does not`,
    );
  });
  return Object.fromEntries(kinds);
}

const KIND_OF_VALUE: Readonly<Record<string, ColumnKind>> = {
  string: 'text',
  number: 'integer',
  boolean: 'boolean',
  bigint: 'position',
  object: 'json',
};
