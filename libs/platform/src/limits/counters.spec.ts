import { randomUUID } from 'node:crypto';
import { PrivateRedis } from '../testing/private-redis';
import type { Counters } from './counters';
import { LocalCounters } from './local-counters';
import { RedisCounters } from './redis-counters';

const AT = Date.parse('2026-03-01T10:00:00.000Z');

let redis: PrivateRedis;
let shared: RedisCounters;
beforeAll(async () => {
  redis = await PrivateRedis.start();
  shared = RedisCounters.connect({ url: redis.url, timeoutMs: 5_000 });
  await answered(shared);
});
afterAll(async () => {
  shared.close();
  await redis.stop();
});

describe.each<[string, () => Counters]>([
  ['local counters', () => new LocalCounters()],
  ['counters in Redis', () => shared],
])('%s', (_, countersOf) => {
  const window = () => ({ key: randomUUID(), windowMs: 1_000 });

  it('count what happened within the window', async () => {
    const counters = countersOf();
    const one = window();
    expect(await counters.read([one], AT)).toEqual([{ count: 0 }]);
    await counters.add([one], AT);
    await counters.add([one], AT);
    const three = { count: 3, oldestAtMs: AT, latestAtMs: AT + 5 };
    expect(await counters.add([one], AT + 5)).toEqual([three]);
    expect(await counters.read([one], AT + 5)).toEqual([three]);
  });

  it('forget it when the window has passed, and not a millisecond before', async () => {
    const counters = countersOf();
    const one = window();
    await counters.add([one], AT);
    expect(await counters.read([one], AT + 999)).toMatchObject([{ count: 1 }]);
    expect(await counters.read([one], AT + 1_000)).toEqual([{ count: 0 }]);
  });

  it('keep keys apart, and answer them in order', async () => {
    const counters = countersOf();
    const [one, other] = [window(), window()];
    await counters.add([other], AT);
    expect(await counters.add([one, other], AT)).toMatchObject([{ count: 1 }, { count: 2 }]);
  });

  it('give each of many at once another count', async () => {
    const counters = countersOf();
    const one = window();
    const tallies = await Promise.all(Array.from({ length: 50 }, () => counters.add([one], AT)));
    const counts = tallies.map(([tally]) => tally?.count ?? 0).sort((a, b) => a - b);
    expect(counts).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });
});

describe('local counters', () => {
  it('forget the key counted longest ago when there are too many', async () => {
    const counters = new LocalCounters(2);
    const [a, b, c] = ['a', 'b', 'c'].map((key) => ({ key, windowMs: 1_000 }));
    if (!a || !b || !c) throw new Error('three windows');
    for (const window of [a, b, a, c]) await counters.add([window], AT);
    expect(await counters.read([a, b, c], AT)).toMatchObject([
      { count: 2 },
      { count: 0 },
      { count: 1 },
    ]);
  });
});

describe('counters in Redis', () => {
  it('reject when Redis is away, and count again when it is back', async () => {
    const own = await PrivateRedis.start();
    const counters = RedisCounters.connect({ url: own.url, timeoutMs: 5_000 });
    await answered(counters);
    await own.kill();
    await expect(counters.add([{ key: 'a', windowMs: 1_000 }], AT)).rejects.toThrow();
    await own.restart();
    await answered(counters);
    counters.close();
    await own.stop();
  });

  it('reject when Redis does not answer in time', async () => {
    const own = await PrivateRedis.start();
    const counters = RedisCounters.connect({ url: own.url, timeoutMs: 50 });
    await answered(counters);
    own.pause();
    await expect(counters.read([{ key: 'a', windowMs: 1_000 }], AT)).rejects.toThrow();
    own.resume();
    counters.close();
    await own.stop();
  });
});

/** Settles with the first call that is answered. */
async function answered(counters: Counters): Promise<void> {
  for (;;) {
    const isBack = await counters.read([{ key: 'ready', windowMs: 1 }], AT).then(
      () => true,
      () => false,
    );
    if (isBack) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
