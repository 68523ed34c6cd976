import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Counters, type Tally, type Window } from './counters';

/**
 * Shared by every process through Redis: a sorted set per key, one script per call. A Redis that is
 * away, or slower than `timeoutMs`, rejects at once, and the caller goes on with what it has.
 */
export class RedisCounters extends Counters {
  readonly #redis: Redis;

  private constructor(redis: Redis) {
    super();
    this.#redis = redis;
  }

  /** @param url as REDIS_URL has it: `redis://`, `rediss://` or `unix:///path.sock`. */
  static connect(input: { url: string; timeoutMs: number }): RedisCounters {
    return new RedisCounters(redisForCounting(input));
  }

  async add(windows: readonly Window[], atMs: number): Promise<readonly Tally[]> {
    return this.#run(windows, atMs, randomUUID());
  }

  /** A key is there only while something is counted under it, which is seldom, and soon told. */
  async read(windows: readonly Window[], atMs: number): Promise<readonly Tally[]> {
    const there = await this.#redis.exists(windows.map(({ key }) => keyOf(key)));
    return there === 0 ? windows.map(() => ({ count: 0 })) : this.#run(windows, atMs, '');
  }

  close(): void {
    this.#redis.disconnect();
  }

  async #run(windows: readonly Window[], atMs: number, member: string): Promise<readonly Tally[]> {
    const keys = windows.map(({ key }) => keyOf(key));
    const lengths = windows.map(({ windowMs }) => windowMs);
    const reply = await this.#redis.eval(SCRIPT, keys.length, ...keys, atMs, member, ...lengths);
    if (!Array.isArray(reply)) throw new TypeError('Redis answered the limits script with no list');
    return reply.map(tallyOf);
  }
}

/** Rejects at once while Redis is away, and after `timeoutMs` while it is slow. */
export function redisForCounting({ url, timeoutMs }: { url: string; timeoutMs: number }): Redis {
  const redis = new Redis(url.replace(/^unix:\/\//, ''), {
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    // Those who ask in one turn of the event loop share one write and one answer.
    enableAutoPipelining: true,
    retryStrategy: (times) => Math.min(times * 100, RETRY_MS_MAX),
  });
  // Each call tells its caller; a listener must exist, or a lost connection ends the process.
  redis.on('error', () => undefined);
  return redis;
}

const RETRY_MS_MAX = 2_000;

/**
 * ARGV: the instant, a unique member (empty to count nothing), then each key's window. An event is
 * kept with its instant as score; equal instants differ by member.
 */
const SCRIPT = `
local tallies = {}
for i, key in ipairs(KEYS) do
  local window = ARGV[i + 2]
  redis.call('ZREMRANGEBYSCORE', key, '-inf', ARGV[1] - window)
  if ARGV[2] ~= '' then
    redis.call('ZADD', key, ARGV[1], ARGV[2])
    redis.call('PEXPIRE', key, window)
  end
  local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
  local latest = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
  tallies[i] = { tostring(redis.call('ZCARD', key)), oldest or '', latest or '' }
end
return tallies
`;

const keyOf = (key: string): string => `carnet:limits:${key}`;

function tallyOf(reply: unknown): Tally {
  const [count, oldestAtMs, latestAtMs] = (reply as readonly string[]).map(Number);
  if (!count) return { count: 0 };
  return { count, oldestAtMs: oldestAtMs ?? 0, latestAtMs: latestAtMs ?? 0 };
}
