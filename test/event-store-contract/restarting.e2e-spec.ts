import { StreamDeletedError, type EventStoreDBClient } from '@eventstore/db-client';
import {
  collect,
  idsOf,
  newEvents,
  newStream,
  range,
  readIds,
  rejection,
  revisionsOf,
  until,
} from './events';
import { follow } from './following';
import { onDurableServer, onEveryServer, type OwnServer } from './servers';

onDurableServer((server) => {
  describe('a server that was stopped and started again', () => {
    rememberingEverything(server);
    reconnecting(server);
  });
});

onEveryServer((server) => {
  describe('a client that is given several hosts', () => {
    it('finds the server by its gossip', async () => {
      const { client, connectionString } = server;
      const stream = newStream();
      await client.appendToStream(stream, newEvents(2));
      const host = new URL(connectionString.replace(/^esdb[^:]*:/, 'http:')).host;
      const { EventStoreDBClient: Client } = await import('@eventstore/db-client');
      const twice = connectionString.replace(host, `${host},${host}`);
      const discovering = Client.connectionString(twice);
      expect(await readIds(discovering, stream)).toHaveLength(2);
      await discovering.dispose();
    });
  });
});

/** The client learns of the break by failing once; later calls find the server again. */
async function reconnected(client: EventStoreDBClient): Promise<void> {
  await until(async () => {
    try {
      await collect(client.readAll({ maxCount: 1 }));
      return true;
    } catch {
      return false;
    }
  });
}

function rememberingEverything(server: OwnServer): void {
  it('has every event, in the order of $all, and continues the revisions', async () => {
    const streams = range(5).map(() => newStream());
    for (const i of range(50)) {
      await server.client.appendToStream(streams[i % 5] ?? '', newEvents(1 + (i % 4)));
    }
    const before = await collect(server.client.readAll());
    await server.restart();
    await reconnected(server.client);
    expect(await collect(server.client.readAll())).toEqual(before);
    const count = (await readIds(server.client, streams[0] ?? '')).length;
    const append = { expectedRevision: BigInt(count - 1) };
    const result = await server.client.appendToStream(streams[0] ?? '', newEvents(1), append);
    expect(result.nextExpectedRevision).toBe(BigInt(count));
    expect(result.position?.commit).toBeGreaterThan(before.at(-1)?.position.commit ?? 0n);
  });

  it.each(['any', 'no_stream'] as const)(
    'answers the repeat of an append as the first time, expecting %s',
    async (expectedRevision) => {
      const [stream, events] = [newStream(), newEvents(3)];
      const first = await server.client.appendToStream(stream, events, { expectedRevision });
      await server.client.appendToStream(stream, newEvents(2));
      await server.restart();
      await reconnected(server.client);
      const repeat = await server.client.appendToStream(stream, events, { expectedRevision });
      expect(repeat).toEqual(first);
      expect(await readIds(server.client, stream)).toHaveLength(5);
    },
  );

  it('keeps metadata, deletions and tombstones', async () => {
    const [limited, deleted, begun, tombstoned] = range(4).map(() => newStream()) as [
      string,
      string,
      string,
      string,
    ];
    for (const stream of [limited, deleted, begun, tombstoned]) {
      await server.client.appendToStream(stream, newEvents(4));
    }
    await server.client.setStreamMetadata(limited, { maxCount: 1 });
    await server.client.deleteStream(deleted);
    await server.client.deleteStream(begun);
    await server.client.appendToStream(begun, newEvents(1));
    await server.client.tombstoneStream(tombstoned);
    await server.restart();
    await reconnected(server.client);
    expect(revisionsOf(await collect(server.client.readStream(limited)))).toEqual([3]);
    expect(await readIds(server.client, deleted)).toEqual([]);
    expect(revisionsOf(await collect(server.client.readStream(begun)))).toEqual([4]);
    const error = await rejection(server.client.appendToStream(tombstoned, newEvents(1)));
    expect(error).toBeInstanceOf(StreamDeletedError);
  });
}

function reconnecting(server: OwnServer): void {
  it('is found again by a client that appends, reads and subscribes', async () => {
    const [stream, events] = [newStream(), newEvents(4)];
    await server.client.appendToStream(stream, events.slice(0, 2));
    await server.restart();
    await reconnected(server.client);
    await server.client.appendToStream(stream, events.slice(2, 3), { expectedRevision: 1n });
    const follower = follow(server.client.subscribeToStream(stream));
    await follower.seen(3);
    await server.client.appendToStream(stream, events.slice(3), { expectedRevision: 2n });
    expect(idsOf(await follower.seen(4))).toEqual(idsOf(events));
    await follower.stop();
  });

  it('ends its subscriptions with an error, which resume where they were', async () => {
    const [stream, events] = [newStream(), newEvents(6)];
    await server.client.appendToStream(stream, events.slice(0, 3));
    const broken = follow(server.client.subscribeToStream(stream));
    const [, , last] = await broken.seen(3);
    await server.restart();
    expect(await broken.failed).toBeInstanceOf(Error);
    await reconnected(server.client);
    const options = { fromRevision: BigInt(last?.revision ?? 0) };
    const resumed = follow(server.client.subscribeToStream(stream, options));
    await resumed.caughtUp;
    await server.client.appendToStream(stream, events.slice(3), { expectedRevision: 2n });
    expect(idsOf(await resumed.seen(3))).toEqual(idsOf(events.slice(3)));
    await resumed.stop();
  });
}
