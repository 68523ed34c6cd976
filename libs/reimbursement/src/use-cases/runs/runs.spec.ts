import { createHash } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '@app/kernel';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { endToEndIdOf } from '../../domain/run/end-to-end-ids';
import { frozenPayee, owed, uuid } from '../../domain/run/run.examples';
import { heldOf, linesOf } from '../../domain/run/run.state';
import { Crash, MortalStore, RUN, World, type Worker } from './runs.world';

const MONDAY = '2027-03-01T08:00:00.000Z';
let clock: FakeClock;
let world: World;
beforeEach(() => (world = new World((clock = new FakeClock(MONDAY)))));
afterEach(() => world.leave());

const given = (...amounts: readonly ReturnType<typeof owed>[]): void => {
  world.bases.basis = { ...world.bases.basis, amounts };
};
const refusal = (code: string) => expect.objectContaining({ code }) as DomainError;

describe('a run', () => {
  it('goes by itself as far as a person has to look, and on as far as the bank', async () => {
    given(owed(1, 5_000), owed(2, 3_000));
    await world.open();
    expect(await world.worker().advance()).toBe('approval');
    await world.approve('bob');
    expect(await world.worker().advance()).toBe('submission');
    await world.submit('started');
    await world.submit('submitted');
    expect(await world.worker().advance()).toBe('bank');
    await world.settleAll();
    expect(await world.worker().advance()).toBe('nobody');
    expect(await world.typesOf(`run-${RUN}`)).toEqual([
      ...['PreparationStarted', 'LinesFrozen', 'RunPrepared', 'ApprovalGiven', 'RunApproved'],
      ...['PaymentFileIssued', 'SubmissionStarted', 'RunSubmitted', 'RunCompleted'],
    ]);
  });

  it('opens once the file of the one before is issued and its payments are ordered', async () => {
    given(owed(1, 5_000));
    await world.open();
    await expect(world.open('next')).rejects.toEqual(refusal('run_in_preparation'));
    await world.worker().advance();
    await world.approve('bob');
    await expect(world.open('next')).rejects.toEqual(refusal('run_in_preparation'));
    await world.worker().advance();
    expect((await world.open('next')).events[0]?.data).toMatchObject({ number: 2 });
  });

  it('is over at once where nothing is payable, and the next one may open', async () => {
    given(owed(1, -5_000));
    await world.open();
    expect(await world.worker().advance()).toBe('nobody');
    expect((await world.state()).status).toBe('completed');
    expect((await world.open('next')).events).toHaveLength(1);
  });

  it('pays an organisation of 20,000 parts, in appends that the event store takes', async () => {
    const parts = Array.from({ length: 20_000 }, (_, i) => {
      const part = {
        agreementId: uuid(7_000 + (i % 40)),
        placeId: uuid(8_000 + Math.trunc(i / 40)),
      };
      return owed(1, 123_456, part);
    });
    given(...parts, owed(2, 3_000));
    const cashCents = Object.fromEntries(parts.map(({ agreementId }) => [agreementId, 10 ** 10]));
    Object.assign(world.bases.basis.cashCents, cashCents);
    await world.open();
    await world.worker().advance();
    await world.reject('bob');
    await world.worker().advance();
    await world.prepare('again', 'ann');
    await world.worker().advance();
    const state = await world.state();
    expect(state.prepared).toMatchObject({ organisations: 2, lines: 4, heldCents: 0 });
    expect(linesOf(state).map(({ components }) => components.length)).toEqual([
      ...[7_000, 6_500, 6_500, 1],
    ]);
    await world.approve('bob');
    await world.approve('cid');
    await world.worker().advance();
    await world.submit('started');
    await world.submit('submitted');
    await world.settleAll();
    expect(await world.worker().advance()).toBe('nobody');
    for await (const { data, metadata } of world.log.readAll()) {
      expect(JSON.stringify([data, metadata]).length).toBeLessThan(1_000_000);
    }
  });

  it('holds 20,000 parts in appends that the event store takes', async () => {
    given(...Array.from({ length: 20_000 }, (_, i) => owed(1, -1, { placeId: uuid(8_000 + i) })));
    await world.open();
    expect(await world.worker().advance()).toBe('nobody');
    const held = heldOf(await world.state());
    expect(held.map(({ reason, amountCents }) => [reason, amountCents])).toEqual([
      ...[-7_500, -7_500, -5_000].map((cents) => ['not_positive', cents]),
    ]);
    for await (const { data, metadata } of world.log.readAll()) {
      expect(JSON.stringify([data, metadata]).length).toBeLessThan(1_000_000);
    }
  });

  it('is unknown until it is opened', async () => {
    await expect(world.worker().advance()).rejects.toEqual(refusal('run_unknown'));
    await expect(world.prepare('prepare', 'ann')).rejects.toEqual(refusal('run_unknown'));
  });

  it('holds what nobody can be paid: no name for a file, a barred account, a fraud hold', async () => {
    given(owed(1, 5_000), owed(2, 5_000), owed(3, 5_000), owed(4, 5_000));
    const account = frozenPayee({ holderName: '🙂🙂' });
    world.accounts.changed.set(uuid(1), { account });
    const barred = { organisationId: uuid(2), iban: frozenPayee().iban };
    const held = { organisationId: uuid(3), fraudHold: true, left: false };
    Object.assign(world.bases.basis, { barredAccounts: [barred], payees: [held] });
    await world.open();
    await world.worker().advance();
    const state = await world.state();
    expect(heldOf(state).map(({ reason }) => reason)).toEqual([
      ...['no_verified_account', 'no_verified_account', 'fraud_hold'],
    ]);
    expect(linesOf(state).map(({ organisationId }) => organisationId)).toEqual([uuid(4)]);
  });

  it('goes back when a person says no while its file is being made', async () => {
    const claimId = await world.rejectedClaim(1, 9_000);
    await world.grant(claimId);
    given(owed(1, 9_000), owed(2, 5_000));
    world.bases.basis = { ...world.bases.basis, claimIds: [claimId] };
    await world.open();
    await world.worker().advance();
    await world.approve('bob');
    world.accounts.meanwhile = async () => {
      world.accounts.meanwhile = () => Promise.resolve();
      await world.reject('cleo');
    };
    expect(await world.worker().advance()).toBe('preparation');
    expect(await world.typesOf(`payment-${claimId}`)).toEqual([
      ...['PaymentOrdered', 'PaymentRejected', 'RepresentmentGranted'],
      ...['PaymentOrdered', 'AttemptWithdrawn'],
    ]);
  });

  it('is not disturbed by a worker that wakes up a version later', async () => {
    const claimId = await world.rejectedClaim(1, 9_000);
    await world.grant(claimId);
    given(owed(1, 9_000), owed(2, 5_000));
    world.bases.basis = { ...world.bases.basis, claimIds: [claimId] };
    await world.open();
    await world.worker().advance();
    await world.approve('bob');
    world.accounts.meanwhile = async () => {
      world.accounts.meanwhile = () => Promise.resolve();
      await world.reject('cleo');
      await world.worker().advance();
      await world.prepare('second', 'ann');
      await world.worker().advance();
      await world.approve('bob', 'second approval');
    };
    expect(await world.worker().advance()).toBe('submission');
    expect((await world.state()).version).toBe(2);
    const answers = ['PaymentOrdered', 'PaymentRejected', 'RepresentmentGranted'];
    const late = ['PaymentOrdered', 'AttemptWithdrawn'];
    expect(await world.typesOf(`payment-${claimId}`)).toEqual([...answers, ...late, late[0]]);
  });

  it('gets back what a worker ordered late and died', async () => {
    const claimId = await world.rejectedClaim(1, 9_000);
    await world.grant(claimId);
    given(owed(1, 9_000), owed(2, 5_000));
    world.bases.basis = { ...world.bases.basis, claimIds: [claimId] };
    await world.open();
    await world.worker().advance();
    await world.approve('bob');
    const store = new MortalStore(world.log, 1, true);
    world.accounts.meanwhile = async () => {
      world.accounts.meanwhile = () => Promise.resolve();
      await world.reject('cleo');
      await world.worker().advance();
      await world.prepare('second', 'ann');
    };
    await expect(world.worker(store).advance()).rejects.toThrow(Crash);
    await world.worker().advance();
    await world.approve('bob', 'second approval');
    expect(await world.worker().advance()).toBe('preparation');
    await world.prepare('third', 'ann');
    await world.worker().advance();
    await world.approve('bob', 'third approval');
    expect(await world.worker().advance()).toBe('submission');
    expect(linesOf(await world.state()).map(({ attempt }) => attempt)).toEqual([2, 1]);
  });

  it('gives up a claim whose organisation owes otherwise, and merges it in the next version', async () => {
    const claimId = await world.rejectedClaim(1, 9_000);
    await world.grant(claimId);
    given(owed(1, 9_000), owed(1, -2_000, { placeId: 'place 9' }), owed(2, 5_000));
    world.bases.basis = { ...world.bases.basis, claimIds: [claimId] };
    await world.open();
    await world.worker().advance();
    expect(await world.typesOf(`payment-${claimId}`)).toContain('ClaimReleased');
    expect(linesOf(await world.state()).map((line) => line.amountCents)).toEqual([5_000]);
    await world.reject('bob');
    expect(await world.worker().advance()).toBe('preparation');
    await world.prepare('again', 'ann');
    await world.worker().advance();
    expect(linesOf(await world.state()).map((line) => line.amountCents)).toEqual([7_000, 5_000]);
  });
});

