import { DomainError, type Command, type Decider, type Event } from '@app/kernel';
import { StreamAggregateStore, type CommandContext } from './aggregate-store';
import { requestCommandId } from './command-ids';
import { RecentCommands } from './command-lookup';
import {
  OutcomeUnknown,
  StoreUnavailable,
  WrongExpectedRevision,
  type Appended,
  type AppendInput,
  type ReadStreamOptions,
  type RecordedEvent,
} from './event-store';
import { InMemoryEventStore } from './in-memory-event-store';
import { SchemaVersions } from './schema-versions';

type Deposit = Command<'Deposit', { cents: number }>;
type Withdraw = Command<'Withdraw', { cents: number }>;
type Moved = Event<'Moved', { cents: number }>;

/** A till that never goes below zero; a deposit of 0 finds its wish already true. */
const till: Decider<Deposit | Withdraw, number, Moved> = {
  name: 'till',
  initialState: 0,
  decide: ({ type, data: { cents } }, balance) => {
    if (cents === 0) return [];
    if (type === 'Deposit') return [{ type: 'Moved', data: { cents } }];
    if (cents > balance) throw new DomainError('till_short', { balance });
    // Two events, so that a command of several events is tried everywhere.
    return [1, cents - 1].map((part) => ({ type: 'Moved' as const, data: { cents: -part } }));
  },
  evolve: (balance, { data }) => balance + data.cents,
};

const deposit = (cents: number): Deposit => ({ type: 'Deposit', data: { cents } });
const withdraw = (cents: number): Withdraw => ({ type: 'Withdraw', data: { cents } });

const asked = (key: string, requestHash = 'aa'): CommandContext => ({
  commandId: requestCommandId({ partyId: 'operator', route: 'POST /tills', idempotencyKey: key }),
  requestHash,
  actor: { id: 'a', partyId: 'operator', role: 'operator' },
  correlationId: 'c',
  causationId: 'd',
});

/** Counts calls, and lets one append behave as the case says. */
class WatchedStore extends InMemoryEventStore {
  reads = 0;
  appends: AppendInput[] = [];
  next: ((input: AppendInput, append: () => Promise<Appended>) => Promise<Appended>)[] = [];

  override append(input: AppendInput): Promise<Appended> {
    this.appends.push(input);
    const write = (): Promise<Appended> => super.append(input);
    return this.next.shift()?.(input, write) ?? write();
  }

  override readStream(name: string, options?: ReadStreamOptions): AsyncGenerator<RecordedEvent> {
    this.reads += 1;
    return super.readStream(name, options);
  }
}

const unknown = ({ streamName }: AppendInput): Promise<Appended> =>
  Promise.reject(new OutcomeUnknown(streamName));
const ackLost = async (input: AppendInput, append: () => Promise<Appended>): Promise<Appended> => {
  await append();
  return unknown(input);
};
const lost = ({ streamName, expectedRevision }: AppendInput): Promise<Appended> =>
  Promise.reject(new WrongExpectedRevision(streamName, expectedRevision, 9));

const limits = { backoffMs: 0, appendsMax: 3 };
const eventsOf = async (from: InMemoryEventStore, id: string): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const event of from.readStream(`till-${id}`)) events.push(event);
  return events;
};

let store: WatchedStore;
let tills: StreamAggregateStore;

beforeEach(() => {
  store = new WatchedStore();
  tills = new StreamAggregateStore({ store, limits });
});

/** Another process with the same store and a memory of its own. */
const elsewhere = (): StreamAggregateStore => new StreamAggregateStore({ store, limits });

