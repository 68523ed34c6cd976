import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InMemoryEventStore } from '../testing/in-memory-event-store';
import { counted, entries, sums, temporaryFolder } from '../testing/read-model-fixtures';
import { Projector, type Notice } from './projector';
import type { Projection } from './projection';
import { ReadModel } from './read-model';
import type { Builders } from './rebuild-threads';
import { buildApart } from './views-apart';

const folder = temporaryFolder();
let files = 0;
const newPath = (): string => join(folder, `${files++}.sqlite`);
const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

/** What one thread makes of the log, as it stands. */
async function folded(store: InMemoryEventStore, projections: readonly Projection[]) {
  const model = new ReadModel(':memory:', projections);
  const events = [];
  for await (const event of store.readAll()) events.push(event);
  model.apply(model.views, events);
  const hashes = model.views.map((view) => model.hash(view));
  model.close();
  return hashes;
}

async function apart(store: InMemoryEventStore, projections: readonly Projection[]) {
  const upTo = (await store.fetchHead()) ?? 0n;
  const built = await buildApart({ store, projections, path: newPath(), upTo });
  if (built === undefined) throw new Error('nothing was built');
  return built;
}

describe('views built in a file of their own', () => {
  it('are, taken over, what one thread makes of the log, and go on from there', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    await store.given('counts-1', counted('a'), counted('b', 2), counted('a', 3));
    const built = await apart(store, [sums(), entries]);
    const model = new ReadModel(path, [sums(), entries]);
    model.takeOver(model.views, built);
    expect(model.views.map(({ position }) => position)).toEqual([3n, 3n]);
    expect(model.anchor?.position).toBe(3n);
    expect(model.views.map((view) => model.hash(view))).toEqual(
      await folded(store, [sums(), entries]),
    );
    model.close();

    const later = new ReadModel(path, [sums(), entries]);
    await store.given('counts-1', counted('a', 5), counted('c'));
    const events = [];
    for await (const event of store.readAll()) events.push(event);
    later.apply(later.views, events);
    later.views.forEach((view) => later.putLive(view));
    expect(later.views.map((view) => later.hash(view))).toEqual(
      await folded(store, [sums(), entries]),
    );
    later.close();
  });

  it('find again what they no longer hold in memory', async () => {
    const store = new InMemoryEventStore();
    // More keys than a table keeps in memory; the first are touched again when they have left it.
    const [keys, atOnce] = [210_000, 10_000];
    for (let at = 0; at < keys + atOnce; at += atOnce) {
      const facts = Array.from({ length: atOnce }, (_, n) => counted(`key-${(at + n) % keys}`, n));
      await store.given('counts-1', ...facts);
    }
    const built = await apart(store, [sums()]);
    const model = new ReadModel(':memory:', [sums()]);
    model.takeOver(model.views, built);
    expect(model.views.map((view) => model.hash(view))).toEqual(await folded(store, [sums()]));
    model.close();
  });

  it('leave out the view that meets what it cannot apply, and say why', async () => {
    const store = new InMemoryEventStore();
    await store.given('counts-1', counted('a'), counted('a', -1), counted('a'));
    const { views, stopped } = await apart(store, [sums(), entries]);
    expect(views).toEqual(['entries']);
    expect([...stopped]).toEqual([
      ['sums', 'sums: Counted (counts-1, revision 1): less than nothing'],
    ]);
  });

  it('leave out the views that ought to know an event nobody can read', async () => {
    const store = new InMemoryEventStore();
    await store.given('counts-1', counted('a'));
    await store.given('odd-1', { type: 'NotOurs', data: {}, schemaVersion: 99 });
    expect((await apart(store, [sums()])).views).toEqual(['sums']);
    await store.given('odd-2', { ...counted('a'), schemaVersion: 99 });
    expect((await apart(store, [sums()])).views).toEqual([]);
  });

  it('are what their position says when they are told that it is enough', async () => {
    const store = new InMemoryEventStore();
    const facts = Array.from({ length: 5_000 }, (_, at) => counted(`key-${at % 7}`, at));
    await store.given('counts-1', ...facts);
    const path = newPath();
    const enough = Promise.resolve();
    const built = await buildApart({
      store,
      projections: [sums()],
      path,
      upTo: 1_000_000n,
      enough,
    });
    const model = new ReadModel(':memory:', [sums()]);
    if (built) model.takeOver(model.views, built);
    const [reached] = model.views.map(({ position }) => position ?? 0n);
    const fold = new ReadModel(':memory:', [sums()]);
    for await (const event of store.readAll({ upTo: reached ?? 0n })) {
      fold.apply(fold.views, [event]);
    }
    expect(model.views.map((view) => model.hash(view))).toEqual(
      fold.views.map((view) => fold.hash(view)),
    );
    model.close();
    fold.close();
  });
});

