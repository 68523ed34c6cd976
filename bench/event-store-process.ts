import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The event store's server as a process of its own, as people run it. */
export type EventStoreProcess = Readonly<{
  pid: number;
  /** Resolves with the connection string once it serves; rejects when it ends before. */
  ready: Promise<string>;
  /** Resolves with the exit code, null after a signal. */
  exited: Promise<number | null>;
  /** What it has printed so far, both streams. */
  output: () => string;
  kill: (signal: NodeJS.Signals) => void;
  /** Asks it to end and waits until it has. */
  stop: () => Promise<void>;
  /** Resident memory in MB, as the kernel counts it (Linux only). */
  residentMb: () => number;
}>;

/** `main` is the compiled apps/event-store/src/main.js; `args` its command line. */
export function spawnEventStore(main: string, args: readonly string[]): EventStoreProcess {
  const child = spawn(process.execPath, ['--enable-source-maps', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${main}`);
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
      const [, connectionString] = /ready on (esdb:\S+)/.exec(output) ?? [];
      if (connectionString) resolve(connectionString);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('close', () => reject(new Error(`the event store ended:\n${output}`)));
  });
  // Whoever kills it before it was ready need not listen to `ready`.
  ready.catch(() => undefined);
  return {
    pid,
    ready,
    exited,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
    residentMb: () => residentMb(pid),
  };
}

/** VmRSS of a process in MB (1 MB = 1024 kB). */
export function residentMb(pid: number): number {
  const [, kilobytes] =
    /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
