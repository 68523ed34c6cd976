import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InMemoryEventStore } from '../testing/in-memory-event-store';
import { counted, entries, sums, temporaryFolder } from '../testing/read-model-fixtures';
import { LogIsAnother, ProjectionAheadOfLog } from './errors';
import { Projector, type Notice } from './projector';
import type { Projection } from './projection';
import { ReadModel } from './read-model';
import { ReadStore } from './read-store';

const folder = temporaryFolder();
let files = 0;
const newPath = (): string => join(folder, `${files++}.sqlite`);
const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

async function start(path: string, store: InMemoryEventStore, projections: readonly Projection[]) {
  const readModel = new ReadModel(path, projections);
  const notices: Notice[] = [];
  const projector = new Projector({ store, readModel, onNotice: (notice) => notices.push(notice) });
  const stop = async (): Promise<void> => {
    await projector.stop();
    readModel.close();
  };
  const { ended } = await projector.start().catch((error: unknown) => {
    readModel.close();
    throw error;
  });
  ending.push(async () => (projector.views.length > 0 ? stop().catch(() => undefined) : undefined));
  return { projector, readModel, notices, stop, ended };
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

const sumOf = (path: string, key: string): number | undefined => {
  const reads = new ReadStore(path);
  try {
    return reads.find(sums().table, key)?.sumCents;
  } finally {
    reads.close();
  }
};

describe('the projector', () => {
  it('projects what was there and what comes, and is then ready', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    await store.given('counts-1', counted('a'), counted('a', 2));
    const { projector } = await start(path, store, [sums(), entries]);
    await eventually(() => expect(sumOf(path, 'a')).toBe(3));
    const position = await store.given('counts-1', counted('a', 4));
    await eventually(() => expect(sumOf(path, 'a')).toBe(7));
    await eventually(() => expect(projector.ready).toBe(true));
    expect(projector.views.map((view) => view.position)).toEqual([position, position]);
    expect(projector.lag.pendingEvents).toBe(0);
  });

  it('serves an empty log as empty views', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    await start(path, store, [sums()]);
    await eventually(() => expect(new ReadStore(path).all('SELECT * FROM sums')).toEqual([]));
    await store.given('counts-1', counted('a'));
    await eventually(() => expect(sumOf(path, 'a')).toBe(1));
  });

  it('starts with nothing to project', async () => {
    const { projector, ended, stop } = await start(newPath(), new InMemoryEventStore(), []);
    await ended;
    expect(projector.ready).toBe(true);
    await stop();
  });

  it('loses nothing when it is stopped under load, and goes on where it was', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    const writing = (async () => {
      for (let i = 0; i < 400; i++) await store.given('counts-1', counted('a'), counted('b'));
    })();
    for (let restarts = 0; restarts < 5; restarts++) {
      const { stop } = await start(path, store, [sums(), entries]);
      await sleep(5);
      await stop();
    }
    await writing;
    await start(path, store, [sums(), entries]);
    await eventually(() => expect([sumOf(path, 'a'), sumOf(path, 'b')]).toEqual([400, 400]));
  });

  it('refuses a log that ends before its views, and names them', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    const position = await store.given('counts-1', counted('a'), counted('a'));
    const { stop } = await start(path, store, [sums()]);
    await eventually(() => expect(sumOf(path, 'a')).toBe(2));
    await stop();
    const restored = new InMemoryEventStore();
    await restored.given('counts-1', counted('a'));
    const refused = start(path, restored, [sums()]);
    await expect(refused).rejects.toThrow(ProjectionAheadOfLog);
    await expect(refused).rejects.toThrow(`sums: stands at position ${position}`);
    await expect(start(path, new InMemoryEventStore(), [sums()])).rejects.toThrow('its start');
  });

  it.each([
    ['of an empty log', []],
    ['past the last event', [counted('a', 2)]],
  ])('skips nothing after a checkpoint %s, also after a restart', async (_what, facts) => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    if (facts.length > 0) await store.given('counts-1', ...facts);
    const before = await start(path, store, [sums()]);
    await eventually(() => expect(before.projector.views[0]?.live).toBe(true));
    await before.projector.stop();
    before.readModel.apply(before.projector.views, [], 99n);
    before.readModel.close();
    await start(path, store, [sums()]);
    await store.given('counts-1', counted('a', 3));
    await eventually(() => expect(sumOf(path, 'a')).toBe(facts.length === 0 ? 3 : 5));
  });

  it('refuses a log that has gone another way since', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    await store.given('counts-1', counted('a'));
    const { stop } = await start(path, store, [sums()]);
    await eventually(() => expect(sumOf(path, 'a')).toBe(1));
    await stop();
    const other = new InMemoryEventStore();
    await other.given('other-1', counted('a'), counted('b'), counted('c'));
    await expect(start(path, other, [sums()])).rejects.toThrow(LogIsAnother);
  });

  it('stops the view that meets what it cannot apply; the others go on', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    await store.given('counts-1', counted('a'));
    const { projector, notices } = await start(path, store, [sums(), entries]);
    await eventually(() => expect(sumOf(path, 'a')).toBe(1));
    await store.given('counts-1', counted('a', -1));
    const last = await store.given('counts-1', counted('a'));
    await eventually(() => expect(projector.views[1]?.position).toBe(last));
    expect(sumOf(path, 'a')).toBe(1);
    expect(projector.ready).toBe(false);
    expect(notices).toContainEqual(expect.objectContaining({ message: 'stopped', view: 'sums' }));
  });

  it('stops the views that ought to know an event nobody can read, and no other', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    await store.given('counts-1', counted('a'));
    const { projector } = await start(path, store, [sums()]);
    await eventually(() => expect(sumOf(path, 'a')).toBe(1));
    await store.given('odd-1', { type: 'NotOurs', data: {}, schemaVersion: 99 });
    const read = await store.given('counts-1', counted('a'));
    await eventually(() => expect(projector.views[0]?.position).toBe(read));
    await store.given('odd-2', { ...counted('a'), schemaVersion: 99 });
    await eventually(() => expect(projector.views[0]?.stopped).toBeDefined());
    await store.given('counts-1', counted('a'));
    await sleep(20);
    expect(sumOf(path, 'a')).toBe(2);
  });

  it('does not start while the store is away', async () => {
    const store = new InMemoryEventStore();
    store.goAway();
    await expect(start(newPath(), store, [sums()])).rejects.toThrow('the store is away');
  });
});

