import { DomainError, type Command, type Decider, type Event } from '@app/kernel';
import { StreamAggregateStore, type AggregateStore, type CommandContext } from './aggregate-store';
import {
  OutcomeUnknown,
  StoreUnavailable,
  type Appended,
  type AppendInput,
  type EventStore,
  type Following,
  type FollowOptions,
  type Position,
  type ReadStreamOptions,
  type RecordedEvent,
} from './event-store';
import { InMemoryEventStore } from './in-memory-event-store';
import { complete, ignore, publish, send, type Process } from './process';
import { CommandSender, ProcessRunner, type ProcessIncident } from './process-runner';
import { SchemaVersions } from './schema-versions';

/** Two parties of a deal sign; when both have, two accounts are credited, once. */
type Signed = Event<'Signed', { deal: string; by: 'buyer' | 'seller' }>;
type Heard = Event<'Heard', { by: 'buyer' | 'seller' }>;
type Credit = Command<'Credit', { account: string; cents: number }>;
type Credited = Event<'Credited', { cents: number }>;

const credit = (account: string, cents: number): Credit => ({
  type: 'Credit',
  data: { account, cents },
});

const account: Decider<Credit, number, Credited> = {
  name: 'account',
  initialState: 0,
  decide: ({ data: { cents } }, balance) => {
    if (cents < 0) throw new DomainError('negative', { balance });
    return [{ type: 'Credited', data: { cents } }];
  },
  evolve: (balance, { data }) => balance + data.cents,
};

const settlement: Process<Signed, readonly string[], Heard> = {
  name: 'settlement',
  facts: ['Signed'],
  instanceOf: ({ data }) => data.deal,
  memory: { initialState: [], evolve: (heard, { data }) => [...heard, data.by] },
  react: ({ data: { deal, by } }, heard) => {
    if (heard.includes(by)) return [ignore('signed twice')];
    if (heard.length === 0) return [publish<Heard>({ type: 'Heard', data: { by } })];
    return [send(credit(`${deal}-a`, 1)), send(credit(`${deal}-b`, 2)), complete()];
  },
  onPoison: 'park',
};

class SimCrash extends Error {}

/** Calls of the ports are counted; from the k-th on the process is dead, before or after its effect. */
class Crashing {
  calls = 0;
  constructor(
    readonly at: number,
    readonly when: 'before' | 'after',
  ) {}

  async call<T>(work: () => Promise<T>): Promise<T> {
    this.calls += 1;
    if (this.calls > this.at || (this.calls === this.at && this.when === 'before')) {
      throw new SimCrash();
    }
    const result = await work();
    if (this.calls >= this.at) throw new SimCrash();
    return result;
  }
}

/** The same log through a process that may die. */
class CrashingStore extends InMemoryEventStore {
  constructor(
    private readonly log: EventStore,
    private readonly crashing: Crashing,
  ) {
    super();
  }
  override append(input: AppendInput): Promise<Appended> {
    return this.crashing.call(() => this.log.append(input));
  }
  override async *readStream(
    streamName: string,
    options?: ReadStreamOptions,
  ): AsyncGenerator<RecordedEvent> {
    await this.crashing.call(() => Promise.resolve());
    yield* this.log.readStream(streamName, options);
  }
  override fetchHead(): Promise<Position | undefined> {
    return this.log.fetchHead();
  }
  override follow(options: FollowOptions): Following {
    return this.log.follow(options);
  }
}

class ToAccounts extends CommandSender {
  sent = 0;
  constructor(private readonly accounts: AggregateStore) {
    super();
  }
  send(command: object, context: CommandContext): Promise<unknown> {
    this.sent += 1;
    return this.accounts.handle(
      account,
      (command as Credit).data.account,
      command as Credit,
      context,
    );
  }
}

const metadata = {
  commandId: '11111111-1111-4111-8111-111111111111',
  requestHash: 'ab',
  actor: { id: 'a', partyId: 'p', role: 'operator' },
  correlationId: 'c',
  causationId: 'd',
};

let written = 0;
async function sign(log: EventStore, deal: string, by: string, over: object = {}): Promise<void> {
  written += 1;
  const id = `00000000-0000-4000-8000-${written.toString().padStart(12, '0')}`;
  const event = { id, type: 'Signed', data: { deal, by }, metadata, ...over };
  await log.append({ streamName: `deal-${id}`, expectedRevision: 'no-stream', events: [event] });
}

