import { DomainError, type Command, type Decider, type Event } from '@app/kernel';
import {
  CommandSender,
  connectEventStore,
  Follower,
  ProcessRunner,
  requestCommandId,
  send,
  StreamAggregateStore,
  type CommandContext,
  type EventStore,
  type Process,
} from '@app/platform';
import { randomUUID } from 'node:crypto';
import { startEventStore, type EventStoreHandle } from '../../apps/event-store/src/server';
import { newEvent, readAllOf, untilAnswered } from './events';
import { TcpProxy } from './tcp-proxy';

type Take = Command<'Take', { seat: number }>;
type Taken = Event<'Taken', { seat: number }>;

/** A hall whose seats are taken once. */
const hall: Decider<Take, readonly number[], Taken> = {
  name: 'hall',
  initialState: [],
  decide: ({ data: { seat } }, taken) => {
    if (taken.includes(seat)) throw new DomainError('seat_taken', { seat });
    return [{ type: 'Taken', data: { seat } }];
  },
  evolve: (taken, { data }) => [...taken, data.seat],
};

const take = (seat: number): Take => ({ type: 'Take', data: { seat } });

const asked = (key: string): CommandContext => ({
  commandId: requestCommandId({ partyId: 'p', route: 'POST /seats', idempotencyKey: key }),
  requestHash: 'ab',
  actor: { id: 'a', partyId: 'p', role: 'r' },
  correlationId: 'c',
  causationId: 'd',
});

const seatsOf = async (store: EventStore, id: string): Promise<readonly number[]> => {
  const events = await untilAnswered(() => readAllOf(store.readStream(`hall-${id}`)));
  return events.map(({ data }) => (data as Taken['data']).seat);
};

describe.each(['client', 'http2'] as const)('on a server, by the %s writer,', (appendWriter) => {
  let server: EventStoreHandle;
  let proxy: TcpProxy;
  let store: EventStore;

  beforeAll(async () => {
    server = await startEventStore({ inMemory: true });
    proxy = await TcpProxy.start(() => server.port);
    store = connectEventStore({
      connectionString: `esdb://127.0.0.1:${proxy.port}?tls=false`,
      appendWriter,
      appendDeadlineMs: 300,
      readDeadlineMs: 1_000,
      followLimits: { checkMs: 50, stallMs: 1_000, retryMs: 10, retryMsMax: 50 },
    });
  });

  afterAll(async () => {
    await store.close();
    await proxy.stop();
    await server.stop();
  });

  it('two processes give 200 seats to 400 wishes, each once, over a bad connection', async () => {
    const id = randomUUID();
    const processes = [1, 2].map(() => new StreamAggregateStore({ store }));
    let isOver = false;
    let cuts = 0;
    const faults = (async () => {
      while (!isOver) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        proxy.dropsAnswers = cuts % 2 === 0;
        await new Promise((resolve) => setTimeout(resolve, 10));
        proxy.dropsAnswers = false;
        proxy.cut();
        cuts += 1;
      }
    })();
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, async (_, wish) => {
        const tills = processes[wish % 2]!;
        const context = asked(randomUUID());
        try {
          const again = () => tills.handle(hall, id, take(wish >> 1), context);
          const { events } = await untilAnswered(again);
          expect(await untilAnswered(again)).toMatchObject({ events, repeated: true });
          return 'taken';
        } catch (error) {
          return (error as DomainError).code ?? (error as Error).name;
        }
      }),
    );
    isOver = true;
    await faults;
    const seats = await seatsOf(store, id);
    expect(seats.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, at) => at));
    const { taken, seat_taken: refused, ...others } = Object.groupBy(outcomes, (each) => each);
    expect([taken?.length, refused?.length, others]).toEqual([200, 200, {}]);
    expect(cuts).toBeGreaterThan(0);
  });

  it('a warm memory follows what others write, and refuses only what the stream says', async () => {
    const id = randomUUID();
    const warm = new StreamAggregateStore({ store });
    warm.keepWarm(hall);
    const live = Promise.withResolvers<undefined>();
    const follower = new Follower({
      store,
      apply: (event) => warm.observe(event),
      onLive: () => {
        warm.markWarm();
        live.resolve(undefined);
      },
    });
    await live.promise;
    const other = new StreamAggregateStore({ store });
    const { position } = await untilAnswered(() => other.handle(hall, id, take(1), asked('1')));
    expect(await follower.waitFor(position!, 10_000)).toBe(true);
    await expect(untilAnswered(() => warm.handle(hall, id, take(1), asked('2')))).rejects.toThrow(
      'seat_taken',
    );
    const { revision } = await untilAnswered(() => warm.handle(hall, id, take(2), asked('3')));
    expect(revision).toBe(1);
    await follower.stop();
  });

  it('a process does its work once, and keeps few of its checkpoints', async () => {
    const id = randomUUID();
    const type = `Wished-${appendWriter}`;
    const usher: Process<Event<string, { seat: number }>> = {
      name: `usher-${appendWriter}`,
      facts: [type],
      instanceOf: () => id,
      react: ({ data }) => [send(take(data.seat))],
      onPoison: 'stop',
    };
    const halls = new StreamAggregateStore({ store });
    const sender: CommandSender = {
      send: (command, context) => halls.handle(hall, id, command as Take, context),
    };
    for (let seat = 0; seat < 30; seat += 1) {
      const event = newEvent({ type, data: { seat } });
      const input = { streamName: `wish-${randomUUID()}`, expectedRevision: 'no-stream' } as const;
      await untilAnswered(() => store.append({ ...input, events: [event] }));
    }
    for (let round = 0; round < 2; round += 1) {
      const name = appendWriter;
      const onIncident = (incident: unknown) => expect(incident).toBeUndefined();
      const limits = { checkpointFacts: 1, batchMax: 1 };
      const processes = [usher];
      const runner = new ProcessRunner({ name, store, sender, processes, onIncident, limits });
      await runner.start();
      while ((await seatsOf(store, id)).length < 30) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await runner.stop();
    }
    expect(await seatsOf(store, id)).toEqual(Array.from({ length: 30 }, (_, at) => at));
    const name = `process-runner-${appendWriter}-checkpoint`;
    const checkpoints = await untilAnswered(() => readAllOf(store.readStream(name)));
    expect(checkpoints.length).toBeGreaterThan(0);
    expect(checkpoints.length).toBeLessThanOrEqual(10);
  });
});
