import type { EventEmitter } from 'node:events';
import type { Supervisor } from './supervisor';

/**
 * npm hands on to its program the SIGINT that the terminal has already given to both: the same wish told
 * twice, a few milliseconds apart.
 */
const SAME_WISH_WITHIN_MS = 1_000;

export type StopSignalsOptions = Readonly<{
  /** Where signals arrive: the process. */
  signals: EventEmitter;
  supervisor: Pick<Supervisor, 'stop' | 'kill'>;
  nowMs: () => number;
}>;

/**
 * The first signal stops everything in order, one that comes later kills everything at once. Resolves
 * when all is stopped, to whether it was in order.
 */
export function stopOnSignals({
  signals,
  supervisor,
  nowMs,
}: StopSignalsOptions): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let firstAtMs: number | undefined;
  let killed = false;
  const onSignal = (): void => {
    if (firstAtMs === undefined) {
      firstAtMs = nowMs();
      void supervisor.stop().then((inOrder) => resolve(inOrder && !killed));
    } else if (nowMs() - firstAtMs >= SAME_WISH_WITHIN_MS) {
      killed = true;
      supervisor.kill();
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) signals.on(signal, onSignal);
  return promise;
}
