import type { AllStreamRecordedEvent, Position } from '@eventstore/db-client';
import { collect, idsOf, newEvents, newStream, range } from './events';
import { onEveryServer, type Server } from './servers';

onEveryServer((server) => {
  describe('$all', () => {
    inOneOrder(server);
    betweenBounds(server);
  });
});

const commits = (events: readonly AllStreamRecordedEvent[]): bigint[] =>
  events.map(({ position }) => position.commit);

const isIncreasing = (numbers: readonly bigint[]): boolean =>
  numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? number));

/** Our events from a position on: others may write between them on a shared server. */
async function ours(server: Server, stream: string, fromPosition: Position) {
  const all = await collect(server.client.readAll({ fromPosition }));
  return { all, mine: all.filter(({ streamId }) => streamId.startsWith(stream)) };
}

async function append(server: Server, stream: string, count: number): Promise<Position> {
  const { position } = await server.client.appendToStream(stream, newEvents(count));
  if (!position) throw new Error('the append did not say its position');
  return position;
}

function inOneOrder(server: Server): void {
  it('holds every event once, at a position of its own, in the order of the appends', async () => {
    const stream = newStream();
    const positions: Position[] = [];
    const appended: string[] = [];
    for (const name of ['a', 'b', 'a', 'c', 'b']) {
      const events = newEvents(3);
      const { position } = await server.client.appendToStream(`${stream}-${name}`, events);
      if (position) positions.push(position);
      appended.push(...idsOf(events));
    }
    const [first] = await collect(server.client.readStream(`${stream}-a`, { maxCount: 1 }));
    const { all, mine } = await ours(server, stream, first?.position ?? positions[0]!);
    expect(isIncreasing(commits(all))).toBe(true);
    expect(idsOf(mine)).toEqual(appended);
    expect(mine.filter((_, i) => i % 3 === 2).map(({ position }) => position)).toEqual(positions);
  });

  it('gives an event the position its stream gives it', async () => {
    const stream = newStream();
    const position = await append(server, stream, 1);
    await append(server, stream, 4);
    const { mine } = await ours(server, stream, position);
    const read = await collect(server.client.readStream(stream));
    expect(read.map((event) => event.position)).toEqual(mine.map((event) => event.position));
    expect(mine.every((event) => event.position.commit === event.position.prepare)).toBe(true);
  });

  it('never shows an event before one with a lower position, read while it is written', async () => {
    const stream = newStream();
    const from = await append(server, stream, 1);
    const writing = Promise.all(
      range(300).map((i) => server.client.appendToStream(`${stream}-${i % 20}`, newEvents(2))),
    );
    const seen: string[][] = [];
    for (let read = 0; read < 8; read++) {
      const { all } = await ours(server, stream, from);
      expect(isIncreasing(commits(all))).toBe(true);
      seen.push(idsOf(all));
    }
    await writing;
    const last = idsOf((await ours(server, stream, from)).all);
    for (const earlier of seen) expect(last.slice(0, earlier.length)).toEqual(earlier);
  });

  it('keeps the events of a deleted stream', async () => {
    const stream = newStream();
    const from = await append(server, stream, 1);
    await append(server, stream, 1);
    await server.client.deleteStream(stream);
    expect((await ours(server, stream, from)).mine).toHaveLength(2);
  });
}

function betweenBounds(server: Server): void {
  const stream = newStream();
  let events: AllStreamRecordedEvent[] = [];
  beforeAll(async () => {
    const from = await append(server, stream, 1);
    for (let i = 1; i < 5; i++) await append(server, stream, 1);
    events = (await ours(server, stream, from)).mine;
  });
  const at = (index: number): Position => {
    const event = events[index];
    if (!event) throw new Error(`no event ${index}`);
    return event.position;
  };

  it('is read forwards from a position inclusive', async () => {
    const { mine } = await ours(server, stream, at(2));
    expect(idsOf(mine)).toEqual(idsOf(events.slice(2)));
    const [first] = await collect(server.client.readAll({ fromPosition: at(2), maxCount: 1 }));
    expect(first?.id).toBe(events[2]?.id);
  });

  it('is read backwards from a position exclusive', async () => {
    const options = { direction: 'backwards', fromPosition: at(3), maxCount: 10 } as const;
    const read = await collect(server.client.readAll(options));
    expect(isIncreasing(commits(read).reverse())).toBe(true);
    expect(commits(read).every((commit) => commit < at(3).commit)).toBe(true);
    const mine = read.filter(({ streamId }) => streamId === stream);
    expect(mine[0]?.id).toBe(events[2]?.id);
  });

  it('is read from the first event by default', async () => {
    const [first] = await collect(server.client.readAll({ maxCount: 1 }));
    expect(first?.position.commit).toBeLessThan(at(0).commit + 1n);
  });

  it('holds nothing forwards from its end', async () => {
    const after = await append(server, newStream(), 1);
    const read = await collect(server.client.readAll({ fromPosition: 'end' }));
    expect(commits(read).every((commit) => commit > after.commit)).toBe(true);
  });

  it('begins backwards with its last event', async () => {
    const last = await append(server, newStream(), 1);
    const options = { direction: 'backwards', fromPosition: 'end', maxCount: 1 } as const;
    const [read] = await collect(server.client.readAll(options));
    expect(read?.position.commit).toBeGreaterThanOrEqual(last.commit);
  });

  it('gives at most as many events as asked for', async () => {
    const options = { fromPosition: at(0), maxCount: 3 };
    expect(await collect(server.client.readAll(options))).toHaveLength(3);
  });
}
