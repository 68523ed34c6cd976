import { binaryEvent, jsonEvent, MaxAppendSizeExceededError } from '@eventstore/db-client';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  APPEND_PATHS,
  collect,
  newEvents,
  newStream,
  idsOf,
  range,
  readIds,
  rejection,
  revisionsOf,
  type AppendPath,
} from './events';
import { onEveryServer, type Server } from './servers';

const APPEND_BYTES_MAX = 1024 * 1024;

onEveryServer((server) => {
  describe.each(APPEND_PATHS)('an event appended through $path', (path) => {
    comesBackAsWritten(server, path);
    hasALimit(server, path);
  });
  describe('an append sent in chunks', () => chunked(server));
});

function comesBackAsWritten(server: Server, { options }: AppendPath): void {
  it('comes back with its id, type, data, metadata, stream, revision and time', async () => {
    const stream = newStream();
    const event = jsonEvent({
      id: randomUUID(),
      type: 'Épreuve-数-🎟️',
      data: { text: 'é🎟️\u0000"\\', nested: { list: [1, 2.5, null, true] }, empty: {} },
      metadata: { actor: { id: 'a' }, note: 'ø' },
    });
    const { position } = await server.client.appendToStream(stream, event, options);
    const [read] = await collect(server.client.readStream(stream));
    const { contentType: _contentType, ...written } = event;
    expect(read).toMatchObject({ ...written, streamId: stream, revision: 0n, isJson: true });
    expect(read?.position).toEqual(position);
    expect(Math.abs(Date.now() - (read?.created.getTime() ?? 0))).toBeLessThan(600_000);
  });

  it('comes back without metadata when it has none', async () => {
    const stream = newStream();
    await server.client.appendToStream(stream, newEvents(1), options);
    const [read] = await collect(server.client.readStream(stream));
    expect(read?.metadata).toBeUndefined();
  });

  it('comes back byte for byte when it is binary', async () => {
    const stream = newStream();
    const [data, metadata] = [Uint8Array.from(range(256)), Uint8Array.from([0, 255, 1, 254])];
    await server.client.appendToStream(
      stream,
      [
        binaryEvent({ type: 'Bytes', data, metadata }),
        binaryEvent({ type: 'NoBytes', data: new Uint8Array() }),
      ],
      options,
    );
    const [bytes, none] = await collect(server.client.readStream(stream));
    expect(bytes).toMatchObject({ isJson: false, type: 'Bytes' });
    expect(Buffer.from(bytes?.data as Uint8Array)).toEqual(Buffer.from(data));
    expect(Buffer.from(bytes?.metadata as Uint8Array)).toEqual(Buffer.from(metadata));
    expect(none?.data).toHaveLength(0);
  });

  it('may have a stream with any name', async () => {
    const names = ['a b/c?d=é&🎟️', 'with-dash-', '.', 'x'.repeat(500)];
    for (const name of names.map((prefix) => `${prefix}${randomUUID()}`)) {
      const events = newEvents(1);
      await server.client.appendToStream(name, events, options);
      const [read] = await collect(server.client.readStream(name));
      expect(read).toMatchObject({ id: events[0]?.id, streamId: name });
    }
  });
}

function hasALimit(server: Server, { options }: AppendPath): void {
  /** An event that weighs `bytes` in the sum the limit is on: data + metadata + 2 × type. */
  const weighing = (bytes: number) => {
    const metadata = randomBytes(1_000);
    const data = randomBytes(bytes - metadata.length - 2 * 'Big'.length);
    return binaryEvent({ id: randomUUID(), type: 'Big', data, metadata });
  };

  it('may be as big as the append limit', async () => {
    const [stream, event] = [newStream(), weighing(APPEND_BYTES_MAX)];
    await server.client.appendToStream(stream, event, options);
    const [read] = await collect(server.client.readStream(stream));
    expect(Buffer.compare(read?.data as Uint8Array, event.data)).toBe(0);
  });

  it.each([1, 3_000_000])('is refused %i bytes above the limit', async (above) => {
    const stream = newStream();
    const big = weighing(APPEND_BYTES_MAX + above);
    const error = await rejection(server.client.appendToStream(stream, big, options));
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(error).toMatchObject({ maxAppendSize: APPEND_BYTES_MAX });
    expect(await readIds(server.client, stream)).toEqual([]);
  });

  it('is refused when all events of the append together pass the limit', async () => {
    const [stream, kept] = [newStream(), newEvents(1)];
    const half = APPEND_BYTES_MAX / 2;
    await server.client.appendToStream(stream, [weighing(half), weighing(half)], options);
    const refused = [...kept, weighing(half), weighing(half + 1)];
    const error = await rejection(server.client.appendToStream(stream, refused, options));
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(await readIds(server.client, stream)).toHaveLength(2);
    await server.client.appendToStream(stream, kept, { ...options, expectedRevision: 1n });
  });
}

function chunked(server: Server): void {
  it('is one append: its revisions follow one another among other writers', async () => {
    const stream = newStream();
    const batches = range(20).map(() => newEvents(50));
    const results = await Promise.all(
      batches.map((events) =>
        server.client.appendToStream(stream, events, { batchAppendSize: 300 }),
      ),
    );
    const ids = await readIds(server.client, stream);
    expect(ids).toHaveLength(1_000);
    results.forEach(({ nextExpectedRevision }, i) => {
      const last = Number(nextExpectedRevision);
      expect(ids.slice(last - 49, last + 1)).toEqual(idsOf(batches[i] ?? []));
    });
  });

  it('is refused or repeated as a whole', async () => {
    const [stream, events] = [newStream(), newEvents(50)];
    const options = { batchAppendSize: 300, expectedRevision: 'no_stream' } as const;
    const first = await server.client.appendToStream(stream, events, options);
    expect(await server.client.appendToStream(stream, events, options)).toEqual(first);
    await rejection(server.client.appendToStream(stream, newEvents(50), options));
    expect(revisionsOf(await collect(server.client.readStream(stream)))).toEqual(range(50));
  });
}
