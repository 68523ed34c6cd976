import { randomUUID } from 'node:crypto';
import { RunWorld, type PaidPlace } from '../runs/run-world';
import { SchemeApp, type Person } from '../support/scheme-app';
import { OrderWorld } from '../voucher-books/order-world';
import { BankWorld, type Entry } from './bank-world';

let app: SchemeApp;
let orders: OrderWorld;
let bank: BankWorld;

beforeEach(async () => {
  app = await SchemeApp.start();
  orders = await OrderWorld.in(app);
  bank = new BankWorld(app);
});
afterEach(() => app.stop());

type Balance = Readonly<Record<string, number>>;

const balance = () => bank.auditor.get<Balance>(`/v1/agreements/${orders.agreementId}/balance`);

/** One line of the account that names nothing of ours, or that reference. */
async function seen(
  direction: 'credit' | 'debit',
  amountCents: number,
  reference?: string,
): Promise<Entry> {
  const named = reference === undefined ? {} : { reference };
  const entry = bank.entry({ amountCents, direction, ...named });
  return bank.entryOf(await bank.send(bank.statement([entry])));
}

const now = async ({ reportId }: Entry): Promise<Entry> =>
  bank.entryOf(await bank.report(reportId));

describe('money that nobody had announced', () => {
  it('becomes a deposit of the agreement that two people name', async () => {
    const entry = await seen('credit', 25_000);
    expect(entry).toMatchObject({ status: 'waiting', reason: 'no_match', guess: null });
    const body = { as: 'deposit', targetId: orders.agreementId };
    expect(await bank.preparer.post(bank.resolution(entry), body)).toMatchObject({
      status: 'proposed',
    });
    expect((await balance())['depositedCents']).toBe(500_000);
    expect(await bank.approver.post(bank.resolution(entry), body)).toMatchObject({
      status: 'resolved',
    });
    expect((await balance())['depositedCents']).toBe(525_000);
    expect(await now(entry)).toMatchObject({ status: 'settled', openCents: 0 });
    expect(await bank.reconciliation()).toMatchObject({
      ...{ differenceCents: 0, unmatchedEntriesCents: 0, ledgerBalanceCents: 25_000 },
    });
  });

  it('is guessed at by its amount, and stays a guess until two people agree', async () => {
    const { depositId } = await bank.preparer.post<{ depositId: string }>('/v1/deposits', {
      ...{ agreementId: orders.agreementId, amountCents: 25_000, bankReference: 'VIR 1' },
      valueOn: '2026-01-15',
    });
    const entry = await seen('credit', 25_000);
    const { guess } = entry;
    expect(guess).toEqual({ as: 'deposit', targetId: depositId, reason: 'amount' });
    await bank.resolve(entry, { as: 'deposit', targetId: depositId });
    expect(await bank.auditor.get(`/v1/deposits/${depositId}`)).toMatchObject({
      status: 'confirmed',
    });
    expect((await balance())['depositedCents']).toBe(525_000);
  });
});

