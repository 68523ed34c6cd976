import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, Decider, Event } from '@app/kernel';
import {
  hashOf,
  InMemoryEventStore,
  StreamAggregateStore,
  SystemRandomness,
  uuidV5,
  type Clock,
  type Appended,
  type AppendInput,
  type CommandContext,
  type RecordedEvent,
} from '@app/platform';
import { PaymentFiles } from '../../adapters/payment-file-store';
import { payment } from '../../domain/payment/payment';
import { endToEndIdOf } from '../../domain/run/end-to-end-ids';
import { run } from '../../domain/run/run';
import { linesOf } from '../../domain/run/run.state';
import { frozenPayee, rules, uuid, written } from '../../domain/run/run.examples';
import { PayableAccounts, type PayableAccount } from '../../ports/payable-accounts';
import { RunBases, type RunBasis } from '../../ports/run-basis';
import type { RunSettings } from '../../ports/run-settings';
import { RepresentPayment, RepresentPaymentHandler } from '../payments/represent-payment';
import { AdvanceRun, AdvanceRunHandler, type RunProgress } from './advance-run';
import { ApproveRun, ApproveRunHandler, RejectRun, RejectRunHandler } from './approval';
import { FreezeRunSlice, FreezeRunSliceHandler } from './freeze-run-slice';
import { OpenRun, OpenRunHandler } from './open-run';
import { GetPaymentFile, GetPaymentFileHandler } from './payment-file';
import { PrepareRun, PrepareRunHandler } from './prepare-run';
import { RunIssue } from './run-issue';
import { RunPreparation } from './run-preparation';
import { RunRelease } from './run-release';
import { RecordSubmission, RecordSubmissionHandler } from './submissions';

const CARNET = '6ba7b810-9dad-51d1-80b4-00c04fd430c8';
export const RUN = uuidV5(CARNET, 'open');
/** Three payments a file, so that there are several. */
const settings: RunSettings = {
  ...{ rules, debtor: written.debtor, transactionsPerFileMax: 3, bankCutOffTime: '15:00' },
};

export class Crash extends Error {}

/** A worker's way to the log: its n-th append is its last, written or not. */
export class MortalStore extends InMemoryEventStore {
  appends = 0;
  #dead = false;

  constructor(
    private readonly log: InMemoryEventStore,
    private readonly diesAt = Infinity,
    private readonly isWritten = false,
  ) {
    super();
  }

