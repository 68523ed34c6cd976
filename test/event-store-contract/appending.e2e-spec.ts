import type { EventData } from '@eventstore/db-client';
import {
  APPEND_PATHS,
  appendOneByOne,
  collect,
  expectWrongVersion,
  idsOf,
  newEvents,
  newStream,
  range,
  readIds,
  rejection,
  revisionsOf,
  type AppendPath,
  type Expected,
} from './events';
import { onEveryServer, type Server } from './servers';

/** Appends through the path under test. */
type Append = (
  streamName: string,
  expectedRevision: Expected,
  events: EventData[],
) => ReturnType<Server['client']['appendToStream']>;

onEveryServer((server) => {
  describe.each(APPEND_PATHS)('appending through $path', ({ options }: AppendPath) => {
    const append: Append = (streamName, expectedRevision, events) =>
      server.client.appendToStream(streamName, events, { ...options, expectedRevision });

    for (const count of [1, 3]) {
      describe(`${count} at a time`, () => {
        expectingAny(server, append, count);
        expectingNoStream(server, append, count);
        expectingARevision(server, append, count);
        expectingAnExistingStream(server, append, count);
      });
    }
    partlyRepeated(server, append);
  });
});

function expectingAny(server: Server, append: Append, count: number): void {
  describe('expecting any revision', () => {
    it('begins a stream that never was', async () => {
      const [stream, events] = [newStream(), newEvents(count)];
      const result = await append(stream, 'any', events);
      expect(result).toMatchObject({ success: true, nextExpectedRevision: BigInt(count - 1) });
      expect(await readIds(server.client, stream)).toEqual(idsOf(events));
    });

    it('appends after the last event, whatever its revision', async () => {
      const [stream, before, events] = [newStream(), newEvents(4), newEvents(count)];
      await append(stream, 'any', before);
      const result = await append(stream, 'any', events);
      expect(result.nextExpectedRevision).toBe(BigInt(3 + count));
      expect(await readIds(server.client, stream)).toEqual(idsOf([...before, ...events]));
    });

    it('answers a repeat as the first time and writes nothing, even after later events', async () => {
      const [stream, events, later] = [newStream(), newEvents(count), newEvents(2)];
      const first = await append(stream, 'any', events);
      await append(stream, 'any', later);
      expect(await append(stream, 'any', events)).toEqual(first);
      expect(await readIds(server.client, stream)).toEqual(idsOf([...events, ...later]));
    });

    it('takes ids known in another stream for new ones', async () => {
      const [stream, events] = [newStream(), newEvents(count)];
      await append(newStream(), 'any', events);
      await append(stream, 'any', events);
      expect(await readIds(server.client, stream)).toEqual(idsOf(events));
    });
  });
}

function expectingNoStream(server: Server, append: Append, count: number): void {
  describe('expecting no stream', () => {
    it('begins a stream that never was', async () => {
      const [stream, events] = [newStream(), newEvents(count)];
      const result = await append(stream, 'no_stream', events);
      expect(result).toMatchObject({ success: true, nextExpectedRevision: BigInt(count - 1) });
      expect(await readIds(server.client, stream)).toEqual(idsOf(events));
    });

    it('answers a repeat as the first time and writes nothing, even after later events', async () => {
      const [stream, events, later] = [newStream(), newEvents(count), newEvents(2)];
      const first = await append(stream, 'no_stream', events);
      await append(stream, 'any', later);
      expect(await append(stream, 'no_stream', events)).toEqual(first);
      expect(await readIds(server.client, stream)).toEqual(idsOf([...events, ...later]));
    });

    it('is refused where the stream exists, with its current revision', async () => {
      const [stream, events] = [newStream(), newEvents(5)];
      await append(stream, 'any', events);
      const refused = append(stream, 'no_stream', newEvents(count));
      const want = { streamName: stream, expected: 'no_stream', current: 4n } as const;
      await expectWrongVersion(refused, want);
      expect(await readIds(server.client, stream)).toEqual(idsOf(events));
    });
  });
}

function expectingARevision(server: Server, append: Append, count: number): void {
  describe('expecting a revision', () => {
    it('appends where it is the current one', async () => {
      const [stream, before, events] = [newStream(), newEvents(3), newEvents(count)];
      await append(stream, 'any', before);
      const result = await append(stream, 2n, events);
      expect(result.nextExpectedRevision).toBe(BigInt(2 + count));
      expect(await readIds(server.client, stream)).toEqual(idsOf([...before, ...events]));
    });

    it.each([3n, 4n, 1_000n])('is refused at 2 when %s is expected', async (expected) => {
      const [stream, before] = [newStream(), newEvents(3)];
      await append(stream, 'any', before);
      const refused = append(stream, expected, newEvents(count));
      await expectWrongVersion(refused, { streamName: stream, expected, current: 2n });
      expect(await readIds(server.client, stream)).toEqual(idsOf(before));
    });

    it('is refused where there is no stream', async () => {
      const stream = newStream();
      const refused = append(stream, 0n, newEvents(count));
      await expectWrongVersion(refused, { streamName: stream, expected: 0n, current: 'no_stream' });
      expect(await readIds(server.client, stream)).toEqual([]);
    });

    it('answers a repeat as the first time and writes nothing, even after later events', async () => {
      const [stream, events, later] = [newStream(), newEvents(count), newEvents(2)];
      await append(stream, 'any', newEvents(3));
      const first = await append(stream, 2n, events);
      await append(stream, 'any', later);
      expect(await append(stream, 2n, events)).toEqual(first);
      const ids = await readIds(server.client, stream);
      expect(ids.slice(3)).toEqual(idsOf([...events, ...later]));
    });

    it.each([0n, 1n])('is refused at 2 when %s is expected of new events', async (expected) => {
      const [stream, before] = [newStream(), newEvents(3)];
      await append(stream, 'any', before);
      const refused = append(stream, expected, newEvents(count));
      await expectWrongVersion(refused, { streamName: stream, expected, current: 2n });
      expect(await readIds(server.client, stream)).toEqual(idsOf(before));
    });

    it('does not take events at another revision for a repeat', async () => {
      const [stream, events] = [newStream(), newEvents(count + 2)];
      await append(stream, 'any', events);
      const refused = append(stream, 0n, events.slice(2));
      const current = BigInt(count + 1);
      await expectWrongVersion(refused, { streamName: stream, expected: 0n, current });
    });
  });
}

