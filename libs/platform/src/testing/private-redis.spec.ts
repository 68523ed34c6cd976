import { Redis } from 'ioredis';
import { PrivateRedis } from './private-redis';

describe('a private Redis', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await PrivateRedis.start();
  });
  afterAll(() => redis.stop());

  it('answers, is killed, and comes back empty', async () => {
    const client = new Redis(redis.socket, { retryStrategy: () => null });
    client.on('error', () => undefined);
    await client.set('a', '1');
    expect(await client.get('a')).toBe('1');
    await redis.kill();
    await expect(client.get('a')).rejects.toThrow();
    await redis.restart();
    const again = new Redis(redis.socket);
    expect(await again.get('a')).toBeNull();
    await again.quit();
  });
});
