import { setTimeout as sleep } from 'node:timers/promises';
import { addDays } from '@app/kernel';
import { DebtQueries } from '@app/read-models';
import { RunWorld, type PaidPlace } from '../runs/run-world';
import { SchemeApp } from '../support/scheme-app';
import { BankDays } from './bank-days';

let app: SchemeApp;
let world: RunWorld;
let bank: BankDays;
let place: PaidPlace;

beforeEach(async () => {
  app = await SchemeApp.start();
  // 5,000 € typed and confirmed by hand: the bank has them before its first statement.
  world = await RunWorld.in(app);
  bank = new BankDays(world, 500_000);
  place = await world.place();
  app.clock.advanceBy({ days: 1 });
});
afterEach(() => app.stop());

type Solvency = Readonly<{
  inAll: Record<string, unknown>;
  funders: readonly (Record<string, number> & { funderId: string })[];
}>;

const solvency = (asOf?: Date): Promise<Solvency> =>
  world.auditor.get(`/v1/solvency${asOf ? `?asOf=${asOf.toISOString()}` : ''}`);
const inAll = async (asOf?: Date) => (await solvency(asOf)).inAll;
const today = () => app.clock.today();
const list = async (path: string) =>
  (await world.auditor.get<{ items: Record<string, unknown>[] }>(path)).items;

/** Resolves the only entry that waits: proposed by one person, approved by another. */
async function resolve(as: string, targetId?: string): Promise<void> {
  const reports = await list('/v1/bank-reports');
  for (const { reportId } of reports) {
    const path = `/v1/bank-reports/${String(reportId)}/entries`;
    for (const entry of await list(`${path}?verdict=waiting`)) {
      const { entryRef, openCents } = entry['entry'] as { entryRef: string; openCents: number };
      if (openCents === 0) continue;
      const resolution = `${path}/${entryRef}/resolution`;
      const body = { as, ...(targetId !== undefined && { targetId }) };
      await world.preparer.post(resolution, body);
      await world.approver.post(resolution, body);
    }
  }
  await app.sweep();
}

/** Redeems, pays, and books the payment: what the place was paid. */
async function pay(vouchers: number): Promise<readonly string[]> {
  const made = await world.redeem(place, vouchers);
  const { runId } = await world.submitted();
  const [line] = await world.lines(runId);
  if (line === undefined) throw new Error('the run has no line');
  const { endToEndId, amountCents } = line;
  const debit = { cents: -amountCents, reference: `DEBIT-${runId}`, endToEndId };
  await bank.give(bank.day(today(), debit));
  return made;
}

