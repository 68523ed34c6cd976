import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeClock } from '../testing/fake-clock';
import { PrivateRedis } from '../testing/private-redis';
import { RedisSharedCounts } from './redis-shared-counts';
import { RequestLimit, SharedCounts, type ToldCounts } from './request-limit';

/** Ten seconds into a minute. */
const AT = '2026-03-01T10:00:10.000Z';

/** By hand: no timer of its own comes in between. */
const NEVER = 2 ** 30;

/** What Redis does, in one process: `as(process)` is one process's end of it. */
class CountsOfAll {
  readonly #told = new Map<string, Map<string, number>>();
  isAway = false;
  readonly heard: ToldCounts[] = [];

  as(process: string): SharedCounts {
    return { exchange: (told) => this.#exchange(process, told) };
  }

  #exchange(process: string, told: ToldCounts): Promise<number[]> {
    if (this.isAway) return Promise.reject(new Error('away'));
    this.heard.push(told);
    return Promise.resolve(
      told.counts.map(({ key, own }) => {
        const name = `${told.name}:${told.endsAtMs}:${key}`;
        const ofKey = this.#told.get(name) ?? new Map<string, number>();
        this.#told.set(name, ofKey.set(process, own));
        return [...ofKey].reduce((sum, [by, count]) => (by === process ? sum : sum + count), 0);
      }),
    );
  }
}

function limitOf(perMinuteMax: number, { shared, keysMax }: Partial<Options> = {}) {
  const clock = new FakeClock(AT);
  const limit = new RequestLimit({
    ...{ name: 'test', perMinuteMax, clock, exchangeEveryMs: NEVER },
    ...(shared && { shared }),
    ...(keysMax !== undefined && { keysMax }),
  });
  limits.push(limit);
  return { limit, clock, take: (cost = 1, key = 'a') => limit.take(key, cost) };
}

type Options = Readonly<{ shared: SharedCounts; keysMax: number }>;

const limits: RequestLimit[] = [];
afterEach(() => limits.splice(0).forEach((limit) => limit.close()));

/** How many of cost 1 are let through now. */
function takeAll(take: (cost?: number) => number): number {
  for (let taken = 0; ; taken += 1) if (take() > 0) return taken;
}

describe('a limit of requests', () => {
  it('lets the last one through and not the one after, until the minute ends', () => {
    const { clock, take } = limitOf(40);
    expect(takeAll(take)).toBe(40);
    expect(take()).toBe(50);
    clock.advanceBy({ ms: 49_999 });
    expect(take()).toBe(1);
    clock.advanceBy({ ms: 1 });
    expect(takeAll(take)).toBe(40);
  });

  it('counts what a request costs, and nothing of what it refuses', () => {
    const { take } = limitOf(40);
    expect(take(30)).toBe(0);
    expect(take(11)).toBe(50);
    expect(take(10)).toBe(0);
    expect(take(1)).toBe(50);
  });

  it('keeps keys apart', () => {
    const { take } = limitOf(1);
    expect([take(1, 'a'), take(1, 'b'), take(1, 'a')]).toEqual([0, 0, 50]);
  });

  it('forgets the key that came first when there are too many', () => {
    const { limit, take } = limitOf(1, { keysMax: 2 });
    for (const key of ['a', 'b', 'c']) take(1, key);
    expect(limit.keys).toBe(2);
    expect([take(1, 'c'), take(1, 'b'), take(1, 'a')]).toEqual([50, 50, 0]);
  });

  it('begins again when the clock is set back', () => {
    const { clock, take } = limitOf(1);
    take();
    clock.set('2026-03-01T09:00:30.000Z');
    expect([take(), take()]).toEqual([0, 30]);
  });
});

