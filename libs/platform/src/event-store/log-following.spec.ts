import type { FollowOptions, Position, RecordedEvent } from './event-store';
import { followLog, type LogItem, type LogSource, type LogSubscription } from './log-following';

/** A log whose subscriptions can fall silent; everything else of it answers. */
class SilentLog implements LogSource {
  readonly subscribedAfter: (Position | undefined)[] = [];
  isSilent = false;
  #log: RecordedEvent[] = [];
  #wake: (() => void)[] = [];

  add(type = 'Counted'): void {
    const position = BigInt(this.#log.length + 1);
    this.#log.push({ id: `${position}`, type, position } as RecordedEvent);
    for (const wake of this.#wake) wake();
  }

  subscribe = (after: Position | undefined): LogSubscription => {
    this.subscribedAfter.push(after);
    let at = Number(after ?? 0n);
    let isCancelled = false;
    return {
      next: async (max) => {
        for (;;) {
          if (isCancelled) return undefined;
          const events = this.#log.slice(at, at + max).filter(({ type }) => !type.startsWith('$'));
          if (events.length > 0 && !this.isSilent) {
            at += events.length;
            return events.map((event): LogItem => ({ kind: 'event', event }));
          }
          await new Promise<void>((resolve) => this.#wake.push(resolve));
        }
      },
      cancel: () => {
        isCancelled = true;
        this.isSilent = false;
        for (const wake of this.#wake) wake();
      },
    };
  };

  fetchHead = (): Promise<Position | undefined> => Promise.resolve(this.#log.at(-1)?.position);

  scan: LogSource['scan'] = (after) => {
    const rest = this.#log.slice(Number(after ?? 0n));
    const found = rest.find(({ type }) => !type.startsWith('$'))?.position;
    return Promise.resolve({ found, scannedTo: rest.at(-1)?.position });
  };

  read = (event: RecordedEvent): RecordedEvent => event;
}

const limits = { checkMs: 5, stallMs: 20, retryMs: 1, retryMsMax: 2 };

function follow(log: SilentLog, over: Partial<FollowOptions>): ReturnType<typeof followLog> {
  return followLog(log, { batchMax: 10, onBatch: () => undefined, ...over }, limits);
}

describe('a subscription that stops without a word', () => {
  it('is noticed by the log that goes on, and replaced', async () => {
    const log = new SilentLog();
    log.add();
    const breaks: string[] = [];
    const ids: string[] = [];
    await new Promise<void>((resolve) => {
      const following = follow(log, {
        onBatch: (events) => {
          ids.push(...events.map(({ id }) => id));
          if (ids.length === 1) {
            log.isSilent = true;
            log.add();
          } else void following.stop().then(resolve);
        },
        onBreak: (error) => breaks.push((error as Error).message),
      });
    });
    expect(ids).toEqual(['1', '2']);
    expect(log.subscribedAfter).toEqual([undefined, 1n]);
    expect(breaks).toEqual(['the subscription stopped without a word']);
  });

  it('is not suspected while a handler takes its time', async () => {
    const log = new SilentLog();
    log.add();
    log.add();
    const following = follow(log, {
      batchMax: 1,
      onBatch: () => new Promise((resolve) => setTimeout(resolve, 100)),
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await following.stop();
    expect(log.subscribedAfter).toHaveLength(1);
  });

  it('is not suspected where the log holds nothing for it, and moves on', async () => {
    const log = new SilentLog();
    log.add();
    log.add('$metadata');
    const position = await new Promise<Position>((resolve) => {
      const following = follow(log, {
        onCheckpoint: (reached) => void following.stop().then(() => resolve(reached)),
      });
    });
    expect(position).toBe(2n);
    expect(log.subscribedAfter).toHaveLength(1);
  });
});

describe('a handler that throws', () => {
  it('ends the following also where it was called beside the subscription', async () => {
    const log = new SilentLog();
    log.add();
    log.add('$metadata');
    const onCheckpoint = (): Promise<void> => Promise.reject(new Error('no room'));
    await expect(follow(log, { onCheckpoint }).ended).rejects.toThrow('no room');
  });
});

describe('being current', () => {
  it('is as of before the head was asked for, and only once that head is handled', async () => {
    const log = new SilentLog();
    log.add();
    let handledAtMs = Infinity;
    const asOfMs = await new Promise<number>((resolve) => {
      const following = follow(log, {
        onBatch: async () => {
          await new Promise((done) => setTimeout(done, 50));
          handledAtMs = performance.now();
        },
        onCurrent: (asOf) => void following.stop().then(() => resolve(asOf)),
      });
    });
    expect(asOfMs).toBeLessThan(handledAtMs);
    expect(performance.now()).toBeGreaterThanOrEqual(handledAtMs);
  });
});
