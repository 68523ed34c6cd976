import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  StoreUnavailable,
  type EventStore,
  type Following,
  type Position,
  type RecordedEvent,
} from '../event-store/event-store';
import {
  AnotherProjector,
  LogIsAnother,
  ProjectionAheadOfLog,
  ReadModelDamaged,
  SQLITE,
  sqliteCodeOf,
} from './errors';
import { EventBatches, further } from './event-batches';
import { isBefore } from './opened-tables';
import type { ReadModel, View } from './read-model';
import type { Builders } from './rebuild-threads';
import type { BuiltApart } from './views-apart';

export type ProjectorOptions = Readonly<{
  store: EventStore;
  readModel: ReadModel;
  /** Take over what is built from the first event; without them it is built here. */
  builders?: Builders;
  /** Told of what an operator should know. */
  onNotice?: (notice: Notice) => void;
}>;

export type Notice = Readonly<{ message: string; view?: string; error?: unknown }>;

/** Received and not yet written; `lagMs`: everything older than this is in the views, if known. */
export type Lag = Readonly<{ pendingEvents: number; lagMs: number | undefined }>;

const LIVE = { batchMax: 1_000, flushEveryMs: 50 };

/** Nobody reads a view that is being rebuilt, and a page of it is written once per batch. */
const REBUILD = { batchMax: 10_000, flushEveryMs: 1_000 };

const RETRY_MS = [50, 200, 1_000, 5_000] as const;

/** Behind by more than this it is not ready. */
const LAG_MS_MAX = 5_000;

/**
 * Follows $all and keeps every view of one file up to date. A view whose version was raised is rebuilt
 * beside what readers see, from the start of the log, while the others go on; once it has passed them
 * it takes its place.
 */
export class Projector {
  readonly #store: EventStore;
  readonly #readModel: ReadModel;
  readonly #builders: Builders | undefined;
  readonly #notice: (notice: Notice) => void;
  readonly #stop = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  readonly #live = this.#batches(LIVE, () => this.views.filter((view) => view.live));
  #followings: readonly Following[] = [];
  #builtApart: Promise<unknown> = Promise.resolve();
  #currentAsOfMs: number | undefined;

  constructor(options: ProjectorOptions) {
    this.#store = options.store;
    this.#readModel = options.readModel;
    this.#builders = options.builders;
    this.#notice = options.onNotice ?? (() => undefined);
    this.#failed.promise.catch(() => undefined);
  }

