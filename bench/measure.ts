import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** The value below which `share` (0 to 1) of the values lie: the nearest one there is. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** How often a second the disk under `dir` takes an append of 512 bytes to stay. */
export function fdatasyncRate(dir: string, windowMs: number): number {
  const file = join(dir, 'fdatasync-probe');
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(512, 1);
  const startedAt = performance.now();
  let writes = 0;
  while (performance.now() - startedAt < windowMs) {
    writeSync(handle, block);
    fdatasyncSync(handle);
    writes++;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  closeSync(handle);
  rmSync(file);
  return writes / seconds;
}

/** Runs `inFlight` workers side by side for a while; gives how often a second one came to its end. */
export async function ratePerSecond(
  inFlight: number,
  windowMs: number,
  once: (worker: number) => Promise<unknown>,
): Promise<number> {
  const startedAt = performance.now();
  let done = 0;
  const work = async (worker: number): Promise<void> => {
    while (performance.now() - startedAt < windowMs) {
      await once(worker);
      done++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, worker) => work(worker)));
  return done / ((performance.now() - startedAt) / 1_000);
}

/**
 * Microseconds the main thread of a process has been on a core (Linux only). What a request costs is
 * steadier than how many there are a second: others on the machine only make it wait.
 */
export function mainThreadUs(pid: number): number {
  const [nanoseconds] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1_000;
}
