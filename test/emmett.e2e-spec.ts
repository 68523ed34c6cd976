import { CommandHandler, STREAM_DOES_NOT_EXIST, type Event } from '@event-driven-io/emmett';
import { getEventStoreDBEventStore } from '@event-driven-io/emmett-esdb';
import { EventStoreDBClient } from '@eventstore/db-client';
import { startEventStore } from '../apps/event-store/src/server';

type ItemAdded = Event<'ItemAdded', { item: string; count: number }>;
type Cart = Readonly<Record<string, number>>;

const evolve = (cart: Cart, { data: { item, count } }: ItemAdded): Cart => ({
  ...cart,
  [item]: (cart[item] ?? 0) + count,
});
const initialState = (): Cart => ({});
const added = (item: string, count: number): ItemAdded => ({
  type: 'ItemAdded',
  data: { item, count },
});

/** A program of somebody else's making, written for EventStoreDB, that has never heard of Carnet. */
describe("emmett's EventStoreDB package on the embedded event store", () => {
  let server: Awaited<ReturnType<typeof startEventStore>>;
  let client: EventStoreDBClient;
  beforeAll(async () => {
    // The package tells the console that a subscription ends.
    jest.spyOn(console, 'info').mockImplementation(() => undefined);
    server = await startEventStore({ inMemory: true }, { port: 0 });
    client = EventStoreDBClient.connectionString(server.connectionString);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await client.dispose();
    await server.stop();
  });

  it('appends and reads', async () => {
    const store = getEventStoreDBEventStore(client);
    const appended = await store.appendToStream<ItemAdded>('cart-1', [
      added('pen', 2),
      added('ink', 1),
    ]);
    expect(appended).toMatchObject({ nextExpectedStreamVersion: 1n });

    const read = await store.readStream<ItemAdded>('cart-1');
    expect(read).toMatchObject({ currentStreamVersion: 1n, streamExists: true });
    expect(read.events.map(({ data }) => data.item)).toEqual(['pen', 'ink']);
    expect(read.events[1]?.metadata).toMatchObject({ streamName: 'cart-1', streamPosition: 1n });
    expect(await store.readStream('cart-none')).toMatchObject({ streamExists: false, events: [] });
  });

  it('is told of a conflict', async () => {
    const store = getEventStoreDBEventStore(client);
    const expectedStreamVersion = STREAM_DOES_NOT_EXIST;
    await store.appendToStream('cart-2', [added('pen', 1)], { expectedStreamVersion });
    const again = store.appendToStream('cart-2', [added('pen', 1)], { expectedStreamVersion });
    // Its conflict, with the status of HTTP's If-Match: the class itself is bundled twice.
    await expect(again).rejects.toMatchObject({ errorCode: 412 });
  });

  it('decides on a state folded from the stream', async () => {
    const store = getEventStoreDBEventStore(client);
    const handle = CommandHandler<Cart, ItemAdded>({ evolve, initialState });
    for (let count = 1; count <= 3; count++) {
      await handle(store, 'cart-3', (cart) => added('pen', (cart['pen'] ?? 0) + 1));
    }
    const { state } = await store.aggregateStream<Cart, ItemAdded>('cart-3', {
      evolve,
      initialState,
    });
    expect(state).toEqual({ pen: 1 + 2 + 4 });
  });

  it.each(['$all', 'cart-4'])(
    'subscribes to %s: what was written, then what is',
    async (stream) => {
      const store = getEventStoreDBEventStore(client);
      await store.appendToStream('cart-4', [added('old', 1)]);
      const items: string[] = [];
      const consumer = store.consumer<ItemAdded>({ from: { stream } });
      const isLast = (item: string) => item === `last-of-${stream}`;
      consumer.processor<ItemAdded>({
        processorId: `items-of-${stream}`,
        startFrom: 'BEGINNING',
        stopAfter: ({ data }) => isLast(data.item),
        eachMessage: ({ data, metadata }) => {
          if (metadata.streamName === 'cart-4') items.push(data.item);
        },
      });
      const consuming = consumer.start();
      while (items.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await store.appendToStream('cart-4', [added('new', 1), added(`last-of-${stream}`, 1)]);
      await consuming;
      expect(items[0]).toBe('old');
      expect(items.slice(-2)).toEqual(['new', `last-of-${stream}`]);
      await consumer.close();
    },
  );
});
