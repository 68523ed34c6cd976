import { StreamDeletedError } from '@eventstore/db-client';
import { idsOf, newEvents, newStream, range } from './events';
import { follow } from './following';
import { onEveryServer, type Server } from './servers';

onEveryServer((server) => {
  describe('a subscription to a stream', () => toAStream(server));
  describe('a subscription to $all', () => toAll(server));
  describe('any subscription', () => any(server));
});

function toAStream(server: Server): void {
  it('gives what was written, says it has caught up, then gives what is written', async () => {
    const [stream, before, after] = [newStream(), newEvents(3), newEvents(3)];
    await server.client.appendToStream(stream, before);
    const follower = follow(server.client.subscribeToStream(stream));
    await follower.caughtUp;
    expect(idsOf(await follower.seen(3))).toEqual(idsOf(before));
    await server.client.appendToStream(stream, after);
    expect(idsOf(await follower.seen(6))).toEqual(idsOf([...before, ...after]));
    await follower.stop();
  });

  it('from a revision is exclusive', async () => {
    const [stream, events] = [newStream(), newEvents(5)];
    await server.client.appendToStream(stream, events.slice(0, 4));
    const follower = follow(server.client.subscribeToStream(stream, { fromRevision: 1n }));
    await follower.caughtUp;
    await server.client.appendToStream(stream, events.slice(4));
    expect(idsOf(await follower.seen(3))).toEqual(idsOf(events.slice(2)));
    await follower.stop();
  });

  it('from the end gives only what is written later', async () => {
    const [stream, later] = [newStream(), newEvents(2)];
    await server.client.appendToStream(stream, newEvents(3));
    const follower = follow(server.client.subscribeToStream(stream, { fromRevision: 'end' }));
    await follower.caughtUp;
    await server.client.appendToStream(stream, later);
    expect(idsOf(await follower.seen(2))).toEqual(idsOf(later));
    await follower.stop();
  });

  it.each(['start', 'end'] as const)('waits at the %s of a stream not begun', async (from) => {
    const [stream, events] = [newStream(), newEvents(2)];
    const follower = follow(server.client.subscribeToStream(stream, { fromRevision: from }));
    await follower.caughtUp;
    await server.client.appendToStream(newStream(), newEvents(1));
    await server.client.appendToStream(stream, events);
    expect(idsOf(await follower.seen(2))).toEqual(idsOf(events));
    await follower.stop();
  });

  it('goes from written to live without a gap or a repeat while others write', async () => {
    const stream = newStream();
    const writing = (async () => {
      for (let i = 0; i < 40; i++) {
        await Promise.all(range(10).map(() => server.client.appendToStream(stream, newEvents(2))));
      }
    })();
    const followers = [];
    for (let i = 0; i < 10; i++) {
      const follower = follow(server.client.subscribeToStream(stream));
      await follower.confirmed;
      followers.push(follower);
    }
    await writing;
    for (const follower of followers) {
      const seen = await follower.seen(800);
      expect(seen.map(({ revision }) => revision)).toEqual(range(800));
      await follower.stop();
    }
  });
}

function toAll(server: Server): void {
  it('from a position is exclusive, and goes on live in the order of the log', async () => {
    const stream = newStream();
    const { position } = await server.client.appendToStream(stream, newEvents(1));
    await server.client.appendToStream(stream, newEvents(2));
    const options = position ? { fromPosition: position } : {};
    const follower = follow(server.client.subscribeToAll(options));
    await follower.caughtUp;
    for (let i = 0; i < 5; i++) {
      await server.client.appendToStream(`${stream}-${i % 2}`, newEvents(1));
    }
    await follower.seen(7);
    const isMine = ({ streamId }: { streamId: string }) => streamId.startsWith(stream);
    while (follower.events.filter(isMine).length < 7) {
      await follower.seen(follower.events.length + 1);
    }
    const names = [stream, stream, `${stream}-0`, `${stream}-1`, `${stream}-0`, `${stream}-1`];
    const mine = follower.events.filter(isMine);
    expect(mine.map(({ streamId }) => streamId)).toEqual([...names, `${stream}-0`]);
    const commits = follower.events.map((event) => event.position.commit);
    expect(commits).toEqual([...new Set(commits)].sort((a, b) => (a < b ? -1 : 1)));
    await follower.stop();
  });

  it('from the end gives only what is written later', async () => {
    const stream = newStream();
    const { position } = await server.client.appendToStream(stream, newEvents(1));
    const follower = follow(server.client.subscribeToAll({ fromPosition: 'end' }));
    await follower.caughtUp;
    await server.client.appendToStream(stream, newEvents(1));
    const [first] = await follower.seen(1);
    expect(first?.position.commit).toBeGreaterThan(position?.commit ?? 0n);
    await follower.stop();
  });
}

function any(server: Server): void {
  it('ends when it is unsubscribed, and the server answers on', async () => {
    const stream = newStream();
    const subscription = server.client.subscribeToStream(stream);
    const follower = follow(subscription);
    await follower.caughtUp;
    const ended = new Promise((resolve) => subscription.once('end', resolve));
    await follower.stop();
    await ended;
    await server.client.appendToStream(stream, newEvents(3));
    expect(follower.events).toHaveLength(0);
  });

  it('to a tombstoned stream fails as deleted', async () => {
    const stream = newStream();
    await server.client.appendToStream(stream, newEvents(1));
    await server.client.tombstoneStream(stream);
    const follower = follow(server.client.subscribeToStream(stream));
    expect(await follower.failed).toBeInstanceOf(StreamDeletedError);
  });

  it('is one of five hundred that all see every event', async () => {
    const stream = newStream();
    const followers = range(500).map(() => follow(server.client.subscribeToStream(stream)));
    await Promise.all(followers.map(({ confirmed }) => confirmed));
    const events = newEvents(20);
    for (const event of events) await server.client.appendToStream(stream, event);
    for (const follower of followers) {
      expect(idsOf(await follower.seen(20))).toEqual(idsOf(events));
    }
    await Promise.all(followers.map((follower) => follower.stop()));
  });
}