describe('a view whose version was raised', () => {
  it('is rebuilt beside the old one, which readers see until the swap, with no failed read', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    for (let i = 0; i < 30; i++) {
      await store.given('counts-1', ...Array.from({ length: 1_000 }, () => counted('a')));
    }
    const old = await start(path, store, [sums(1), entries]);
    await eventually(() => expect(sumOf(path, 'a')).toBe(30_000));
    await old.stop();

    const reads = new ReadStore(path);
    const seen = new Set<number | undefined>();
    let reading = true;
    const reader = (async () => {
      while (reading) {
        seen.add(reads.find(sums().table, 'a')?.sumCents);
        seen.add(reads.get<{ n: number }>('SELECT sumCents AS n FROM sums')?.n);
        await sleep(0);
      }
    })();
    const { projector, stop } = await start(path, store, [sums(2, 10), entries]);
    expect(projector.views.map((view) => view.live)).toEqual([false, true]);
    await store.given('counts-1', counted('b'));
    await eventually(() => expect(projector.views[0]?.live).toBe(true));
    await eventually(() => expect(sumOf(path, 'b')).toBe(10));
    await sleep(5);
    reading = false;
    await reader;
    reads.close();
    expect([...seen]).toEqual([30_000, 300_000]);
    await stop();
  });

  it('goes on with the rebuild after being stopped in the middle', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    await store.given('counts-1', ...Array.from({ length: 500 }, () => counted('a')));
    const half = new ReadModel(path, [sums()]);
    const events = [];
    for await (const event of store.readAll({ upTo: 200n })) events.push(event);
    half.apply(half.views, events);
    half.close();
    await start(path, store, [sums()]);
    await eventually(() => expect(sumOf(path, 'a')).toBe(500));
  });

  it('loses no event that comes while it takes its place', async () => {
    const [path, store] = [newPath(), new InMemoryEventStore()];
    await store.given('counts-1', ...Array.from({ length: 5_000 }, () => counted('a')));
    const old = await start(path, store, [sums(1), entries]);
    await eventually(() => expect(sumOf(path, 'a')).toBe(5_000));
    await old.stop();
    let writing = true;
    let total = 5_000;
    const writer = (async () => {
      for (; writing; total++) await store.given('counts-1', counted('a'));
    })();
    const { projector, readModel } = await start(path, store, [sums(2), entries]);
    await eventually(() => expect(projector.views[0]?.live).toBe(true));
    await sleep(20);
    writing = false;
    await writer;
    await eventually(() => expect(sumOf(path, 'a')).toBe(total));
    const [view] = projector.views;
    const fresh = new ReadModel(':memory:', [sums(2)]);
    const events = [];
    for await (const event of store.readAll()) events.push(event);
    fresh.apply(fresh.views, events);
    expect(view && readModel.hash(view)).toBe(fresh.views[0] && fresh.hash(fresh.views[0]));
    fresh.close();
  });
});
