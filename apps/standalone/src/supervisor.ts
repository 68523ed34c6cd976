import { setTimeout as sleep } from 'node:timers/promises';
import { Run, type Ending, type Program } from './program';

/** A program that cannot be kept running. The message is one line. */
export class ProgramFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProgramFailed';
  }
}

export type SupervisorOptions = Readonly<{
  /** Takes every line of the programs and of the supervisor itself. */
  write: (line: string) => void;
  restarts: Readonly<{
    /** A program that ends more often than this within `withinMs` is given up. */
    max: number;
    withinMs: number;
    /** Doubled at each restart within `withinMs`, up to `delayMaxMs`. */
    delayMs: number;
    delayMaxMs: number;
  }>;
}>;

/** sysexits.h EX_CONFIG: starting again with the same configuration would end the same way. */
const EX_CONFIG = 78;

/**
 * Starts programs one after the other, each when the one before it serves, restarts those that end,
 * and stops them in the opposite order. What cannot be kept running stops everything.
 */
export class Supervisor {
  readonly #programs: readonly Program[];
  readonly #options: SupervisorOptions;
  readonly #runs = new Map<Program, Run>();
  readonly #stopping = new AbortController();
  readonly #givenUp = Promise.withResolvers<ProgramFailed>();
  #stopped: Promise<boolean> | undefined;

  constructor(programs: readonly Program[], options: SupervisorOptions) {
    this.#programs = programs;
    this.#options = options;
  }

  /** Settles only if, after the start, a program is given up. */
  get givenUp(): Promise<ProgramFailed> {
    return this.#givenUp.promise;
  }

  /** Rejects with `ProgramFailed` when one does not come up; those already up are left to `stop`. */
  async start(): Promise<void> {
    for (const program of this.#programs) {
      if (this.#stopping.signal.aborted) return;
      const run = this.#run(program);
      const outcome = await run.becomesReady();
      if (this.#stopping.signal.aborted) return;
      if (outcome === 'ended') throw failedToStart(program, await run.ended);
      if (outcome === 'late') {
        throw new ProgramFailed(
          `${program.name} did not serve within ${program.startWithinMs / 1000} s`,
        );
      }
      void this.#keep(run);
    }
  }

  /** In the order of their start. A program that does not serve says why. */
  async health(): Promise<{ name: string; healthy: boolean; text: string }[]> {
    return Promise.all(
      this.#programs.map(({ name, checkHealth }) =>
        checkHealth().then(
          (text) => ({ name, healthy: true, text }),
          (error: unknown) => ({ name, healthy: false, text: messageOf(error) }),
        ),
      ),
    );
  }

  /** Last started, first stopped. Answers whether every program stopped by itself in its time. */
  stop(): Promise<boolean> {
    this.#stopping.abort();
    this.#stopped ??= this.#stopInOrder();
    return this.#stopped;
  }

  /** Ends everything now. */
  kill(): void {
    this.#stopping.abort();
    for (const run of this.#runs.values()) run.kill();
  }

  #run(program: Program): Run {
    const width = Math.max(...this.#programs.map(({ name }) => name.length));
    const prefix = `${program.name.padEnd(width)} | `;
    const run = Run.of(program, (line) => this.#options.write(prefix + line));
    this.#runs.set(program, run);
    return run;
  }

  async #keep(first: Run): Promise<void> {
    const { program } = first;
    const { max, withinMs, delayMs, delayMaxMs } = this.#options.restarts;
    let run = first;
    let ends: number[] = [];
    for (;;) {
      const ending = await run.ended;
      if (this.#stopping.signal.aborted) return;
      const now = performance.now();
      ends = [...ends.filter((end) => end > now - withinMs), now];
      if (ending.code === EX_CONFIG || ends.length > max) {
        this.#givenUp.resolve(endedForGood(program, ending, ends.length));
        return;
      }
      const delay = Math.min(delayMs * 2 ** (ends.length - 1), delayMaxMs);
      this.#say(`${program.name} ${describe(ending)}; starting it again in ${delay} ms`);
      await sleep(delay, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
      run = this.#run(program);
      // One that neither ends nor serves is no better than one that ended.
      if ((await run.becomesReady()) === 'late') run.kill();
    }
  }

  async #stopInOrder(): Promise<boolean> {
    let allByThemselves = true;
    for (const run of [...this.#runs.values()].reverse()) {
      if (await run.stop()) continue;
      allByThemselves = false;
      const { name, stopWithinMs } = run.program;
      this.#say(`${name} did not stop within ${stopWithinMs / 1000} s and was killed`);
    }
    return allByThemselves;
  }

  #say(line: string): void {
    this.#options.write(`standalone: ${line}`);
  }
}

function failedToStart({ name }: Program, ending: Ending): ProgramFailed {
  return new ProgramFailed(`${name} ${describe(ending)} before it served`);
}

function endedForGood({ name }: Program, ending: Ending, times: number): ProgramFailed {
  const again = times > 1 ? `, ${times} times in short order` : '';
  return new ProgramFailed(`${name} ${describe(ending)}${again}; given up`);
}

function describe({ code, signal }: Ending): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
