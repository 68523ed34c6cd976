import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EventStore, Position, RecordedEvent } from '../event-store/event-store';
import { isDamage, ReadModelDamaged } from './errors';
import type { Projection } from './projection';
import { hashTables, ReadModel } from './read-model';

/**
 * Has every view made again from the log at the projector's next start. A whole file is `kept`:
 * readers see the old views until each new one takes its place. A damaged one is `set aside`, under
 * the name answered, and readers wait for the new one.
 */
export function requestRebuild(path: string): Readonly<{ kept: boolean; aside?: string }> {
  if (!existsSync(path)) return { kept: true };
  try {
    const db = new DatabaseSync(path);
    try {
      // Version 0 is nobody's, so each view differs from its projection and is rebuilt.
      db.exec(`BEGIN IMMEDIATE; UPDATE carnet_progress SET version = 0 WHERE live = 1;
               DELETE FROM carnet_anchor; COMMIT`);
      dropHalfBuilt(db);
    } finally {
      db.close();
    }
    return { kept: true };
  } catch {
    return { kept: false, aside: setAside(path) };
  }
}

/** A consistent copy for another host, taken while the projector writes. The target must not exist. */
export function copyReadModel(path: string, to: string): void {
  if (existsSync(to)) throw new TypeError(`${to} exists already`);
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } catch (error) {
    throw isDamage(error) ? new ReadModelDamaged(path, error) : error;
  } finally {
    db.close();
  }
}

export type Verdict = Readonly<{ view: string; position: Position | undefined; isFold: boolean }>;

/**
 * Whether the rows readers see are the fold of the log up to each view's position (I-12): replays the
 * log into a file of its own and compares hashes. Views that are not live are left out.
 */
export async function verifyReadModel(
  store: EventStore,
  path: string,
  projections: readonly Projection[],
): Promise<readonly Verdict[]> {
  const served = readServed(path, projections);
  const folder = mkdtempSync(join(tmpdir(), 'carnet-verify-'));
  const model = new ReadModel(
    join(folder, 'views.sqlite'),
    served.map(({ projection }) => projection),
  );
  try {
    await replay(store, model, new Map(served.map((each) => [each.projection, each.position])));
    return model.views.map((view, index) => {
      const stored = served[index];
      const isFold = stored?.hash === model.hash(view) && view.stopped === undefined;
      return { view: view.projection.name, position: stored?.position, isFold };
    });
  } finally {
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function replay(
  store: EventStore,
  model: ReadModel,
  ends: ReadonlyMap<Projection, Position | undefined>,
): Promise<void> {
  const apply = (batch: readonly RecordedEvent[]): void => {
    for (const view of model.views) {
      const end = ends.get(view.projection) ?? -1n;
      const due = batch.filter(({ position }) => position <= end);
      if (due.length > 0) model.apply([view], due);
    }
  };
  let batch: RecordedEvent[] = [];
  for await (const event of store.readAll()) {
    batch.push(event);
    if (batch.length < 10_000) continue;
    apply(batch);
    batch = [];
  }
  apply(batch);
}

/** Positions and hashes of one commit. */
function readServed(path: string, projections: readonly Projection[]) {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    db.exec('BEGIN');
    const select = db.prepare(
      'SELECT position FROM carnet_progress WHERE name = ? AND version = ? AND live = 1',
    );
    select.setReadBigInts(true);
    return projections.flatMap((projection) => {
      const row = select.get(projection.name, projection.version) as
        { position: bigint | null } | undefined;
      if (row === undefined) return [];
      const hash = hashTables(db, projection.tables, ({ name }) => name);
      return [{ projection, position: row.position ?? undefined, hash }];
    });
  } finally {
    db.close();
  }
}

function dropHalfBuilt(db: DatabaseSync): void {
  const half = db.prepare('SELECT version, tables FROM carnet_progress WHERE live = 0').all();
  for (const { version, tables } of half as { version: number; tables: string }[]) {
    for (const name of JSON.parse(tables) as string[]) db.exec(`DROP TABLE "${name}__v${version}"`);
  }
  db.exec('DELETE FROM carnet_progress WHERE live = 0');
}

/** The log of the file first: left behind, it would be taken for the new file's. */
function setAside(path: string): string {
  let n = 1;
  while (existsSync(`${path}.aside-${n}`)) n++;
  const aside = `${path}.aside-${n}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}
