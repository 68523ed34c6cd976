import { StreamNotFoundError, type ReadStreamOptions } from '@eventstore/db-client';
import { collect, newEvents, newStream, range, rejection, revisionsOf } from './events';
import { onEveryServer, type Server } from './servers';

type Bounds = Pick<ReadStreamOptions, 'direction' | 'fromRevision' | 'maxCount'>;

onEveryServer((server) => {
  describe('reading a stream of five events', () => {
    const stream = newStream();
    beforeAll(() => server.client.appendToStream(stream, newEvents(5)));

    it.each<[string, Bounds, number[]]>([
      ['forwards by default, from the first', {}, [0, 1, 2, 3, 4]],
      ['at most so many', { maxCount: 2 }, [0, 1]],
      ['as many as there are', { maxCount: 5 }, [0, 1, 2, 3, 4]],
      ['no more than there are', { maxCount: 6 }, [0, 1, 2, 3, 4]],
      ['from a revision on, inclusive', { fromRevision: 2n }, [2, 3, 4]],
      ['from the last revision', { fromRevision: 4n }, [4]],
      ['from beyond the last: nothing', { fromRevision: 5n }, []],
      ['from far beyond the last: nothing', { fromRevision: 1_000_000_000_000n }, []],
      ['from a revision, at most so many', { fromRevision: 1n, maxCount: 3 }, [1, 2, 3]],
      ['forwards from the end: nothing', { fromRevision: 'end' }, []],
      ['backwards from the end', { direction: 'backwards', fromRevision: 'end' }, [4, 3, 2, 1, 0]],
      [
        'backwards from a revision, inclusive',
        { direction: 'backwards', fromRevision: 2n },
        [2, 1, 0],
      ],
      [
        'backwards, at most so many',
        { direction: 'backwards', fromRevision: 'end', maxCount: 1 },
        [4],
      ],
      ['backwards from the first', { direction: 'backwards', fromRevision: 0n }, [0]],
      [
        'backwards from beyond the last',
        { direction: 'backwards', fromRevision: 9n },
        [4, 3, 2, 1, 0],
      ],
    ])('gives the events %s', async (_title, bounds, revisions) => {
      const read = await collect(server.client.readStream(stream, bounds));
      expect(revisionsOf(read)).toEqual(revisions);
    });
  });

  describe('reading a stream that never was', () => {
    it.each(['forwards', 'backwards'] as const)('says so, %s', async (direction) => {
      const stream = newStream();
      const error = await rejection(collect(server.client.readStream(stream, { direction })));
      expect(error).toBeInstanceOf(StreamNotFoundError);
      expect(error).toMatchObject({ streamName: stream });
    });
  });

  describe('a long stream', () => longStream(server));
});

function longStream(server: Server): void {
  const [stream, count] = [newStream(), 10_000];
  beforeAll(async () => {
    const events = newEvents(count);
    for (let from = 0; from < count; from += 1_000) {
      await server.client.appendToStream(stream, events.slice(from, from + 1_000));
    }
  });

  it('is read whole and in order, forwards and backwards', async () => {
    const forwards = await collect(server.client.readStream(stream));
    expect(revisionsOf(forwards)).toEqual(range(count));
    expect(forwards.map(({ data }) => (data as { number: number }).number)).toEqual(range(count));
    const options = { direction: 'backwards', fromRevision: 'end' } as const;
    const backwards = await collect(server.client.readStream(stream, options));
    expect(revisionsOf(backwards)).toEqual(range(count).reverse());
  });

  it('can be read by five at once', async () => {
    const reads = range(5).map(() => collect(server.client.readStream(stream)));
    for (const read of await Promise.all(reads)) expect(read).toHaveLength(count);
  });

  it('can be left before its end, and the server answers on', async () => {
    for (let round = 0; round < 20; round++) {
      let seen = 0;
      for await (const { event } of server.client.readStream(stream)) {
        expect(event?.revision).toBe(BigInt(seen));
        if (++seen === 10) break;
      }
    }
    const reading = server.client.readStream(stream);
    await reading.cancel();
    const [last] = await collect(
      server.client.readStream(stream, {
        direction: 'backwards',
        fromRevision: 'end',
        maxCount: 1,
      }),
    );
    expect(last?.revision).toBe(BigInt(count - 1));
  });
}