describe('a resolution', () => {
  it('takes two people, who say the same', async () => {
    const entry = await seen('credit', 25_000);
    const path = bank.resolution(entry);
    const body = { as: 'deposit', targetId: orders.agreementId };
    expect(await bank.approver.refused(path, body)).toBe('409 resolution_unknown');
    await bank.preparer.post(path, body);
    expect(await bank.preparer.refused(path, body)).toBe('409 already_so');
    expect(await bank.approver.refused(path, { as: 'interest' })).toBe('409 resolution_differs');
    expect(await bank.approver.refused(path, { ...body, amountCents: 24_999 })).toBe(
      '409 resolution_differs',
    );
    expect(await app.as('operator').refused(path, body)).toBe('403 forbidden');
    await bank.approver.post(path, body);
    expect(await bank.approver.refused(path, body)).toBe('409 already_so');
  });

  it('of one person in both roles is a proposal, and approves only what another proposed', async () => {
    const entry = await seen('credit', 25_000);
    const path = bank.resolution(entry);
    const both = app.asBoth('finance-preparer', 'finance-approver');
    expect(await both.post(path, { as: 'interest' })).toMatchObject({ status: 'proposed' });
    expect(await both.refused(path, { as: 'interest' })).toBe('409 already_so');
    await bank.preparer.post(path, { as: 'bankCharge' });
    expect(await both.post(path, { as: 'bankCharge' })).toMatchObject({ status: 'resolved' });
  });

  it('is possible for what the entry can be', async () => {
    const [credit, debit] = [await seen('credit', 100), await seen('debit', 100)];
    const refused = (entry: Entry, as: string, targetId?: string) =>
      bank.preparer.refused(bank.resolution(entry), { as, ...(targetId && { targetId }) });
    const { agreementId } = orders;
    for (const as of ['payment', 'depositRecall']) {
      expect(await refused(credit, as, randomUUID())).toBe('404 target_unknown');
    }
    expect(await refused(debit, 'deposit', agreementId)).toBe('409 resolution_impossible');
    expect(await refused(debit, 'operatorTopUp', agreementId)).toBe('409 resolution_impossible');
    for (const as of ['deposit', 'paymentReturn', 'refund', 'feeSweep', 'debtRepayment']) {
      expect([as, await refused(credit, as, randomUUID())]).toEqual([as, '404 target_unknown']);
    }
    expect(await refused(credit, 'deposit')).toBe('422 target_required');
    expect(await refused(credit, 'gift')).toBe('400 choice_unknown');
    expect(
      await bank.preparer.refused(bank.resolution(credit), { as: 'interest', amountCents: 101 }),
    ).toBe('409 amount_differs');
    const elsewhere = bank.resolution({ ...credit, reportId: debit.reportId });
    expect(await bank.preparer.refused(elsewhere, { as: 'interest' })).toBe('404 not_found');
  });

  it('of what the bank has only announced waits for its statement', async () => {
    const entry = bank.entry({ amountCents: 100, direction: 'credit' });
    const announced = await bank.entryOf(await bank.send(bank.notification([entry])));
    expect(await bank.preparer.refused(bank.resolution(announced), { as: 'interest' })).toBe(
      '409 entry_not_booked',
    );
  });

  it('as interest or charge is the operator’s, and as a duplicate nothing', async () => {
    await bank.resolve(await seen('credit', 12), { as: 'interest' });
    await bank.resolve(await seen('debit', 700), { as: 'bankCharge' });
    const { entryRef: targetId } = await seen('credit', 5);
    // The same money in another statement of the day, under another reference.
    bank = new BankWorld(app, { balanceCents: -688 });
    const again = bank.entry({ amountCents: 5, direction: 'credit', reference: 'AGAIN' });
    const repeated = await bank.entryOf(await bank.send(bank.statement([again])));
    expect(await bank.reconciliation()).toMatchObject({ differenceCents: -5 });
    await bank.resolve(repeated, { as: 'duplicate', targetId });
    expect(await bank.reconciliation()).toMatchObject({
      ...{ unmatchedEntriesCents: 5, differenceCents: 0 },
    });
    expect((await balance())['depositedCents']).toBe(500_000);
  });

  it('that is refused in the end waits again, with the reason', async () => {
    const typed = { agreementId: orders.agreementId, bankReference: 'VIR 1' };
    const { depositId } = await bank.preparer.post<{ depositId: string }>('/v1/deposits', {
      ...{ ...typed, amountCents: 25_001, valueOn: '2026-01-15' },
    });
    const entry = await seen('credit', 25_000);
    await bank.resolve(entry, { as: 'deposit', targetId: depositId });
    expect(await now(entry)).toMatchObject({
      ...{ status: 'waiting', openCents: 25_000, reason: 'reference_conflict' },
    });
    expect(await bank.auditor.get('/v1/bank-entries?status=waiting')).toMatchObject({
      items: [{ entryRef: entry.entryRef }],
    });
    await bank.resolve(entry, { as: 'deposit', targetId: orders.agreementId });
    expect(await now(entry)).toMatchObject({ status: 'settled' });
    expect((await balance())['depositedCents']).toBe(550_001);
  });

  it('that would carry an agreement above 10^12 cents waits again, and is somebody’s to decide', async () => {
    const all = { agreementId: orders.agreementId, bankReference: 'ALL', valueOn: '2026-01-15' };
    const amountCents = 1_000_000_000_000 - 500_000;
    await bank.preparer.post('/v1/deposits', { ...all, amountCents });
    const entry = await seen('credit', 25_000);
    await bank.resolve(entry, { as: 'deposit', targetId: orders.agreementId });
    expect(await now(entry)).toMatchObject({
      ...{ status: 'waiting', openCents: 25_000, reason: 'amount_limit' },
    });
    expect((await balance())['depositedCents']).toBe(1_000_000_000_000);
  });
});

