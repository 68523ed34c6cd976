import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { built } from '../support/built';

/** The durable event store in a process of its own, to be killed, frozen and started again. */
export class StoreProcess {
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(private readonly dir: string) {}

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    const main = join(await built(), 'apps/event-store/src/main.js');
    const args = [main, '--dir', this.dir, '--port', String(this.#port)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /ready on esdb:\/\/[^:]+:(\d+)/.exec(line)?.[1];
      if (port === undefined) continue;
      this.#port = Number(port);
      return;
    }
    throw new Error('the event store ended before it was ready');
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
