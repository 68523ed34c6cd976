import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppendRefused,
  connectEventStore,
  OutcomeUnknown,
  StoreUnavailable,
  WrongExpectedRevision,
  type Appended,
  type AppendInput,
  type EventStore,
} from '@app/platform';
import { idsOf, newEvent, readAllOf, untilAnswered } from './events';
import { StoreProcess } from './store-process';
import { TcpProxy } from './tcp-proxy';

/** One suite for both writers: the faster may be the default only while it is as green. */
describe.each(['client', 'http2'] as const)('appending by the %s writer', (appendWriter) => {
  let dir = '';
  let server: StoreProcess;
  let proxy: TcpProxy;
  let store: EventStore;
  let streamName = '';

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'append-port-'));
    server = new StoreProcess(dir);
    await server.start();
    proxy = await TcpProxy.start(() => server.port);
    store = connectEventStore({
      connectionString: `esdb://127.0.0.1:${proxy.port}?tls=false`,
      appendWriter,
      appendDeadlineMs: 10_000,
    });
  });

  afterAll(async () => {
    await store.close();
    await proxy.stop();
    await server.kill();
    await rm(dir, { recursive: true, force: true });
  });

  beforeEach(() => (streamName = `counter-${randomUUID()}`));

  const input = (over: Partial<AppendInput> = {}): AppendInput => ({
    streamName,
    expectedRevision: 'no-stream',
    events: [newEvent()],
    ...over,
  });
  const append = (over: Partial<AppendInput> = {}): Promise<Appended> => store.append(input(over));
  const healthy = (): Promise<Appended> =>
    untilAnswered(() => append({ streamName: `probe-${randomUUID()}` }));

  describe('while all is well', () => {
    it('answers the revision, and the position that reading gives', async () => {
      const first = await append({ events: [newEvent(), newEvent()] });
      const second = await append({ expectedRevision: 1 });
      const read = await readAllOf(store.readStream(streamName));
      expect([first.revision, second.revision]).toEqual([1, 2]);
      expect([first.position, second.position]).toEqual([read[1]?.position, read[2]?.position]);
    });

    it('writes ids, types, data and metadata as they are', async () => {
      const event = newEvent({ type: 'Déplacé', data: { text: 'é€😀"\\\n', n: [1, null, 0.5] } });
      await append({ streamName: `${streamName}-é😀`, events: [event] });
      const [read] = await readAllOf(store.readStream(`${streamName}-é😀`));
      expect(read).toMatchObject({ ...event, revision: 0 });
    });

    it('keeps the order of appends that are under way together', async () => {
      const inputs = Array.from({ length: 300 }, () => input());
      const appended = await Promise.all(
        inputs.map((each, at) => {
          return store.append({ ...each, expectedRevision: at === 0 ? 'no-stream' : at - 1 });
        }),
      );
      expect(appended.map(({ revision }) => revision)).toEqual(inputs.map((_, at) => at));
      expect(await idsOf(store, streamName)).toEqual(inputs.map(({ events }) => events[0]?.id));
    });

    it('says which revision there is when another was expected', async () => {
      await expect(append({ expectedRevision: 3 })).rejects.toMatchObject({
        name: 'WrongExpectedRevision',
        streamName,
        expectedRevision: 3,
        actualRevision: undefined,
      });
      await append();
      const again = append();
      await expect(again).rejects.toThrow(WrongExpectedRevision);
      await expect(again).rejects.toMatchObject({ actualRevision: 0 });
      expect(await idsOf(store, streamName)).toHaveLength(1);
    });

    it('answers a repeat with the first result', async () => {
      const once = input({ events: [newEvent(), newEvent()] });
      const first = await store.append(once);
      await append({ expectedRevision: 1 });
      expect(await store.append(once)).toEqual(first);
      expect(await idsOf(store, streamName)).toHaveLength(3);
    });

    it('is refused beyond the limit of an append, and takes the next', async () => {
      const most = { text: 'x'.repeat(1_000_000) };
      const more = { text: 'x'.repeat(1_100_000) };
      await expect(append({ events: [newEvent({ data: most })] })).resolves.toBeDefined();
      const refused = append({ expectedRevision: 0, events: [newEvent({ data: more })] });
      await expect(refused).rejects.toThrow(AppendRefused);
      await expect(refused).rejects.toMatchObject({ reason: 'too-large' });
      await expect(append({ expectedRevision: 0 })).resolves.toMatchObject({ revision: 1 });
    });

    it.each<[string, Partial<AppendInput>]>([
      ['no event', { events: [] }],
      ['no name', { streamName: '' }],
      ['a revision below 0', { expectedRevision: -1 }],
      ['an id that is no UUID', { events: [newEvent({ id: 'x' })] }],
      ['data that is not JSON', { events: [newEvent({ data: { n: 1n } })] }],
    ])("is a programmer's error with %s", async (_, over) => {
      await expect(append(over)).rejects.toThrow(TypeError);
    });
  });

  describe('when things fail', () => {
    afterEach(async () => {
      server.thaw();
      proxy.dropsAnswers = false;
      proxy.dropsRequests = false;
      proxy.cut();
      await healthy();
    });

    it('calls an append unknown when the server is frozen, in time, and finds it once after', async () => {
      await healthy();
      const asked = input({ deadlineMs: 300 });
      server.freeze();
      const began = performance.now();
      await expect(store.append(asked)).rejects.toThrow(OutcomeUnknown);
      const tookMs = performance.now() - began;
      server.thaw();
      expect(tookMs).toBeGreaterThan(250);
      await untilAnswered(() => store.append(asked));
      expect(await idsOf(store, streamName)).toEqual([asked.events[0]?.id]);
    });

    it('calls an append unknown when its answer is lost, though it was written', async () => {
      await healthy();
      const asked = input({ deadlineMs: 300 });
      proxy.unansweredBytes = 0;
      proxy.dropsAnswers = true;
      await expect(store.append(asked)).rejects.toThrow(OutcomeUnknown);
      expect(proxy.unansweredBytes).toBeGreaterThan(0);
      proxy.dropsAnswers = false;
      proxy.cut();
      expect(await idsOf(store, streamName)).toEqual([asked.events[0]?.id]);
      expect(await untilAnswered(() => store.append(asked))).toMatchObject({ revision: 0 });
      expect(await idsOf(store, streamName)).toHaveLength(1);
    });

    it('calls every append under way unknown when the connection is reset', async () => {
      await healthy();
      proxy.dropsRequests = true;
      const all = Array.from({ length: 20 }, () => append({ streamName: randomUUID() }));
      const outcomes = Promise.allSettled(all);
      await new Promise((resolve) => setTimeout(resolve, 50));
      proxy.cut();
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ reason: { name: 'OutcomeUnknown' } });
      }
    });

    it('says that nothing was sent when nobody listens, and recovers without a restart', async () => {
      await healthy();
      await server.kill();
      proxy.cut();
      // The first append may still meet the dying connection.
      const notSent = async (): Promise<void> => {
        for (;;) {
          const error = await append({ deadlineMs: 2_000 }).catch((thrown: unknown) => thrown);
          if (error instanceof StoreUnavailable) return;
          expect(error).toBeInstanceOf(OutcomeUnknown);
        }
      };
      await stopListening(proxy, notSent);
      await server.start();
      await healthy();
      expect(await idsOf(store, streamName)).toEqual([]);
    });

    it('writes each append of unknown outcome once or not at all through kill -9', async () => {
      await healthy();
      let unknown = 0;
      let isOver = false;
      const writers = Array.from({ length: 16 }, async (_, writer) => {
        const name = `${streamName}-${writer}`;
        const acknowledged: string[] = [];
        while (!isOver) {
          const event = newEvent();
          const expectedRevision =
            acknowledged.length === 0 ? 'no-stream' : acknowledged.length - 1;
          await untilAnswered(() => {
            const sent = store.append({ streamName: name, expectedRevision, events: [event] });
            return sent.catch((error: unknown) => {
              if (error instanceof OutcomeUnknown) unknown += 1;
              throw error;
            });
          });
          acknowledged.push(event.id);
        }
        return { name, acknowledged };
      });
      for (let round = 0; round < 3; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        await server.kill();
        await server.start();
        await healthy();
      }
      isOver = true;
      for (const { name, acknowledged } of await Promise.all(writers)) {
        expect(await idsOf(store, name)).toEqual(acknowledged);
      }
      expect(unknown).toBeGreaterThan(0);
    });
  });

  it('ends appends under way as unknown when it is closed, and later ones as not sent', async () => {
    const connectionString = `esdb://127.0.0.1:${proxy.port}?tls=false`;
    const other = connectEventStore({ connectionString, appendWriter, appendDeadlineMs: 10_000 });
    await untilAnswered(() => other.append(input()));
    server.freeze();
    const asked = other.append(input({ expectedRevision: 0 }));
    const outcome = expect(asked).rejects.toThrow(OutcomeUnknown);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await other.close();
    server.thaw();
    await outcome;
    await expect(other.append(input())).rejects.toThrow(StoreUnavailable);
  });
});

/** A proxy that accepts hides a server that is gone, so the port itself has to be closed. */
async function stopListening(proxy: TcpProxy, meanwhile: () => Promise<void>): Promise<void> {
  await proxy.pause();
  await meanwhile();
  await proxy.resume();
}
