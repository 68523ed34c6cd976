import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** One thing a program works with. `check` rejects while it is missing. */
export type ReadinessCheck = Readonly<{
  name: string;
  /** False: it is told that it is missing, but the program can do its work. */
  isVital?: boolean;
  deadlineMs: number;
  check: (signal: AbortSignal) => unknown;
}>;

export type CheckResult = Readonly<{ name: string; state: 'ok' | 'failed' | 'late'; ms: number }>;

/** Whether a program can do its work now. Why a check failed is for the log, not for the public. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
  /** What was last told of each check: probes come every second, and say the same. */
  readonly #told = new Map<string, string>();
  readonly #wereReady = new Set<string>();
  #stopping = false;

  constructor(private readonly logger: Logger) {}

  register(check: ReadinessCheck): void {
    if (this.#checks.has(check.name)) throw new TypeError(`two checks are named ${check.name}`);
    this.#checks.set(check.name, check);
  }

  /** From now on it is not ready, so that a balancer sends nobody new. */
  stop(): void {
    this.#stopping = true;
  }

  async run(): Promise<Readonly<{ ready: boolean; checks: readonly CheckResult[] }>> {
    const checks = await Promise.all([...this.#checks.values()].map((each) => this.#run(each)));
    const isFine = ({ name, state }: CheckResult): boolean =>
      state === 'ok' || this.#checks.get(name)?.isVital === false;
    return { ready: !this.#stopping && checks.every(isFine), checks };
  }

  async #run(check: ReadinessCheck): Promise<CheckResult> {
    const { name, deadlineMs } = check;
    const started = performance.now();
    const over = new AbortController();
    const late = sleep(deadlineMs, 'late' as const, { signal: over.signal, ref: false });
    late.catch(() => undefined);
    const checked = Promise.resolve(over.signal)
      .then((signal) => check.check(signal))
      .then(
        () => 'ok' as const,
        (error: unknown) => {
          if (!over.signal.aborted) this.#tell(name, messageOf(error));
          return 'failed' as const;
        },
      );
    const state = await Promise.race([checked, late]);
    over.abort();
    if (state !== 'failed') this.#tell(name, state);
    return { name, state, ms: Math.round(performance.now() - started) };
  }

  /** Once per change. Before it was ready the first time a program is only starting. */
  #tell(check: string, now: string): void {
    const before = this.#told.get(check);
    if (before === now) return;
    this.#told.set(check, now);
    if (now === OK) {
      if (before !== undefined) this.logger.info({ check }, 'ready');
      this.#wereReady.add(check);
      return;
    }
    const level = this.#wereReady.has(check) ? 'warn' : 'info';
    this.logger[level]({ check, why: now }, 'not ready');
  }
}

const OK = 'ok';

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