describe('four eyes', () => {
  beforeEach(async () => {
    given(owed(1, 5_000));
    await world.open();
    await world.worker().advance();
  });

  it('are two people’s: who opened the run prepared it', () =>
    expect(world.approve('ann')).rejects.toEqual(refusal('approver_prepared')));

  it('are not of who changed an account in it', async () => {
    const change = { organisationId: uuid(1), changedBy: 'bob', changedAt: '2027-02-20T08:00:00Z' };
    world.accounts.changed.set(uuid(1), { changes: [change] });
    await expect(world.approve('bob')).rejects.toEqual(refusal('approver_changed_account'));
    await world.approve('cleo');
    expect((await world.state()).status).toBe('approved');
  });

  it('send the run back when an account changed since, at the approval or at the issue', async () => {
    world.accounts.changed.set(uuid(1), { account: 'none' });
    await expect(world.approve('bob')).rejects.toEqual(refusal('bank_account_changed'));
    expect(await world.worker().advance()).toBe('preparation');
    world.accounts.changed.clear();
    await world.prepare('again', 'ann');
    await world.worker().advance();
    await world.approve('bob', 'second approval');
    world.accounts.changed.set(uuid(1), { account: frozenPayee({ bankAccountId: uuid(901) }) });
    expect(await world.worker().advance()).toBe('preparation');
    expect(readdirSync(world.folder)).toEqual([]);
    expect(
      (await world.typesOf(`run-${RUN}`)).filter((type) => type === 'RunSentBack'),
    ).toHaveLength(2);
  });
});

