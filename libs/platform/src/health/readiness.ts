import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** One thing a program cannot work without. `check` rejects while it is missing. */
export type ReadinessCheck = Readonly<{
  name: string;
  deadlineMs: number;
  check: (signal: AbortSignal) => unknown;
}>;

export type CheckResult = Readonly<{ name: string; state: 'ok' | 'failed' | 'late'; ms: number }>;

/** Whether a program can do its work now. Why a check failed is for the log, not for the public. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
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
    return { ready: !this.#stopping && checks.every(({ state }) => state === 'ok'), checks };
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
          if (!over.signal.aborted) this.logger.warn({ check: name, err: error }, 'not ready');
          return 'failed' as const;
        },
      );
    const state = await Promise.race([checked, late]);
    over.abort();
    return { name, state, ms: Math.round(performance.now() - started) };
  }
}
