import { redisOptions, requestConnection, workerConnection } from './redis-connection';

describe('REDIS_URL', () => {
  it.each([
    ['redis://127.0.0.1', { host: '127.0.0.1', port: 6379, db: 0 }],
    ['redis://[::1]:6380/15', { host: '::1', port: 6380, db: 15 }],
    ['redis://:p%40ss@host', { host: 'host', port: 6379, db: 0, password: 'p@ss' }],
    [
      'rediss://user:p@host:6380/1',
      {
        ...{ host: 'host', port: 6380, db: 1, username: 'user', password: 'p' },
        tls: { servername: 'host' },
      },
    ],
    ['unix:///run/a%20b/redis.sock', { path: '/run/a b/redis.sock' }],
  ])('%s', (url, expected) => {
    const { retryStrategy, ...options } = redisOptions(url);
    expect(options).toEqual(expected);
    expect([1, 19, 20, 1e9].map(retryStrategy)).toEqual([50, 950, 1_000, 1_000]);
  });

  it.each(['http://host', 'redis://host/a', 'redis://host/1/2', 'no url'])('refuses %s', (url) => {
    expect(() => redisOptions(url)).toThrow(/Invalid URL|a Redis is named by|is a database number/);
  });

  it('makes requests fail at once and workers wait', () => {
    expect(requestConnection('redis://h', 500)).toMatchObject({
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      commandTimeout: 500,
    });
    expect(workerConnection('redis://h').maxRetriesPerRequest).toBeNull();
  });
});
