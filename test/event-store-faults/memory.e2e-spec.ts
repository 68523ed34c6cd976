import { jsonEvent, type EventStoreDBClient } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { withServers } from './server-process';

const READERS = 20;
const WRITTEN_MB = 40;

describe('readers that do not read', () => {
  it('do not make the memory of the event store grow with what is written', () =>
    withServers(async ({ start }) => {
      const server = await start();
      const stream = 'much';
      // Warmed up, the process has the memory it needs anyway.
      await write(server.client, stream, 10);
      const before = server.residentMb();
      const subscriptions = Array.from({ length: READERS }, () =>
        server.client.subscribeToStream(stream, { fromRevision: 'end' }),
      );
      await Promise.all(
        subscriptions.map((one) => new Promise((resolve) => one.once('caughtUp', resolve))),
      );
      await write(server.client, stream, WRITTEN_MB);
      // Kept for each reader, it would be 800 MB; kept once, 40 MB.
      expect(server.residentMb() - before).toBeLessThan(150);
      await Promise.all(subscriptions.map((one) => one.unsubscribe()));
    }));
});

async function write(client: EventStoreDBClient, stream: string, megabytes: number): Promise<void> {
  const padding = 'x'.repeat(10_000);
  for (let written = 0; written < megabytes; written += 0.5) {
    const events = Array.from({ length: 50 }, () =>
      jsonEvent({ id: randomUUID(), type: 'Padded', data: { padding } }),
    );
    await client.appendToStream(stream, events);
  }
}
