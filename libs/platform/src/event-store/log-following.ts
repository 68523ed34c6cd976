import {
  UnreadableEvent,
  type Following,
  type FollowOptions,
  type Position,
  type RecordedEvent,
} from './event-store';

/** Where a following gets the log from: one adapter's subscriptions and reads. */
export type LogSource = Readonly<{
  subscribe: (after: Position | undefined, options: FollowOptions) => LogSubscription;
  fetchHead: () => Promise<Position | undefined>;
  /** Looks past a position for an event of the following's types, up to the first or the end. */
  scan: (after: Position | undefined, types: readonly string[] | undefined) => Promise<Scan>;
  /** The event in its current form; throws `UnreadableEvent`. */
  read: (event: RecordedEvent) => RecordedEvent;
}>;

export type Scan = Readonly<{ found: Position | undefined; scannedTo: Position | undefined }>;

export type LogSubscription = Readonly<{
  /** Waits for at least one item, then gives all there are, `max` at most; undefined: it ended. */
  next: (max: number) => Promise<readonly LogItem[] | undefined>;
  cancel: () => void;
}>;

export type LogItem =
  | Readonly<{ kind: 'event'; event: RecordedEvent }>
  | Readonly<{ kind: 'checkpoint'; position: Position }>
  | Readonly<{ kind: 'live' }>;

export type FollowLimits = Readonly<{
  /** How often the head is looked at, to tell idle from stalled. */
  checkMs: number;
  /** An event in the log for this long and not handed over: the subscription has stopped silently. */
  stallMs: number;
  /** Pause before subscribing again: half to all of this, doubled with every failure up to the max. */
  retryMs: number;
  retryMsMax: number;
}>;

export const FOLLOW_LIMITS: FollowLimits = {
  checkMs: 1_000,
  stallMs: 5_000,
  retryMs: 100,
  retryMsMax: 5_000,
};

/** Follows a log for ever: subscribes, hands over in batches, and subscribes again after any break. */
export function followLog(
  source: LogSource,
  options: FollowOptions,
  limits: FollowLimits = FOLLOW_LIMITS,
): Following {
  const following = new LogFollowing(source, options, limits);
  const ended = following.run();
  ended.catch(() => undefined);
  const stop = async (): Promise<void> => {
    following.stop();
    await ended.catch(() => undefined);
  };
  return { ended, stop };
}

class LogFollowing {
  #position: Position | undefined;
  #subscription: LogSubscription | undefined;
  #isStopped = false;
  #isStalled = false;
  #isLive = false;
  #isChecking = false;
  #failures = 0;
  /** What a handler threw: the only way a following ends by itself. */
  #thrown: Readonly<{ error: unknown }> | undefined;
  /** Handlers run one at a time, whoever calls them. */
  #handling: Promise<void> | undefined;
  /** An instant and the head of the log then: current as of it once that head is handled. */
  #awaited: Readonly<{ asOfMs: number; head: Position }> | undefined;
  /** An event that should have come, and since when it is missed. */
  #missed: Readonly<{ position: Position; sinceMs: number }> | undefined;
  #wake: () => void = () => undefined;

  constructor(
    private readonly source: LogSource,
    private readonly options: FollowOptions,
    private readonly limits: FollowLimits,
  ) {
    this.#position = options.after;
  }

  stop(): void {
    this.#isStopped = true;
    this.#subscription?.cancel();
    this.#wake();
  }

