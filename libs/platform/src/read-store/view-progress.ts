import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Position } from '../event-store/event-store';
import { ReadModelBehind } from './errors';
import type { Projection } from './projection';
import type { ReadStore } from './read-store';

/** Reading a position is some 10 µs, so a waiting request may ask this often. */
const POLL_MS = 5;

/** How far views are, as the process that serves them sees it: what `At-Least` waits for. */
export class ViewProgress {
  constructor(private readonly reads: ReadStore) {}

  /**
   * The least position these views have reached, idle ones included; undefined while one of them has
   * seen nothing or is not there yet.
   */
  positionOf(views: readonly Pick<Projection, 'name'>[]): Position | undefined {
    this.reads.reopenIfReplaced();
    const positions = this.#positions();
    let least: Position | undefined;
    for (const { name } of views) {
      const position = positions.get(name);
      if (position === undefined) return undefined;
      if (least === undefined || position < least) least = position;
    }
    return least;
  }

  /** Resolves once these views have passed the position; throws `ReadModelBehind` after `waitMs`. */
  async waitFor(
    position: Position,
    views: readonly Pick<Projection, 'name'>[],
    waitMs = 2_000,
  ): Promise<void> {
    if (views.length === 0) return;
    const deadline = performance.now() + waitMs;
    for (;;) {
      const reached = this.positionOf(views);
      if (reached !== undefined && reached >= position) return;
      if (performance.now() >= deadline) {
        throw new ReadModelBehind(`the views stand at ${reached ?? 'the start'}, not ${position}`);
      }
      await sleep(POLL_MS);
    }
  }

  #positions(): ReadonlyMap<string, Position> {
    try {
      const rows = this.reads.all<{ name: string; position: string | null }>(
        'SELECT name, CAST(position AS TEXT) AS position FROM carnet_progress WHERE live = 1',
      );
      return new Map(
        rows.flatMap((row) => (row.position ? [[row.name, BigInt(row.position)]] : [])),
      );
    } catch (error) {
      if (error instanceof ReadModelBehind) return new Map();
      throw error;
    }
  }
}