type Options = Partial<ConstructorParameters<typeof ProcessRunner>[0]>;

function runnerOn(log: EventStore, options: Options = {}): [ProcessRunner, ProcessIncident[]] {
  const incidents: ProcessIncident[] = [];
  const runner = new ProcessRunner({
    name: 'deals',
    store: log,
    sender: new ToAccounts(new StreamAggregateStore({ store: log, limits: { backoffMs: 0 } })),
    processes: [settlement],
    onIncident: (incident) => incidents.push(incident),
    ...options,
    limits: { checkpointFacts: 1, retryMs: 1, retryMsMax: 2, batchMax: 3, ...options.limits },
  });
  return [runner, incidents];
}

/** Runs until everything in the log is handled, or the process is dead. */
async function run(log: EventStore, options: Options = {}): Promise<readonly ProcessIncident[]> {
  const [runner, incidents] = runnerOn(log, options);
  await drain(log, runner);
  return incidents;
}

async function drain(log: EventStore, runner: ProcessRunner): Promise<void> {
  const { ended } = await runner.start();
  await settled(log, runner, ended);
  await runner.stop();
}

async function settled(
  log: EventStore,
  runner: ProcessRunner,
  ended: Promise<void>,
): Promise<void> {
  let isOver = false;
  ended.catch(() => (isOver = true));
  for (let quiet = 0; quiet < 3 && !isOver;) {
    const head = (await log.fetchHead()) ?? 0n;
    await new Promise((resolve) => setImmediate(resolve));
    const isThere = (runner.positionOf('settlement') ?? 0n) >= head || runner.stopped().length > 0;
    quiet = isThere ? quiet + 1 : 0;
  }
  if (isOver) await ended;
}

async function eventsOf(log: EventStore, streamName: string): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of log.readStream(streamName)) events.push(event);
  return events;
}

async function balances(log: EventStore, deal: string): Promise<readonly unknown[]> {
  const [a, b] = [
    await eventsOf(log, `account-${deal}-a`),
    await eventsOf(log, `account-${deal}-b`),
  ];
  return [a.map(({ data }) => data), b.map(({ data }) => data)];
}

const creditedOnce = [[{ cents: 1 }], [{ cents: 2 }]];

