import type { Event } from '@app/kernel';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  counted,
  entries,
  recordedAt,
  sums,
  temporaryFolder,
  type Counted,
} from '../testing/read-model-fixtures';
import { AnotherProjector, ProjectionChanged, ReadModelDamaged } from './errors';
import { projection, tablesProjection } from './projection';
import { ReadModel, type View } from './read-model';

const folder = temporaryFolder();
let files = 0;
const newPath = (): string => join(folder, `${files++}.sqlite`);

const log = [counted('a'), counted('b', 2), counted('a', 3)].map((fact, index) =>
  recordedAt(index + 1, fact),
);

function viewOf(model: ReadModel, name: string): View {
  const view = model.views.find(({ projection: { name: known } }) => known === name);
  if (view === undefined) throw new TypeError(`no view ${name}`);
  return view;
}

describe('a read model', () => {
  it('has its rows and its position after a restart', () => {
    const path = newPath();
    const before = new ReadModel(path, [sums(), entries]);
    before.apply(before.views, log);
    before.close();
    const after = new ReadModel(path, [sums(), entries]);
    expect(after.views.map(({ position }) => position)).toEqual([3n, 3n]);
    expect(after.rows(viewOf(after, 'sums'))).toEqual({
      sums: [
        { key: 'a', sumCents: 4 },
        { key: 'b', sumCents: 2 },
      ],
    });
    expect(after.anchor).toEqual({
      position: 3n,
      streamName: 'counts-1',
      revision: 2,
      eventId: log[2]?.id,
    });
    after.close();
  });

  it('changes nothing when events are delivered again, partly or whole', () => {
    const model = new ReadModel(':memory:', [sums(), entries]);
    model.apply(model.views, log.slice(0, 2));
    model.apply(model.views, log);
    model.apply(model.views, log);
    model.apply(model.views, log.slice(0, 1));
    expect(model.rows(viewOf(model, 'sums'))['sums']).toEqual([
      { key: 'a', sumCents: 4 },
      { key: 'b', sumCents: 2 },
    ]);
    expect(model.views.map(({ position }) => position)).toEqual([3n, 3n]);
    model.close();
  });

  it('moves on where the log was read further and held nothing', () => {
    const model = new ReadModel(':memory:', [sums()]);
    model.apply(model.views, log, 9n);
    model.apply(model.views, [], 12n);
    expect(viewOf(model, 'sums').position).toBe(12n);
    expect(model.anchor?.position).toBe(3n);
    model.close();
  });

  it('commits rows and positions together or not at all', () => {
    const path = newPath();
    const model = new ReadModel(path, [sums(), entries]);
    model.apply(model.views, log.slice(0, 1));
    const [hashes, positions] = [model.views.map((view) => model.hash(view)), [1n, 1n]];
    // The last write of the transaction fails, as on a full disk.
    const raw = new DatabaseSync(path);
    raw.exec(`CREATE TRIGGER full BEFORE INSERT ON carnet_anchor
              BEGIN SELECT RAISE(ABORT, 'full'); END`);
    expect(() => model.apply(model.views, log)).toThrow('full');
    expect(model.views.map(({ position }) => position)).toEqual(positions);
    expect(model.views.map((view) => model.hash(view))).toEqual(hashes);
    raw.exec('DROP TRIGGER full');
    model.apply(model.views, log);
    expect(model.rows(viewOf(model, 'sums'))['sums']).toEqual([
      { key: 'a', sumCents: 4 },
      { key: 'b', sumCents: 2 },
    ]);
    raw.close();
    model.close();
  });

  it('stops the view that cannot apply an event, whole batch undone, and no other', () => {
    const model = new ReadModel(':memory:', [sums(), entries]);
    model.apply(model.views, log);
    const bad = [counted('a', 5), counted('a', -1), counted('a', 7)].map((fact, index) =>
      recordedAt(index + 4, fact),
    );
    model.apply(model.views, bad);
    model.apply(model.views, [recordedAt(7, counted('a'))]);
    const stopped = viewOf(model, 'sums');
    expect(stopped.stopped?.message).toBe(
      'sums: Counted (counts-1, revision 4): less than nothing',
    );
    expect(stopped.position).toBe(3n);
    expect(model.rows(stopped)['sums']).toContainEqual({ key: 'a', sumCents: 4 });
    expect(viewOf(model, 'entries').position).toBe(7n);
    expect(model.rows(viewOf(model, 'entries'))['entries']).toHaveLength(7);
    model.close();
  });

  it('undoes what a stopped view has written directly', () => {
    const fussy = tablesProjection<{ notes: { position: bigint } }, Counted>({
      name: 'fussy',
      version: 1,
      tables: { notes: { columns: { position: 'position' }, key: ['position'] } },
      on: {
        Counted: ({ data, position }, { notes }) => {
          notes.insert({ position });
          if (data.cents < 0) throw new RangeError('less than nothing');
        },
      },
    });
    const model = new ReadModel(':memory:', [fussy]);
    model.apply(model.views, log.slice(0, 1));
    model.apply(model.views, [...log.slice(1), recordedAt(4, counted('a', -1))]);
    expect(model.rows(viewOf(model, 'fussy'))['notes']).toEqual([{ position: 1n }]);
    model.close();
  });

  it('has the hash of its rows, however they came to be', () => {
    const [one, other] = [new ReadModel(':memory:', [sums()]), new ReadModel(':memory:', [sums()])];
    one.apply(one.views, log);
    log.forEach((event) => other.apply(other.views, [event]));
    const [a, b] = [viewOf(one, 'sums'), viewOf(other, 'sums')];
    expect(one.hash(a)).toMatch(/^[0-9a-f]{64}$/);
    expect(one.hash(a)).toBe(other.hash(b));
    one.apply(one.views, [recordedAt(4, counted('a'))]);
    expect(one.hash(a)).not.toBe(other.hash(b));
    one.close();
    other.close();
  });

  it('refuses tables changed under one version, and two of one name', () => {
    const path = newPath();
    const model = new ReadModel(path, [sums()]);
    model.putLive(viewOf(model, 'sums'));
    model.close();
    const changed = projection<{ sumCents: number; count: number }, Event<'Counted'>>({
      name: 'sums',
      version: 1,
      key: () => '',
      empty: { sumCents: 0, count: 0 },
      on: { Counted: (row) => row },
    });
    expect(() => new ReadModel(path, [changed])).toThrow(ProjectionChanged);
    expect(() => new ReadModel(newPath(), [sums(), sums(2)])).toThrow(/projection sums/);
  });

  it('drops what no projection keeps any more', () => {
    const path = newPath();
    const model = new ReadModel(path, [sums(), entries]);
    model.views.forEach((view) => model.putLive(view));
    model.close();
    new ReadModel(path, [entries]).close();
    const tables = new DatabaseSync(path).prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    );
    expect(tables.all().map((row) => row['name'])).toEqual([
      'carnet_anchor',
      'carnet_progress',
      'entries',
    ]);
  });

  it('has one writer: the second to commit is told', () => {
    const path = newPath();
    const [one, other] = [new ReadModel(path, [sums()]), new ReadModel(path, [sums()])];
    one.apply(one.views, log);
    expect(() => other.apply(other.views, log)).toThrow(AnotherProjector);
    expect(one.rows(viewOf(one, 'sums'))['sums']).toHaveLength(2);
    one.close();
    other.close();
  });

  it.each([
    ['no database', (path: string) => writeFileSync(path, 'no database'.repeat(1_000))],
    ['a page of it lost', (path: string) => spoil(path)],
    ['a later format', (path: string) => new DatabaseSync(path).exec('PRAGMA user_version = 99')],
  ])('says what to do when the file is damaged: %s', (_what, damage) => {
    const path = newPath();
    const model = new ReadModel(path, [sums()]);
    model.apply(model.views, log);
    model.close();
    damage(path);
    expect(() => new ReadModel(path, [sums()])).toThrow(ReadModelDamaged);
    expect(() => new ReadModel(path, [sums()])).toThrow(/projector -- --rebuild/);
  });
});