describe('a deposit that its bank takes back', () => {
  it('is recalled by the debit that two people name', async () => {
    const { depositId } = await bank.preparer.post<{ depositId: string }>('/v1/deposits', {
      ...{ agreementId: orders.agreementId, amountCents: 25_000, bankReference: 'VIR 1' },
      valueOn: '2026-01-15',
    });
    await seen('credit', 25_000, 'VIR 1');
    const debit = await seen('debit', 25_000, 'VIR 1');
    expect(debit).toMatchObject({
      ...{ status: 'waiting', reason: 'other_direction' },
      guess: { as: 'depositRecall', targetId: depositId },
    });
    await bank.resolve(debit, { as: 'depositRecall', targetId: depositId });
    expect(await balance()).toMatchObject({ depositedCents: 500_000, shortfallCents: 0 });
    expect(await bank.reconciliation()).toMatchObject({
      ...{ unmatchedEntriesCents: 0, differenceCents: 0, ledgerBalanceCents: 0 },
    });
  });
});

describe('a refund', () => {
  /** Ordered at the bank by hand, under the reference that is answered. */
  async function ordered(amountCents: number): Promise<string> {
    const { funder } = orders;
    const accounts = `/v1/funders/${funder.partyId}/bank-accounts`;
    const { bankAccountId } = await funder.post<{ bankAccountId: string }>(accounts, {
      ...{ iban: 'FR1420041010050500013M02606', holderName: 'Département de la Nièvre' },
    });
    await bank.approver.post(`${accounts}/${bankAccountId}/verification`, { outcome: 'match' });
    const refunds = `/v1/agreements/${orders.agreementId}/refunds`;
    const { refundId } = await bank.preparer.post<{ refundId: string }>(refunds, {
      ...{ amountCents, bankAccountId },
    });
    const approval = `${refunds}/${refundId}/approval`;
    return (await bank.approver.post<{ reference: string }>(approval)).reference;
  }

  it('is booked by the debit of its reference, and comes back by a credit', async () => {
    const reference = await ordered(40_000);
    expect(await balance()).toMatchObject({ reservedCents: 40_000, returnedCents: 0 });
    const debit = (change: object) =>
      bank.entry({
        ...{ amountCents: 40_000, direction: 'debit' },
        transactions: [{ amountCents: 40_000, remittance: reference.toLowerCase() }],
        ...change,
      });
    const wrong = debit({ amountCents: 39_999, transactions: [], reference });
    const waiting = await bank.entryOf(await bank.send(bank.statement([wrong])));
    expect(waiting).toMatchObject({ status: 'waiting', reason: 'amount_differs' });
    await bank.send(bank.statement([debit({})]));
    expect(await balance()).toMatchObject({ reservedCents: 0, returnedCents: 40_000 });
    const again = await bank.entryOf(await bank.send(bank.statement([debit({})])));
    expect(again).toMatchObject({ status: 'waiting', reason: 'already_booked' });
    await bank.send(bank.statement([debit({ direction: 'credit' })]));
    expect(await balance()).toMatchObject({ returnedCents: 0, availableCents: 500_000 });
  });
});