  override async append(input: AppendInput): Promise<Appended> {
    if (this.#dead) throw new Crash();
    this.appends += 1;
    if (this.appends !== this.diesAt) return this.log.append(input);
    this.#dead = true;
    if (this.isWritten) await this.log.append(input);
    throw new Crash();
  }

  override readStream(...asked: Parameters<InMemoryEventStore['readStream']>) {
    if (this.#dead) throw new Crash();
    return this.log.readStream(...asked);
  }
}

/** The views' answer, as a case gives it. */
class GivenBasis extends RunBases {
  basis: RunBasis = {
    amounts: [],
    cashCents: { 'agreement a': 10_000_000 },
    claimIds: [],
    barredAccounts: [],
    payees: [],
  };

  fetchBasis(): Promise<RunBasis> {
    return Promise.resolve(this.basis);
  }
}

class GivenAccounts extends PayableAccounts {
  readonly changed = new Map<string, Partial<PayableAccount>>();
  /** What others do while the organisations' streams are read. */
  meanwhile: () => Promise<unknown> = () => Promise.resolve();

  async fetchAccounts(ids: readonly string[]): Promise<readonly PayableAccount[]> {
    await this.meanwhile();
    return ids.map((organisationId) => {
      const account = { organisationId, account: frozenPayee(), changes: [] };
      return { ...account, ...this.changed.get(organisationId) };
    });
  }
}

/** A worker process: memory of its own, the log and the disk in common. */
export class Worker {
  readonly aggregates: StreamAggregateStore;
  readonly #advance: AdvanceRunHandler;
  readonly #freeze: FreezeRunSliceHandler;

  constructor({ clock, bases, accounts, files }: World, store: InMemoryEventStore) {
    this.aggregates = new StreamAggregateStore({ store, limits: { backoffMs: 1 } });
    const preparation = new RunPreparation(this.aggregates, bases, accounts, settings, clock);
    const releasing = new RunRelease(this.aggregates);
    const issuing = new RunIssue(this.aggregates, accounts, releasing, files, settings, clock);
    this.#advance = new AdvanceRunHandler(this.aggregates, preparation, releasing, issuing);
    this.#freeze = new FreezeRunSliceHandler(preparation);
  }

  async advance(runId = RUN): Promise<RunProgress['waitsFor']> {
    for (;;) {
      const progress = await this.#advance.execute(new AdvanceRun(runId));
      if (progress.waitsFor !== 'slices') return progress.waitsFor;
      const { version, slices } = progress;
      for (const slice of slices) {
        await this.#freeze.execute(new FreezeRunSlice({ runId, version, slice }));
      }
    }
  }
}

/** The log, the clock, the disk, and people. */
export class World {
  readonly log = new InMemoryEventStore({ now: () => this.clock.now() });
  readonly bases = new GivenBasis();
  readonly accounts = new GivenAccounts();
  readonly folder = mkdtempSync(join(tmpdir(), 'carnet-runs-'));
  readonly files = new PaymentFiles({
    dataDir: this.folder,
    keys: KEYS,
    randomness: new SystemRandomness(),
  });
  readonly people: StreamAggregateStore;

  constructor(readonly clock: Clock) {
    this.people = this.worker().aggregates;
  }

  /** Afterwards. */
  leave(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  worker(store: InMemoryEventStore = this.log): Worker {
    return new Worker(this, store);
  }

  async handle<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
    command: C,
  ): Promise<void> {
    await this.people.handle(decider, id, command, asked('bank', hashOf(command)));
  }

  open = (key = 'open', by = 'ann') =>
    new OpenRunHandler(this.people, this.clock).execute(new OpenRun({}, asked(by, key)));
  prepare = (key: string, by: string) =>
    new PrepareRunHandler(this.people, settings, this.clock).execute(
      new PrepareRun({ runId: RUN }, asked(by, key)),
    );
  reject = (by: string) =>
    new RejectRunHandler(this.people, this.clock).execute(
      new RejectRun({ runId: RUN, reason: 'doubt' }, asked(by, 'reject')),
    );

  async approve(by: string, key = `approve by ${by}`) {
    const handler = new ApproveRunHandler(this.people, this.accounts, this.clock);
    const state = await this.state();
    const linesSha256 = state.prepared?.linesSha256 ?? '';
    return handler.execute(new ApproveRun({ runId: RUN, linesSha256 }, asked(by, key)));
  }

  submit = (outcome: 'started' | 'submitted') =>
    new RecordSubmissionHandler(this.people, this.clock).execute(
      new RecordSubmission({ runId: RUN, outcome }, asked('ann', outcome)),
    );
  download = async (part = 1) =>
    new GetPaymentFileHandler(this.people, this.files).execute(new GetPaymentFile(RUN, part));

  /** A claim of an earlier run that the bank rejected. */
  async rejectedClaim(number: number, cents: number): Promise<string> {
    const [claimId, organisationId] = [uuid(5_000 + number), uuid(number)];
    const components = [{ agreementId: 'agreement a', placeId: `place ${number}`, cents }];
    const endToEndId = endToEndIdOf(claimId, 1);
    const ordered = { claimId, organisationId, runId: uuid(1), version: 1, attempt: 1, endToEndId };
    const account = { bankAccountId: uuid(900), iban: frozenPayee().iban };
    const data = { ...ordered, amountCents: cents, components, ...account };
    await this.handle(payment, claimId, { type: 'OrderPayment', data });
    const answer = { endToEndId, reasonCode: 'AM04', source: `m ${number}` };
    const rejection = { ...answer, statementReference: 'pain.002' };
    await this.handle(payment, claimId, { type: 'RejectPayment', data: rejection });
    return claimId;
  }

  async grant(claimId: string): Promise<void> {
    const evidence = { endToEndId: endToEndIdOf(claimId, 1), reference: 'call' };
    const wish = new RepresentPayment({ claimId, evidence }, asked('ann', `grant ${claimId}`));
    await new RepresentPaymentHandler(this.people, this.clock).execute(wish);
  }

  async settle(endToEndId: string, claimId: string, amountCents: number): Promise<void> {
    const evidence = { source: `entry ${endToEndId}`, statementReference: 'camt.053' };
    const data = { endToEndId, amountCents, bookedOn: '2027-03-02', ...evidence };
    await this.handle(payment, claimId, { type: 'SettlePayment', data });
  }

  async settleAll(): Promise<void> {
    for (const { endToEndId, claimId, amountCents } of linesOf(await this.state())) {
      await this.settle(endToEndId, claimId, amountCents);
    }
  }

  async state() {
    const { state } = await this.people.load(run, RUN);
    if (state.status === 'none') throw new Error('the run has not begun');
    return state;
  }

  async typesOf(streamName: string): Promise<readonly string[]> {
    const events = await Array.fromAsync(this.log.readStream(streamName));
    return events.map(({ type }) => type);
  }

  /** All streams as they ended: ids and words, without the places that only the log's order gives. */
  async ending(): Promise<Record<string, unknown>> {
    const events: RecordedEvent[] = await Array.fromAsync(this.log.readAll());
    const streams = Map.groupBy(events, ({ streamName }) => streamName);
    return Object.fromEntries(
      [...streams].map(([name, its]) => [name, its.map(({ id, type, data }) => [type, id, data])]),
    );
  }
}

const asked = (id: string, key: string): CommandContext => ({
  commandId: uuidV5(CARNET, key),
  requestHash: hashOf(key),
  actor: { id, partyId: 'operator', role: 'finance-preparer' },
  correlationId: key,
  causationId: key,
});

const KEY = createSecretKey(randomBytes(32));
const KEYS = { currentKeyId: 'key', masterKeyOf: () => KEY };