describe('the file', () => {
  const folder = () => join(world.folder, 'payment-files');
  beforeEach(async () => {
    given(owed(1, 5_000), owed(2, 5_000), owed(3, 5_000), owed(4, 5_000));
    await world.open();
    await world.worker().advance();
    await world.approve('bob');
  });

  it('has parts of so many payments each, and no more parts', async () => {
    await expect(world.download()).rejects.toEqual(refusal('run_state'));
    await world.worker().advance();
    const [first, second] = [await world.download(1), await world.download(2)];
    expect([first.file.transactions, second.file.transactions]).toEqual([3, 1]);
    expect(first.parts).toBe(2);
    for (const { file, content } of [first, second]) {
      expect(createHash('sha256').update(content).digest('hex')).toBe(file.sha256);
    }
    for (const part of [0, 3]) {
      await expect(world.download(part)).rejects.toEqual(refusal('payment_file_unknown'));
    }
  });

  it('leaves nobody’s hands before every payment has its stream', async () => {
    const issued = await appendsUntil(world.worker, 'PaymentFileIssued');
    expect(issued).toBe(1);
    await expect(world.download()).rejects.toEqual(refusal('payments_not_ordered'));
    await expect(world.submit('started')).rejects.toEqual(refusal('payments_not_ordered'));
    await world.worker().advance();
    expect((await world.download()).content.length).toBeGreaterThan(1_000);
  });

  it('is written again from the log, the same bytes, when the disk lost or changed it', async () => {
    await world.worker().advance();
    const { content, file } = await world.download();
    clock.advanceBy({ days: 400 });
    rmSync(folder(), { recursive: true });
    expect((await world.download()).content.equals(content)).toBe(true);
    writeFileSync(join(folder(), `${file.sha256}.sealed`), 'else');
    expect((await world.download()).content.equals(content)).toBe(true);
    expect(readdirSync(folder())).toEqual([`${file.sha256}.sealed`]);
  });
});

/** The place of the append that wrote that event, counted from 1, after which the worker died. */
async function appendsUntil(workerOf: World['worker'], type: string): Promise<number> {
  for (let diesAt = 1; ; diesAt += 1) {
    const worker = workerOf.call(world, new MortalStore(world.log, diesAt, true));
    await expect(worker.advance()).rejects.toThrow(Crash);
    if ((await world.typesOf(`run-${RUN}`)).includes(type)) return diesAt;
  }
}

