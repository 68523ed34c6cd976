import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** One program the supervisor runs. */
export type Program = Readonly<{
  name: string;
  command: string;
  args: readonly string[];
  /** All the environment it gets. */
  env: NodeJS.ProcessEnv;
  /** Says how the program is, for people. Rejects while it does not serve. */
  checkHealth: () => Promise<string>;
  startWithinMs: number;
  stopWithinMs: number;
}>;

/** How a process ended: by itself (`code`) or by a signal. */
export type Ending = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>;

const HEALTH_CHECK_EVERY_MS = 50;

/** One run of a program, from its spawn to its end. */
export class Run {
  readonly ended: Promise<Ending>;

  private constructor(
    readonly program: Program,
    private readonly child: ChildProcess,
  ) {
    this.ended = new Promise((resolve) => {
      // A program that cannot be spawned at all emits `error` and no `exit`.
      child.once('error', () => resolve({ code: 127, signal: null }));
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** Every line the program writes goes to `write`, whichever stream it came on. */
  static of(program: Program, write: (line: string) => void): Run {
    const [command, args] = leashed(program.command, program.args);
    const child = spawn(command, args, {
      env: program.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A session of its own: Ctrl-C reaches the supervisor alone, which then stops in order.
      detached: true,
    });
    child.once('error', (error) => write(`cannot run ${program.command}: ${error.message}`));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', write);
    }
    return new Run(program, child);
  }

  /** The leash becomes the program, so this is the program's own. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves to `ready` once it serves; otherwise says why it does not. */
  async becomesReady(): Promise<'ready' | 'ended' | 'late'> {
    const decided = new AbortController();
    const { signal } = decided;
    const late = sleep(this.program.startWithinMs, 'late' as const, { signal });
    const ended = this.ended.then(() => 'ended' as const);
    try {
      return await Promise.race([ended, late, this.#serves(signal)]);
    } finally {
      late.catch(() => undefined);
      decided.abort();
    }
  }

  /** Asks it to stop and waits; kills it when it takes too long. Answers whether it stopped by itself. */
  async stop(): Promise<boolean> {
    this.child.kill('SIGTERM');
    const timer = new AbortController();
    const late = sleep(this.program.stopWithinMs, true, { signal: timer.signal }).catch(() => true);
    const isLate = await Promise.race([late, this.ended.then(() => false)]);
    timer.abort();
    if (isLate) this.kill();
    await this.ended;
    return !isLate;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async #serves(decided: AbortSignal): Promise<'ready'> {
    while (!decided.aborted) {
      const healthy = await this.program.checkHealth().then(
        () => true,
        () => false,
      );
      if (healthy) break;
      await sleep(HEALTH_CHECK_EVERY_MS);
    }
    return 'ready';
  }
}

let canLeash: boolean | undefined;

/**
 * Where the kernel can (Linux), a program dies with the supervisor, even when that is killed with
 * SIGKILL: otherwise it would go on holding its port and its data, and a restart would meet it.
 */
function leashed(command: string, args: readonly string[]): [string, string[]] {
  const leash = ['--pdeathsig', 'KILL', '--'];
  canLeash ??= spawnSync('setpriv', [...leash, 'true'], { stdio: 'ignore' }).status === 0;
  return canLeash ? ['setpriv', [...leash, command, ...args]] : [command, [...args]];
}