/** The threads' work without threads: a file for each view. */
class BuildersInProcess implements Builders {
  readonly started: string[] = [];
  readonly #enough = Promise.withResolvers<void>();

  constructor(private readonly store: InMemoryEventStore) {}

  start({ projections, upTo, takeOver }: Parameters<Builders['start']>[0]) {
    const { store } = this;
    return projections.map(async (each) => {
      this.started.push(each.name);
      const [path, enough] = [newPath(), this.#enough.promise];
      const built = await buildApart({ store, projections: [each], path, upTo, enough });
      if (built !== undefined) takeOver(built);
      rmSync(path, { force: true });
    });
  }

  ended = () => Promise.resolve();

  stop(): void {
    this.#enough.resolve();
  }
}

async function start(
  path: string,
  store: InMemoryEventStore,
  options: { projections?: readonly Projection[]; builders: Builders },
) {
  const { projections = [sums(), entries], builders } = options;
  const readModel = new ReadModel(path, projections);
  const notices: Notice[] = [];
  const onNotice = (notice: Notice): void => void notices.push(notice);
  const projector = new Projector({ store, readModel, builders, onNotice });
  await projector.start();
  const stop = async (): Promise<void> => {
    await projector.stop();
    readModel.close();
  };
  ending.push(() => stop().catch(() => undefined));
  return { projector, readModel, notices, stop };
}

async function eventually(check: () => void): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return check();
    } catch (error) {
      if (tries > 5_000) throw error;
      await sleep(2);
    }
  }
}

