import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { EventStore, Position } from '../event-store/event-store';
import { messageOf } from './errors';
import type { Projection } from './projection';
import { buildApart, type BuiltApart } from './views-apart';

export type BuildWish = Readonly<{
  /** None of them has seen an event. */
  projections: readonly Projection[];
  /** A position of the log, to be reached or passed. */
  upTo: Position;
  /** Takes the rows of some of them out of a file, which is then removed. */
  takeOver: (built: BuiltApart) => void;
  onBreak: (error: unknown, retryInMs: number) => void;
}>;

/** Where views are built beside the thread that serves the others. */
export type Builders = Readonly<{
  /** A promise for each part of them, settled when it is taken over or lost; none if it does not pay. */
  start: (wish: BuildWish) => readonly Promise<void>[];
  /** Resolves when no thread is left: what was taken over is then in the read model's own pages. */
  ended: () => Promise<unknown>;
  /** What is being built ends where it is, and is taken over. */
  stop: () => void;
}>;

export type RebuildThreadsOptions = Readonly<{
  /** The file of the read model; those of the threads stand beside it. */
  readModelPath: string;
  /** The thread's program: it calls `buildInThread`. */
  main: string;
  /** Views of one group are built by one thread; groups of like cost end at the same time. */
  groups: readonly (readonly Projection[])[];
}>;

/** Shorter logs are read before a thread has loaded what it needs. A position counts bytes. */
const LOG_BYTES_MIN = 16n * 1024n * 1024n;

type Task = Readonly<{
  path: string;
  readModelPath: string;
  names: readonly string[];
  upTo: Position;
}>;

type Word =
  | Readonly<{ kind: 'broken'; why: string; retryInMs: number }>
  | Readonly<{ kind: 'built'; built: BuiltApart | undefined }>;

type Order = 'enough' | 'taken over';

/** Each group of views in a thread of its own, with its own reading of the log and its own file. */
export class RebuildThreads implements Builders {
  readonly #threads = new Map<Worker, Promise<unknown>>();

  /** Removes the files of a start that was killed. */
  constructor(private readonly options: RebuildThreadsOptions) {
    const { readModelPath } = options;
    for (const name of readdirSync(dirname(readModelPath))) {
      if (!name.startsWith(basename(fileOf(readModelPath, '')))) continue;
      rmSync(join(dirname(readModelPath), name));
    }
  }

  start({ projections, upTo, takeOver, onBreak }: BuildWish): readonly Promise<void>[] {
    if (upTo < LOG_BYTES_MIN || availableParallelism() === 1) return [];
    const wanted = new Set(projections.map(({ name }) => name));
    const groups = this.options.groups
      .map((group) => group.map(({ name }) => name).filter((name) => wanted.has(name)))
      .filter((names) => names.length > 0);
    return groups.map(async (names, n) => {
      const { main, readModelPath } = this.options;
      const path = fileOf(readModelPath, n);
      const task: Task = { path, readModelPath, names, upTo };
      const thread = new Worker(main, { workerData: task });
      const exited = once(thread, 'exit').finally(() => this.#threads.delete(thread));
      exited.catch(() => undefined);
      this.#threads.set(thread, exited);
      try {
        const built = await builtBy(thread, onBreak);
        if (built !== undefined) takeOver(built);
        thread.postMessage('taken over');
      } catch (error) {
        void thread.terminate();
        throw error;
      } finally {
        rmSync(path, { force: true });
      }
    });
  }

  ended(): Promise<unknown> {
    return Promise.allSettled(this.#threads.values());
  }

  stop(): void {
    for (const thread of this.#threads.keys()) thread.postMessage('enough');
  }
}

function builtBy(thread: Worker, onBreak: BuildWish['onBreak']): Promise<BuiltApart | undefined> {
  return new Promise((resolve, reject) => {
    thread.on('message', (word: Word) => {
      if (word.kind === 'built') resolve(word.built);
      else onBreak(new Error(word.why), word.retryInMs);
    });
    thread.on('error', reject);
    thread.on('exit', () => reject(new Error('the thread ended before its views were built')));
  });
}

function fileOf(readModelPath: string, n: number | ''): string {
  return `${readModelPath}.thread-${n}`;
}

/** What a thread of `RebuildThreads` does; at its end it ends itself, with all it has opened. */
export async function buildInThread(
  store: EventStore,
  known: readonly Projection[],
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('is run as a thread of the projector only');
  const { path, readModelPath, names, upTo } = workerData as Task;
  const say = (word: Word): void => port.postMessage(word);
  const enough = Promise.withResolvers<void>();
  const takenOver = Promise.withResolvers<void>();
  port.on('message', (word: Order) => (word === 'enough' ? enough : takenOver).resolve());
  const projections = known.filter(({ name }) => names.includes(name));
  const onBreak = (error: unknown, retryInMs: number): void => {
    say({ kind: 'broken', why: messageOf(error), retryInMs });
  };
  const wish = { store, projections, path, upTo, enough: enough.promise, onBreak };
  say({ kind: 'built', built: await buildApart(wish) });
  await takenOver.promise;
  checkpoint(readModelPath);
  process.exit();
}

/** Brings home what the read model was given, so that its one writer need not: it may take seconds. */
function checkpoint(readModelPath: string): void {
  try {
    const db = new DatabaseSync(readModelPath);
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    db.close();
  } catch {
    // A full or broken disk: the writer meets it too, and says so.
  }
}
