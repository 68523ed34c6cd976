import { FakeClock } from '@app/platform/testing/fake-clock';
import { line } from '../../domain/run/run.examples';
import { MortalStore } from '../runs/runs.world';
import { BankWorld, rejectionOf, statementOf } from './bank.world';

const paid = line(1, 5_000);
const back = line(2, 3_000);
const rejected = line(3, 2_000);
const wrong = line(4, 1_000);

const debit = ({ endToEndId, amountCents: cents }: ReturnType<typeof line>, reference: string) =>
  ({ cents, direction: 'DBIT', reference, endToEndId }) as const;

/** Every kind of end: paid, returned before its debit, disputed, a deposit, and what is unknown. */
const STATEMENT = statementOf('S1', [
  { ...debit(back, 'R1'), direction: 'CRDT' },
  debit(paid, 'R2'),
  debit(back, 'R3'),
  { ...debit(wrong, 'R4'), cents: 999 },
  { cents: 70_000, direction: 'CRDT', reference: 'deposit 1' },
  { cents: 12, direction: 'CRDT', reference: 'unknown' },
]);
const ANSWER = rejectionOf([rejected.endToEndId, `${'0'.repeat(32)}-1`]);

const CLOCK = new FakeClock('2027-03-03T08:00:00.000Z');

let world: BankWorld;

async function newWorld(): Promise<BankWorld> {
  const made = new BankWorld(CLOCK);
  await made.issue([paid, back, rejected, wrong]);
  made.views.deposits = [
    {
      ...{ kind: 'deposit', targetId: 'deposit 1', agreementId: 'a', amountCents: 70_000 },
      ...{ iban: null, status: 'expected' },
    },
  ];
  return made;
}

beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.leave());

const kinds = async () =>
  (await world.facts())
    .filter(({ streamName }) => /^(payment|deposit)-/.test(streamName))
    .map(({ type }) => type)
    .sort();

/** In the order given; each is received and handled to its end. */
async function take(...files: readonly Buffer[]): Promise<void> {
  for (const bytes of files) await world.run(await world.program().receive(bytes));
}

describe('reports of the bank', () => {
  it('take their effect, and leave what they cannot explain to a person', async () => {
    await take(STATEMENT, ANSWER);
    expect(await kinds()).toEqual([
      ...['BookedDebitDisputed', 'DepositBooked'],
      ...['PaymentOrdered', 'PaymentOrdered', 'PaymentOrdered', 'PaymentOrdered'],
      ...['PaymentRejected', 'PaymentReturned', 'PaymentSettled', 'PaymentSettled'],
    ]);
    const verdicts = (await world.facts()).flatMap(({ type, data }) =>
      type === 'ReportItemsJudged' ? data.verdicts : [],
    );
    expect(verdicts.map(({ verdict, reason }) => reason ?? verdict)).toEqual([
      ...['matched', 'matched', 'matched', 'matched', 'matched', 'no_match'],
      ...['matched', 'payment_unknown'],
    ]);
    const reopened = (await world.facts()).flatMap(({ type, data }) =>
      type === 'BankEntryReopened' ? [data.reason] : [],
    );
    expect(reopened.sort()).toEqual(['amount_differs', 'payment_not_settled']);
  });

  it('come to the same in whichever order, and however often', async () => {
    await take(STATEMENT, ANSWER);
    const expected = await world.outcome();
    world.leave();
    world = await newWorld();
    await take(ANSWER, STATEMENT, ANSWER, STATEMENT);
    expect(await world.outcome()).toEqual(expected);
  });

  it('wait for a file that is lost until it is sent again', async () => {
    const reportId = await world.program().receive(STATEMENT);
    world.leave();
    await expect(world.run(reportId)).rejects.toThrow('lost or damaged');
    expect(await kinds()).toHaveLength(4);
    await take(STATEMENT);
    expect(await kinds()).toContain('PaymentSettled');
  });

  it('wait for payments that are in an issued file and not ordered yet', async () => {
    world.leave();
    world = new BankWorld(CLOCK);
    await world.issue([], [line(5, 700)]);
    const { endToEndId } = line(5, 700);
    const early = statementOf('S2', [
      { cents: 700, direction: 'DBIT', reference: 'R9', endToEndId },
    ]);
    const reportId = await world.program().receive(early);
    await expect(world.run(reportId)).rejects.toThrow('not ordered yet');
    await expect(take(rejectionOf([endToEndId]))).rejects.toThrow('not ordered yet');
    await world.order(line(5, 700));
    await world.run(reportId);
    expect(await kinds()).toContain('PaymentSettled');
  });
});

describe('a job that is killed', () => {
  /** The n-th append is its last, then another one begins anew; answers whether it came that far. */
  async function killedAt(diesAt: number, isWritten: boolean): Promise<boolean> {
    world.leave();
    world = await newWorld();
    const ids: string[] = [];
    for (const bytes of [STATEMENT, ANSWER]) ids.push(await world.program().receive(bytes));
    const mortal = new MortalStore(world.log, diesAt, isWritten);
    const runAll = async (store?: MortalStore) => {
      for (const id of ids) await world.run(id, store);
    };
    await runAll(mortal).catch(() => undefined);
    await runAll();
    return mortal.appends >= diesAt;
  }

  it('at any append comes to the same, whether it was written or not', async () => {
    await take(STATEMENT, ANSWER);
    const expected = await world.outcome();
    let reached = 0;
    for (let diesAt = 1; await killedAt(diesAt, true); diesAt += 1) {
      expect([diesAt, 'written', await world.outcome()]).toEqual([diesAt, 'written', expected]);
      await killedAt(diesAt, false);
      expect([diesAt, 'lost', await world.outcome()]).toEqual([diesAt, 'lost', expected]);
      reached = diesAt;
    }
    expect(reached).toBeGreaterThan(25);
  });

  it('and two at once come to the same', async () => {
    await take(STATEMENT, ANSWER);
    const expected = await world.outcome();
    world.leave();
    world = await newWorld();
    for (const bytes of [STATEMENT, ANSWER]) {
      const reportId = await world.program().receive(bytes);
      await Promise.all([world.run(reportId), world.run(reportId)]);
    }
    expect(await world.outcome()).toEqual(expected);
  });
});
