import type { Position } from '../event-store/event-store';
import { counted, recordedAt } from '../testing/read-model-fixtures';
import { EventBatches } from './event-batches';

const events = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => recordedAt(from + i, counted('a')));

function batches(limits: { batchMax: number; flushEveryMs: number }) {
  const written: [number[], Position][] = [];
  const failures: unknown[] = [];
  let wait: Promise<void> = Promise.resolve();
  const under = new EventBatches({
    ...limits,
    write: async (some, reached) => {
      await wait;
      written.push([some.map(({ position }) => Number(position)), reached]);
    },
    onFailure: (error) => failures.push(error),
  });
  return { under, written, failures, hold: (until: Promise<void>) => (wait = until) };
}

describe('batches of events', () => {
  it('write a lone event at once', async () => {
    const { under, written } = batches({ batchMax: 10, flushEveryMs: 60_000 });
    await under.add(events(1, 1));
    expect(written).toEqual([[[1], 1n]]);
  });

  it('gather what comes soon after, in order, and no more than fits at once', async () => {
    const { under, written } = batches({ batchMax: 3, flushEveryMs: 60_000 });
    await under.add(events(1, 1));
    await under.add(events(2, 2));
    expect(under.pending).toBe(1);
    await under.add(events(3, 7));
    expect(written.slice(1)).toEqual([
      [[2, 3, 4], 4n],
      [[5, 6, 7], 7n],
    ]);
    expect(under.pending).toBe(0);
  });

  it('write by themselves after a while', async () => {
    const { under, written } = batches({ batchMax: 10, flushEveryMs: 5 });
    await under.add(events(1, 1));
    await under.add(events(2, 2));
    while (written.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(written[1]).toEqual([[2], 2n]);
  });

  it('keep what comes during a write, and a checkpoint behind it', async () => {
    const { under, written, hold } = batches({ batchMax: 10, flushEveryMs: 60_000 });
    const held = Promise.withResolvers<void>();
    void hold(held.promise);
    const first = under.add(events(1, 2));
    const second = under.add(events(3, 3)).then(() => under.add([], 9n));
    held.resolve();
    await Promise.all([first, second]);
    await under.flush();
    expect(written.flatMap(([positions]) => positions)).toEqual([1, 2, 3]);
    expect(written.at(-1)?.[1]).toBe(9n);
  });
});
