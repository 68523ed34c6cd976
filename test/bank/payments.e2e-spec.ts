import { IBANS, RunWorld, type Line, type PaidPlace } from '../runs/run-world';
import { SchemeApp } from '../support/scheme-app';
import { BankWorld } from './bank-world';

let app: SchemeApp;
let world: RunWorld;
let bank: BankWorld;
let places: readonly [PaidPlace, PaidPlace];

beforeEach(async () => {
  app = await SchemeApp.start();
  world = await RunWorld.in(app);
  bank = new BankWorld(app, { balanceCents: 500_000 });
  places = [await world.place(IBANS[0]), await world.place(IBANS[1])];
});
afterEach(() => app.stop());

/** A run of two payments that the bank has: 50 € and 30 €. */
async function submitted() {
  await world.redeem(places[0], 5);
  await world.redeem(places[1], 3);
  const { runId, files } = await world.submitted();
  const lines = await world.lines(runId);
  const [five, three] = [lineOf(lines, 5_000), lineOf(lines, 3_000)];
  app.clock.advanceBy({ days: 1 });
  return { runId, messageId: files[0]?.messageId ?? '', five, three };
}

const lineOf = (lines: readonly Line[], cents: number): Line => {
  const found = lines.find(({ amountCents }) => amountCents === cents);
  if (found === undefined) throw new Error(`no line of ${cents}`);
  return found;
};
const transaction = ({ endToEndId, amountCents }: Line) => ({ endToEndId, amountCents });
const debit = (...lines: readonly Line[]) =>
  bank.entry({
    amountCents: lines.reduce((sum, { amountCents }) => sum + amountCents, 0),
    ...{ direction: 'debit', transactions: lines.map(transaction) },
  });
const back = (line: Line, returnReason = 'MD07') =>
  bank.entry({
    ...{ amountCents: line.amountCents, direction: 'credit' },
    transactions: [{ ...transaction(line), returnReason }],
  });
const stateOf = async ({ claimId }: Line) =>
  (await world.auditor.get<{ status: string }>(`/v1/payments/${claimId}`)).status;
const moneyOf = (place: PaidPlace) =>
  place.manager.get<Record<string, number>>(`/v1/places/${place.placeId}/balance`);

describe('payments', () => {
  it('are settled by debits of their end-to-end ids, in one entry or in several', async () => {
    const { runId, five, three } = await submitted();
    const report = await bank.send(bank.statement([debit(five, three)]));
    expect(report.entries).toMatchObject([{ verdict: 'matched', entry: { status: 'settled' } }]);
    expect([await stateOf(five), await stateOf(three)]).toEqual(['settled', 'settled']);
    expect(await world.run(runId)).toMatchObject({ status: 'completed' });
    expect(await bank.reconciliation()).toMatchObject({
      ...{ unmatchedEntriesCents: 0, unmatchedPaymentsCents: 0 },
    });
  });

  it('are settled by a batch debit without the lines that were rejected', async () => {
    const { messageId, five, three } = await submitted();
    const rejected = [{ endToEndId: three.endToEndId, reasonCode: 'AM04' }];
    const answer = await bank.send(bank.rejection(messageId, rejected));
    expect(answer.entries).toMatchObject([{ verdict: 'noted' }, { verdict: 'matched' }]);
    const batch = { messageId, paymentInformationId: `${messageId}-P`, transactions: 1 };
    const sum = bank.entry({ amountCents: 5_000, direction: 'debit', batch });
    const report = await bank.send(bank.statement([sum]));
    expect(report.entries).toMatchObject([{ verdict: 'matched' }]);
    expect([await stateOf(five), await stateOf(three)]).toEqual(['settled', 'rejected']);
  });

  it('of a batch debit of another sum are settled one by one, by two people', async () => {
    const { messageId, five, three } = await submitted();
    const batch = { messageId, paymentInformationId: `${messageId}-P`, transactions: 2 };
    const sum = bank.entry({ amountCents: 8_010, direction: 'debit', batch });
    const report = await bank.send(bank.statement([sum]));
    const entry = await bank.entryOf(report);
    expect(entry).toMatchObject({ status: 'waiting', reason: 'batch_sum_differs' });
    await bank.resolve(entry, { as: 'payment', targetId: five.claimId, amountCents: 5_000 });
    expect(await bank.entryOf(report)).toMatchObject({ status: 'waiting', openCents: 3_010 });
    await bank.resolve(entry, { as: 'payment', targetId: three.claimId, amountCents: 3_000 });
    await bank.resolve(entry, { as: 'bankCharge' });
    expect(await bank.entryOf(report)).toMatchObject({ status: 'settled', openCents: 0 });
    expect([await stateOf(five), await stateOf(three)]).toEqual(['settled', 'settled']);
    expect(await bank.reconciliation()).toMatchObject({ unmatchedEntriesCents: 0 });
  });

  it('go back to owed when they are returned, also before their debit is known', async () => {
    const { five } = await submitted();
    const early = await bank.send(bank.statement([back(five)]));
    expect(await bank.entryOf(early)).toMatchObject({
      ...{ status: 'waiting', reason: 'payment_not_settled' },
    });
    expect(await bank.reconciliation()).toMatchObject({ unmatchedEntriesCents: 5_000 });
    await bank.send(bank.statement([debit(five)]));
    expect(await bank.entryOf(early)).toMatchObject({ status: 'settled' });
    expect(await stateOf(five)).toBe('returned');
    expect(await moneyOf(places[0])).toMatchObject({ owedCents: 5_000, paidCents: 0 });
    expect(await bank.reconciliation()).toMatchObject({ unmatchedEntriesCents: 0 });
  });

  it('are rejected once, however often and by whichever answer', async () => {
    const { messageId, five } = await submitted();
    const rejected = [{ endToEndId: five.endToEndId, reasonCode: 'AC04' }];
    await bank.send(bank.rejection(messageId, rejected));
    const again = await bank.send(bank.rejection(messageId, rejected));
    expect(again.entries).toMatchObject([{ verdict: 'noted' }, { verdict: 'duplicate' }]);
    expect((await app.events()).filter(({ type }) => type === 'PaymentRejected')).toHaveLength(1);
    expect(await moneyOf(places[0])).toMatchObject({ owedCents: 5_000, inRunCents: 0 });
  });

  it('that were rejected are paid all the same by a late debit', async () => {
    const { messageId, five } = await submitted();
    const rejected = [{ endToEndId: five.endToEndId, reasonCode: 'AM04' }];
    await bank.send(bank.rejection(messageId, rejected));
    await bank.send(bank.statement([debit(five)]));
    expect(await stateOf(five)).toBe('settled');
    expect(await moneyOf(places[0])).toMatchObject({ owedCents: 0, paidCents: 5_000 });
    const late = await bank.send(bank.rejection(messageId, rejected));
    expect(late.entries[1]).toMatchObject({ verdict: 'noted', reason: 'settled_before' });
    expect(await stateOf(five)).toBe('settled');
  });
});

