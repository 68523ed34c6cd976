import {
  eventTypeFilter,
  excludeSystemEvents,
  streamNameFilter,
  type EventStoreDBClient,
  type Filter,
  type Position,
} from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { idsOf, newEvents, newStream, until } from './events';
import { follow } from './following';
import { onEveryServer, type Server } from './servers';

onEveryServer((server) => {
  describe('a filtered subscription to $all', () => {
    matching(server);
    checkpointing(server);
  });
});

/** A word that is part of names of this spec alone, and has no meaning in a regular expression. */
const newWord = (): string => `w${randomUUID().replaceAll('-', '')}`;

async function positionOfNewEvent(client: EventStoreDBClient, stream = newStream()) {
  const { position } = await client.appendToStream(stream, newEvents(1));
  if (!position) throw new Error('the append did not say its position');
  return position;
}

function matching(server: Server): void {
  const cases: [string, (word: string) => Filter, number[]][] = [
    ['a prefix of stream names', (w) => streamNameFilter({ prefixes: [`${w}-a`] }), [0, 2]],
    [
      'any of several prefixes of stream names',
      (w) => streamNameFilter({ prefixes: [`${w}-b`, `${w}-c`] }),
      [1, 3],
    ],
    [
      'a regular expression on stream names',
      (w) => streamNameFilter({ regex: `^${w}-[ab]$` }),
      [0, 1, 2],
    ],
    ['a prefix of event types', (w) => eventTypeFilter({ prefixes: [`${w}Odd`] }), [1, 3]],
    [
      'a regular expression on event types',
      (w) => eventTypeFilter({ regex: `^${w}E.*n$` }),
      [0, 2],
    ],
  ];

  it.each(cases)('gives, by %s, the written and the live events', async (_title, filter, want) => {
    const word = newWord();
    const from = await positionOfNewEvent(server.client);
    const write = async () => {
      const ids: string[] = [];
      for (const [i, name] of ['a', 'b', 'a', 'c'].entries()) {
        const events = newEvents(1, { type: `${word}${i % 2 === 0 ? 'Even' : 'Odd'}` });
        await server.client.appendToStream(`${word}-${name}`, events);
        ids.push(...idsOf(events));
      }
      return want.map((i) => ids[i]);
    };
    const before = await write();
    const options = { fromPosition: from, filter: filter(word) };
    const follower = follow(server.client.subscribeToAll(options));
    await follower.caughtUp;
    const after = await write();
    const seen = await follower.seen(before.length + after.length);
    expect(idsOf(seen)).toEqual([...before, ...after]);
    await follower.stop();
  });

  it('leaves system events out when asked to', async () => {
    const stream = newStream();
    const from = await positionOfNewEvent(server.client);
    await server.client.setStreamMetadata(stream, { maxCount: 5 });
    await server.client.appendToStream(stream, newEvents(1));
    const options = { fromPosition: from, filter: excludeSystemEvents() };
    const follower = follow(server.client.subscribeToAll(options));
    await until(() => follower.events.some(({ streamId }) => streamId === stream));
    expect(follower.events.filter(({ streamId }) => streamId.startsWith('$'))).toEqual([]);
    await follower.stop();
  });
}

function checkpointing(server: Server): void {
  /** Follows what no event matches, and collects the checkpoints. */
  const checkpoints = (options: Partial<Filter> & { from: Position }) => {
    const positions: Position[] = [];
    const { from, ...limits } = options;
    const filter = streamNameFilter({
      prefixes: [newWord()],
      checkpointReached: (_subscription, position) => void positions.push(position),
      ...limits,
    });
    const follower = follow(server.client.subscribeToAll({ fromPosition: from, filter }));
    return { positions, follower };
  };

  it('says every window × interval events how far it has read, though none matches', async () => {
    const stream = newStream();
    const from = await positionOfNewEvent(server.client, stream);
    await server.client.appendToStream(stream, newEvents(100));
    const limits = { maxSearchWindow: 5, checkpointInterval: 2 };
    const { positions, follower } = checkpoints({ from, ...limits });
    await follower.caughtUp;
    await until(() => positions.length >= 9);
    const commits = positions.map(({ commit }) => commit);
    expect(commits).toEqual([...commits].sort((a, b) => (a < b ? -1 : 1)));
    expect(commits[0]).toBeGreaterThan(from.commit);
    expect(follower.events).toEqual([]);
    await follower.stop();
  });

  it('goes on saying so while it is live', async () => {
    const from = await positionOfNewEvent(server.client);
    const limits = { maxSearchWindow: 5, checkpointInterval: 1 };
    const { positions, follower } = checkpoints({ from, ...limits });
    await follower.caughtUp;
    const live = await positionOfNewEvent(server.client);
    for (let i = 0; i < 20; i++) await positionOfNewEvent(server.client);
    await until(() => (positions.at(-1)?.commit ?? 0n) > live.commit);
    await follower.stop();
  });

  it('says once where it goes live, however short the way', async () => {
    const from = await positionOfNewEvent(server.client);
    const passed = await positionOfNewEvent(server.client);
    const limits = { maxSearchWindow: 1_000, checkpointInterval: 100 };
    const { positions, follower } = checkpoints({ from, ...limits });
    await follower.caughtUp;
    await until(() => (positions.at(-1)?.commit ?? 0n) >= passed.commit);
    await follower.stop();
  });

  it('can be resumed from a checkpoint without a gap or a repeat', async () => {
    const word = newWord();
    const from = await positionOfNewEvent(server.client);
    const ids: string[] = [];
    const write = async (rounds: number) => {
      for (let i = 0; i < rounds; i++) {
        const events = newEvents(1);
        await server.client.appendToStream(`${word}-${i}`, events);
        await server.client.appendToStream(newStream(), newEvents(7));
        ids.push(...idsOf(events));
      }
    };
    await write(6);
    // What had been seen when each checkpoint came: a resumption from it owes exactly the rest.
    const seenAt: { position: Position; count: number }[] = [];
    const filter = (checkpointReached?: Filter['checkpointReached']) =>
      streamNameFilter({
        prefixes: [word],
        maxSearchWindow: 4,
        ...(checkpointReached ? { checkpointReached } : {}),
      });
    const noting = filter((_subscription, position) => {
      seenAt.push({ position, count: follower.events.length });
    });
    const follower = follow(server.client.subscribeToAll({ fromPosition: from, filter: noting }));
    await follower.seen(6);
    await write(4);
    await follower.seen(10);
    await follower.stop();
    expect(seenAt.length).toBeGreaterThan(3);
    for (const { position, count } of seenAt) {
      const resumption = { fromPosition: position, filter: filter() };
      const resumed = follow(server.client.subscribeToAll(resumption));
      await resumed.caughtUp;
      expect(idsOf(await resumed.seen(10 - count))).toEqual(ids.slice(count));
      await resumed.stop();
    }
  });
}
