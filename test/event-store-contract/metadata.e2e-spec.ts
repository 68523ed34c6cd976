import { WrongExpectedVersionError } from '@eventstore/db-client';
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
import { onEveryServer, type Server } from './servers';

onEveryServer((server) => {
  describe('the metadata of a stream', () => {
    it('is absent until it is set', async () => {
      const stream = newStream();
      const absent = await server.client.getStreamMetadata(stream);
      expect(absent).toEqual({ streamName: stream });
      await server.client.appendToStream(stream, newEvents(1));
      expect(await server.client.getStreamMetadata(stream)).toEqual({ streamName: stream });
    });

    it('comes back as it was set, whether or not the stream exists', async () => {
      const stream = newStream();
      const metadata = { maxCount: 7, maxAge: 3_600, cacheControl: 5, owner: 'Ω', tags: ['a', 1] };
      await server.client.setStreamMetadata(stream, metadata);
      expect((await server.client.getStreamMetadata(stream)).metadata).toEqual(metadata);
      await server.client.setStreamMetadata(stream, { maxCount: 8 });
      expect((await server.client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 8 });
    });

    it('is refused at an unexpected revision of its own stream', async () => {
      const stream = newStream();
      await server.client.setStreamMetadata(stream, { a: 1 }, { expectedRevision: 'no_stream' });
      await server.client.setStreamMetadata(stream, { a: 2 }, { expectedRevision: 0n });
      const refused = server.client.setStreamMetadata(stream, { a: 3 }, { expectedRevision: 0n });
      expect(await rejection(refused)).toBeInstanceOf(WrongExpectedVersionError);
      expect((await server.client.getStreamMetadata(stream)).metadata).toEqual({ a: 2 });
    });

    it('is an ordinary event of the stream $$name', async () => {
      const stream = newStream();
      await server.client.setStreamMetadata(stream, { maxCount: 3 });
      const [event] = await collect(server.client.readStream(`$$${stream}`));
      expect(event).toMatchObject({ type: '$metadata', data: { $maxCount: 3 }, revision: 0n });
    });
  });

  describe('$maxCount', () => limitedByCount(server));
  describe('$tb', () => truncated(server));
  describe('$maxAge', () => limitedByAge(server));
});

function limitedByCount(server: Server): void {
  it('shows only the last events, in both directions', async () => {
    const [stream, events] = [newStream(), newEvents(5)];
    await server.client.appendToStream(stream, events);
    await server.client.setStreamMetadata(stream, { maxCount: 2 });
    const forwards = await collect(server.client.readStream(stream));
    expect(idsOf(forwards)).toEqual(idsOf(events.slice(3)));
    const options = { direction: 'backwards', fromRevision: 'end' } as const;
    const backwards = await collect(server.client.readStream(stream, options));
    expect(revisionsOf(backwards)).toEqual([4, 3]);
  });

  it('begins a read from a hidden revision at the first one shown', async () => {
    const stream = newStream();
    await server.client.appendToStream(stream, newEvents(5));
    await server.client.setStreamMetadata(stream, { maxCount: 2 });
    const read = await collect(server.client.readStream(stream, { fromRevision: 1n }));
    expect(revisionsOf(read)).toEqual([3, 4]);
  });

  it('moves on with the stream, whose revisions continue', async () => {
    const stream = newStream();
    await server.client.setStreamMetadata(stream, { maxCount: 2 });
    await server.client.appendToStream(stream, newEvents(5));
    const result = await server.client.appendToStream(stream, newEvents(1), {
      expectedRevision: 4n,
    });
    expect(result.nextExpectedRevision).toBe(5n);
    expect(revisionsOf(await collect(server.client.readStream(stream)))).toEqual([4, 5]);
  });

  it('shows the hidden events again when it is raised', async () => {
    const stream = newStream();
    await server.client.appendToStream(stream, newEvents(5));
    await server.client.setStreamMetadata(stream, { maxCount: 1 });
    await server.client.setStreamMetadata(stream, { maxCount: 4 });
    expect(revisionsOf(await collect(server.client.readStream(stream)))).toEqual([1, 2, 3, 4]);
  });
}

function truncated(server: Server): void {
  it('hides the events before it', async () => {
    const stream = newStream();
    await server.client.appendToStream(stream, newEvents(5));
    await server.client.setStreamMetadata(stream, { truncateBefore: 3 });
    expect(revisionsOf(await collect(server.client.readStream(stream)))).toEqual([3, 4]);
    const options = { direction: 'backwards', fromRevision: 'end' } as const;
    expect(revisionsOf(await collect(server.client.readStream(stream, options)))).toEqual([4, 3]);
  });

  it('may lie beyond the last event, and lets the next ones through', async () => {
    const [stream, events] = [newStream(), newEvents(7)];
    await server.client.appendToStream(stream, events.slice(0, 5));
    await server.client.setStreamMetadata(stream, { truncateBefore: 6 });
    expect(await readIds(server.client, stream)).toEqual([]);
    await server.client.appendToStream(stream, events.slice(5), { expectedRevision: 4n });
    expect(await readIds(server.client, stream)).toEqual(idsOf(events.slice(6)));
  });

  it('lets nothing through that $maxCount hides', async () => {
    const stream = newStream();
    await server.client.appendToStream(stream, newEvents(6));
    await server.client.setStreamMetadata(stream, { truncateBefore: 2, maxCount: 3 });
    expect(revisionsOf(await collect(server.client.readStream(stream)))).toEqual(range(3, 3));
    await server.client.setStreamMetadata(stream, { truncateBefore: 5, maxCount: 3 });
    expect(revisionsOf(await collect(server.client.readStream(stream)))).toEqual([5]);
  });
}

function limitedByAge(server: Server): void {
  it('hides events once they are older', async () => {
    const [stream, events] = [newStream(), newEvents(2)];
    await server.client.appendToStream(stream, events);
    await server.client.setStreamMetadata(stream, { maxAge: 3_600 });
    expect(await readIds(server.client, stream)).toEqual(idsOf(events));
    await server.client.setStreamMetadata(stream, { maxAge: 1 });
    await until(async () => (await readIds(server.client, stream)).length === 0);
    const result = await server.client.appendToStream(stream, newEvents(1));
    expect(result.nextExpectedRevision).toBe(2n);
  });
}
