import {
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import {
  APPEND_PATHS,
  collect,
  expectWrongVersion,
  idsOf,
  newEvents,
  newStream,
  readIds,
  rejection,
  revisionsOf,
} from './events';
import { onEveryServer, type Server } from './servers';

onEveryServer((server) => {
  describe('deleting a stream', () => deleting(server));
  describe('appending to a deleted stream', () => recreating(server));
  describe('a tombstoned stream', () => tombstoning(server));
});

function deleting(server: Server): void {
  it.each(['any', 2n] as const)('leaves no stream to read, expecting %s', async (expected) => {
    const stream = newStream();
    await server.client.appendToStream(stream, newEvents(3));
    const { position } = await server.client.deleteStream(stream, { expectedRevision: expected });
    expect(position).toMatchObject({ commit: expect.any(BigInt) as bigint });
    const error = await rejection(collect(server.client.readStream(stream)));
    expect(error).toBeInstanceOf(StreamNotFoundError);
    expect(error).toMatchObject({ streamName: stream });
  });

  it.each([0n, 1n, 3n, 'no_stream'] as const)(
    'is refused at 2 when %s is expected, and changes nothing',
    async (expected) => {
      const [stream, events] = [newStream(), newEvents(3)];
      await server.client.appendToStream(stream, events);
      const deletion = server.client.deleteStream(stream, { expectedRevision: expected });
      expect(await rejection(deletion)).toBeInstanceOf(WrongExpectedVersionError);
      expect(await readIds(server.client, stream)).toEqual(idsOf(events));
    },
  );

  it.each(['any', 'no_stream', 0n] as const)(
    'is refused where there never was one, expecting %s',
    async (expected) => {
      const deletion = server.client.deleteStream(newStream(), { expectedRevision: expected });
      expect(await rejection(deletion)).toBeInstanceOf(WrongExpectedVersionError);
    },
  );
}

function recreating(server: Server): void {
  describe.each(APPEND_PATHS)('through $path', ({ options }) => {
    it.each(['any', 'no_stream', 2n] as const)(
      'continues its revisions and shows only the new events, expecting %s',
      async (expectedRevision) => {
        const [stream, events] = [newStream(), newEvents(2)];
        await server.client.appendToStream(stream, newEvents(3));
        await server.client.deleteStream(stream);
        const append = { ...options, expectedRevision };
        const result = await server.client.appendToStream(stream, events, append);
        expect(result.nextExpectedRevision).toBe(4n);
        const read = await collect(server.client.readStream(stream));
        expect(revisionsOf(read)).toEqual([3, 4]);
        expect(idsOf(read)).toEqual(idsOf(events));
      },
    );

    it('is refused when another revision than its last is expected', async () => {
      const stream = newStream();
      await server.client.appendToStream(stream, newEvents(3));
      await server.client.deleteStream(stream);
      const append = { ...options, expectedRevision: 3n };
      const refused = server.client.appendToStream(stream, newEvents(1), append);
      await expectWrongVersion(refused, { streamName: stream, expected: 3n, current: 2n });
    });
  });

  it('can be deleted and begun again, again and again', async () => {
    const stream = newStream();
    for (let round = 0; round < 3; round++) {
      await server.client.appendToStream(stream, newEvents(2));
      const read = await collect(server.client.readStream(stream));
      expect(revisionsOf(read)).toEqual([2 * round, 2 * round + 1]);
      await server.client.deleteStream(stream);
      expect(await readIds(server.client, stream)).toEqual([]);
    }
  });
}

function tombstoning(server: Server): void {
  const tombstoned = async (): Promise<string> => {
    const stream = newStream();
    await server.client.appendToStream(stream, newEvents(2));
    await server.client.tombstoneStream(stream, { expectedRevision: 1n });
    return stream;
  };

  const expectDeleted = async (call: Promise<unknown>, streamName: string): Promise<void> => {
    const error = await rejection(call);
    expect(error).toBeInstanceOf(StreamDeletedError);
    expect(error).toMatchObject({ streamName });
  };

  it('cannot be read', async () => {
    const stream = await tombstoned();
    await expectDeleted(collect(server.client.readStream(stream)), stream);
  });

  it.each(APPEND_PATHS)('cannot be appended to through $path', async ({ options }) => {
    const stream = await tombstoned();
    for (const expectedRevision of ['any', 'no_stream', 'stream_exists', 1n] as const) {
      const append = { ...options, expectedRevision };
      const refused = server.client.appendToStream(stream, newEvents(1), append);
      await expectDeleted(refused, stream);
    }
  });

  it('cannot be deleted or tombstoned again', async () => {
    const stream = await tombstoned();
    await expectDeleted(server.client.deleteStream(stream), stream);
    await expectDeleted(server.client.tombstoneStream(stream), stream);
  });

  it('is refused at another revision, and changes nothing', async () => {
    const [stream, events] = [newStream(), newEvents(2)];
    await server.client.appendToStream(stream, events);
    for (const expectedRevision of [0n, 2n, 'no_stream'] as const) {
      const error = await rejection(server.client.tombstoneStream(stream, { expectedRevision }));
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
    }
    expect(await readIds(server.client, stream)).toEqual(idsOf(events));
  });

  it('may have been deleted before', async () => {
    const stream = newStream();
    await server.client.appendToStream(stream, newEvents(2));
    await server.client.deleteStream(stream);
    await server.client.tombstoneStream(stream);
    await expectDeleted(server.client.appendToStream(stream, newEvents(1)), stream);
  });

  it('leaves its mark in $all', async () => {
    const stream = newStream();
    const { position } = await server.client.appendToStream(stream, newEvents(1));
    await server.client.tombstoneStream(stream);
    const types: string[] = [];
    for await (const { event } of server.client.readAll({ fromPosition: position ?? 'start' })) {
      if (event?.streamId === stream) types.push(event.type);
    }
    expect(types).toEqual(['Numbered', '$streamDeleted']);
  });
}
