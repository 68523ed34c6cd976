import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A Redis of one's own on a Unix socket, in memory only: ready in milliseconds, no port to collide on.
 * It ends with `stop()`; a spec calls that in `afterAll`.
 */
export class PrivateRedis {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carnet-redis-'));
  #server: ChildProcess | undefined;

  readonly socket = join(this.#folder, 'redis.sock');
  /** As REDIS_URL takes it. */
  readonly url = `unix://${this.socket}`;

  static async start(): Promise<PrivateRedis> {
    const redis = new PrivateRedis();
    await redis.restart();
    return redis;
  }

  /** Starts it (again), empty: nothing was ever saved. */
  async restart(): Promise<void> {
    await this.kill();
    rmSync(this.socket, { force: true });
    const options = [
      '--port',
      '0',
      '--unixsocket',
      this.socket,
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    const server = spawn(redisServer(), [...options, '--dir', this.#folder], { stdio: 'ignore' });
    this.#server = server;
    const failed = once(server, 'exit').then(([code]) => {
      throw new Error(`redis-server ended with ${String(code)} before it was ready`);
    });
    await Promise.race([failed, this.#accepts(server)]);
    failed.catch(() => undefined);
  }

  /** SIGKILL: connections break without a word and everything in it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Pauses it with its connections open: whoever asks gets no answer. */
  pause(): void {
    this.#server?.kill('SIGSTOP');
  }

  resume(): void {
    this.#server?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server?.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    await once(server, 'exit');
  }

  async #accepts(server: ChildProcess): Promise<void> {
    while (server.exitCode === null) {
      if (existsSync(this.socket) && (await answersPing(this.socket))) return;
      await sleep(2);
    }
  }
}

function answersPing(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    const end = (answers: boolean): void => {
      connection.destroy();
      resolve(answers);
    };
    connection.once('error', () => end(false));
    connection.once('data', (reply) => end(reply.toString().startsWith('+PONG')));
    connection.write('PING\r\n');
  });
}

/** The set-up script unpacks one into the cache where the system has none. */
function redisServer(): string {
  const unpacked = join(__dirname, '../../../../.cache/redis/bin/redis-server');
  return existsSync(unpacked) ? unpacked : 'redis-server';
}
