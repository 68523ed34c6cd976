import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureAppends } from './event-store-appends';
import { measureMillion } from './event-store-million';
import { measureReads } from './event-store-reads';
import { spawnEventStore } from './event-store-process';
import type { Suite } from './figures';
import type { Places } from './event-store-clients';

/**
 * The event store as people use it: the server in a process of its own, the vendor's client in
 * this one, events of 200 bytes. The disk is the one of the system's directory for temporary
 * files; its raw rate is measured in the same run.
 */
export const eventStoreSuite: Suite = async (bench) => {
  const dir = await mkdtemp(join(tmpdir(), 'event-store-bench-'));
  const main = join(__dirname, '../apps/event-store/src/main.js');
  try {
    await onBothForms(main, dir, async (places) => {
      await measureAppends(bench, places);
      await measureReads(bench, places);
    });
    for (const events of bench.quick ? [50_000] : [250_000, 1_000_000]) {
      await measureMillion(bench, { main, dir: join(dir, `with-${events}`), events });
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

async function onBothForms(
  main: string,
  dir: string,
  use: (places: Places) => Promise<void>,
): Promise<void> {
  const durable = spawnEventStore(main, ['--dir', join(dir, 'durable'), '--port', '0']);
  const inMemory = spawnEventStore(main, ['--in-memory', '--port', '0']);
  try {
    await use({ dir, durable: await durable.ready, inMemory: await inMemory.ready });
  } finally {
    await durable.stop();
    await inMemory.stop();
  }
}
