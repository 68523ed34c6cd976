import { WrongExpectedVersionError, type EventData } from '@eventstore/db-client';
import {
  APPEND_PATHS,
  collect,
  idsOf,
  newEvents,
  newStream,
  range,
  readIds,
  revisionsOf,
} from './events';
import { onEveryServer, type Server } from './servers';

onEveryServer((server) => {
  describe('many writers on one stream', () => {
    describe.each(APPEND_PATHS)('through $path', ({ options }) => {
      it('leave no gap and no repeat when none expects a revision', async () => {
        const stream = newStream();
        const batches = range(300).map((i) => newEvents(1 + (i % 3)));
        const results = await Promise.all(
          batches.map((events) => server.client.appendToStream(stream, events, options)),
        );
        const read = await collect(server.client.readStream(stream));
        expect(revisionsOf(read)).toEqual(range(600));
        results.forEach(({ nextExpectedRevision: last }, i) => {
          const batch = batches[i] ?? [];
          const from = Number(last) + 1 - batch.length;
          expect(idsOf(read.slice(from, Number(last) + 1))).toEqual(idsOf(batch));
        });
      });

      it('let exactly one begin it', async () => {
        const stream = newStream();
        const expectedRevision = 'no_stream' as const;
        const outcomes = await Promise.allSettled(
          range(50).map(() =>
            server.client.appendToStream(stream, newEvents(1), { ...options, expectedRevision }),
          ),
        );
        const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(lost).toHaveLength(49);
        for (const { reason } of lost) {
          expect(reason).toBeInstanceOf(WrongExpectedVersionError);
          expect(reason).toMatchObject({ actualVersion: 0n });
        }
        expect(await readIds(server.client, stream)).toHaveLength(1);
      });
    });

    it('each get their turn when all expect the revision they read', async () => {
      const stream = newStream();
      const appended = await Promise.all(range(16).map(() => writeInTurn(server, stream, 12)));
      const read = await collect(server.client.readStream(stream));
      expect(revisionsOf(read)).toEqual(range(16 * 12));
      expect(new Set(idsOf(read))).toEqual(new Set(appended.flat()));
    });

    it.each(['no_stream', 'any'] as const)(
      'may repeat one append at the same time and write it once, expecting %s',
      async (expectedRevision) => {
        const [stream, events] = [newStream(), newEvents(3)];
        const results = await Promise.all(
          range(30).map(() => server.client.appendToStream(stream, events, { expectedRevision })),
        );
        for (const result of results) expect(result).toEqual(results[0]);
        expect(await readIds(server.client, stream)).toEqual(idsOf(events));
      },
    );
  });
});

/** Appends one event after another, each at the revision a refusal last named. */
async function writeInTurn(server: Server, stream: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  let expectedRevision: bigint | 'no_stream' = 'no_stream';
  for (const event of newEvents(count)) {
    for (;;) {
      try {
        expectedRevision = await appendAt(server, stream, event, expectedRevision);
        ids.push(event.id);
        break;
      } catch (error) {
        if (!(error instanceof WrongExpectedVersionError)) throw error;
        expectedRevision = error.actualVersion;
      }
    }
  }
  return ids;
}

async function appendAt(
  server: Server,
  stream: string,
  event: EventData,
  expectedRevision: bigint | 'no_stream',
): Promise<bigint> {
  const result = await server.client.appendToStream(stream, event, { expectedRevision });
  return result.nextExpectedRevision;
}