describe('processes that share a limit', () => {
  const pair = (perMinuteMax: number) => {
    const counts = new CountsOfAll();
    const [one, other] = ['1', '2'].map((process) =>
      limitOf(perMinuteMax, { shared: counts.as(process) }),
    );
    if (!one || !other) throw new Error('two of them');
    const exchange = async () => {
      for (const { limit } of [one, other, one]) await limit.exchange();
    };
    return { one, other, counts, exchange };
  };

  it('bear together what the limit says, once they have heard of one another', async () => {
    const { one, other, exchange } = pair(100);
    one.take(60);
    other.take(30);
    await exchange();
    // Who goes on asking is told, and heard of, again.
    one.take(1);
    await exchange();
    expect(takeAll(one.take)).toBe(9);
    other.take(1);
    await exchange();
    expect([takeAll(one.take), takeAll(other.take)]).toEqual([0, 0]);
  });

  it('tell of a key from the twentieth part of the limit on, and of none twice', async () => {
    const { one, counts, exchange } = pair(100);
    one.take(4);
    await exchange();
    expect(counts.heard).toEqual([]);
    one.take(1);
    await exchange();
    await exchange();
    expect(counts.heard.map((told) => told.counts.map(({ key, own }) => [key, own]))).toEqual([
      [['a', 5]],
    ]);
  });

  it('begin at nothing in the next minute, also with what was heard late of the last', async () => {
    const { one, other, counts, exchange } = pair(100);
    one.take(100);
    other.take(10);
    await exchange();
    one.clock.advanceBy({ seconds: 50 });
    other.clock.advanceBy({ seconds: 50 });
    other.take(10);
    await exchange();
    expect(takeAll(one.take)).toBe(100);
    expect(counts.heard.at(-1)?.endsAtMs).toBe(Date.parse('2026-03-01T10:02:00.000Z'));
  });

  it('bear half each while they cannot ask, and all of it once they can', async () => {
    const { one, other, counts, exchange } = pair(100);
    one.take(20);
    counts.isAway = true;
    await exchange();
    expect([one.limit.isShared, other.limit.isShared]).toEqual([false, true]);
    expect(takeAll(one.take)).toBe(30);
    expect(one.take()).toBe(50);
    counts.isAway = false;
    await exchange();
    expect(one.limit.isShared).toBe(true);
    // What could not be told then is told now, once.
    expect(counts.heard.flatMap(({ counts: told }) => told.map(({ own }) => own))).toEqual([50]);
    expect(takeAll(one.take)).toBe(50);
  });

  it('find out that they can ask again though nobody has come since', async () => {
    const { one, counts } = pair(100);
    counts.isAway = true;
    one.take(20);
    await one.limit.exchange();
    one.clock.advanceBy({ seconds: 50 });
    one.take(1);
    counts.isAway = false;
    await one.limit.exchange();
    expect(one.limit.isShared).toBe(true);
  });

  it('count on after a minute in which they could not ask', async () => {
    const { one, counts } = pair(100);
    counts.isAway = true;
    one.take(20);
    await one.limit.exchange();
    one.clock.advanceBy({ seconds: 50 });
    expect(takeAll(one.take)).toBe(50);
    counts.isAway = false;
    await one.limit.exchange();
    expect(takeAll(one.take)).toBe(50);
  });
});

describe('counts shared through Redis', () => {
  let redis: PrivateRedis;
  const ends: RedisSharedCounts[] = [];
  const connect = (timeoutMs = 5_000) => {
    const end = RedisSharedCounts.connect({ url: redis.url, timeoutMs });
    ends.push(end);
    return end;
  };
  beforeAll(async () => {
    redis = await PrivateRedis.start();
  });
  afterAll(async () => {
    for (const end of ends) end.close();
    await redis.stop();
  });

  const told = (own: number, key = 'a', name: string = NAME): ToldCounts => {
    return { name, endsAtMs: ENDS_AT_MS, counts: [{ key, own }] };
  };

  it('are the sums of what all others told last', async () => {
    const [one, two, three] = [connect(), connect(), connect()];
    for (const each of [one, two, three]) await answered(each);
    expect(await one.exchange(told(5))).toEqual([0]);
    expect(await two.exchange(told(7))).toEqual([5]);
    expect(await three.exchange(told(1))).toEqual([12]);
    // Told again it is the same count, and a larger one takes its place.
    expect(await one.exchange(told(5))).toEqual([8]);
    expect(await one.exchange(told(6))).toEqual([8]);
    expect(await two.exchange(told(7))).toEqual([7]);
    expect(await two.exchange(told(7, 'b'))).toEqual([0]);
    expect(await two.exchange({ ...told(7), endsAtMs: ENDS_AT_MS + 60_000 })).toEqual([0]);
  });

  it('come in the order asked, of more keys than one script takes', async () => {
    const [one, two] = [connect(), connect()];
    for (const each of [one, two]) await answered(each);
    const counts = Array.from({ length: 1_201 }, (_, at) => ({ key: `k${at}`, own: at }));
    const input = { name: randomUUID(), endsAtMs: ENDS_AT_MS, counts };
    await one.exchange(input);
    expect(await two.exchange(input)).toEqual(counts.map(({ own }) => own));
  });

  it('reject while it is away or slow, and come again when it is back', async () => {
    const end = connect(100);
    await answered(end);
    redis.pause();
    await expect(end.exchange(told(1))).rejects.toThrow();
    redis.resume();
    await redis.kill();
    await expect(end.exchange(told(1))).rejects.toThrow();
    await expect(end.exchange({ ...told(1), counts: [] })).rejects.toThrow();
    await redis.restart();
    await answered(end);
    expect(await end.exchange(told(1))).toEqual([0]);
  });

  const NAME = randomUUID();
  const ENDS_AT_MS = Date.parse('2026-03-01T10:01:00.000Z');

  async function answered(end: RedisSharedCounts): Promise<void> {
    const ask = () => end.exchange(told(0, 'ready', 'ready')).then(() => true);
    while (!(await ask().catch(() => false))) await sleep(5);
  }
});