describe('a process', () => {
  it('sends its commands when its facts are complete, and none before', async () => {
    const log = new InMemoryEventStore();
    await sign(log, '1', 'buyer');
    await run(log);
    expect(await balances(log, '1')).toEqual([[], []]);
    await sign(log, '1', 'seller');
    await run(log);
    expect(await balances(log, '1')).toEqual(creditedOnce);
  });

  it('says of each command what caused it', async () => {
    const log = new InMemoryEventStore();
    await sign(log, '1', 'buyer');
    await sign(log, '1', 'seller');
    const second = `00000000-0000-4000-8000-${written.toString().padStart(12, '0')}`;
    await run(log);
    const [credited] = await eventsOf(log, 'account-1-a');
    const { correlationId, causationId, actor, followedPosition } = credited!.metadata;
    expect([correlationId, causationId, followedPosition]).toEqual(['c', second, '2']);
    expect(actor).toEqual({ id: 'process-runner', partyId: 'operator', role: 'system' });
  });

  it('is over once it is complete', async () => {
    const log = new InMemoryEventStore();
    for (const by of ['buyer', 'seller', 'buyer', 'seller', 'third']) await sign(log, '1', by);
    await run(log);
    expect(await balances(log, '1')).toEqual(creditedOnce);
  });

  it('does nothing a second time when it is replayed from the start', async () => {
    const log = new InMemoryEventStore();
    for (const by of ['buyer', 'buyer', 'seller', 'seller']) await sign(log, '1', by);
    await run(log);
    const before = await log.fetchHead();
    // Another name has no checkpoint of its own, and everything else is the same.
    await run(log, { name: 'again' });
    expect(await balances(log, '1')).toEqual(creditedOnce);
    const own = await eventsOf(log, 'settlement-1');
    expect(own.map(({ type }) => type)).toEqual(['Heard', 'ProcessCompleted']);
    expect((await eventsOf(log, 'process-runner-again-checkpoint')).length).toBeGreaterThan(0);
    expect(before).toBeDefined();
  });

  it('begins after its last checkpoint', async () => {
    const log = new InMemoryEventStore();
    await sign(log, '1', 'buyer');
    await sign(log, '1', 'seller');
    await run(log);
    const accounts = new StreamAggregateStore({ store: log });
    const sender = new ToAccounts(accounts);
    await run(log, { sender });
    expect(sender.sent).toBe(0);
  });

  it.each([
    ['is away', () => new StoreUnavailable('away')],
    ['does not say what became of it', (name: string) => new OutcomeUnknown(name)],
  ])('goes on where the store %s when it would save a checkpoint', async (_, failure) => {
    let failures = 2;
    class Failing extends InMemoryEventStore {
      override append(input: AppendInput): Promise<Appended> {
        const isCheckpoint = input.streamName.endsWith('-checkpoint');
        if (!isCheckpoint || failures === 0) return super.append(input);
        failures -= 1;
        return Promise.reject(failure(input.streamName));
      }
    }
    const log = new Failing();
    const breaks: unknown[] = [];
    for (const by of ['buyer', 'seller', 'buyer', 'seller']) await sign(log, '1', by);
    await run(log, { limits: { batchMax: 1 }, onBreak: (error) => breaks.push(error) });
    expect(breaks).toHaveLength(2);
    expect(await balances(log, '1')).toEqual(creditedOnce);
    expect((await eventsOf(log, 'process-runner-deals-checkpoint')).length).toBeGreaterThan(0);
  });

  it('stops after what is under way, and does the rest when it is started again', async () => {
    const log = new InMemoryEventStore();
    const deals = ['1', '2', '3', '4', '5'];
    for (const deal of deals) for (const by of ['buyer', 'seller']) await sign(log, deal, by);
    const [begun, goOn] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    class Slow extends ToAccounts {
      override async send(command: object, context: CommandContext): Promise<unknown> {
        begun.resolve(undefined);
        await goOn.promise;
        return super.send(command, context);
      }
    }
    const sender = new Slow(new StreamAggregateStore({ store: log }));
    const [runner] = runnerOn(log, { sender, limits: { batchMax: 100, concurrencyMax: 1 } });
    await runner.start();
    await begun.promise;
    const stopped = runner.stop();
    goOn.resolve(undefined);
    await stopped;
    expect(sender.sent).toBeLessThan(2 * deals.length);
    await run(log);
    for (const deal of deals) expect(await balances(log, deal)).toEqual(creditedOnce);
  });

  it('does not write when only its own checkpoints are new', async () => {
    const log = new InMemoryEventStore();
    await sign(log, '1', 'buyer');
    await run(log);
    const head = await log.fetchHead();
    await run(log);
    await run(log);
    expect(await log.fetchHead()).toBe(head);
  });
});

describe('a crash', () => {
  it('between any two calls loses nothing and doubles nothing', async () => {
    const points: string[] = [];
    for (const when of ['before', 'after'] as const) {
      for (let at = 1, hit = true; hit; at += 1) {
        const log = new InMemoryEventStore();
        for (const deal of ['1', '2']) {
          await sign(log, deal, 'buyer');
          await sign(log, deal, 'seller');
        }
        const crashing = new Crashing(at, when);
        const store = new CrashingStore(log, crashing);
        await run(store).catch((error: unknown) => expect(error).toBeInstanceOf(SimCrash));
        hit = crashing.calls >= at;
        await run(log);
        expect(await balances(log, '1')).toEqual(creditedOnce);
        expect(await balances(log, '2')).toEqual(creditedOnce);
        if (hit) points.push(`${when} ${at}`);
      }
    }
    // Reads and appends of two instances, four commands, refusals and checkpoints.
    expect(points.length).toBeGreaterThan(40);
  });
});