describe('a process that is killed while it writes', () => {
  it('leaves rows that are the fold of what its position says', async () => {
    const path = newPath();
    // What the process does is written in plain SQLite calls by this very file's classes, compiled.
    const child = spawn(process.execPath, ['--no-warnings', '-e', await writerScript(path)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: join(__dirname, '../../../..'),
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const model = new ReadModel(path, [sums(), entries]);
    const [position = 0n] = model.views.map((view) => view.position);
    expect(position).toBeGreaterThan(0n);
    const fresh = new ReadModel(':memory:', [sums(), entries]);
    fresh.apply(
      fresh.views,
      Array.from({ length: Number(position) }, (_, i) => nth(i + 1)),
    );
    for (const view of model.views) {
      expect(view.position).toBe(position);
      expect(model.hash(view)).toBe(fresh.hash(viewOf(fresh, view.projection.name)));
    }
    model.close();
    fresh.close();
  });
});

const nth = (at: number) => recordedAt(at, counted(`key-${at % 97}`, at));

/** Writes batches of seven for ever, with this library as the compiler makes it. */
async function writerScript(path: string): Promise<string> {
  const { transformFile } = await import('@swc/core');
  const compiled = async (file: string): Promise<string> => {
    const options = {
      jsc: { parser: { syntax: 'typescript' as const }, target: 'es2024' as const },
      module: { type: 'commonjs' as const },
    };
    return (await transformFile(join(__dirname, file), options)).code;
  };
  const files = [
    ...['./table', './projection', './errors', './model-file'],
    ...['./buffered-table', './opened-tables', './read-model'],
  ];
  const modules = await Promise.all(
    files.map(
      async (file) => `${JSON.stringify(file)}: (exports, require) => {
      ${await compiled(`${file}.ts`)} }`,
    ),
  );
  return `
    const modules = { ${modules.join(',\n')} };
    const made = {};
    const load = (name) => {
      if (!modules[name]) return require(name);
      if (!made[name]) { made[name] = {}; modules[name](made[name], load); }
      return made[name];
    };
    const { ReadModel } = load('./read-model');
    const { projection, tablesProjection } = load('./projection');
    const sums = projection({ name: 'sums', version: 1, key: ({ data }) => data.key,
      empty: { sumCents: 0 },
      on: { Counted: (row, { cents }) => ({ sumCents: row.sumCents + cents }) } });
    const entries = tablesProjection({ name: 'entries', version: 1,
      tables: { entries: { key: ['position'], indexes: [['key', 'position']],
        columns: { position: 'position', key: 'text', cents: 'integer' } } },
      on: { Counted: ({ data, position }, { entries }) => entries.insert({ position, ...data }) } });
    const model = new ReadModel(${JSON.stringify(path)}, [sums, entries]);
    for (let at = 1, batch = []; ; at++) {
      batch.push({ position: BigInt(at), type: 'Counted', streamName: 's', revision: at, id: 'i',
        data: { key: 'key-' + (at % 97), cents: at } });
      if (batch.length < 7) continue;
      model.apply(model.views, batch);
      batch = [];
      if (at === 7 * 300) process.stdout.write('going');
    }`;
}

/** Zeroes a page of the schema's tables, with the file whole otherwise. */
function spoil(path: string): void {
  const bytes = readFileSync(path);
  copyFileSync(path, `${path}.whole`);
  bytes.fill(0, 100, 4_096);
  writeFileSync(path, bytes);
}