describe('a debit that the ledger disputes', () => {
  it('waits for two people with the reason, and moves nothing by itself', async () => {
    const { five } = await submitted();
    const wrong = { ...five, amountCents: 5_001 };
    const report = await bank.send(bank.statement([debit(wrong)]));
    const entry = await bank.entryOf(report);
    expect(entry).toMatchObject({ status: 'waiting', reason: 'amount_differs', openCents: 5_001 });
    expect(await stateOf(five)).toBe('ordered');
    await bank.resolve(entry, { as: 'payment', targetId: five.claimId });
    expect(await bank.entryOf(report)).toMatchObject({
      ...{ status: 'waiting', reason: 'amount_differs' },
    });
    await bank.resolve(entry, { as: 'payment', targetId: five.claimId, amountCents: 5_000 });
    expect(await bank.entryOf(report)).toMatchObject({ status: 'waiting', openCents: 1 });
    await bank.resolve(entry, { as: 'bankCharge' });
    expect(await bank.entryOf(report)).toMatchObject({ status: 'settled' });
    expect(await stateOf(five)).toBe('settled');
  });

  it('is answered like any other when the same payment is booked twice', async () => {
    const { five } = await submitted();
    await bank.send(bank.statement([debit(five)]));
    const report = await bank.send(bank.statement([debit(five)]));
    const entry = await bank.entryOf(report);
    expect(entry).toMatchObject({ status: 'waiting', reason: 'settled_before' });
    expect(await bank.reconciliation()).toMatchObject({ unmatchedEntriesCents: -5_000 });
    await bank.resolve(entry, { as: 'bankCharge' });
    const repaid = bank.entry({ amountCents: 5_000, direction: 'credit' });
    const credit = await bank.entryOf(await bank.send(bank.statement([repaid])));
    await bank.resolve(credit, { as: 'bankCharge' });
    expect(await bank.reconciliation()).toMatchObject({ unmatchedEntriesCents: 0 });
    expect(await moneyOf(places[0])).toMatchObject({ owedCents: 0, paidCents: 5_000 });
  });
});

describe('an answer that is about nothing of ours', () => {
  it('waits until a person has looked at it', async () => {
    const { five } = await submitted();
    const rejected = [{ endToEndId: five.endToEndId, reasonCode: 'AC04' }];
    const report = await bank.send(bank.rejection('OTHER-FILE', rejected));
    expect(report.entries).toMatchObject([
      { verdict: 'noted' },
      { verdict: 'waiting', reason: 'message_unknown', entryRef: null, acknowledged: false },
    ]);
    expect(await stateOf(five)).toBe('ordered');
    const path = (item: number | string) =>
      `/v1/bank-reports/${report.reportId}/items/${item}/acknowledgement`;
    const reason = { reason: 'Of another account' };
    expect(await bank.preparer.refused(path(0), reason)).toBe('404 item_unknown');
    expect(await bank.preparer.refused(path('x'), reason)).toBe('400 id_invalid');
    await bank.preparer.post(path(1), reason);
    expect(await bank.preparer.refused(path(1), reason)).toBe('409 already_so');
    expect(await bank.preparer.refused(path(2), reason)).toBe('404 item_unknown');
    expect((await bank.report(report.reportId)).entries[1]).toMatchObject({ acknowledged: true });
  });
});