describe('what goes wrong', () => {
  it('a refusal is recorded and told, and not asked again', async () => {
    const log = new InMemoryEventStore();
    const stingy = { ...settlement, react: () => [send(credit('x', -1)), send(credit('y', 1))] };
    await sign(log, '1', 'buyer');
    const incidents = await run(log, { processes: [stingy] });
    expect(incidents).toMatchObject([{ kind: 'refused', refusal: { code: 'negative' } }]);
    const [recorded] = await eventsOf(log, 'process-runner-deals-incidents');
    expect(recorded).toMatchObject({
      type: 'CommandRefused',
      data: { process: 'settlement', instanceId: '1', command: 'Credit', code: 'negative' },
    });
    expect(await eventsOf(log, 'account-y')).toHaveLength(1);
    const sender = new ToAccounts(new StreamAggregateStore({ store: log }));
    const name = 'deals';
    await forgetCheckpoint(log, { name, sender, processes: [stingy] });
    expect(sender.sent).toBe(1);
  });

  it('the store being away is waited for', async () => {
    const log = new InMemoryEventStore();
    await sign(log, '1', 'buyer');
    await sign(log, '1', 'seller');
    let failures = 3;
    const accounts = new ToAccounts(new StreamAggregateStore({ store: log }));
    const sender: CommandSender = {
      send: (command, context) => {
        failures -= 1;
        if (failures >= 0) return Promise.reject(new StoreUnavailable('away'));
        return accounts.send(command, context);
      },
    };
    expect(await run(log, { sender })).toEqual([]);
    expect(await balances(log, '1')).toEqual(creditedOnce);
  });

  const fragile = (onPoison: 'park' | 'stop', isMended: () => boolean): typeof settlement => ({
    ...settlement,
    onPoison,
    react: (fact, heard) => {
      if (fact.data.deal === 'bad' && !isMended()) throw new Error('cannot');
      return settlement.react(fact, heard);
    },
  });

  it('one instance is set aside with its later facts, others go on, and it can be released', async () => {
    const log = new InMemoryEventStore();
    let isMended = false;
    const processes = [fragile('park', () => isMended)];
    await sign(log, 'bad', 'buyer');
    await sign(log, '1', 'buyer');
    await sign(log, 'bad', 'seller');
    await sign(log, '1', 'seller');
    const incidents = await run(log, { processes });
    expect(incidents.map(({ kind }) => kind)).toEqual(['parked', 'parked']);
    expect(await balances(log, '1')).toEqual(creditedOnce);
    expect(await balances(log, 'bad')).toEqual([[], []]);

    const [runner] = runnerOn(log, { processes });
    await runner.start();
    expect(runner.parked().map(({ reason }) => reason)).toEqual([
      'cannot',
      'an earlier fact is parked',
    ]);
    await expect(runner.release('settlement', 'bad')).rejects.toThrow('cannot');
    isMended = true;
    await runner.release('settlement', 'bad');
    await runner.stop();
    expect(runner.parked()).toEqual([]);
    expect(await balances(log, 'bad')).toEqual(creditedOnce);
  });

  it('a process of money stops there, others go on, and it meets the fact again', async () => {
    const log = new InMemoryEventStore();
    let isMended = false;
    const processes = [
      fragile('stop', () => isMended),
      { ...settlement, name: 'other', react: () => [send(credit('other', 1))] },
    ];
    for (const deal of ['1', 'bad']) {
      await sign(log, deal, 'buyer');
      await sign(log, deal, 'seller');
    }
    const incidents = await run(log, { processes, limits: { batchMax: 1 } });
    expect(incidents).toMatchObject([{ kind: 'stopped', process: 'settlement' }]);
    expect(await balances(log, 'bad')).toEqual([[], []]);
    isMended = true;
    await run(log, { processes });
    expect(await balances(log, 'bad')).toEqual(creditedOnce);
    expect(await balances(log, '1')).toEqual(creditedOnce);
    expect(await eventsOf(log, 'account-other')).toHaveLength(4);
  });

  it('an event nobody can read is poison, and not skipped', async () => {
    const log = new InMemoryEventStore({ schemas: new SchemaVersions() });
    await sign(log, '1', 'buyer', { metadata: { ...metadata, schemaVersion: 9 } });
    const incidents = await run(log);
    expect(incidents).toMatchObject([
      { kind: 'parked', parked: { instanceId: '1', reason: expect.stringContaining('version 9') } },
    ]);
  });
});

/** Runs again as if no checkpoint had been saved, with the incidents kept. */
async function forgetCheckpoint(log: InMemoryEventStore, options: Options): Promise<void> {
  const store = new (class extends CrashingStore {
    override async *readStream(
      streamName: string,
      read?: ReadStreamOptions,
    ): AsyncGenerator<RecordedEvent> {
      if (read?.direction === 'backwards') return;
      yield* super.readStream(streamName, read);
    }
  })(log, new Crashing(Infinity, 'before'));
  const [runner] = runnerOn(store, { ...options, limits: { checkpointFacts: 1_000 } });
  const { ended } = await runner.start();
  await settled(log, runner, ended);
  await runner.stop();
}