/** What a life of a run needs of its workers: to take it as far as it goes. */
type Work = (world: World) => Promise<void>;

/**
 * Two re-presentments and ordinary lines in two slices; a first version rejected; a second sent back at
 * its issue, for the bank had paid one of the claims; a third issued, submitted, answered.
 */
async function live(work: Work): Promise<Record<string, unknown>> {
  const own = new World(new FakeClock(MONDAY));
  try {
    const claimIds = [await own.rejectedClaim(1, 9_000), await own.rejectedClaim(2, 4_000)];
    for (const claimId of claimIds) await own.grant(claimId);
    const large = Array.from({ length: 2_499 }, (_, place) =>
      owed(3, 100, { placeId: `place 3-${place}` }),
    );
    const others = [owed(4, 5_000), owed(5, 500), owed(6, -100)];
    const amounts = [owed(1, 9_000), owed(1, 1_000, { placeId: 'p' }), owed(2, 4_000)];
    own.bases.basis = { ...own.bases.basis, claimIds, amounts: [...amounts, ...large, ...others] };
    await own.open();
    await work(own);
    await own.reject('bob');
    await work(own);
    await own.prepare('second', 'ann');
    await work(own);
    await own.approve('bob', 'second approval');
    await own.settle(endToEndIdOf(uuid(5_002), 1), uuid(5_002), 4_000);
    await work(own);
    await own.prepare('third', 'cleo');
    await work(own);
    await own.approve('bob', 'third approval');
    await work(own);
    const { parts, content } = await own.download();
    const files = [content];
    for (let part = 2; part <= parts; part += 1) files.push((await own.download(part)).content);
    await own.submit('started');
    await own.submit('submitted');
    await own.settleAll();
    await work(own);
    expect(await own.worker().advance()).toBe('nobody');
    return { ...(await own.ending()), files: files.map((file) => file.toString()) };
  } finally {
    own.leave();
  }
}

describe('a run whose workers die', () => {
  const well: Work = async (own) => void (await own.worker().advance());
  let ending: Record<string, unknown>;
  let appends = 0;

  beforeAll(async () => {
    ending = await live(async (own) => {
      const store = new MortalStore(own.log);
      await own.worker(store).advance();
      appends += store.appends;
    });
  });

  it('has a life worth the trial', () => {
    const types = (ending[`run-${RUN}`] as [string][]).map(([type]) => type);
    expect(types.filter((type) => type === 'LinesFrozen')).toHaveLength(6);
    expect(types).toContain('RunSentBack');
    expect(types.at(-1)).toBe('RunCompleted');
    expect(appends).toBeGreaterThan(25);
  });

  it.each([true, false])(
    'ends in the same streams and the same bytes, killed at any append (written: %s)',
    async (isWritten) => {
      for (let diesAt = 1; diesAt <= appends; diesAt += 1) {
        const died = await live(dyingAt(diesAt, isWritten));
        expect({ diesAt, ending: died }).toEqual({ diesAt, ending });
      }
    },
    600_000,
  );

  it('ends alike when each dies after its first append', async () => {
    const weak: Work = async (own) => {
      for (;;) {
        const worker = own.worker(new MortalStore(own.log, 1, true));
        if (await survives(worker)) return;
      }
    };
    expect(await live(weak)).toEqual(ending);
  });

  it('ends alike when two do every job at once', async () => {
    const twice: Work = async (own) => void (await Promise.all([well(own), well(own)]));
    expect(await live(twice)).toEqual(ending);
  });

  it('ends alike when every job is done again', async () => {
    const again: Work = async (own) => {
      const worker = own.worker();
      for (let time = 0; time < 3; time += 1) await worker.advance();
    };
    expect(await live(again)).toEqual(ending);
  });
});

/** The n-th append of the run's whole life is its worker's last; the next worker goes on. */
function dyingAt(diesAt: number, isWritten: boolean): Work {
  let before = 0;
  return async (own) => {
    const store = new MortalStore(own.log, diesAt - before, isWritten);
    const isDone = await survives(own.worker(store));
    before += store.appends;
    if (!isDone) await own.worker().advance();
  };
}

async function survives(worker: Worker): Promise<boolean> {
  try {
    await worker.advance();
    return true;
  } catch (error) {
    if (error instanceof Crash) return false;
    throw error;
  }
}