describe('a projector whose views are built beside it', () => {
  async function given() {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    await store.given(
      'counts-1',
      ...Array.from({ length: 5_000 }, (_, at) => counted(`key-${at % 7}`, at)),
    );
    return { path, store, builders: new BuildersInProcess(store) };
  }

  it('serves the fold of the log, and follows it', async () => {
    const { path, store, builders } = await given();
    const { projector, readModel } = await start(path, store, { builders });
    await store.given('counts-1', counted('a'));
    await eventually(() => expect(projector.ready).toBe(true));
    const last = await store.given('counts-1', counted('a', 2));
    await eventually(() =>
      expect(projector.views.map(({ position }) => position)).toEqual([last, last]),
    );
    expect(builders.started).toEqual(['sums', 'entries']);
    expect(projector.views.map((view) => readModel.hash(view))).toEqual(
      await folded(store, [sums(), entries]),
    );
  });

  it('has a raised version built beside what is served meanwhile', async () => {
    const { path, store, builders } = await given();
    const before = await start(path, store, { builders });
    await eventually(() => expect(before.projector.ready).toBe(true));
    await before.stop();
    const again = new BuildersInProcess(store);
    const projections = [sums(2, 10), entries];
    const { projector, readModel } = await start(path, store, { projections, builders: again });
    const last = await store.given('counts-1', counted('a'));
    await eventually(() => expect(projector.views.every(({ live }) => live)).toBe(true));
    await eventually(() =>
      expect(projector.views.map(({ position }) => position)).toEqual([last, last]),
    );
    expect(again.started).toEqual(['sums']);
    expect(projector.views.map((view) => readModel.hash(view))).toEqual(
      await folded(store, projections),
    );
  });

  it('keeps what was built when it is stopped, and goes on from there', async () => {
    const { path, store } = await given();
    const built = await apart(store, [sums(), entries]);
    const enough = Promise.withResolvers<void>();
    const late: Builders = {
      start: ({ takeOver }) => [enough.promise.then(() => sleep(20)).then(() => takeOver(built))],
      ended: () => Promise.resolve(),
      stop: () => enough.resolve(),
    };
    const { stop } = await start(path, store, { builders: late });
    await stop();
    const again = new BuildersInProcess(store);
    const last = await store.given('counts-1', counted('a'));
    const { projector, readModel } = await start(path, store, { builders: again });
    expect(projector.views.map(({ position }) => position)).toEqual([5_000n, 5_000n]);
    await eventually(() =>
      expect(projector.views.map(({ position }) => position)).toEqual([last, last]),
    );
    expect(again.started).toEqual([]);
    expect(projector.views.map((view) => readModel.hash(view))).toEqual(
      await folded(store, [sums(), entries]),
    );
  });

  it('goes on by itself with what was half built', async () => {
    const { path, store, builders } = await given();
    const half = new ReadModel(path, [sums(), entries]);
    const events = [];
    for await (const event of store.readAll({ upTo: 200n })) events.push(event);
    half.apply(half.views.slice(0, 1), events);
    half.close();
    const { projector, readModel } = await start(path, store, { builders });
    await eventually(() => expect(projector.ready).toBe(true));
    expect(builders.started).toEqual(['entries']);
    expect(projector.views.map((view) => readModel.hash(view))).toEqual(
      await folded(store, [sums(), entries]),
    );
  });

  it('builds by itself what was lost', async () => {
    const { path, store } = await given();
    const lost = {
      start: () => [Promise.reject(new Error('out of memory'))],
      ended: () => Promise.resolve(),
      stop: () => undefined,
    };
    const { projector, readModel, notices } = await start(path, store, { builders: lost });
    await eventually(() => expect(projector.ready).toBe(true));
    expect(notices[0]).toMatchObject({ error: { message: 'out of memory' } });
    expect(projector.views.map((view) => readModel.hash(view))).toEqual(
      await folded(store, [sums(), entries]),
    );
  });

  it('changes nothing of a view whose file is gone', async () => {
    const { path, store, builders } = await given();
    const gone: Builders = {
      start: ({ takeOver, ...wish }) =>
        builders.start({ ...wish, takeOver: (built) => (rmSync(built.path), takeOver(built)) }),
      ended: () => builders.ended(),
      stop: () => builders.stop(),
    };
    const { projector, readModel } = await start(path, store, { builders: gone });
    await eventually(() => expect(projector.ready).toBe(true));
    expect(projector.views.map((view) => readModel.hash(view))).toEqual(
      await folded(store, [sums(), entries]),
    );
  });

  it('stops the view that cannot apply an event; the others are served', async () => {
    const { path, store, builders } = await given();
    await store.given('counts-1', counted('a', -1), counted('a'));
    const follow = jest.spyOn(store, 'follow');
    const { projector, notices } = await start(path, store, { builders });
    await eventually(() => expect(projector.views.map(({ live }) => live)).toEqual([false, true]));
    expect(projector.views[0]?.stopped?.message).toContain('less than nothing');
    expect(projector.ready).toBe(false);
    // Two that build and one that follows: nobody reads the log once more to fail again.
    await eventually(() => expect(follow).toHaveBeenCalledTimes(3));
    expect(notices).toContainEqual(expect.objectContaining({ message: 'stopped', view: 'sums' }));
  });
});
