import { SchemeApp } from '../support/scheme-app';
import { OrderWorld } from '../voucher-books/order-world';
import { BankWorld } from './bank-world';

let app: SchemeApp;
let orders: OrderWorld;
let bank: BankWorld;

beforeEach(async () => {
  app = await SchemeApp.start();
  orders = await OrderWorld.in(app);
  bank = new BankWorld(app);
});
afterEach(() => app.stop());

type Deposit = Readonly<{ depositId: string; status: string; amountCents: number }>;

const typed = async (bankReference: string, amountCents = 10_000): Promise<string> => {
  const { depositId } = await bank.preparer.post<{ depositId: string }>('/v1/deposits', {
    ...{ agreementId: orders.agreementId, amountCents, bankReference },
    valueOn: app.clock.today(),
  });
  return depositId;
};
const depositOf = (depositId: string) => bank.auditor.get<Deposit>(`/v1/deposits/${depositId}`);
const depositedCents = async () => {
  const path = `/v1/agreements/${orders.agreementId}/balance`;
  return (await bank.auditor.get<{ depositedCents: number }>(path)).depositedCents;
};
const credit = (reference: string, amountCents = 10_000) =>
  bank.entry({ amountCents, direction: 'credit', reference });

/** What the reports left in the log: every event but the reports' own, without what tells copies apart. */
async function effects(): Promise<readonly string[]> {
  const events = await app.events();
  return events
    .filter(({ streamName }) => /^(deposit|agreement|bank-entry)-/.test(streamName))
    .map(({ streamName, type }) => `${streamName} ${type}`)
    .sort();
}

describe('a typed deposit', () => {
  it('is confirmed by a booked credit under its reference, however spaced', async () => {
    const depositId = await typed('Conv 12 / 2026');
    const report = await bank.send(bank.statement([credit('CONV12/2026')], '02'));
    expect(report).toMatchObject({ status: 'completed', matched: 1, waiting: 0 });
    expect(report.entries).toMatchObject([{ verdict: 'matched', entry: { status: 'settled' } }]);
    expect(await depositOf(depositId)).toMatchObject({ status: 'confirmed' });
    expect(await depositedCents()).toBe(510_000);
    expect(await bank.reconciliation()).toMatchObject({
      ...{ bankBalanceCents: 10_000, ledgerBalanceCents: 10_000, differenceCents: 0 },
      ...{ unmatchedEntriesCents: 0, unmatchedEntries: [], lateDeposits: [] },
    });
  });

  it('that a person has confirmed takes its line of the statement too, and no second one', async () => {
    const depositId = await typed('VIR 1');
    const confirmation = { statementReference: 'by hand' };
    await bank.approver.post(`/v1/deposits/${depositId}/confirmation`, confirmation);
    await bank.send(bank.statement([credit('VIR 1')]));
    const again = await bank.send(
      bank.statement([
        bank.entry({ ...credit('VIR 1'), bookedOn: '2026-01-16', amountCents: 10_000 }),
      ]),
    );
    expect(again.entries).toMatchObject([{ verdict: 'duplicate' }]);
    const transactions = [{ amountCents: 10_000, remittance: 'VIR 1' }];
    const second = bank.statement([{ ...credit('OTHER'), transactions }]);
    const other = await bank.entryOf(await bank.send(second));
    expect(other).toMatchObject({
      ...{ status: 'waiting', reason: 'already_booked', openCents: 10_000 },
      guess: { as: 'deposit', targetId: orders.agreementId, reason: 'already_booked' },
    });
    expect(await depositedCents()).toBe(510_000);
  });

  it('typed after its credit was reported is confirmed by it all the same', async () => {
    const report = await bank.send(bank.statement([credit('LATE 1')]));
    expect(await bank.entryOf(report)).toMatchObject({ status: 'waiting', reason: 'no_match' });
    expect(await bank.reconciliation()).toMatchObject({
      ...{ unmatchedEntriesCents: 10_000, differenceCents: 0 },
    });
    const depositId = await typed('late 1');
    await app.sweep();
    expect(await bank.entryOf(report)).toMatchObject({ status: 'settled', openCents: 0 });
    expect(await depositOf(depositId)).toMatchObject({ status: 'confirmed' });
  });

  it('typed after its credit is found in the sealed words of its line, too', async () => {
    const transactions = [{ amountCents: 10_000, name: 'Zoé', remittance: 'Avril 7' }];
    const report = await bank.send(bank.statement([{ ...credit('OF THE BANK'), transactions }]));
    expect(await bank.entryOf(report)).toMatchObject({
      ...{ status: 'waiting', reason: 'no_match', remittance: 'Avril 7' },
    });
    const depositId = await typed('AVRIL 7');
    await app.sweep();
    expect(await bank.entryOf(report)).toMatchObject({ status: 'settled', openCents: 0 });
    expect(await depositOf(depositId)).toMatchObject({ status: 'confirmed' });
  });

  it('of another sum waits for a person, with a guess', async () => {
    const depositId = await typed('VIR 1', 9_999);
    const report = await bank.send(bank.statement([credit('VIR 1')]));
    expect(await bank.entryOf(report)).toMatchObject({
      ...{ status: 'waiting', reason: 'amount_differs' },
      guess: { as: 'deposit', targetId: depositId },
    });
    expect(await depositOf(depositId)).toMatchObject({ status: 'typed' });
  });

  it('that nothing confirms is named after three banking days', async () => {
    const depositId = await typed('VIR 1');
    // Thursday the 15th; Tuesday the 20th is the third banking day after.
    await app.passUntil('2026-01-20');
    expect(await bank.reconciliation()).toMatchObject({ lateDeposits: [] });
    await app.passUntil('2026-01-21');
    expect(await bank.reconciliation()).toMatchObject({ lateDeposits: [{ depositId }] });
    await bank.send(bank.statement([credit('VIR 1')]));
    expect(await bank.reconciliation()).toMatchObject({ lateDeposits: [] });
    expect(await bank.reconciliation('2026-01-21T09:00:00.000Z')).toMatchObject({
      lateDeposits: [{ depositId }],
    });
  });
});

