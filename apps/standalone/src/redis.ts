import { existsSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import type { Program } from './program';
import { RefusedStart } from './refused-start';

/** sun_path of unix(7) holds 108 bytes with its final zero (104 on macOS). */
const SOCKET_PATH_BYTES_MAX = 103;

export type RedisOptions = Readonly<{ folder: string; durable: boolean; env: NodeJS.ProcessEnv }>;

/**
 * A Redis of our own on a Unix socket: no port to collide on, no other user can reach it. Throws
 * `RefusedStart`.
 */
export function redisProgram({ folder, durable, env }: RedisOptions): Program & { url: string } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const socket = join(folder, 'redis.sock');
  if (Buffer.byteLength(socket) > SOCKET_PATH_BYTES_MAX) {
    throw new RefusedStart(`${socket} is too long for a socket: choose a shorter DATA_DIR`);
  }
  const options = {
    dir: folder,
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    // The queue is a hint and the sweeper finds lost work again, so a lost second costs nothing; a job
    // evicted while memory is short would cost an alarm.
    appendonly: durable ? 'yes' : 'no',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    save: '',
    // Even at this level it tells of every start and stop: too much for a demo, right for a service.
    loglevel: 'warning',
    logfile: durable ? '' : join(folder, 'redis.log'),
  };
  return {
    name: 'redis',
    command: redisServer(),
    args: Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]),
    env,
    checkHealth: () => fetchPong(socket),
    startWithinMs: 30_000,
    stopWithinMs: 10_000,
    url: `unix://${socket}`,
  };
}

/** The set-up unpacks one into the project's cache where the system has none. */
function redisServer(): string {
  const unpacked = resolve('.cache/redis/bin/redis-server');
  return existsSync(unpacked) ? unpacked : 'redis-server';
}

function fetchPong(socket: string): Promise<string> {
  return new Promise((done, fail) => {
    const connection = connect(socket);
    connection.setTimeout(1_000, () => connection.destroy(new Error('no answer within 1 s')));
    connection.once('error', fail);
    connection.once('data', (reply) => {
      connection.destroy();
      // Anything else is `-LOADING …`: it still reads its file.
      if (reply.toString().startsWith('+PONG')) done('answers');
      else fail(new Error(reply.toString().trim()));
    });
    connection.write('PING\r\n');
  });
}
