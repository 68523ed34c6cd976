import { setTimeout as sleep } from 'node:timers/promises';
import { Run, type Ending, type Program } from '../../apps/standalone/src/program';

/** As apps/standalone starts a program again, but that it is never given up. */
const RESTART = { delayMs: 100, delayMaxMs: 5_000, withinMs: 60_000 } as const;

type Told = Readonly<{
  /** Every line the program writes. */
  write: (line: string) => void;
  /** It ended and nobody had killed it. */
  endedAlone: (ending: Ending) => void;
}>;

/** One program that is started again whenever it ends, until it is told to stop. */
export class KeptProgram {
  readonly #over = new AbortController();
  readonly #keeping: Promise<void>;
  #run: Run;
  #ready: Promise<'ready' | 'ended' | 'late'>;
  #mayStart: Promise<void> = Promise.resolve();
  #wasKilled = false;

  constructor(
    readonly program: Program,
    private readonly told: Told,
  ) {
    this.#run = Run.of(program, told.write);
    this.#ready = this.#run.becomesReady();
    this.#keeping = this.#keep();
  }

  get pid(): number {
    return this.#run.pid;
  }

  /** Resolves once it serves; rejects where a run of it is there and does not serve in its time. */
  async serves(): Promise<void> {
    for (;;) {
      const run = this.#run;
      const state = await this.#ready;
      if (state === 'late') throw new Error(`the ${this.program.name} does not serve`);
      if (state === 'ready' && run === this.#run) return;
      await sleep(20);
    }
  }

  /** SIGKILL; it is started again once `before` has resolved. */
  async kill(before: Promise<void> = Promise.resolve()): Promise<void> {
    this.#mayStart = before;
    this.#wasKilled = true;
    const run = this.#run;
    run.kill();
    await run.ended;
  }

  /** SIGSTOP or SIGCONT. A program that is gone has nothing to be stopped. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Asks it to end, and it is not started again. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#run.stop();
    await this.#keeping;
  }

  async #keep(): Promise<void> {
    const ends: number[] = [];
    for (;;) {
      const ending = await this.#run.ended;
      if (this.#over.signal.aborted) return;
      if (!this.#wasKilled) this.told.endedAlone(ending);
      ends.push(performance.now());
      const lately = ends.filter((end) => end > performance.now() - RESTART.withinMs).length;
      const delayMs = Math.min(RESTART.delayMs * 2 ** (lately - 1), RESTART.delayMaxMs);
      await sleep(delayMs, undefined, { signal: this.#over.signal }).catch(() => undefined);
      await this.#mayStart;
      if (this.#over.signal.aborted) return;
      this.#wasKilled = false;
      this.#run = Run.of(this.program, this.told.write);
      this.#ready = this.#run.becomesReady();
    }
  }
}
