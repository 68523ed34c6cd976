import { randomUUID } from 'node:crypto';
import {
  connectEventStore,
  SchemaVersions,
  StoreUnavailable,
  UnreadableEvent,
  type EventStore,
  type RecordedEvent,
} from '@app/platform';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { startEventStore, type EventStoreHandle } from '../../apps/event-store/src/server';
import { newEvent, readAllOf } from './events';
import { TcpProxy } from './tcp-proxy';

describe.each(['http2', 'client'] as const)('reading through the adapter (%s)', (appendWriter) => {
  let server: EventStoreHandle;
  let proxy: TcpProxy;
  let store: EventStore;
  const schemas = new SchemaVersions({ Renamed: [(data: { a: number }) => ({ b: data.a })] });

  beforeAll(async () => {
    server = await startEventStore({ inMemory: true });
    proxy = await TcpProxy.start(() => server.port);
    store = connectEventStore({
      connectionString: `esdb://127.0.0.1:${proxy.port}?tls=false`,
      appendWriter,
      appendDeadlineMs: 10_000,
      readDeadlineMs: 1_000,
      schemas,
    });
  });

  afterAll(async () => {
    await store.close();
    await proxy.stop();
    await server.stop();
  });

  /** A stream of events numbered from 0. */
  async function counted(events: number): Promise<string> {
    const streamName = `counter-${randomUUID()}`;
    for (let from = 0; from < events; from += 1_000) {
      const some = Array.from({ length: Math.min(1_000, events - from) }, (_, at) =>
        newEvent({ data: { n: from + at } }),
      );
      const expectedRevision = from === 0 ? 'no-stream' : from - 1;
      await store.append({ streamName, expectedRevision, events: some });
    }
    return streamName;
  }

  const numbers = (events: readonly RecordedEvent[]): number[] =>
    events.map(({ data }) => (data as { n: number }).n);

  it('gives an empty log no head, and a missing stream no event', async () => {
    expect(await store.fetchHead()).toBeUndefined();
    expect(await readAllOf(store.readAll())).toEqual([]);
    expect(await readAllOf(store.readStream('counter-missing'))).toEqual([]);
    const backwards = { direction: 'backwards' } as const;
    expect(await readAllOf(store.readStream('counter-missing', backwards))).toEqual([]);
  });

  it('gives a stream in order, either way, over pages', async () => {
    const streamName = await counted(9_000);
    const all = Array.from({ length: 9_000 }, (_, at) => at);
    expect(numbers(await readAllOf(store.readStream(streamName)))).toEqual(all);
    const backwards = store.readStream(streamName, { direction: 'backwards' });
    expect(numbers(await readAllOf(backwards))).toEqual(all.toReversed());
  });

  it('begins where it is asked to and ends after as many as wanted', async () => {
    const name = await counted(5);
    const read = async (options: object): Promise<number[]> =>
      numbers(await readAllOf(store.readStream(name, options)));
    expect(await read({ fromRevision: 3 })).toEqual([3, 4]);
    expect(await read({ fromRevision: 5 })).toEqual([]);
    expect(await read({ fromRevision: 1, eventsMax: 2 })).toEqual([1, 2]);
    expect(await read({ direction: 'backwards', eventsMax: 1 })).toEqual([4]);
    expect(await read({ direction: 'backwards', fromRevision: 1 })).toEqual([1, 0]);
  });

  it('gives the log after a position and up to another, without system events', async () => {
    const name = await counted(3);
    const [first, second, third] = await readAllOf(store.readStream(name));
    const limits = { $maxCount: 100 };
    const setting = newEvent({ type: '$metadata', data: limits });
    const expectedRevision = 'no-stream';
    await store.append({ streamName: `$$${name}`, expectedRevision, events: [setting] });
    const after = await readAllOf(store.readAll({ after: first!.position }));
    expect(after.map(({ id }) => id)).toEqual([second?.id, third?.id]);
    const upTo = await readAllOf(store.readAll({ after: first!.position, upTo: second!.position }));
    expect(upTo.map(({ id }) => id)).toEqual([second?.id]);
    expect(await store.fetchHead()).toBeGreaterThan(third!.position);
  });

  it('can be left early any number of times', async () => {
    const name = await counted(2_000);
    for (let round = 0; round < 50; round += 1) {
      for await (const event of store.readStream(name)) if (event.revision === 3) break;
    }
    for (let wait = 0; server.stats().openCalls > 1 && wait < 100; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // Only the writer's BatchAppend call is left open.
    expect(server.stats().openCalls).toBe(1);
  });

  it('brings old versions to the current form, and refuses newer ones by name', async () => {
    const streamName = `counter-${randomUUID()}`;
    const old = newEvent({ type: 'Renamed', data: { a: 5 } });
    await store.append({ streamName, expectedRevision: 'no-stream', events: [old] });
    const [read] = await readAllOf(store.readStream(streamName));
    expect(read).toMatchObject({ data: { b: 5 }, metadata: { schemaVersion: 2 } });
    const { metadata } = old;
    const newer = newEvent({ type: 'Renamed', metadata: { ...metadata, schemaVersion: 3 } });
    await store.append({ streamName, expectedRevision: 0, events: [newer] });
    const reading = readAllOf(store.readStream(streamName));
    await expect(reading).rejects.toThrow(UnreadableEvent);
    await expect(reading).rejects.toThrow(`${streamName}@1 Renamed: version 3, known up to 2`);
  });

  it('refuses what is not JSON instead of handing over bytes', async () => {
    const streamName = `counter-${randomUUID()}`;
    const client = EventStoreDBClient.connectionString(server.connectionString);
    const event = { ...jsonEvent({ type: 'Counted', data: {} }), data: Buffer.from('{') };
    const binary = { ...event, contentType: 'application/octet-stream' as const };
    await client.appendToStream(streamName, binary);
    await client.dispose();
    await expect(readAllOf(store.readStream(streamName))).rejects.toThrow('not JSON');
  });

  it('fails in time when the server stops answering in the middle', async () => {
    const name = await counted(3);
    await readAllOf(store.readStream(name));
    proxy.dropsAnswers = true;
    await expect(readAllOf(store.readStream(name))).rejects.toThrow(StoreUnavailable);
    await expect(store.fetchHead()).rejects.toThrow(StoreUnavailable);
    proxy.dropsAnswers = false;
    proxy.cut();
  });
});
