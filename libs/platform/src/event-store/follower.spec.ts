import type { EventStore, NewEvent } from './event-store';
import { Follower, type FollowerOptions } from './follower';
import { InMemoryEventStore } from './in-memory-event-store';

const event = (n: number, type = 'Counted'): NewEvent => ({
  id: `00000000-0000-4000-8000-${n.toString().padStart(12, '0')}`,
  type,
  data: { n },
  metadata: {
    commandId: 'c',
    requestHash: 'ab',
    actor: { id: 'a', partyId: 'p', role: 'r' },
    correlationId: 'c',
    causationId: 'd',
  },
});

const append = (store: EventStore, ...events: readonly NewEvent[]): Promise<unknown> =>
  store.append({ streamName: `s-${events[0]?.id}`, expectedRevision: 'no-stream', events });

function follow(over: Partial<FollowerOptions> = {}): {
  store: InMemoryEventStore;
  follower: Follower;
  seen: unknown[];
  live: Promise<void>;
} {
  const store = (over.store ?? new InMemoryEventStore()) as InMemoryEventStore;
  const seen: unknown[] = [];
  let becomeLive = (): void => undefined;
  const live = new Promise<void>((resolve) => (becomeLive = resolve));
  const follower = new Follower({
    store,
    apply: ({ data }) => seen.push((data as { n: number }).n),
    onLive: () => becomeLive(),
    ...over,
  });
  return { store, follower, seen, live };
}

describe('a follower', () => {
  it('is not trusted while it replays, and is when it has applied everything', async () => {
    const store = new InMemoryEventStore();
    await append(store, event(1), event(2));
    const { follower, seen, live } = follow({ store });
    expect(follower.isTrusted()).toBe(false);
    expect(follower.lag()).toEqual({ ms: Infinity, isReplaying: true, eventsApplied: 0 });
    await live;
    expect(await follower.waitFor(2n, 1_000)).toBe(true);
    expect(seen).toEqual([1, 2]);
    expect(follower.isTrusted()).toBe(true);
    expect(follower.lag()).toMatchObject({ isReplaying: false, eventsApplied: 2 });
    await follower.stop();
  });

  it('is trusted up to the lag and not beyond', async () => {
    const { follower, live } = follow();
    await live;
    await new Promise((resolve) => setTimeout(resolve, 20));
    await follower.stop();
    expect(follower.isTrusted(60_000)).toBe(true);
    expect(follower.isTrusted(1)).toBe(false);
  });

  it('passes events of other types', async () => {
    const { store, follower, seen } = follow({ types: ['Kept'] });
    await append(store, event(1, 'Kept'), event(2), event(3));
    expect(await follower.waitFor(3n, 1_000)).toBe(true);
    expect(seen).toEqual([1]);
    await follower.stop();
  });

  it('says when a position was not reached in time', async () => {
    const { follower } = follow();
    expect(await follower.waitFor(1n, 10)).toBe(false);
    await follower.stop();
  });

  it('is never trusted again when applying failed', async () => {
    const failures: unknown[] = [];
    const failed = new Promise<void>((resolve) => {
      const { store, follower, live } = follow({
        apply: () => {
          throw new Error('broken');
        },
        onFailure: (error) => {
          failures.push((error as Error).message, follower.isTrusted());
          resolve();
        },
      });
      void live.then(() => append(store, event(1)));
    });
    await failed;
    expect(failures).toEqual(['broken', false]);
  });
});
