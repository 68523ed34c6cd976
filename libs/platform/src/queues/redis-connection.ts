const RETRY_MS_MAX = 1_000;

/** What of ioredis's options we set; its own type and `exactOptionalPropertyTypes` do not agree. */
export type Connection = {
  retryStrategy: (times: number) => number;
  path?: string;
  host?: string;
  port?: number;
  db?: number;
  username?: string;
  password?: string;
  tls?: { servername: string };
};

/**
 * REDIS_URL as ioredis takes it: `redis://user:password@host:6379/1`, `rediss://…` (TLS),
 * `unix:///run/redis.sock`. The connection comes back by itself, for ever.
 */
export function redisOptions(url: string): Connection {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const options = { retryStrategy: (times: number) => Math.min(times * 50, RETRY_MS_MAX) };
  if (protocol === 'unix:') return { ...options, path: decodeURIComponent(pathname) };
  if (protocol !== 'redis:' && protocol !== 'rediss:') {
    throw new TypeError('a Redis is named by redis://, rediss:// or unix:///path');
  }
  return {
    ...options,
    host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1',
    port: Number(port || 6379),
    db: databaseOf(pathname),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: { servername: hostname } }),
  };
}

/** For requests: a Redis that is away is an error at once, not something to wait for. */
export function requestConnection(url: string, deadlineMs: number) {
  return {
    ...redisOptions(url),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: deadlineMs,
    disconnectTimeout: 100,
  };
}

/** For workers: they wait for jobs, and for Redis, as long as it takes. */
export function workerConnection(url: string) {
  return { ...redisOptions(url), maxRetriesPerRequest: null };
}

function databaseOf(pathname: string): number {
  const number = pathname.slice(1);
  if (!/^\d{0,5}$/.test(number)) throw new TypeError('the path of REDIS_URL is a database number');
  return Number(number);
}