describe('a fee sweep', () => {
  it('is booked by the debit of its reference, and comes back by a credit', async () => {
    await orders.activeOrder(10);
    const { preparer, approver } = bank;
    const { feeSweepId } = await preparer.post<{ feeSweepId: string }>('/v1/fee-sweeps', {
      ...{ agreementId: orders.agreementId, amountCents: 6_000 },
    });
    const path = `/v1/fee-sweeps/${feeSweepId}`;
    const { reference } = await approver.post<{ reference: string }>(`${path}/approval`);
    const entry = { amountCents: 6_000, reference };
    await bank.send(bank.statement([bank.entry({ ...entry, direction: 'debit' })]));
    expect(await bank.auditor.get(path)).toMatchObject({ status: 'booked' });
    await bank.send(bank.statement([bank.entry({ ...entry, direction: 'credit' })]));
    expect(await bank.auditor.get(path)).toMatchObject({ status: 'returned' });
    expect(await bank.reconciliation()).toMatchObject({
      ...{ unmatchedEntriesCents: 0, differenceCents: 0 },
    });
  });
});

describe('a debt', () => {
  let world: RunWorld;
  let place: PaidPlace;
  let finance: Person;

  beforeEach(async () => {
    await app.stop();
    app = await SchemeApp.start();
    world = await RunWorld.in(app);
    orders = world.orders;
    bank = new BankWorld(app, { balanceCents: 500_000 });
    finance = bank.preparer;
    place = await world.place();
    const [redeemed] = await world.redeem(place, 5);
    const { runId } = await world.submitted();
    const [line] = await world.lines(runId);
    if (line) await world.settles(line);
    await finance.post(`/v1/redemptions/${redeemed}/cancellation`, { reason: 'Twice' });
  });

  const owedByPlace = async () => {
    const path = `/v1/places/${place.placeId}/balance`;
    return (await place.manager.get<Balance>(path))['owedByPlaceCents'];
  };

  it('is repaid in parts, and never beyond', async () => {
    expect(await owedByPlace()).toBe(5_000);
    const body = { as: 'debtRepayment', targetId: place.organisationId };
    await bank.resolve(await seen('credit', 2_000), body);
    expect(await owedByPlace()).toBe(3_000);
    const tooMuch = await seen('credit', 3_500);
    await bank.resolve(tooMuch, body);
    expect(await now(tooMuch)).toMatchObject({ status: 'waiting', reason: 'debt_exceeded' });
    expect(await owedByPlace()).toBe(3_000);
    await bank.resolve(tooMuch, { ...body, amountCents: 3_000 });
    expect(await owedByPlace()).toBe(0);
    expect(await now(tooMuch)).toMatchObject({ status: 'waiting', openCents: 500 });
  });

  it('that was written off is repaid by the operator’s top-up', async () => {
    const body = { as: 'operatorTopUp', targetId: place.organisationId };
    const early = await seen('credit', 5_000);
    await bank.resolve(early, body);
    expect(await now(early)).toMatchObject({ status: 'waiting', reason: 'write_off_exceeded' });
    const path = `/v1/organisations/${place.organisationId}/debt/write-off`;
    const { writeOffId } = await finance.post<{ writeOffId: string }>(path, {
      ...{ amountCents: 5_000, reason: 'In liquidation' },
    });
    await bank.approver.post(`${path}/${writeOffId}/approval`);
    await bank.resolve(early, body);
    expect(await now(early)).toMatchObject({ status: 'settled' });
    expect(await owedByPlace()).toBe(0);
  });
});