describe('solvency', () => {
  it('has no verdict before the bank has stated a balance', async () => {
    expect(await inAll()).toEqual({
      ...{ status: 'not_reported', on: null, bankBalanceCents: null, gap: null },
      ...{ cashByEventsCents: 500_000, typedDepositsCents: 500_000, unresolvedEntriesCents: 0 },
      ...{ operatorPositionCents: 0, bookedOutsideCents: null, differenceCents: null },
    });
  });

  it('agrees to the cent through payments, charges and typed deposits, and in hindsight', async () => {
    const before = app.clock.now();
    app.clock.advanceBy({ hours: 1 });
    await pay(5);
    const paid = { cashByEventsCents: 495_000, typedDepositsCents: 0, bankBalanceCents: 495_000 };
    expect(await inAll()).toMatchObject({ status: 'agrees', on: today(), ...paid });
    const then = app.clock.now();

    app.clock.advanceBy({ days: 1 });
    const { agreementId } = world.orders;
    const deposit = { agreementId, amountCents: 700, bankReference: 'VIR 2', valueOn: today() };
    await world.preparer.post('/v1/deposits', deposit);
    expect(await inAll()).toMatchObject({ status: 'agrees', typedDepositsCents: 700 });
    await bank.give(bank.day(today(), { cents: -250, reference: 'FEES' }));
    const parts = { bankBalanceCents: 494_750, unresolvedEntriesCents: -250 };
    expect(await inAll()).toMatchObject({ status: 'agrees', on: today(), ...parts });
    await resolve('bankCharge');
    expect(await inAll()).toMatchObject({
      ...{ status: 'agrees', unresolvedEntriesCents: 0, operatorPositionCents: -250 },
    });

    app.clock.advanceBy({ days: 1 });
    await bank.give(bank.day(today(), { cents: 700, reference: 'B', remittance: 'vir 2' }));
    expect(await inAll()).toMatchObject({
      ...{ status: 'agrees', typedDepositsCents: 0, cashByEventsCents: 495_700 },
      ...{ bankBalanceCents: 495_450, operatorPositionCents: -250, differenceCents: 0 },
    });
    expect(await inAll(then)).toMatchObject({ status: 'agrees', ...paid });
    expect(await inAll(before)).toMatchObject({ status: 'not_reported' });
    expect((await list('/v1/solvency/days')).map(({ differenceCents }) => differenceCents)).toEqual(
      [...[0, 0, 0]],
    );
    expect(await list('/v1/solvency/alarms')).toEqual([]);
  });

  it('says what is missing between statements, and compares no further', async () => {
    const on = today();
    const [first, second, third] = [
      bank.day(on, { cents: 10, reference: 'A' }),
      bank.day(addDays(on, 1), { cents: 20, reference: 'B' }),
      bank.day(addDays(on, 2), { cents: 40, reference: 'C' }),
    ];
    await bank.give(third);
    expect(await inAll()).toMatchObject({
      ...{ status: 'not_reported', gap: { afterOn: null, beforeOn: addDays(on, 2) } },
    });
    await bank.give(first);
    expect(await inAll()).toMatchObject({
      ...{ status: 'agrees', on, bankBalanceCents: 500_010, bookedOutsideCents: 40 },
      gap: { afterOn: on, beforeOn: addDays(on, 2) },
    });
    await bank.give(second);
    expect(await inAll()).toMatchObject({
      ...{ status: 'agrees', on: addDays(on, 2), bankBalanceCents: 500_070 },
      ...{ bookedOutsideCents: 0, unresolvedEntriesCents: 70, gap: null },
    });
  });

  it('raises an alarm on a difference, and tells when it is gone', async () => {
    // A person confirmed what the bank never had.
    bank.balanceCents = 0;
    await bank.give(bank.day(today()));
    expect(await inAll()).toMatchObject({ status: 'differs', differenceCents: -500_000 });
    await app.sweep();
    const told = { on: today(), differenceCents: -500_000, bankBalanceCents: 0, told: 1 };
    expect(await list('/v1/solvency/alarms')).toMatchObject([told]);
    const [deposit] = await list('/v1/deposits');
    await world.preparer.post(`/v1/deposits/${String(deposit?.['depositId'])}/recall`, {
      reason: 'never came',
    });
    await app.sweep();
    await app.sweep();
    expect(await inAll()).toMatchObject({ status: 'agrees', cashByEventsCents: 0 });
    expect(await list('/v1/solvency/alarms')).toMatchObject([
      { on: today(), differenceCents: 0, told: 2 },
    ]);
    const types = (await app.events()).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('Solvency'))).toEqual([
      ...['SolvencyDiffered', 'SolvencyRestored'],
    ]);
  });

  it('tells a funder of its own money, which covers what is promised', async () => {
    await pay(5);
    const { funder } = world.orders;
    const { inAll: all, funders } = await funder.get<Solvency>('/v1/solvency');
    expect(all).toMatchObject({ status: 'agrees' });
    // 20 books of 10 vouchers at 10 €, 5 % and 20 % VAT on it: 12,000 of fees.
    expect(funders).toEqual([
      {
        ...{ funderId: funder.partyId, cashCents: 495_000, unconfirmedCents: 0 },
        ...{ liabilitiesCents: 483_000, coverageBasisPoints: 10_248, shortfallCents: 0 },
        ...{ owedByPlacesCents: 0, unsweptFeesCents: 12_000 },
      },
    ]);
    const other = await app.as('funder').get<Solvency>('/v1/solvency');
    expect(other.funders).toEqual([]);
    expect(await place.manager.refusedToRead('/v1/solvency')).toBe('403 forbidden');
  });
});

