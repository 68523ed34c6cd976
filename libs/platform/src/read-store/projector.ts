import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  StoreUnavailable,
  type EventStore,
  type Following,
  type Position,
  type RecordedEvent,
} from '../event-store/event-store';
import { LogIsAnother, ProjectionAheadOfLog, SQLITE, sqliteCodeOf } from './errors';
import { isBefore, type ReadModel, type View } from './read-model';

export type ProjectorOptions = Readonly<{
  store: EventStore;
  readModel: ReadModel;
  /** Events written at once. */
  batchMax?: number;
  /** How long events may wait for company while more keep coming; a lone event waits for none. */
  flushEveryMs?: number;
  /** Told of what an operator should know. */
  onNotice?: (notice: Notice) => void;
}>;

export type Notice = Readonly<{ message: string; view?: string; error?: unknown }>;

/** How far behind the log it is; `lagMs` is undefined as long as it cannot know. */
export type Lag = Readonly<{ pendingEvents: number; lagMs: number | undefined }>;

/** Nobody reads a view that is being rebuilt, and a page of it is written once per batch. */
const REBUILD_BATCH_MAX = 10_000;

const RETRY_MS = [50, 200, 1_000, 5_000] as const;

/**
 * Follows $all and keeps every view of one file up to date. A view whose version was raised is rebuilt
 * beside what readers see, from the start of the log, while the others go on; once it has passed them
 * it takes its place.
 */