describe('handling a command', () => {
  it('appends what was decided, with who asked and why', async () => {
    const context = { ...asked('1'), followedPosition: 7n };
    const handled = await tills.handle(till, '1', deposit(5), context);
    const [event] = await eventsOf(store, '1');
    const { followedPosition: _, ...stamped } = context;
    expect(event).toMatchObject({ type: 'Moved', data: { cents: 5 } });
    expect(event?.metadata).toEqual({ ...stamped, followedPosition: '7' });
    expect(handled).toMatchObject({ revision: 0, position: 1n, repeated: false });
    expect(handled.events).toEqual([expect.objectContaining({ id: event?.id, revision: 0 })]);
  });

  it('refuses what the decider refuses and writes nothing', async () => {
    await expect(tills.handle(till, '1', withdraw(1), asked('1'))).rejects.toThrow('till_short');
    expect(store.appends).toEqual([]);
  });

  it('writes nothing when it is already so', async () => {
    await tills.handle(till, '1', deposit(5), asked('1'));
    expect(await tills.handle(till, '1', deposit(0), asked('2'))).toEqual({
      events: [],
      revision: 0,
      position: 1n,
      repeated: false,
    });
  });

  it('reads a stream once and then decides from memory', async () => {
    await tills.handle(till, '1', deposit(5), asked('1'));
    store.reads = 0;
    await tills.handle(till, '1', withdraw(3), asked('2'));
    expect(store.reads).toBe(0);
    expect(await tills.load(till, '1')).toEqual({ state: 2, revision: 2 });
  });

  it('never refuses on memory alone', async () => {
    await tills.handle(till, '1', deposit(5), asked('1'));
    await elsewhere().handle(till, '1', deposit(5), asked('2'));
    expect((await tills.handle(till, '1', withdraw(10), asked('3'))).revision).toBe(3);
  });

  it('decides again after a race lost to another process', async () => {
    await tills.handle(till, '1', deposit(5), asked('1'));
    await elsewhere().handle(till, '1', withdraw(4), asked('2'));
    await expect(tills.handle(till, '1', withdraw(4), asked('3'))).rejects.toThrow('till_short');
    expect(await tills.load(till, '1')).toEqual({ state: 1, revision: 2 });
  });

  it('gives up after the last attempt and not before', async () => {
    tills = new StreamAggregateStore({ store, limits: { ...limits, attemptsMax: 3 } });
    store.next = [lost, lost];
    await expect(tills.handle(till, '1', deposit(1), asked('1'))).resolves.toBeDefined();
    store.next = [lost, lost, lost];
    const last = tills.handle(till, '1', deposit(1), asked('2'));
    await expect(last).rejects.toThrow(WrongExpectedRevision);
  });

  it('decides after a pause on what was written meanwhile', async () => {
    await tills.handle(till, '1', deposit(5), asked('1'));
    const lostWhileOneMoves = (input: AppendInput): Promise<Appended> => {
      void elsewhere().handle(till, '1', deposit(1), asked('other'));
      return lost(input);
    };
    store.next = [lost, lostWhileOneMoves];
    store.appends = [];
    const { revision } = await tills.handle(till, '1', deposit(1), asked('2'));
    expect(revision).toBe(2);
    // Three of ours, the last of which is at the right place, and one of the other.
    expect(store.appends).toHaveLength(4);
  });

  it('lets 200 commands of one process on one stream lose no race', async () => {
    const all = Array.from({ length: 200 }, (_, n) =>
      tills.handle(till, '1', deposit(1), asked(`${n}`)),
    );
    await Promise.all(all);
    expect(store.appends).toHaveLength(200);
    expect(await tills.load(till, '1')).toEqual({ state: 200, revision: 199 });
  });

  it('refuses at once when too many wait for the same stream', async () => {
    tills = new StreamAggregateStore({ store, limits: { waitingMax: 1 } });
    const [one, two, three] = ['1', '2', '3'].map((key) =>
      tills.handle(till, '1', deposit(1), asked(key)),
    );
    await expect(three).rejects.toThrow(StoreUnavailable);
    await expect(Promise.all([one, two])).resolves.toHaveLength(2);
  });
});

describe('a repeated command', () => {
  it.each([
    ['with its memory', () => tills],
    ['in another process', elsewhere],
  ])('is answered with the first result %s', async (_, process) => {
    await tills.handle(till, '1', deposit(9), asked('1'));
    const first = await tills.handle(till, '1', withdraw(5), asked('2'));
    await tills.handle(till, '1', withdraw(4), asked('3'));
    const again = await process().handle(till, '1', withdraw(5), asked('2'));
    expect(again).toEqual({ ...first, repeated: true });
    expect(await eventsOf(store, '1')).toHaveLength(5);
  });

  it('is refused for another request under the same key', async () => {
    await tills.handle(till, '1', deposit(5), asked('1'));
    const other = tills.handle(till, '1', deposit(6), asked('1', 'bb'));
    await expect(other).rejects.toThrow(new DomainError('idempotency_mismatch'));
  });

  it('is refused for another request that went to another stream at the same moment', async () => {
    const lookup = new RecentCommands({ commandsMax: 10 });
    tills = new StreamAggregateStore({ store, lookup, limits });
    const [one, two] = await Promise.allSettled([
      tills.handle(till, '1', deposit(5), asked('1')),
      tills.handle(till, '2', deposit(5), asked('1', 'bb')),
    ]);
    expect(one.status).toBe('fulfilled');
    expect(two).toMatchObject({ reason: { code: 'idempotency_mismatch' } });
    expect(await eventsOf(store, '2')).toEqual([]);
  });

  it('is refused for another request that another process made on a stream that was only read', async () => {
    const lookup = new RecentCommands({ commandsMax: 10 });
    tills = new StreamAggregateStore({ store, lookup, limits });
    await elsewhere().handle(till, '1', deposit(5), asked('1'));
    await tills.load(till, '1');
    const other = tills.handle(till, '2', deposit(5), asked('1', 'bb'));
    await expect(other).rejects.toThrow(new DomainError('idempotency_mismatch'));
  });

  it('is not told that its words were written when another process wrote first', async () => {
    await tills.handle(till, '1', deposit(1), asked('0'));
    const [a, b] = [tills, elsewhere()];
    await b.load(till, '1');
    await a.handle(till, '1', deposit(5), asked('1'));
    const mismatch = b.handle(till, '1', deposit(6), asked('1', 'bb'));
    await expect(mismatch).rejects.toThrow('idempotency_mismatch');
    // The same request, decided otherwise, as a clock in the command makes it.
    const otherwise = await elsewhere().handle(till, '1', deposit(7), asked('1'));
    expect(otherwise.events[0]?.data).toEqual({ cents: 5 });
  });
});