function expectingAnExistingStream(server: Server, append: Append, count: number): void {
  describe('expecting an existing stream', () => {
    it('appends where the stream exists', async () => {
      const [stream, before, events] = [newStream(), newEvents(2), newEvents(count)];
      await append(stream, 'any', before);
      const result = await append(stream, 'stream_exists', events);
      expect(result.nextExpectedRevision).toBe(BigInt(1 + count));
      expect(await readIds(server.client, stream)).toEqual(idsOf([...before, ...events]));
    });

    it('is refused where there is no stream', async () => {
      const stream = newStream();
      const refused = append(stream, 'stream_exists', newEvents(count));
      const want = { expected: 'stream_exists', current: 'no_stream' } as const;
      await expectWrongVersion(refused, { streamName: stream, ...want });
      expect(await readIds(server.client, stream)).toEqual([]);
    });

    it('is refused where the stream was deleted', async () => {
      const stream = newStream();
      await append(stream, 'any', newEvents(2));
      await server.client.deleteStream(stream);
      const error = await rejection(append(stream, 'stream_exists', newEvents(count)));
      expect((error as { type: string }).type).toMatch(/^(stream-deleted|wrong-expected-version)$/);
      expect(await readIds(server.client, stream)).toEqual([]);
    });

    it('answers a repeat as the first time and writes nothing', async () => {
      const [stream, events] = [newStream(), newEvents(count)];
      await append(stream, 'any', newEvents(1));
      const first = await append(stream, 'stream_exists', events);
      expect(await append(stream, 'stream_exists', events)).toEqual(first);
      expect(await readIds(server.client, stream)).toHaveLength(1 + count);
    });
  });
}

function partlyRepeated(server: Server, append: Append): void {
  describe('events of which some are known', () => {
    it.each(['any', 'stream_exists', 'no_stream', 1n] as const)(
      'is refused expecting %s when the first is known and a later one is not',
      async (expected) => {
        const [stream, known] = [newStream(), newEvents(4)];
        await append(stream, 'any', known);
        const begin = typeof expected === 'bigint' ? 2 : 0;
        const mixed = [...known.slice(begin), ...newEvents(1)];
        const want = { streamName: stream, expected, current: 3n };
        await expectWrongVersion(append(stream, expected, mixed), want);
        expect(await readIds(server.client, stream)).toEqual(idsOf(known));
      },
    );

    it.each(['no_stream', 1n] as const)(
      'is refused expecting %s when the first is new and a later one is known',
      async (expected) => {
        const [stream, known] = [newStream(), newEvents(4)];
        await append(stream, 'any', known);
        const mixed = [...newEvents(1), ...known.slice(expected === 1n ? 3 : 1)];
        const want = { streamName: stream, expected, current: 3n };
        await expectWrongVersion(append(stream, expected, mixed), want);
        expect(await readIds(server.client, stream)).toEqual(idsOf(known));
      },
    );

    it('is appended expecting any when the first is new', async () => {
      const [stream, known, fresh] = [newStream(), newEvents(2), newEvents(1)];
      await append(stream, 'any', known);
      const mixed = [...fresh, ...known.slice(0, 1)];
      const result = await append(stream, 'any', mixed);
      expect(result.nextExpectedRevision).toBe(3n);
      expect(await readIds(server.client, stream)).toEqual(idsOf([...known, ...mixed]));
    });

    it('is a repeat when it is the beginning of an earlier append', async () => {
      const [stream, events] = [newStream(), newEvents(4)];
      await append(stream, 'no_stream', events);
      const result = await append(stream, 'no_stream', events.slice(0, 2));
      expect(result.nextExpectedRevision).toBe(1n);
      expect(await readIds(server.client, stream)).toEqual(idsOf(events));
    });

    it('is a repeat when it joins two earlier appends', async () => {
      const [stream, events] = [newStream(), newEvents(3)];
      const [, , last] = await appendOneByOne(server.client, stream, events);
      expect(await append(stream, 'any', events)).toEqual(last);
      expect(await append(stream, 'no_stream', events)).toEqual(last);
      const read = await collect(server.client.readStream(stream));
      expect(revisionsOf(read)).toEqual(range(3));
    });
  });
}
