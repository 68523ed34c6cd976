import { randomUUID } from 'node:crypto';
import {
  connectEventStore,
  type EventStore,
  type Following,
  type FollowOptions,
  type Position,
  type RecordedEvent,
} from '@app/platform';
import { startEventStore, type EventStoreHandle } from '../../apps/event-store/src/server';
import { newEvent, untilAnswered } from './events';
import { TcpProxy } from './tcp-proxy';

describe.each(['client', 'http2'] as const)('following through the adapter: %s', (appendWriter) => {
  let server: EventStoreHandle;
  let proxy: TcpProxy;
  let store: EventStore;
  let followings: Following[] = [];

  beforeEach(async () => {
    server = await startEventStore({ inMemory: true });
    proxy = await TcpProxy.start(() => server.port);
    store = connectEventStore({
      connectionString: `esdb://127.0.0.1:${proxy.port}?tls=false`,
      appendWriter,
      appendDeadlineMs: 10_000,
      followLimits: { checkMs: 50, stallMs: 200, retryMs: 10, retryMsMax: 50 },
    });
  });

  afterEach(async () => {
    await Promise.all(followings.map((following) => following.stop()));
    followings = [];
    await store.close();
    await proxy.stop();
    await server.stop();
  });

  const append = async (events: number, type = 'Counted'): Promise<readonly string[]> => {
    const made = Array.from({ length: events }, () => newEvent({ type }));
    const streamName = `counter-${randomUUID()}`;
    const input = { streamName, expectedRevision: 'no-stream', events: made } as const;
    await untilAnswered(() => store.append(input));
    return made.map(({ id }) => id);
  };

  function follow(options: Partial<FollowOptions> = {}): Seen {
    const seen = new Seen();
    const following = store.follow({
      batchMax: 100,
      onBatch: (events) => seen.take(events),
      onLive: () => seen.tell(() => (seen.live += 1)),
      onCheckpoint: (position) => seen.tell(() => seen.checkpoints.push(position)),
      onCurrent: (asOfMs) => seen.tell(() => (seen.currentAsOfMs = asOfMs)),
      onBreak: () => seen.tell(() => (seen.breaks += 1)),
      ...options,
    });
    followings.push(following);
    return seen;
  }

  it('hands over everything in order, then what comes, and says when it is live', async () => {
    const before = [...(await append(500)), ...(await append(700))];
    const seen = follow();
    await seen.until(() => seen.live > 0);
    expect(seen.ids).toEqual(before);
    const after = await append(1);
    await seen.until(() => seen.ids.length === 1_201);
    expect(seen.ids.at(-1)).toBe(after[0]);
    expect(Math.max(...seen.batches)).toBeLessThanOrEqual(100);
  });

  it('hands over a batch only when the one before is done with', async () => {
    await append(500);
    let isBusy = false;
    let overlaps = 0;
    const seen: Seen = follow({
      batchMax: 7,
      onBatch: async (events) => {
        if (isBusy) overlaps += 1;
        isBusy = true;
        await new Promise((resolve) => setImmediate(resolve));
        isBusy = false;
        seen.take(events);
      },
    });
    await seen.until(() => seen.ids.length === 500);
    expect(overlaps).toBe(0);
    expect(Math.max(...seen.batches)).toBe(7);
  });

  it('begins after a position and hands over only the types asked for', async () => {
    const [first] = await append(1, 'Kept');
    await append(3, 'Other');
    const all = follow();
    await all.until(() => all.ids.length === 4);
    const last = await append(1, 'Kept');
    const seen = follow({ after: all.events[0]!.position, types: ['Kept', 'Rare.*'] });
    await seen.until(() => seen.ids.length === 1);
    expect(seen.ids).toEqual(last);
    expect(all.ids[0]).toBe(first);
  });

  it('moves on past what is of no interest, also when nothing else happens', async () => {
    const seen = follow({ types: ['Kept'] });
    await seen.until(() => seen.live > 0);
    await append(5, 'Other');
    const head = await store.fetchHead();
    await seen.until(() => seen.checkpoints.at(-1) === head);
    expect(seen.ids).toEqual([]);
  });

  it('is current again and again while nothing happens', async () => {
    await append(1);
    const seen = follow();
    await seen.until(() => seen.live > 0);
    const now = performance.now();
    await seen.until(() => seen.currentAsOfMs > now);
    expect(seen.currentAsOfMs).toBeLessThanOrEqual(performance.now());
  });

  it('reads on from where it was after the connection broke, with nothing lost or doubled', async () => {
    const written: string[] = [];
    const seen = follow();
    for (let round = 0; round < 10; round += 1) {
      written.push(...(await append(20)));
      proxy.cut();
    }
    await seen.until(() => seen.ids.length >= 200);
    expect(seen.ids).toEqual(written);
    expect(seen.breaks).toBeGreaterThan(0);
  });

  it('ends with what its handler threw, and calls it no more', async () => {
    await append(3);
    let calls = 0;
    follow({
      batchMax: 1,
      onBatch: () => {
        calls += 1;
        throw new Error('no room');
      },
    });
    await expect(followings[0]?.ended).rejects.toThrow('no room');
    expect(calls).toBe(1);
  });

  it('ends at an event nobody can read, or hands it to whoever takes such', async () => {
    const { metadata } = newEvent();
    const newer = newEvent({ metadata: { ...metadata, schemaVersion: 2 } });
    await append(1);
    await store.append({ streamName: 'a-1', expectedRevision: 'no-stream', events: [newer] });
    await append(1);
    follow();
    await expect(followings[0]?.ended).rejects.toThrow('version 2, known up to 1');
    const unreadable: string[] = [];
    const seen = follow({ onUnreadable: (event) => void unreadable.push(event.id) });
    await seen.until(() => seen.ids.length === 2);
    expect(unreadable).toEqual([newer.id]);
  });

  it('stops when told to, also while the store is away', async () => {
    const seen = follow();
    await seen.until(() => seen.live > 0);
    await server.stop();
    await seen.until(() => seen.breaks > 1);
    await followings[0]?.stop();
    await expect(followings[0]?.ended).resolves.toBeUndefined();
    server = await startEventStore({ inMemory: true });
  });
});

class Seen {
  readonly events: RecordedEvent[] = [];
  readonly batches: number[] = [];
  readonly checkpoints: Position[] = [];
  live = 0;
  breaks = 0;
  currentAsOfMs = -1;
  #waiting: (() => void)[] = [];

  get ids(): readonly string[] {
    return this.events.map(({ id }) => id);
  }

  take(events: readonly RecordedEvent[]): void {
    this.tell(() => {
      this.events.push(...events);
      this.batches.push(events.length);
    });
  }

  tell(change: () => unknown): void {
    change();
    for (const look of this.#waiting) look();
  }

  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#waiting = this.#waiting.filter((each) => each !== look);
        resolve();
      };
      this.#waiting.push(look);
      look();
    });
  }
}
