import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { redisForCounting } from './redis-counters';
import { SharedCounts, WINDOW_MS, type ToldCounts } from './request-limit';

/** Through Redis: a hash per key and minute, with a field for each process. */
export class RedisSharedCounts extends SharedCounts {
  readonly #redis: Redis;
  readonly #process = randomUUID();

  private constructor(redis: Redis) {
    super();
    this.#redis = redis;
  }

  /** @param url as REDIS_URL has it. */
  static connect(input: { url: string; timeoutMs: number }): RedisSharedCounts {
    return new RedisSharedCounts(redisForCounting(input));
  }

  async exchange({ name, endsAtMs, counts }: ToldCounts): Promise<readonly number[]> {
    const others: number[] = [];
    if (counts.length === 0) await this.#redis.ping();
    for (let from = 0; from < counts.length; from += CHUNK_KEYS) {
      const chunk = counts.slice(from, from + CHUNK_KEYS);
      const keys = chunk.map(({ key }) => `carnet:requests:${name}:${endsAtMs / 1_000}:${key}`);
      const own = chunk.map((count) => count.own);
      const reply: unknown = await this.#redis.eval(
        ...([SCRIPT, keys.length, ...keys, this.#process, KEPT_MS, ...own] as const),
      );
      if (!Array.isArray(reply)) throw new TypeError('Redis answered the counts with no list');
      others.push(...reply.map(Number));
    }
    return others;
  }

  close(): void {
    this.#redis.disconnect();
  }
}

/** Keys of one script: it holds Redis up for about a millisecond. */
const CHUNK_KEYS = 500;

/** Processes whose clocks differ are still in the same minute. */
const KEPT_MS = 2 * WINDOW_MS;

/** ARGV: this process, how long it is kept, then what it counted of each key. */
const SCRIPT = `
local others = {}
for i, key in ipairs(KEYS) do
  local sum = 0
  local told = redis.call('HGETALL', key)
  for at = 1, #told, 2 do
    if told[at] ~= ARGV[1] then sum = sum + told[at + 1] end
  end
  redis.call('HSET', key, ARGV[1], ARGV[i + 2])
  redis.call('PEXPIRE', key, ARGV[2])
  others[i] = sum
end
return others
`;
