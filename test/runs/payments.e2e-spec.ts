import { SchemeApp } from '../support/scheme-app';
import { IBANS, RunWorld, type Line, type PaidPlace } from './run-world';

// Only a hang should end a test on a busy machine.
jest.setTimeout(120_000);

let app: SchemeApp;
let world: RunWorld;
let place: PaidPlace;

beforeEach(async () => {
  app = await SchemeApp.start();
  world = await RunWorld.in(app);
  place = await world.place();
});
afterEach(() => app.stop());

/** A run of one payment that the bank has; its line. */
async function paid(vouchers = 5): Promise<Readonly<{ runId: string; line: Line; made: string }>> {
  const [made = ''] = await world.redeem(place, vouchers);
  const { runId } = await world.submitted();
  const [line] = await world.lines(runId);
  if (line === undefined) throw new Error('the run has no line');
  return { runId, line, made };
}

const balance = () => place.manager.get(`/v1/places/${place.placeId}/balance`);
const paymentOf = ({ claimId }: Line) => world.auditor.get(`/v1/payments/${claimId}`);

describe('a submission', () => {
  it('is told step by step, each once', async () => {
    await world.redeem(place, 5);
    const { runId } = await world.prepared();
    const path = `/v1/reimbursement-runs/${runId}/submission`;
    const { approver } = world;
    expect(await approver.refused(path, { outcome: 'started' })).toBe('409 run_state');
    const { linesSha256 } = await world.run(runId);
    await approver.post(`/v1/reimbursement-runs/${runId}/approval`, { linesSha256 });
    await app.sweep();
    expect(await world.preparer.refused(path, { outcome: 'started' })).toBe('403 forbidden');
    expect(await approver.refused(path, { outcome: 'submitted' })).toBe('409 run_state');
    expect(await approver.post(path, { outcome: 'started' })).toMatchObject({
      status: 'submitting',
    });
    expect(await approver.refused(path, { outcome: 'started' })).toBe('409 already_so');
    await approver.post(path, { outcome: 'submitted' });
    expect(await world.run(runId)).toMatchObject({ status: 'submitted', waitsFor: 'bank' });
  });

  it('that is unclear is made again only on the word of the bank, by another person', async () => {
    await world.redeem(place, 5);
    const { runId } = await world.issued();
    const path = `/v1/reimbursement-runs/${runId}/submission`;
    const { approver, otherApprover, preparer } = world;
    await approver.post(path, { outcome: 'started' });
    await preparer.post(path, { outcome: 'unclear', evidence: 'The line broke at 10:12' });
    expect(await world.run(runId)).toMatchObject({ status: 'unclear', waitsFor: 'submission' });
    const again = { outcome: 'started', evidence: 'The bank has nothing of it' };
    expect(await app.as('system').refused(path, again)).toBe('409 submission_unclear');
    expect(await otherApprover.refused(path, { outcome: 'started' })).toBe('422 evidence_required');
    await otherApprover.post(path, again);
    await otherApprover.post(path, { outcome: 'unclear' });
    expect(await otherApprover.refused(path, again)).toBe('409 same_person');
    expect(await otherApprover.refused(path, { outcome: 'submitted' })).toBe(
      '422 evidence_required',
    );
    const evidence = 'The bank confirmed it by telephone';
    await otherApprover.post(path, { outcome: 'submitted', evidence });
    expect(await world.run(runId)).toMatchObject({ status: 'submitted' });
  });
});

