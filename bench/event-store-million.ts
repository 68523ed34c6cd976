import { EventStoreDBClient } from '@eventstore/db-client';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { event200 } from './event-store-clients';
import { spawnEventStore, type EventStoreProcess } from './event-store-process';
import type { Bench } from './figures';
import { median } from './measure';

const EVENTS_PER_STREAM = 10;
const EVENTS_PER_APPEND = 5;
const IN_FLIGHT = 64;

type Much = Readonly<{ main: string; dir: string; events: number }>;

/** What a server with many events weighs, and how long it takes to come back. */
export async function measureMillion(bench: Bench, { main, dir, events }: Much): Promise<void> {
  const name = `${events.toLocaleString('en')} events`;
  const isMillion = events === 1_000_000;
  const start = (): EventStoreProcess => spawnEventStore(main, ['--dir', dir, '--port', '0']);
  const memory = (figure: string, value: number): void =>
    bench.report({
      case: name,
      figure: `resident memory, ${figure}`,
      value,
      unit: 'MB',
      ...(isMillion ? { goal: { atMost: 300 } } : {}),
    });

  const empty = await timed(start);
  bench.report({ case: name, figure: 'start, empty', value: empty.seconds, unit: 's' });
  const perSecond = await fill(await empty.server.ready, events);
  const figure = `filling, ${EVENTS_PER_APPEND} events an append`;
  bench.report({ case: name, figure, value: perSecond, unit: 'events/s' });
  memory('after writing them', empty.server.residentMb());
  empty.server.kill('SIGKILL');
  await empty.server.exited;
  const killed = await timed(start);
  bench.report({ case: name, figure: 'restart after kill -9', value: killed.seconds, unit: 's' });
  await killed.server.stop();

  const restarts = bench.quick ? 1 : 3;
  const goals = isMillion ? { snapshot: 1, scan: 8 } : { snapshot: 0.3, scan: undefined };
  const seconds = { snapshot: [] as number[], scan: [] as number[] };
  for (let i = 0; i < restarts; i++) {
    const { server, seconds: took } = await timed(start);
    seconds.snapshot.push(took);
    if (i === 0) memory('after a restart', server.residentMb());
    await server.stop();
  }
  for (let i = 0; i < restarts; i++) {
    const removed = await removeSnapshots(dir);
    if (i === 0 && removed === 0) throw new Error('no snapshot was there to start without');
    const { server, seconds: took } = await timed(start);
    seconds.scan.push(took);
    if (i === 0) memory('after a restart by scan', server.residentMb());
    await server.stop();
  }
  for (const [kind, title] of [
    ['snapshot', 'restart with index snapshot'],
    ['scan', 'restart by scan'],
  ] as const) {
    const goal = bench.quick ? undefined : goals[kind];
    bench.report({
      case: name,
      figure: title,
      value: median(seconds[kind]),
      unit: 's',
      ...(goal === undefined ? {} : { goal: { atMost: goal } }),
    });
  }
  await rm(dir, { recursive: true, force: true });
}

/** Seconds from the start of the process to its first readiness: Node's own start included. */
async function timed(start: () => EventStoreProcess) {
  const startedAt = performance.now();
  const server = start();
  await server.ready;
  return { server, seconds: (performance.now() - startedAt) / 1_000 };
}

/** Writes the events on many streams; gives how many a second were acknowledged. */
async function fill(connectionString: string, events: number): Promise<number> {
  const client = EventStoreDBClient.connectionString(connectionString);
  const startedAt = performance.now();
  let stream = 0;
  const work = async (): Promise<void> => {
    while (stream < events / EVENTS_PER_STREAM) {
      const name = `voucher-book-${String(++stream).padStart(8, '0')}`;
      for (let written = 0; written < EVENTS_PER_STREAM; written += EVENTS_PER_APPEND) {
        const batch = Array.from({ length: EVENTS_PER_APPEND }, event200);
        const expectedRevision = written === 0 ? 'no_stream' : BigInt(written - 1);
        await client.appendToStream(name, batch, { expectedRevision });
      }
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  await client.dispose();
  return events / ((performance.now() - startedAt) / 1_000);
}

/** Without its snapshots of the index the server has to read the whole log. */
async function removeSnapshots(dir: string): Promise<number> {
  const snapshots = (await readdir(dir)).filter((name) => name.endsWith('.idx'));
  for (const name of snapshots) await rm(join(dir, name));
  return snapshots.length;
}