export class Projector {
  readonly #store: EventStore;
  readonly #readModel: ReadModel;
  readonly #batchMax: number;
  readonly #flushEveryMs: number;
  readonly #notice: (notice: Notice) => void;
  readonly #stop = new AbortController();
  #following: Following | undefined;
  #pending: RecordedEvent[] = [];
  #reached: Position | undefined;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #flushedAt = -Infinity;
  #caughtUp = false;
  #lastApplied: Date | undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(options: ProjectorOptions) {
    this.#store = options.store;
    this.#readModel = options.readModel;
    this.#batchMax = options.batchMax ?? 1_000;
    this.#flushEveryMs = options.flushEveryMs ?? 50;
    this.#notice = options.onNotice ?? (() => undefined);
  }

  /**
   * Checks that the file belongs to this log, then follows it until `stop`. Throws
   * `ProjectionAheadOfLog`, `LogIsAnother`. `ended` rejects when going on would be wrong.
   */
  async start(): Promise<Readonly<{ ended: Promise<void> }>> {
    await this.#refuseAheadOfLog();
    await this.#refuseOtherLog();
    const failed = new Promise<never>((_resolve, reject) => (this.#fail = reject));
    const ended = Promise.race([failed, this.#run()]);
    ended.catch(() => undefined);
    return { ended };
  }

  /** Ends after what was received is written. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following?.stop();
    await this.#flush();
  }

  get views(): readonly View[] {
    return this.#readModel.views;
  }

  /** Every view is there for readers, none is stopped, and the log is followed live. */
  get ready(): boolean {
    const whole = this.views.every((view) => view.live && view.stopped === undefined);
    return whole && (this.#caughtUp || this.views.length === 0);
  }

  lagAt(now: Date): Lag {
    const pendingEvents = this.#pending.length;
    const oldest = this.#pending[0]?.recordedAt ?? (this.#caughtUp ? now : this.#lastApplied);
    return { pendingEvents, lagMs: oldest && Math.max(0, now.getTime() - oldest.getTime()) };
  }

  async #refuseAheadOfLog(): Promise<void> {
    const head = await this.#store.fetchHead();
    const ahead = this.views.filter(({ position }) => {
      return position !== undefined && isBefore(head, position);
    });
    const furthest = largest(ahead);
    if (furthest === undefined) return;
    const names = ahead.map(({ projection }) => projection.name);
    throw new ProjectionAheadOfLog(names, furthest, head);
  }

  async #refuseOtherLog(): Promise<void> {
    const { anchor } = this.#readModel;
    if (anchor === undefined) return;
    const { streamName, revision, eventId, position } = anchor;
    const options = { fromRevision: revision, eventsMax: 1 };
    for await (const event of this.#store.readStream(streamName, options)) {
      if (event.id === eventId && event.position === position) return;
    }
    throw new LogIsAnother(position, eventId);
  }

  async #run(): Promise<void> {
    const rebuilt = this.#rebuild();
    // Nobody is served yet when nothing is live: one reading of the log is enough then.
    if (!this.views.some((view) => view.live)) await rebuilt;
    if (this.#stop.signal.aborted || this.views.length === 0) return await rebuilt;
    this.#following = this.#follow();
    await Promise.all([rebuilt, this.#following.ended]);
  }

  #follow(): Following {
    const after = smallest(this.views.filter((view) => view.live));
    return this.#store.follow({
      ...(after === undefined ? {} : { after }),
      batchMax: this.#batchMax,
      onBatch: (events) => this.#receive(events, undefined),
      onCheckpoint: (position) => this.#receive([], position),
      onLive: () => (this.#caughtUp = true),
      onBreak: (error, retryInMs) => {
        this.#caughtUp = false;
        this.#notice({ message: `the log cannot be followed, next try in ${retryInMs} ms`, error });
      },
    });
  }

  async #receive(events: readonly RecordedEvent[], reached: Position | undefined): Promise<void> {
    for (const event of events) this.#pending.push(event);
    this.#reached = reached ?? events.at(-1)?.position ?? this.#reached;
    const waitMs = this.#flushedAt + this.#flushEveryMs - performance.now();
    if (this.#pending.length >= this.#batchMax || waitMs <= 0) return await this.#flush();
    this.#timer ??= setTimeout(() => void this.#flush().catch(this.#fail), waitMs);
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return (this.#writing = this.#writing.then(() => this.#writePending()));
  }

  /** What is pending stays so until it is committed. */
  async #writePending(): Promise<void> {
    while (this.#pending.length > 0 || this.#reached !== undefined) {
      const live = this.views.filter((view) => view.live);
      const events = this.#pending.slice(0, this.#batchMax);
      const isAll = events.length === this.#pending.length;
      const reached = isAll ? this.#reached : events.at(-1)?.position;
      await this.#write(live, events, reached);
      this.#pending.splice(0, events.length);
      if (this.#reached === reached) this.#reached = undefined;
      this.#lastApplied = events.at(-1)?.recordedAt ?? this.#lastApplied;
    }
    this.#flushedAt = performance.now();
  }

  /** Reads the log for the views that are not live, until they have passed those that are. */
  async #rebuild(): Promise<void> {
    for (let attempt = 0; !this.#stop.signal.aborted;) {
      const building = this.views.filter((view) => !view.live && view.stopped === undefined);
      if (building.length === 0) return;
      try {
        const target = await this.#store.fetchHead();
        await this.#readInto(building, target);
        if (this.#stop.signal.aborted) return;
        const served = largest(this.views.filter((view) => view.live));
        const behind = served !== undefined && (target === undefined || target < served);
        if (!behind) this.#putLive(building);
        attempt = 0;
      } catch (error) {
        if (isLasting(error)) throw error;
        const retryInMs = RETRY_MS[Math.min(attempt++, RETRY_MS.length - 1)] ?? 0;
        this.#notice({ message: `rebuilding goes on in ${retryInMs} ms`, error });
        await this.#pause(retryInMs);
      }
    }
  }

  #putLive(views: readonly View[]): void {
    for (const view of views.filter(({ stopped }) => stopped === undefined)) {
      this.#readModel.putLive(view);
      this.#notice({ message: 'rebuilt and served', view: view.projection.name });
    }
  }

  async #readInto(building: readonly View[], target: Position | undefined): Promise<void> {
    if (target === undefined) return;
    const after = smallest(building);
    let batch: RecordedEvent[] = [];
    const bounds = { upTo: target, ...(after === undefined ? {} : { after }) };
    for await (const event of this.#store.readAll(bounds)) {
      if (this.#stop.signal.aborted) return;
      batch.push(event);
      if (batch.length < REBUILD_BATCH_MAX) continue;
      await this.#write(building, batch, event.position);
      this.#lastApplied = event.recordedAt;
      batch = [];
    }
    await this.#write(building, batch, target);
  }

  /** A full disk passes, so it is tried again; nothing is skipped meanwhile. */
  async #write(
    views: readonly View[],
    events: readonly RecordedEvent[],
    reached: Position | undefined,
  ): Promise<void> {
    for (let attempt = 0; !this.#stop.signal.aborted || attempt === 0; attempt++) {
      try {
        const running = views.filter((view) => view.stopped === undefined);
        this.#readModel.apply(running, events, reached);
        for (const { projection, stopped } of running) {
          if (stopped === undefined) continue;
          this.#notice({ message: 'stopped', view: projection.name, error: stopped });
        }
        return;
      } catch (error) {
        if (isLasting(error)) throw error;
        const retryInMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0;
        this.#notice({ message: `cannot write, next try in ${retryInMs} ms`, error });
        await this.#pause(retryInMs);
      }
    }
    throw new Error('stopped before everything received was written: it is read again');
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}

/** What another try cannot mend: going on would be wrong or in vain. */
function isLasting(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return false;
  const code = sqliteCodeOf(error);
  return code === undefined || !PASSING.has(code);
}

const PASSING: ReadonlySet<number> = new Set([SQLITE.BUSY, SQLITE.IOERR, SQLITE.FULL]);

function smallest(views: readonly View[]): Position | undefined {
  let least: Position | undefined;
  for (const { position } of views) {
    if (position === undefined) return undefined;
    if (least === undefined || position < least) least = position;
  }
  return least;
}

function largest(views: readonly View[]): Position | undefined {
  return views.reduce<Position | undefined>(
    (most, { position }) => (position !== undefined && isBefore(most, position) ? position : most),
    undefined,
  );
}