describe('a fee sweep', () => {
  const sweep = (amountCents: number) => {
    return { agreementId: world.orders.agreementId, amountCents };
  };

  it('takes at most what was earned, two people, and the bank to carry it out', async () => {
    const { preparer, approver } = world;
    expect(await preparer.refused('/v1/fee-sweeps', sweep(12_001))).toBe('409 fees_exceeded');
    expect(await approver.refused('/v1/fee-sweeps', sweep(1))).toBe('403 forbidden');
    const { feeSweepId } = await preparer.post('/v1/fee-sweeps', sweep(12_000));
    const path = `/v1/fee-sweeps/${String(feeSweepId)}`;
    const other = await preparer.post('/v1/fee-sweeps', sweep(12_000));
    const { reference } = await approver.post(`${path}/approval`);
    expect(await approver.refused(`${path}/approval`)).toBe('409 already_so');
    // Proposals take nothing: the second of two is refused when it is approved.
    const otherPath = `/v1/fee-sweeps/${String(other['feeSweepId'])}`;
    expect(await approver.refused(`${otherPath}/approval`)).toBe('409 fees_exceeded');
    await approver.post(`${otherPath}/cancellation`, { reason: 'proposed twice' });

    const debit = { cents: -12_000, reference: 'S', remittance: String(reference) };
    await bank.give(bank.day(today(), debit));
    expect(await world.auditor.get(path)).toMatchObject({ status: 'booked', bookedOn: today() });
    const [own] = (await solvency()).funders;
    expect(own).toMatchObject({ cashCents: 488_000, unsweptFeesCents: 0 });
    expect(await inAll()).toMatchObject({ status: 'agrees', bankBalanceCents: 488_000 });
    expect((await list('/v1/fee-sweeps?status=booked')).length).toBe(1);
    expect((await list('/v1/fee-sweeps')).length).toBe(2);
    expect(await preparer.refused('/v1/fee-sweeps', sweep(1))).toBe('409 fees_exceeded');
    expect(await approver.refused(`${path}/cancellation`, { reason: 'no' })).toBe(
      '409 fee_sweep_state',
    );
    const unknown = '/v1/fee-sweeps/01980a3d-94a5-73b6-ac7d-8e9fa0b1c2d3';
    expect(await approver.refused(`${unknown}/approval`)).toBe('404 not_found');
    expect(await world.auditor.refusedToRead(unknown)).toBe('404 not_found');
  });
});

describe('a fee sweep just proposed', () => {
  it('is approved though the views do not know it yet', async () => {
    const { preparer, approver } = world;
    app.viewed.holdAt('FeeSweepProposed');
    const { feeSweepId } = await preparer.post('/v1/fee-sweeps', {
      ...{ agreementId: world.orders.agreementId, amountCents: 100 },
    });
    const approved = approver.post(`/v1/fee-sweeps/${String(feeSweepId)}/approval`);
    await sleep(50);
    app.viewed.release();
    expect(await approved).toMatchObject({ feeSweepId, status: 'ordered' });
  });
});