  async run(): Promise<void> {
    let before = this.#position;
    const checks = setInterval(() => {
      void this.#check(before);
      before = this.#position;
    }, this.limits.checkMs);
    try {
      while (!this.#isStopped) {
        try {
          await this.#subscribe();
        } catch (error) {
          if (this.#thrown !== undefined) throw this.#thrown.error;
          if (!this.#isStopped) await this.#pause(error);
        }
      }
      await this.#handling;
      // What was handed over beside the subscription may have been what threw.
      if (this.#thrown !== undefined) throw this.#thrown.error;
    } finally {
      clearInterval(checks);
      this.stop();
    }
  }

  async #subscribe(): Promise<void> {
    this.#isLive = false;
    this.#isStalled = false;
    const subscription = this.source.subscribe(this.#position, this.options);
    this.#subscription = subscription;
    try {
      while (!this.#isStopped) {
        const items = await subscription.next(this.options.batchMax);
        if (this.#isStopped) return;
        if (items === undefined) {
          const why = this.#isStalled ? 'stopped without a word' : 'was ended by the server';
          throw new Error(`the subscription ${why}`);
        }
        this.#failures = 0;
        await this.#exclusively(() => this.#handle(items));
      }
    } finally {
      subscription.cancel();
    }
  }

  /** Runs what calls handlers after whatever runs already; what it throws ends the following. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
    while (this.#handling !== undefined) await this.#handling;
    if (this.#isStopped) return;
    const run = async (): Promise<void> => {
      try {
        await work();
      } catch (error) {
        this.#thrown = { error };
        this.stop();
      } finally {
        this.#handling = undefined;
      }
    };
    this.#handling = run();
    await this.#handling;
    if (this.#thrown !== undefined) throw this.#thrown.error;
  }

  async #handle(items: readonly LogItem[]): Promise<void> {
    let batch: RecordedEvent[] = [];
    const flush = async (): Promise<void> => {
      const last = batch.at(-1);
      if (last === undefined) return;
      await this.options.onBatch(batch);
      batch = [];
      this.#reach(last.position);
    };
    for (const item of items) {
      if (item.kind === 'event') {
        const event = this.#read(item.event);
        if (!(event instanceof UnreadableEvent)) {
          batch.push(event);
          continue;
        }
        await flush();
        await this.options.onUnreadable?.(item.event, event);
        this.#reach(item.event.position);
      } else {
        await flush();
        if (item.kind === 'live') this.#live();
        else await this.#checkpoint(item.position);
      }
    }
    await flush();
  }

  #read(event: RecordedEvent): RecordedEvent | UnreadableEvent {
    try {
      return this.source.read(event);
    } catch (error) {
      if (error instanceof UnreadableEvent && this.options.onUnreadable) return error;
      throw error;
    }
  }

  async #checkpoint(position: Position): Promise<void> {
    if (this.#position !== undefined && position <= this.#position) return;
    await this.options.onCheckpoint?.(position);
    this.#reach(position);
  }

  #reach(position: Position): void {
    if (this.#position === undefined || position > this.#position) this.#position = position;
    this.#missed = undefined;
    if (this.#awaited === undefined || this.#position < this.#awaited.head) return;
    this.options.onCurrent?.(this.#awaited.asOfMs);
    this.#awaited = undefined;
  }

  #live(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    this.options.onLive?.();
    // Whoever waits to be current need not wait for the next look at the head too.
    void this.#check(this.#position);
  }

  async #pause(error: unknown): Promise<void> {
    const { retryMs, retryMsMax } = this.limits;
    const ms = Math.min(retryMs * 2 ** this.#failures, retryMsMax) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.options.onBreak?.(error, ms);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Beside the subscription: is there anything in the log that it should have brought by now? */
  async #check(before: Position | undefined): Promise<void> {
    if (this.#isChecking || this.#isStopped) return;
    this.#isChecking = true;
    try {
      await this.#compareWithHead(before);
    } catch {
      // The store does not answer, so nobody knows: the following is not current until it does.
    } finally {
      this.#isChecking = false;
    }
  }

  async #compareWithHead(before: Position | undefined): Promise<void> {
    const asOfMs = performance.now();
    const head = await this.source.fetchHead();
    if (head === undefined || (this.#position !== undefined && this.#position >= head)) {
      if (this.#handling === undefined) await this.#exclusively(() => this.#current(asOfMs));
      return;
    }
    this.#awaited ??= { asOfMs, head };
    if (this.#handling !== undefined || this.#position !== before) return;
    // Nothing came since the last look, and the head is ahead: of something that is ours?
    const { found, scannedTo } = await this.source.scan(this.#position, this.options.types);
    if (this.#handling !== undefined || this.#position !== before) return;
    if (found !== undefined) this.#miss(found);
    else {
      await this.#exclusively(async () => {
        if (scannedTo !== undefined) await this.#checkpoint(scannedTo);
        await this.#current(asOfMs);
      });
    }
  }

  #current(asOfMs: number): Promise<void> {
    this.#missed = undefined;
    this.#awaited = undefined;
    this.#live();
    this.options.onCurrent?.(asOfMs);
    return Promise.resolve();
  }

  #miss(position: Position): void {
    const now = performance.now();
    if (this.#missed?.position !== position) this.#missed = { position, sinceMs: now };
    if (now - this.#missed.sinceMs < this.limits.stallMs) return;
    this.#missed = undefined;
    this.#isStalled = true;
    this.#subscription?.cancel();
  }
}
