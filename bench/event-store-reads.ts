import { EventStoreDBClient } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { event200, type Places } from './event-store-clients';
import type { Bench } from './figures';
import { median, percentile } from './measure';

const READ_MAX = 100_000;

/** How fast $all is read, and how long an event takes from its append to a live subscription. */
export async function measureReads(bench: Bench, places: Places): Promise<void> {
  for (const [name, connectionString] of [
    ['durable', places.durable],
    ['in memory', places.inMemory],
  ] as const) {
    const client = EventStoreDBClient.connectionString(connectionString);
    await fill(client, bench.quick ? 20_000 : READ_MAX);
    const rates = [];
    for (let i = 0; i < 3; i++) rates.push(await readRate(client));
    const value = median(rates);
    bench.report({ case: name, figure: 'readAll', value, unit: 'events/s' });
    const latencies = await liveLatencies(client, bench.quick ? 200 : 2_000);
    const figure = 'append → live subscription';
    const goal = { goal: { atMost: 1 } };
    const p50 = { case: name, figure: `${figure}, p50`, value: median(latencies), unit: 'ms' };
    bench.report({ ...p50, ...(name === 'durable' ? goal : {}) });
    const p99 = percentile(latencies, 0.99);
    bench.report({ case: name, figure: `${figure}, p99`, value: p99, unit: 'ms' });
    await client.dispose();
  }
}

async function fill(client: EventStoreDBClient, events: number): Promise<void> {
  for (let i = 0; i < events; i += 500) {
    await client.appendToStream(`fill-${randomUUID()}`, Array.from({ length: 500 }, event200));
  }
}

async function readRate(client: EventStoreDBClient): Promise<number> {
  const startedAt = performance.now();
  let events = 0;
  for await (const { event } of client.readAll({ maxCount: READ_MAX })) if (event) events++;
  return events / ((performance.now() - startedAt) / 1_000);
}

/** Milliseconds from the call of an append to its event in a subscription of the same process. */
async function liveLatencies(client: EventStoreDBClient, count: number): Promise<number[]> {
  const stream = `live-${randomUUID()}`;
  const subscription = client.subscribeToStream(stream, { fromRevision: 'end' });
  await new Promise<void>((resolve) => subscription.once('caughtUp', resolve));
  const latencies: number[] = [];
  for (let i = 0; i < count; i++) {
    const came = new Promise<void>((resolve) => subscription.once('data', () => resolve()));
    const startedAt = performance.now();
    const appended = client.appendToStream(stream, event200());
    await came;
    latencies.push(performance.now() - startedAt);
    await appended;
  }
  await subscription.unsubscribe();
  return latencies.slice(Math.floor(count / 10));
}