describe('a credit that the bank announces first', () => {
  it('counts once it is in a statement, and once', async () => {
    const depositId = await typed('VIR 1');
    const booked = credit('VIR 1');
    const announced = await bank.send(bank.notification([booked]));
    expect(announced.entries).toMatchObject([{ verdict: 'not_booked', reason: 'announced' }]);
    expect(await depositOf(depositId)).toMatchObject({ status: 'typed' });
    const statement = await bank.send(bank.statement([booked]));
    expect(statement.entries).toMatchObject([{ verdict: 'matched' }]);
    expect(await depositOf(depositId)).toMatchObject({ status: 'confirmed' });
    const late = await bank.send(bank.notification([booked]));
    expect(late.entries).toMatchObject([{ verdict: 'duplicate', entry: { status: 'settled' } }]);
    expect((await app.events()).filter(({ type }) => type === 'DepositBooked')).toHaveLength(1);
  });
});

describe('reports that come again, and in disorder', () => {
  it('end alike', async () => {
    await typed('A');
    const files = [
      bank.notification([credit('A'), credit('B', 20_000)]),
      bank.statement([credit('A')]),
      bank.statement([credit('B', 20_000)]),
    ];
    for (const bytes of files) await bank.send(bytes);
    await typed('B', 20_000);
    await app.sweep();
    const expected = (await effects()).map((each) => each.split(' ').at(-1)).sort();
    await app.stop();

    app = await SchemeApp.start();
    orders = await OrderWorld.in(app);
    bank = new BankWorld(app);
    await typed('A');
    for (const at of [2, 0, 1, 1, 0, 2]) await bank.send(files[at] ?? Buffer.alloc(0));
    await typed('B', 20_000);
    await app.sweep();
    const kinds = (await effects()).map((each) => each.split(' ').at(-1)).sort();
    const told = (types: readonly (string | undefined)[]) =>
      types.filter((type) => type !== 'BankEntryBooked');
    expect(told(kinds)).toEqual(told(expected));
    expect(await bank.reconciliation()).toMatchObject({
      ...{ unmatchedEntriesCents: 0, differenceCents: 0, ledgerBalanceCents: 30_000 },
    });
  });

  it('are one report when their bytes are', async () => {
    const bytes = bank.statement([credit('A')]);
    const { reportId } = await bank.send(bytes);
    const before = (await app.events()).length;
    expect((await bank.send(bytes)).reportId).toBe(reportId);
    expect((await app.events()).length).toBe(before);
  });
});