describe('a debt', () => {
  const debtPath = () => `/v1/organisations/${place.organisationId}/debt`;
  const debt = () => place.manager.get(debtPath());

  /** A place was paid for what was cancelled afterwards. */
  async function owe(vouchers: number): Promise<void> {
    const made = await pay(vouchers);
    const reason = { reason: 'the session was not held' };
    for (const each of made) {
      await world.preparer.post(`/v1/redemptions/${each}/cancellation`, reason);
    }
  }

  it('is told by agreement and place, with the day since when', async () => {
    expect(await debt()).toMatchObject({ debtCents: 0, parts: [], sinceOn: null, writeOffs: [] });
    await owe(5);
    const sinceOn = today();
    const { agreementId } = world.orders;
    app.clock.advanceBy({ days: 4 });
    expect(await debt()).toMatchObject({
      ...{ debtCents: 5_000, owedCents: 0, sinceOn },
      parts: [{ agreementId, placeId: place.placeId, debtCents: 5_000, sinceOn }],
    });
    // What it earns since then is taken off, and the debt is as old as it was.
    await world.redeem(place, 2);
    expect(await debt()).toMatchObject({ debtCents: 3_000, sinceOn });
    expect(await list('/v1/debtors')).toMatchObject([
      { organisationId: place.organisationId, debtCents: 3_000, sinceOn, overdue: false },
    ]);
    await world.redeem(place, 3);
    expect(await list('/v1/debtors')).toEqual([]);
    const [own] = (await solvency()).funders;
    expect(own).toMatchObject({ owedByPlacesCents: 0 });
    expect(await app.as('place-manager').refusedToRead(debtPath())).toBe('404 not_found');
  });

  it('is to be recovered once the last label of the organisation is withdrawn', async () => {
    await owe(5);
    const { operator } = world.orders;
    const until = addDays(today(), 60);
    await operator.post(`/v1/places/${place.placeId}/withdrawal`, { reason: 'moved away' });
    expect(await debt()).toMatchObject({ leftOn: today(), recoverUntilOn: until });
    const label = { validFromOn: today(), validUntilOn: '2027-12-31', services: ['online-forms'] };
    await operator.post(`/v1/places/${place.placeId}/label`, label);
    expect(await debt()).toMatchObject({ debtCents: 5_000, leftOn: null, recoverUntilOn: null });
    expect(app.incidents).toEqual([]);
  });

  it('of who left is recovered within 60 days, or written off by two and topped up', async () => {
    await owe(5);
    const { preparer, approver } = world;
    const path = `/v1/organisations/${place.organisationId}`;
    const until = addDays(today(), 60);
    expect(await preparer.post(`${path}/leaving`)).toMatchObject({ recoverUntilOn: until });
    expect(await preparer.refused(`${path}/leaving`)).toBe('409 already_so');
    expect(await debt()).toMatchObject({ leftOn: today(), recoverUntilOn: until });
    app.clock.advanceBy({ days: 60 });
    expect(await list('/v1/debtors')).toMatchObject([{ overdue: false }]);
    app.clock.advanceBy({ days: 1 });
    expect(await list('/v1/debtors')).toMatchObject([{ overdue: true, toTopUpCents: 0 }]);

    const writeOff = { amountCents: 5_000, reason: 'in liquidation' };
    const tooMuch = { ...writeOff, amountCents: 5_001 };
    expect(await preparer.refused(`${path}/debt/write-off`, tooMuch)).toBe('409 debt_exceeded');
    const { writeOffId } = await preparer.post(`${path}/debt/write-off`, writeOff);
    const approval = `${path}/debt/write-off/${String(writeOffId)}/approval`;
    expect(await preparer.refused(approval)).toBe('403 forbidden');
    await approver.post(approval);
    expect(await approver.refused(approval)).toBe('409 already_so');
    expect(await list('/v1/debtors')).toMatchObject([{ toTopUpCents: 5_000, debtCents: 5_000 }]);

    await bank.give(bank.day(today(), { cents: 5_000, reference: 'TOP-UP' }));
    await resolve('operatorTopUp', place.organisationId);
    expect(await debt()).toMatchObject({
      ...{ debtCents: 0, toTopUpCents: 0, repaidCents: 5_000, toppedUpCents: 5_000, parts: [] },
      writeOffs: [{ status: 'decided', amountCents: 5_000 }],
    });
    expect(await list('/v1/debtors')).toEqual([]);
    expect(await inAll()).toMatchObject({ status: 'agrees', cashByEventsCents: 500_000 });
  });

  it('is written off only as far as it is still owed when the second person approves', async () => {
    await owe(5);
    const { preparer, approver } = world;
    const path = `/v1/organisations/${place.organisationId}/debt/write-off`;
    const propose = async (amountCents: number) => {
      const { writeOffId } = await preparer.post(path, { amountCents, reason: 'in liquidation' });
      return `${path}/${String(writeOffId)}/approval`;
    };
    const whole = await propose(5_000);
    // It earns 20 EUR before anybody approves.
    await world.redeem(place, 2);
    expect(await approver.refused(whole)).toBe('409 debt_exceeded');
    const rest = await propose(3_000);
    await approver.post(rest);
    expect(await debt()).toMatchObject({ debtCents: 3_000, toTopUpCents: 3_000 });
    // What is decided is not decided a second time.
    expect(await preparer.refused(path, { amountCents: 1, reason: 'again' })).toBe(
      '409 debt_exceeded',
    );
    // Nor is topped up what it earns afterwards.
    await world.redeem(place, 1);
    expect(await list('/v1/debtors')).toMatchObject([{ debtCents: 2_000, toTopUpCents: 2_000 }]);
    await world.redeem(place, 2);
    expect(await debt()).toMatchObject({ debtCents: 0, toTopUpCents: 0 });
    expect(await list('/v1/debtors')).toEqual([]);
    expect(new DebtQueries(app.readStore).getDue(today())).toMatchObject({ toTopUpCents: 0 });
  });
});