describe('an append with an unknown outcome', () => {
  it('is repeated with the same ids and revision, and written once', async () => {
    store.next = [ackLost, unknown];
    const handled = await tills.handle(till, '1', deposit(5), asked('1'));
    expect(handled).toMatchObject({ revision: 0, repeated: false });
    expect(store.appends.every((input) => input.events[0]?.id === handled.events[0]?.id)).toBe(
      true,
    );
    expect(await eventsOf(store, '1')).toHaveLength(1);
  });

  it('is found again when others have written since', async () => {
    store.next = [
      async (input, append) => {
        await append();
        await elsewhere().handle(till, '1', deposit(1), asked('2'));
        return unknown(input);
      },
      (_, append) => append(),
      unknown,
      unknown,
    ];
    const handled = await tills.handle(till, '1', deposit(5), asked('1'));
    expect(handled).toMatchObject({ events: [{ data: { cents: 5 } }], repeated: false });
    expect(store.next).toEqual([]);
    expect(await eventsOf(store, '1')).toHaveLength(2);
  });

  it('is decided again when it was not written and others were', async () => {
    const raced = async (input: AppendInput): Promise<Appended> => {
      await elsewhere().handle(till, '1', deposit(1), asked('2'));
      return unknown(input);
    };
    store.next = [raced];
    expect((await tills.handle(till, '1', deposit(5), asked('1'))).revision).toBe(1);
  });

  it('stays unknown when the store never answers, whatever it says after', async () => {
    const notSent = (): Promise<Appended> => Promise.reject(new StoreUnavailable('refused'));
    store.next = [unknown, notSent, unknown];
    const first = tills.handle(till, '1', deposit(5), asked('1'));
    await expect(first).rejects.toThrow(OutcomeUnknown);
    store.next = [notSent];
    const second = tills.handle(till, '1', deposit(5), asked('1'));
    await expect(second).rejects.toThrow(StoreUnavailable);
    expect(await eventsOf(store, '1')).toEqual([]);
  });
});

it('an append is not repeated without end', async () => {
  tills = new StreamAggregateStore({ store, limits: { appendsMax: 1_000, appendMsMax: 20 } });
  store.next = Array.from({ length: 1_000 }, () => unknown);
  await expect(tills.handle(till, '1', deposit(5), asked('1'))).rejects.toThrow(OutcomeUnknown);
  expect(store.appends.length).toBeLessThan(100);
});

it('an append is not sent again by a machine that slept over it', async () => {
  store.next = [
    (input) => {
      jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 86_400_000);
      return unknown(input);
    },
  ];
  const slept = tills.handle(till, '1', deposit(5), asked('1'));
  await expect(slept.finally(() => jest.restoreAllMocks())).rejects.toThrow(OutcomeUnknown);
  expect(store.appends).toHaveLength(1);
});

