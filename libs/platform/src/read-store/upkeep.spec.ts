import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { InMemoryEventStore } from '../testing/in-memory-event-store';
import { counted, entries, sums, temporaryFolder } from '../testing/read-model-fixtures';
import { Projector } from './projector';
import { ReadModel } from './read-model';
import { ReadStore } from './read-store';
import { copyReadModel, requestRebuild, verifyReadModel } from './upkeep';
import { ViewProgress } from './view-progress';

const folder = temporaryFolder();
let files = 0;
const projections = [sums(), entries];

async function projected(path: string, store: InMemoryEventStore): Promise<void> {
  const readModel = new ReadModel(path, projections);
  const projector = new Projector({ store, readModel });
  await projector.start();
  const head = await store.fetchHead();
  const reads = new ReadStore(path);
  await new ViewProgress(reads).waitFor(head ?? 0n, projections, 60_000);
  reads.close();
  await projector.stop();
  readModel.close();
}

async function given() {
  const [path, store] = [join(folder, `${files++}.sqlite`), new InMemoryEventStore()];
  await store.given('counts-1', counted('a'), counted('b', 2), counted('a', 3));
  await projected(path, store);
  return { path, store };
}

const sumOf = (path: string, key: string): number | undefined =>
  new ReadStore(path).find(sums().table, key)?.sumCents;

describe('a rebuild on request', () => {
  it('serves the old rows until the new ones are there', async () => {
    const { path, store } = await given();
    new DatabaseSync(path).exec('UPDATE sums SET sumCents = 99');
    expect(requestRebuild(path)).toEqual({ kept: true });
    expect(sumOf(path, 'a')).toBe(99);
    await projected(path, store);
    expect(sumOf(path, 'a')).toBe(4);
  });

  it('also where a rebuild was half done', async () => {
    const { path, store } = await given();
    const half = new ReadModel(path, [sums(2), entries]);
    half.close();
    expect(requestRebuild(path)).toEqual({ kept: true });
    await projected(path, store);
    expect(sumOf(path, 'a')).toBe(4);
  });

  it('makes the views of another log, which a start alone refuses', async () => {
    const { path } = await given();
    const other = new InMemoryEventStore();
    await other.given('other-1', counted('z'));
    await expect(projected(path, other)).rejects.toThrow(/--rebuild/);
    requestRebuild(path);
    await projected(path, other);
    expect(sumOf(path, 'a')).toBeUndefined();
    expect(sumOf(path, 'z')).toBe(1);
  });

  it('puts a damaged file aside, and readers go over to the new one', async () => {
    const { path, store } = await given();
    const reads = new ReadStore(path);
    const progress = new ViewProgress(reads);
    expect(progress.positionOf(projections)).toBe(3n);
    writeFileSync(path, 'no database'.repeat(1_000));
    const { kept, aside = '' } = requestRebuild(path);
    expect(kept).toBe(false);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(aside)).toBe(true);
    await store.given('counts-1', counted('a'));
    await projected(path, store);
    expect(progress.positionOf(projections)).toBe(4n);
    expect(reads.find(sums().table, 'a')).toEqual({ key: 'a', sumCents: 5 });
  });

  it('of a file that is not there changes nothing', () =>
    expect(requestRebuild(join(folder, 'absent.sqlite'))).toEqual({ kept: true }));
});

describe('a copy for another host', () => {
  it('is taken while the projector has the file, and goes on from where it was', async () => {
    const { path, store } = await given();
    const writer = new ReadModel(path, projections);
    const copy = join(folder, `${files++}.sqlite`);
    copyReadModel(path, copy);
    writer.close();
    expect(sumOf(copy, 'a')).toBe(4);
    await store.given('counts-1', counted('a'));
    await projected(copy, store);
    expect([sumOf(copy, 'a'), sumOf(path, 'a')]).toEqual([5, 4]);
    expect(() => copyReadModel(path, copy)).toThrow('exists already');
  });
});

describe('the proof that views are the fold of the log', () => {
  it('holds for what was projected, at its position', async () => {
    const { path, store } = await given();
    await store.given('counts-1', counted('later'));
    expect(await verifyReadModel(store, path, projections)).toEqual([
      { view: 'sums', position: 3n, isFold: true },
      { view: 'entries', position: 3n, isFold: true },
    ]);
  });

  it('fails for a row that was changed by hand', async () => {
    const { path, store } = await given();
    new DatabaseSync(path).exec("UPDATE entries SET cents = cents + 1 WHERE key = 'b'");
    const verdicts = await verifyReadModel(store, path, projections);
    expect(verdicts.map(({ isFold }) => isFold)).toEqual([true, false]);
  });
});
