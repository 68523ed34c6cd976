import { jsonEvent } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newEvents, newStream, range } from './events';
import { onEveryServer, type Server } from './servers';

const EVENTS = 4_000;

onEveryServer((server) => {
  describe('a slow reader', () => {
    it.each(['start', 'end'] as const)(
      'subscribed at the %s holds up nobody and in the end has seen every event in order',
      async (from) => {
        const stream = newStream();
        const subscription = server.client.subscribeToStream(stream, { fromRevision: from });
        await new Promise<void>((resolve) => subscription.once('caughtUp', resolve));
        // Nobody takes events from the subscription while 8 MB are written: the way there fills up.
        await write(server, stream);
        const revisions: number[] = [];
        for await (const { event } of subscription) {
          revisions.push(Number(event?.revision));
          if (revisions.length % 500 === 0) await sleep(20);
          if (revisions.length === EVENTS) break;
        }
        expect(revisions).toEqual(range(EVENTS));
        await server.client.appendToStream(stream, newEvents(1));
      },
    );

    it('of a stream sees it as it was when the read began, or longer, without a gap', async () => {
      const stream = newStream();
      await write(server, stream);
      const revisions: number[] = [];
      for await (const { event } of server.client.readStream(stream)) {
        revisions.push(Number(event?.revision));
        if (revisions.length === 10) await write(server, stream);
        if (revisions.length % 1_000 === 0) await sleep(20);
      }
      expect(revisions.length).toBeGreaterThanOrEqual(EVENTS);
      expect(revisions).toEqual(range(revisions.length));
    });
  });
});

async function write(server: Server, stream: string): Promise<void> {
  const padding = 'x'.repeat(2_000);
  for (let written = 0; written < EVENTS; written += 200) {
    const events = range(200).map(() =>
      jsonEvent({ id: randomUUID(), type: 'Padded', data: { padding } }),
    );
    await server.client.appendToStream(stream, events);
  }
}
