import { join } from 'node:path';
import { Redis } from 'ioredis';

/** The Redis of a running system, as whoever reached its socket could read it. */
export async function withRedis<T>(dataDir: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ path: join(dataDir, 'redis', 'redis.sock') });
  try {
    return await use(redis);
  } finally {
    await redis.quit();
  }
}

/** Every key with all that it holds. */
export async function liveKeys(redis: Redis): Promise<Buffer> {
  const said: string[] = [];
  for (let cursor = '0', begun = false; cursor !== '0' || !begun; begun = true) {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 500);
    for (const key of keys) said.push(key, JSON.stringify(await valueOf(redis, key)));
    cursor = next;
  }
  return Buffer.from(said.join('\n'));
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  const kind = await redis.type(key);
  switch (kind) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`${kind}: nobody looks into that kind of key`);
  }
}

/** From here on Redis writes its log of commands, as in real use; ends once all is on disk. */
export async function beginAof(redis: Redis): Promise<void> {
  await redis.config('SET', 'appendonly', 'yes');
  await rewritten(redis);
}

/** The log of commands begins anew, with a packed picture of all there is. */
export async function rewriteAof(redis: Redis): Promise<void> {
  await redis.bgrewriteaof();
  await rewritten(redis);
}

async function rewritten(redis: Redis): Promise<void> {
  for (;;) {
    const info = await redis.info('persistence');
    const busy = /aof_rewrite_(in_progress|scheduled):1/.test(info);
    if (!busy) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}