  /**
   * Checks that the file belongs to this log, then follows it until `stop`. Throws
   * `ProjectionAheadOfLog`, `LogIsAnother`, `StoreUnavailable`. `ended` rejects when going on would be
   * wrong.
   */
  async start(): Promise<Readonly<{ ended: Promise<void> }>> {
    const head = await this.#store.fetchHead();
    this.#refuseAheadOf(head);
    await this.#refuseOtherLog();
    const ended = Promise.race([this.#failed.promise, this.#run(head)]);
    ended.catch(() => undefined);
    return { ended };
  }

  /** Ends after what was received is written, and what was built so far taken over. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#builders?.stop();
    await this.#builtApart.catch(() => undefined);
    await Promise.all(this.#followings.map((following) => following.stop()));
    await this.#live.flush().catch(() => undefined);
  }

  get views(): readonly View[] {
    return this.#readModel.views;
  }

  /** Every view is there for readers, none is stopped, and none is behind. */
  get ready(): boolean {
    if (this.views.length === 0) return true;
    const whole = this.views.every((view) => view.live && view.stopped === undefined);
    return whole && (this.lag.lagMs ?? Infinity) <= LAG_MS_MAX;
  }

  get lag(): Lag {
    const since = this.#currentAsOfMs;
    const lagMs = since === undefined ? undefined : Math.round(performance.now() - since);
    return { pendingEvents: this.#live.pending, lagMs };
  }

  /**
   * An event beyond the head means that the log lost it. A position alone may be a checkpoint's, past
   * the last event; there all up to the head is known, and whatever comes next must not be skipped.
   */
  #refuseAheadOf(head: Position | undefined): void {
    const ahead = this.views.filter(({ position }) => {
      return position !== undefined && isBefore(head, position);
    });
    const furthest = largest(ahead);
    if (furthest === undefined) return;
    const { anchor } = this.#readModel;
    if (anchor !== undefined && isBefore(head, anchor.position)) {
      const names = ahead.map(({ projection }) => projection.name);
      throw new ProjectionAheadOfLog(names, furthest, head);
    }
    for (const view of ahead) this.#readModel.stepBack(view, head);
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

  async #run(head: Position | undefined): Promise<void> {
    const rebuilt = this.#rebuild(head);
    // Nobody is served yet when nothing is live: one reading of the log is enough then.
    if (!this.views.some((view) => view.live)) await rebuilt;
    const live = this.views.filter((view) => view.live);
    if (live.length === 0 || this.#stop.signal.aborted) return await rebuilt;
    const following = this.#follow(live, this.#live, {
      ...LIVE,
      onCurrent: (asOfMs) => {
        const written = this.#live.flush().then(() => (this.#currentAsOfMs = asOfMs));
        written.catch(this.#failed.reject);
      },
    });
    await Promise.all([rebuilt, following.ended]);
  }

  /** Reads the log for the views that are not live, until they have passed `head` and those that are. */
  async #rebuild(head: Position | undefined): Promise<void> {
    const building = this.views.filter((view) => !view.live);
    if (building.length === 0) return;
    const through = Promise.withResolvers<void>();
    const served = (): Position | undefined => largest(this.views.filter((view) => view.live));
    const putLiveIfThrough = (reached: Position | undefined): boolean => {
      const goal = further(head, served());
      if (goal !== undefined && isBefore(reached, goal)) return false;
      for (const view of building) this.#putLive(view);
      through.resolve();
      return true;
    };
    if (head !== undefined) {
      this.#builtApart = this.#buildApart(building, head);
      await this.#builtApart;
    }
    const running = building.filter((view) => view.stopped === undefined);
    if (running.length === 0 || this.#stop.signal.aborted) return;
    // Nothing is read where nothing is left to read.
    if (putLiveIfThrough(smallest(running)) || head === undefined) return;
    const batches = this.#batches(REBUILD, () => running, putLiveIfThrough);
    const following = this.#follow(running, batches, {
      ...REBUILD,
      // Live means: all that was in the log when we began has been handed over.
      onLive: () => {
        const known = batches.add([], head).then(() => batches.flush());
        known.catch(this.#failed.reject);
      },
    });
    await Promise.race([through.promise, following.ended]);
    await following.stop();
    batches.drop();
  }

  /** What has seen nothing yet; how far it is afterwards, its position says. */
  async #buildApart(building: readonly View[], upTo: Position): Promise<void> {
    const fresh = building.filter((view) => view.position === undefined);
    const started = this.#builders?.start({
      projections: fresh.map(({ projection }) => projection),
      upTo,
      takeOver: (built) => this.#takeOver(fresh, built),
      onBreak: this.#onBreak,
    });
    const settled = await Promise.allSettled(started ?? []);
    void this.#builders?.ended().then(() => this.#readModel.checkpointAlone());
    for (const { reason } of rejected(settled)) {
      if (reason instanceof AnotherProjector || reason instanceof ReadModelDamaged) throw reason;
      this.#notice({ message: 'not built in a thread, so it is built here', error: reason });
    }
  }

  #takeOver(fresh: readonly View[], built: BuiltApart): void {
    for (const view of fresh) {
      const why = built.stopped.get(view.projection.name);
      if (why !== undefined) this.#stopView(view, new Error(why));
    }
    const whole = fresh.filter(({ projection: { name } }) => built.views.includes(name));
    this.#readModel.takeOver(whole, built);
  }

  #putLive(view: View): void {
    if (view.live || view.stopped !== undefined) return;
    this.#readModel.putLive(view);
    this.#notice({ message: 'rebuilt and served', view: view.projection.name });
  }

  #follow(
    views: readonly View[],
    batches: EventBatches,
    options: Readonly<{
      batchMax: number;
      onLive?: () => void;
      onCurrent?: (asOfMs: number) => void;
    }>,
  ): Following {
    const after = smallest(views);
    const following = this.#store.follow({
      ...options,
      ...(after === undefined ? {} : { after }),
      onBatch: (events) => batches.add(events),
      onCheckpoint: (position) => batches.add([], position),
      onUnreadable: async (event, error) => {
        await batches.flush();
        this.#stopReadersOf(event, error);
        await batches.add([], event.position);
      },
      onBreak: this.#onBreak,
    });
    this.#followings = [...this.#followings, following];
    return following;
  }

  /** A view must not skip what it ought to know; the others are not concerned. */
  #stopReadersOf({ type, position }: RecordedEvent, error: Error): void {
    for (const view of this.views) {
      const isConcerned = isBefore(view.position, position) && view.projection.on.has(type);
      if (view.stopped !== undefined || !isConcerned) continue;
      this.#stopView(view, error);
    }
  }

  #stopView(view: View, error: Error): void {
    view.stopped = error;
    this.#notice({ message: 'stopped', view: view.projection.name, error });
  }

  readonly #onBreak = (error: unknown, retryInMs: number): void => {
    const message = `the log cannot be followed, next try in ${Math.round(retryInMs)} ms`;
    this.#notice({ message, error });
  };

  #batches(
    limits: Readonly<{ batchMax: number; flushEveryMs: number }>,
    views: () => readonly View[],
    onWritten?: (reached: Position) => void,
  ): EventBatches {
    return new EventBatches({
      ...limits,
      onFailure: (error) => this.#failed.reject(error),
      write: async (events, reached) => {
        await this.#write(views(), events, reached);
        onWritten?.(reached);
      },
    });
  }

  /** A full disk passes, so it is tried again; nothing is skipped meanwhile. */
  async #write(
    views: readonly View[],
    events: readonly RecordedEvent[],
    reached: Position,
  ): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        const running = views.filter((view) => view.stopped === undefined);
        this.#readModel.apply(running, events, reached);
        for (const { projection, stopped } of running) {
          if (stopped === undefined) continue;
          this.#notice({ message: 'stopped', view: projection.name, error: stopped });
        }
        return;
      } catch (error) {
        if (!isPassing(error) || this.#stop.signal.aborted) throw error;
        const retryInMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0;
        this.#notice({ message: `cannot write, next try in ${retryInMs} ms`, error });
        await sleep(retryInMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }
}

const PASSING: ReadonlySet<number> = new Set([SQLITE.BUSY, SQLITE.IOERR, SQLITE.FULL]);

/** Whether another try can mend it; after anything else going on would be wrong or in vain. */
function isPassing(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  return error instanceof StoreUnavailable || (code !== undefined && PASSING.has(code));
}

function rejected(settled: readonly PromiseSettledResult<unknown>[]): PromiseRejectedResult[] {
  return settled.filter((each) => each.status === 'rejected');
}

function smallest(views: readonly View[]): Position | undefined {
  let least: Position | undefined;
  for (const { position } of views) {
    if (position === undefined) return undefined;
    if (least === undefined || position < least) least = position;
  }
  return least;
}

function largest(views: readonly View[]): Position | undefined {
  return views.map(({ position }) => position).reduce(further, undefined);
}
