import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordDeposit, ConfirmDeposit, RegisterFunder, SignAgreement } from '@app/funding';
import {
  EventStore,
  InMemoryEventStore,
  ProcessRunner,
  readConfig,
  BusSender,
  ReadStore,
  StreamAggregateStore,
  SystemRandomness,
  uuidV5,
  type Appended,
  type AppendInput,
  type CommandContext,
  type Following,
  type FollowOptions,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { CancelOrder, DeliverOrder, KeyRing, OrderBooks } from '@app/voucher-books';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { OPERATOR_NEEDS, operatorOf, PROCESSES, RUN_NEEDS, runSettingsOf } from './index';
import { SchemeModule } from './scheme.module';

const ids = (name: string): string => uuidV5('6ba7b810-9dad-51d1-80b4-00c04fd430c8', name);

const funderId = ids('funder');
const agreementId = ids('agreement');
const orderId = ids('order');
const smallId = ids('small-order');
const tooMuchId = ids('too-much');

const ACCOUNT = {
  CARNET_RING_FENCED_IBAN: 'FR7630006000011234567890189',
  CARNET_RING_FENCED_HOLDER: 'Carnet; 1 rue du Pont; 75001; Paris; FR',
  CARNET_OPERATOR_SIRET: '73282932000074',
};

class SimulatedCrash extends Error {}

/** A process that dies before or after its n-th append, and answers nothing from then on. */
class MortalStore extends EventStore {
  #appends = 0;
  #isDead = false;

  constructor(
    private readonly store: EventStore,
    private readonly diesAt: number,
    private readonly isWritten: boolean,
  ) {
    super();
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  async append(input: AppendInput): Promise<Appended> {
    this.#assertAlive();
    this.#appends += 1;
    if (this.#appends !== this.diesAt) return this.store.append(input);
    if (this.isWritten) await this.store.append(input);
    this.#isDead = true;
    throw new SimulatedCrash();
  }

  async *readStream(name: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    this.#assertAlive();
    yield* this.store.readStream(name, options);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return this.store.readAll(options);
  }

  fetchHead() {
    return this.store.fetchHead();
  }

  follow(options: FollowOptions): Following {
    return this.store.follow(options);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #assertAlive(): void {
    if (this.#isDead) throw new SimulatedCrash();
  }
}

/** The programs around the log: killed and started anew as often as wanted. */
class Programs {
  private constructor(
    readonly store: MortalStore,
    private readonly commands: CommandBus,
    private readonly runner: ProcessRunner,
    private readonly close: () => Promise<void>,
  ) {}

  static async start(log: EventStore, folder: string, death = { at: 0, isWritten: false }) {
    const clock = new FakeClock('2026-01-15T10:00:00Z');
    const randomness = new SystemRandomness();
    const store = new MortalStore(log, death.at, death.isWritten);
    const scheme = SchemeModule.with({
      aggregates: new StreamAggregateStore({ store }),
      readStore: new ReadStore(join(folder, 'none.sqlite')),
      clock,
      randomness,
      keyRing: KeyRing.open({ file: join(folder, 'keys.json'), clock, randomness }),
      ringFencedIban: 'FR7630006000011234567890189',
      dataDir: folder,
      runs: runSettingsOf(readConfig(RUN_NEEDS, ACCOUNT)),
      operator: operatorOf(readConfig(OPERATOR_NEEDS, ACCOUNT)),
    });
    const module = await Test.createTestingModule({ imports: [scheme] }).compile();
    const app = await module.init();
    const sender = app.get(BusSender);
    const runner = new ProcessRunner({
      ...{ name: 'worker', store, sender, processes: PROCESSES },
      onIncident: () => undefined,
      limits: { checkpointFacts: 3, retryMs: 1, retryMsMax: 2 },
    });
    const programs = new Programs(store, app.get(CommandBus), runner, async () => {
      await runner.stop().catch(() => undefined);
      await app.close();
    });
    await runner.start().then(
      ({ ended }) => void ended.catch(() => undefined),
      () => undefined,
    );
    return programs;
  }

  async ask(command: object): Promise<void> {
    await this.commands.execute(command as never);
  }

  stop(): Promise<void> {
    return this.close();
  }
}

const context = (name: string, person = 'person-1'): CommandContext => ({
  commandId: ids(name),
  requestHash: name,
  actor: { id: person, partyId: funderId, role: 'operator' },
  correlationId: name,
  causationId: name,
});

type Step = Readonly<{ asks: object; until: readonly string[] }>;

/** From a funder to an active order, one that is cancelled and one that is turned away. */
const STORY: readonly Step[] = [
  {
    asks: new RegisterFunder(
      { name: 'Creuse', siret: '22230001400016', kind: 'departement' },
      context('funder'),
    ),
    until: ['FunderRegistered'],
  },
  {
    asks: new SignAgreement(
      {
        ...{ funderId, reference: 'R', faceValueCents: 1_000, booksOf: [10] },
        ...{ feeBasisPoints: 400, vatBasisPoints: 2_000, ceilingCents: 3_000_000 },
        coFunders: [{ name: 'Creuse', shareBasisPoints: 10_000 }],
        restrictions: { territories: [], services: [], publics: [] },
        ...{ singleHandOut: false, allowPrescribingPlace: false },
      },
      context('agreement'),
    ),
    until: ['AgreementSigned'],
  },
  { asks: books('order', 100), until: [`OrderEnqueued ${orderId}`] },
  {
    asks: new RecordDeposit(
      { agreementId, amountCents: 2_000_000, bankReference: 'VIR 1', valueOn: '2026-01-14' },
      context('deposit'),
    ),
    until: [`BooksIssued ${orderId}`],
  },
  {
    asks: new DeliverOrder({ orderId, deliveredOn: '2026-01-15' }, context('delivery')),
    until: [`ActivationRequested ${orderId}`],
  },
  { asks: books('small-order', 50), until: [`BooksIssued ${smallId}`] },
  {
    asks: new CancelOrder({ orderId: smallId, reason: 'a mistake' }, context('cancellation')),
    until: [`ReservationReleased ${smallId}`],
  },
  {
    asks: new ConfirmDeposit(
      { depositId: '', statementReference: 'S 1' },
      context('confirmation', 'person-2'),
    ),
    until: [`OrderActivated ${orderId}`],
  },
];

function books(name: string, count: number): OrderBooks {
  const validity = { vouchersPerBook: 10, validUntilOn: '2026-12-31' };
  return new OrderBooks({ agreementId, books: count, ...validity }, context(name));
}

const eventsOf = async (log: EventStore): Promise<RecordedEvent[]> =>
  Array.fromAsync(log.readAll() as AsyncIterable<RecordedEvent>);

const nameOf = ({ type, data }: RecordedEvent): string[] => {
  const { orderId: order } = data as { orderId?: string };
  return order === undefined ? [type] : [type, `${type} ${order}`];
};

/** Plays the story; whenever the programs die they are started again, and the asker asks again. */
async function play(death?: { at: number; isWritten: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-processes-'));
  const log = new InMemoryEventStore();
  let programs = await Programs.start(log, folder, death);
  let deaths = 0;
  const revive = async (): Promise<void> => {
    deaths += 1;
    await programs.stop();
    programs = await Programs.start(log, folder);
  };
  try {
    for (const { asks, until } of STORY) {
      const asked = await completed(asks, log);
      await programs.ask(asked).catch(async (error: unknown) => {
        if (!programs.store.isDead) throw error;
        await revive();
        await programs.ask(asked);
      });
      for (;;) {
        const seen = new Set((await eventsOf(log)).flatMap(nameOf));
        if (until.every((name) => seen.has(name))) break;
        if (programs.store.isDead) await revive();
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
    return { streams: await streamsOf(log), deaths, appends: (await eventsOf(log)).length };
  } finally {
    await programs.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The deposit's id is the store's to derive: the confirmation takes it from the log. */
async function completed(asks: object, log: EventStore): Promise<object> {
  if (!(asks instanceof ConfirmDeposit)) return asks;
  const assigned = (await eventsOf(log)).find(({ type }) => type === 'DepositAssigned');
  const { depositId } = assigned?.data as { depositId: string };
  return new ConfirmDeposit({ ...asks.input, depositId }, asks.context);
}

/** What each stream says, without ids, keys and the runner's own checkpoints. */
async function streamsOf(log: EventStore): Promise<Record<string, unknown[]>> {
  const streams: Record<string, unknown[]> = {};
  for (const { streamName, type, data } of await eventsOf(log)) {
    if (streamName.startsWith('process-runner')) continue;
    const { keyId: _, ...told } = data as Record<string, unknown>;
    (streams[streamName] ??= []).push([type, told]);
  }
  return streams;
}

describe('the way of an order', () => {
  it('leads from money to use, and back to the queue when it is cancelled', async () => {
    const { streams } = await play();
    const types = (name: string) => (streams[name] ?? []).map((event) => (event as [string])[0]);
    expect(types(`order-${orderId}`)).toEqual([
      'BooksOrdered',
      'FundsReserved',
      'BooksIssued',
      'OrderDelivered',
      'OrderActivated',
    ]);
    expect(types(`order-${smallId}`)).toEqual([
      'BooksOrdered',
      'FundsReserved',
      'BooksIssued',
      'OrderCancelled',
    ]);
    expect(types(`agreement-${agreementId}`)).toEqual([
      'AgreementSigned',
      'OrderEnqueued',
      'FundsReceived',
      'OrderFunded',
      'ActivationRequested',
      'OrderEnqueued',
      'OrderFunded',
      'ReservationReleased',
      'FundsConfirmed',
      'ActivationPermitted',
    ]);
  });

  it('turns away what another order took meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'carnet-processes-'));
    const log = new InMemoryEventStore();
    const programs = await Programs.start(log, folder);
    try {
      for (const { asks } of STORY.slice(0, 2)) await programs.ask(asks);
      // Both were seen to fit the ceiling; only the agreement's own stream knows which came first.
      await Promise.all([programs.ask(books('order', 150)), programs.ask(books('too-much', 200))]);
      const settled = () => eventsOf(log).then((all) => all.flatMap(nameOf));
      while (!(await settled()).includes('OrderCancelled')) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      const names = await settled();
      const [queued, away] = names.includes(`OrderEnqueued ${orderId}`)
        ? [orderId, tooMuchId]
        : [tooMuchId, orderId];
      expect(names).toContain(`OrderEnqueued ${queued}`);
      expect(names).toContain(`OrderTurnedAway ${away}`);
      expect(names).toContain(`OrderCancelled ${away}`);
    } finally {
      await programs.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is the same wherever the programs die, before and after every single append', async () => {
    const { streams, appends } = await play();
    let deaths = 0;
    for (let at = 1; at <= appends; at += 1) {
      for (const isWritten of [false, true]) {
        const died = await play({ at, isWritten });
        deaths += died.deaths;
        expect([at, isWritten, sortedOf(died.streams)]).toEqual([at, isWritten, sortedOf(streams)]);
      }
    }
    expect(deaths).toBeGreaterThanOrEqual(2 * 20);
  });
});

const sortedOf = (streams: Record<string, unknown[]>): unknown =>
  Object.entries(streams).sort(([a], [b]) => (a < b ? -1 : 1));