describe('a payment', () => {
  it('is paid once its debit is booked, and completes the run', async () => {
    const { runId, line, made } = await paid();
    expect(await world.steps(made)).toEqual([
      ...['redeemed', 'in-run', 'ordered', 'payment-promised'],
    ]);
    expect(await balance()).toMatchObject({ inRunCents: 5_000, paidCents: 0 });
    app.clock.advanceBy({ days: 1 });
    await world.settles(line);
    expect(await world.run(runId)).toMatchObject({
      ...{ status: 'completed', outcome: 'answered', unanswered: 0, waitsFor: 'nothing' },
    });
    expect(await world.steps(made)).toEqual(['redeemed', 'in-run', 'ordered', 'settled']);
    expect(await balance()).toMatchObject({ owedCents: 0, inRunCents: 0, paidCents: 5_000 });
    expect(await paymentOf(line)).toMatchObject({
      ...{ status: 'settled', amountCents: 5_000, bookedOn: app.clock.today(), disputes: 0 },
      steps: [{ step: 'ordered' }, { step: 'settled' }],
    });
  });

  it('that the bank rejects waits for evidence, then goes into the next run again', async () => {
    const { runId, line, made } = await paid();
    const [other = ''] = await world.redeem(place, 1);
    const before = app.clock.now().toISOString();
    app.clock.advanceBy({ days: 1 });
    await world.rejects(line);
    expect(await world.run(runId)).toMatchObject({ status: 'completed', unanswered: 0 });
    expect(await balance()).toMatchObject({
      ...{ owedCents: 6_000, inRunCents: 0, heldCents: 5_000 },
      heldReasons: [{ reason: 'claim_open', cents: 5_000 }],
    });
    const then = `/v1/places/${place.placeId}/balance?asOf=${before}`;
    expect(await place.manager.get(then)).toMatchObject({
      ...{ owedCents: 1_000, inRunCents: 5_000, heldCents: 0 },
    });
    await world.preparer.post(`/v1/redemptions/${other}/cancellation`, { reason: 'no session' });
    expect(await world.prepared()).toMatchObject({ status: 'completed', heldCents: 5_000 });

    const path = `/v1/payments/${line.claimId}/re-presentment`;
    const evidence = { endToEndId: line.endToEndId, reference: 'New account, verified' };
    const wrong = { evidence: { ...evidence, endToEndId: 'another' } };
    const { preparer } = world;
    expect(await preparer.refused(path, wrong)).toBe('409 evidence_differs');
    await preparer.post(path, { evidence });
    expect(await preparer.refused(path, { evidence })).toBe('409 already_so');
    expect(await world.prepared()).toMatchObject({ status: 'completed', heldCents: 5_000 });
    expect(await balance()).toMatchObject({
      heldReasons: [{ reason: 'no_verified_account', cents: 5_000 }],
    });

    await world.account(place.manager, IBANS[1]);
    app.clock.advanceBy({ days: 3 });
    const again = await world.submitted();
    const [second] = await world.lines(again.runId);
    expect(second).toMatchObject({ claimId: line.claimId, attempt: 2, amountCents: 5_000 });
    expect(second?.endToEndId).not.toBe(line.endToEndId);
    if (second) await world.settles(second);
    expect(await world.steps(made)).toEqual([
      ...['redeemed', 'in-run', 'ordered', 'rejected', 're-presented', 'ordered', 'settled'],
    ]);
    expect(await balance()).toMatchObject({ owedCents: 0, heldCents: 0, paidCents: 5_000 });
  });

  it('that comes back is owed again, and stays its own beside what is new', async () => {
    const { line, made } = await paid();
    await world.settles(line);
    await world.returns(line);
    expect(await paymentOf(line)).toMatchObject({ status: 'returned', reasonCode: 'MD07' });
    const [later = ''] = await world.redeem(place, 3);
    const next = await world.prepared();
    expect(next).toMatchObject({ payableCents: 3_000, heldCents: 5_000 });
    expect(await world.steps(made)).toEqual([
      ...['redeemed', 'in-run', 'ordered', 'settled', 'returned', 'payment-promised'],
    ]);
    expect(await world.steps(later)).toEqual(['redeemed', 'in-run', 'payment-promised']);
    const { auditor } = world;
    expect(await auditor.get('/v1/payments?status=returned')).toMatchObject({
      items: [{ claimId: line.claimId }],
    });
    expect(await auditor.get('/v1/payments?disputed=true')).toMatchObject({ items: [] });
  });

  it('that the bank debits with another sum is in dispute until people have resolved it', async () => {
    const { line } = await paid();
    const { bank, auditor } = world;
    const transactions = [{ endToEndId: line.endToEndId, amountCents: 5_001 }];
    const debit = bank.entry({ amountCents: 5_001, direction: 'debit', transactions });
    const entry = await bank.entryOf(await bank.send(bank.statement([debit])));
    expect(await auditor.get('/v1/payments?disputed=true')).toMatchObject({
      items: [{ claimId: line.claimId, status: 'ordered', disputes: 1 }],
    });
    expect(await paymentOf(line)).toMatchObject({
      steps: [{ step: 'ordered' }, { step: 'disputed', dispute: 'amount_differs' }],
    });
    await bank.resolve(entry, { as: 'payment', targetId: line.claimId, amountCents: 5_000 });
    await bank.resolve(entry, { as: 'bankCharge' });
    expect(await auditor.get('/v1/payments?disputed=true')).toMatchObject({ items: [] });
    expect(await paymentOf(line)).toMatchObject({ status: 'settled', disputes: 0 });
  });

  it('of a cancelled redemption makes a debt, which what is redeemed next pays', async () => {
    const { line, made } = await paid(5);
    await world.settles(line);
    const cancellation = `/v1/redemptions/${made}/cancellation`;
    await world.preparer.post(cancellation, { reason: 'no session' });
    expect(await balance()).toMatchObject({ owedByPlaceCents: 5_000, paidCents: 5_000 });
    expect(await world.steps(made)).toEqual([
      ...['redeemed', 'in-run', 'ordered', 'settled', 'cancelled'],
    ]);
    const [next = ''] = await world.redeem(place, 5);
    const { runId } = await world.prepared();
    expect(await world.run(runId)).toMatchObject({ status: 'completed', heldCents: 0 });
    expect(await world.steps(next)).toEqual(['redeemed', 'set-off']);
  });

  it('of an organisation that owes otherwise ends, and joins its next ordinary line', async () => {
    const { line: first, made } = await paid(5);
    await world.settles(first);
    const { line: second, made: later } = await paid(3);
    await world.rejects(second, 'AM09');
    await world.preparer.post(`/v1/redemptions/${made}/cancellation`, { reason: 'no session' });
    const evidence = { endToEndId: second.endToEndId, reference: 'the limit of the account' };
    const path = `/v1/payments/${second.claimId}/re-presentment`;
    await world.preparer.post(path, { evidence });
    expect(await world.prepared()).toMatchObject({ status: 'completed', lines: 0 });
    expect(await paymentOf(second)).toMatchObject({ status: 'released', granted: false });
    expect(await world.preparer.refused(path, { evidence })).toBe('409 claim_not_open');
    expect(await balance()).toMatchObject({ owedByPlaceCents: 2_000, heldCents: 0 });
    await world.redeem(place, 6);
    const { payableCents } = await world.submitted();
    expect(payableCents).toBe(4_000);
    expect(await world.steps(later)).toEqual([
      ...['redeemed', 'in-run', 'ordered', 'rejected', 're-presented', 'released'],
      ...['in-run', 'ordered', 'payment-promised'],
    ]);
  });

  it('that is debited in spite of its rejection is not paid twice', async () => {
    const { line, made } = await paid(5);
    await world.rejects(line, 'AM09');
    const evidence = { endToEndId: line.endToEndId, reference: 'the limit of the account' };
    const path = `/v1/payments/${line.claimId}/re-presentment`;
    await world.approver.post(path, { evidence });
    const { runId, linesSha256, payableCents } = await world.prepared();
    expect(payableCents).toBe(5_000);
    const run = `/v1/reimbursement-runs/${runId}`;
    await world.approver.post(`${run}/approval`, { linesSha256 });
    await world.settles(line);
    expect(await paymentOf(line)).toMatchObject({ status: 'settled', attempt: 1 });
    const sentBack = await world.run(runId);
    expect(sentBack.status).toBe('released');
    expect(sentBack.versions[0]?.failure).toMatchObject({ reason: 'claim_changed' });
    await world.preparer.post(`${run}/preparation`);
    await app.sweep();
    expect(await world.run(runId)).toMatchObject({ status: 'completed', lines: 0, heldCents: 0 });
    expect(await world.steps(made)).toEqual([
      ...['redeemed', 'in-run', 'ordered', 'rejected', 're-presented', 'settled'],
    ]);
    expect(await balance()).toMatchObject({ owedCents: 0, paidCents: 5_000 });
  });

  it('is granted still when the version that took it is rejected', async () => {
    const { line } = await paid(5);
    await world.rejects(line, 'AM09');
    const evidence = { endToEndId: line.endToEndId, reference: 'the limit of the account' };
    await world.preparer.post(`/v1/payments/${line.claimId}/re-presentment`, { evidence });
    const { runId } = await world.prepared();
    const run = `/v1/reimbursement-runs/${runId}`;
    await world.redeem(place, 2);
    expect(await balance()).toMatchObject({ owedCents: 2_000, inRunCents: 5_000, heldCents: 0 });
    await world.approver.post(`${run}/rejection`, { reason: 'once more' });
    await app.sweep();
    expect(await balance()).toMatchObject({ owedCents: 7_000, heldCents: 5_000 });
    await world.preparer.post(`${run}/preparation`);
    await app.sweep();
    expect(await world.lines(runId)).toMatchObject([{ claimId: line.claimId, attempt: 2 }]);
  });

  it('is shown to the organisation it is of, and to no other', async () => {
    const { line } = await paid();
    const other = await world.place(IBANS[2]);
    const path = `/v1/payments/${line.claimId}`;
    expect(await place.manager.get(path)).toMatchObject({ claimId: line.claimId });
    expect(await other.manager.refusedToRead(path)).toBe('404 not_found');
    expect(await other.manager.get('/v1/payments')).toMatchObject({ items: [] });
    const of = ({ organisationId }: PaidPlace) => `/v1/payments?organisationId=${organisationId}`;
    expect(await other.manager.get(of(place))).toMatchObject({ items: [] });
    expect(await place.manager.get(of(other))).toMatchObject({ items: [] });
    expect(await place.manager.get(of(place))).toMatchObject({ items: [{ attempt: 1 }] });
    expect(await place.cashier.refusedToRead(path)).toBe('403 forbidden');
  });
});