describe('memory', () => {
  it('takes what another process wrote from the log', async () => {
    tills.keepWarm(till);
    await tills.handle(till, '1', deposit(5), asked('1'));
    await elsewhere().handle(till, '1', deposit(5), asked('2'));
    for await (const event of store.readAll()) tills.observe(event);
    store.reads = 0;
    await tills.handle(till, '1', withdraw(10), asked('3'));
    expect(store.reads).toBe(0);
  });

  it('takes nothing twice, whether it wrote it or read it', async () => {
    tills.keepWarm(till);
    await tills.handle(till, '1', deposit(5), asked('1'));
    for await (const event of store.readAll()) tills.observe(event);
    for await (const event of store.readAll()) tills.observe(event);
    expect(await tills.load(till, '1')).toEqual({ state: 5, revision: 0 });
  });

  it('says which events it has seen, by whatever way', async () => {
    tills.keepWarm(till);
    const { events } = await tills.handle(till, '1', deposit(5), asked('1'));
    const { streamName, revision } = events.at(-1)!;
    expect(tills.hasSeen({ streamName, revision })).toBe(true);
    expect(tills.hasSeen({ streamName, revision: revision + 1 })).toBe(false);
    expect(tills.hasSeen({ streamName: 'till-2', revision: 0 })).toBe(false);
  });

  it('passes over what was written here of a type, and over nothing else', async () => {
    const first = await tills.handle(till, '1', deposit(5), asked('1'));
    tills.passOverOwn('Moved');
    const second = await tills.handle(till, '1', deposit(5), asked('2'));
    const other = await elsewhere().handle(till, '1', deposit(5), asked('3'));
    // Of two events of one append only the last one's position is known.
    const two = await tills.handle(till, '1', withdraw(5), asked('4'));
    const passed = [first, second, other, two].map(({ position }) => tills.isPassedOver(position!));
    expect(passed).toEqual([false, true, false, false]);
    expect([0n, second.position! + 16_381n].map((at) => tills.isPassedOver(at))).toEqual([
      false,
      false,
    ]);
  });

  it('takes an unknown stream of a warm decider for absent, and is judged by the revision', async () => {
    tills.keepWarm(till);
    tills.markWarm();
    await tills.handle(till, '1', deposit(5), asked('1'));
    expect(store.reads).toBe(0);
    await elsewhere().handle(till, '2', deposit(5), asked('2'));
    expect((await tills.handle(till, '2', deposit(5), asked('3'))).revision).toBe(1);
    await expect(tills.handle(till, '3', withdraw(5), asked('4'))).rejects.toThrow('till_short');
  });

  it('forgets the oldest streams beyond its bound and reads them again', async () => {
    tills = new StreamAggregateStore({ store, limits: { eventsCachedMax: 3 } });
    await tills.handle(till, '1', deposit(3), asked('1'));
    await tills.handle(till, '1', withdraw(3), asked('2'));
    await tills.handle(till, '2', deposit(1), asked('3'));
    store.reads = 0;
    await tills.handle(till, '2', deposit(1), asked('4'));
    expect(store.reads).toBe(0);
    await tills.handle(till, '1', deposit(1), asked('5'));
    expect(store.reads).toBe(1);
  });

  it('does not mistake a stream of a longer name for one of its own', async () => {
    tills.keepWarm(till);
    const evolve = (sum: number, { data }: Moved): number => sum + 2 * data.cents;
    const queue = { ...till, name: 'till-queue', evolve };
    await elsewhere().handle(queue, '1', deposit(5), asked('1'));
    for await (const event of store.readAll()) tills.observe(event);
    tills.markWarm();
    expect(await tills.load(till, 'queue-1')).toEqual({ state: 5, revision: 0 });
    expect((await tills.handle(queue, '1', withdraw(5), asked('2'))).revision).toBe(2);
    expect(await tills.load(queue, '1')).toEqual({ state: 0, revision: 2 });
  });
});

describe('the past', () => {
  it('is what the log said up to a place, whatever came after', async () => {
    await tills.handle(till, '1', deposit(5), asked('1'));
    const { position } = await tills.handle(till, '1', withdraw(3), asked('2'));
    await tills.handle(till, '1', deposit(9), asked('3'));
    expect(await tills.loadAt(till, '1', position ?? 0n)).toEqual({ state: 2, revision: 2 });
    expect(await tills.loadAt(till, '1', (position ?? 0n) - 1n)).toEqual({ state: 4, revision: 1 });
    expect(await tills.loadAt(till, '2', 99n)).toEqual({ state: 0, revision: undefined });
  });

  it('is read from either end', async () => {
    await tills.handle(till, '1', deposit(5), asked('1'));
    await tills.handle(till, '1', deposit(7), asked('2'));
    const cents = async (direction: 'forwards' | 'backwards') =>
      (await Array.fromAsync(tills.readEvents(till, '1', { direction }))).map(
        ({ data }) => data.cents,
      );
    expect(await cents('forwards')).toEqual([5, 7]);
    expect(await cents('backwards')).toEqual([7, 5]);
  });
});

describe('versions', () => {
  it('are stamped when written and upcast when read', async () => {
    const schemas = new SchemaVersions({
      Moved: [(data: { euros: number }) => ({ cents: data.euros * 100 })],
    });
    store = new WatchedStore({ schemas });
    const { actor, correlationId, causationId, commandId, requestHash } = asked('0');
    const metadata = { actor, correlationId, causationId, commandId, requestHash };
    const old = { id: 'old', type: 'Moved', data: { euros: 2 }, metadata };
    await store.append({ streamName: 'till-1', expectedRevision: 'no-stream', events: [old] });
    tills = new StreamAggregateStore({ store, schemas, limits });
    const handled = await tills.handle(till, '1', withdraw(200), asked('1'));
    expect(handled.events[0]?.metadata.schemaVersion).toBe(2);
    expect(await tills.load(till, '1')).toEqual({ state: 0, revision: 2 });
  });
});
