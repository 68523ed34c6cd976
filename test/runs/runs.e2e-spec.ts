import { createHash } from 'node:crypto';
import { SchemeApp } from '../support/scheme-app';
import { IBANS, RunWorld, type PaidPlace } from './run-world';

// Only a hang should end a test on a busy machine.
jest.setTimeout(120_000);

let app: SchemeApp;
let world: RunWorld;
let place: PaidPlace;

beforeEach(async () => {
  app = await SchemeApp.start('2026-01-15T10:00:00.000Z');
  world = await RunWorld.in(app);
  place = await world.place();
});
afterEach(() => app.stop());

describe('a run', () => {
  it('pays what is owed when it is opened', async () => {
    const [redemptionId = ''] = await world.redeem(place, 5);
    const { preparer } = world;
    const opened = await preparer.post<{ runId: string; number: number }>('/v1/reimbursement-runs');
    expect(opened).toMatchObject({ number: 1, jobId: `reimbursement-run.${opened.runId}` });
    expect(await world.run(opened.runId)).toMatchObject({ status: 'opened', waitsFor: 'work' });
    const job = `/v1/jobs/reimbursement-run.${opened.runId}`;
    expect(await preparer.get(job)).toMatchObject({ state: 'waiting' });
    await world.redeem(place, 3);
    await app.sweep();
    const run = await world.run(opened.runId);
    expect(run).toMatchObject({
      ...{ status: 'prepared', waitsFor: 'approval', version: 1, lines: 1 },
      ...{ payableCents: 5_000, heldCents: 0 },
    });
    const resultUrl = `/v1/reimbursement-runs/${opened.runId}`;
    expect(await preparer.get(job)).toMatchObject({ state: 'done', resultUrl });
    expect(await world.lines(opened.runId)).toMatchObject([
      { organisationId: place.organisationId, attempt: 1, amountCents: 5_000 },
    ]);
    const balance = await place.manager.get(`/v1/places/${place.placeId}/balance`);
    expect(balance).toMatchObject({ redeemedCents: 8_000, owedCents: 3_000, inRunCents: 5_000 });
    expect(await world.steps(redemptionId)).toEqual(['redeemed', 'in-run', 'payment-promised']);
  });

  it('gives the same bytes at every download, and says their hash', async () => {
    await world.redeem(place, 5);
    const { runId, files } = await world.issued();
    expect(files).toMatchObject([{ part: 1, transactions: 1 }]);
    const first = await world.file(runId);
    const second = await world.file(runId);
    expect(first.bytes.equals(second.bytes)).toBe(true);
    const sha256 = createHash('sha256').update(first.bytes).digest();
    expect(first.digest).toBe(`sha-256=${sha256.toString('base64')}`);
    expect(files[0]?.sha256).toBe(sha256.toString('hex'));
    expect(first.bytes.toString()).toContain('<InstdAmt Ccy="EUR">50.00</InstdAmt>');
    const path = `/v1/reimbursement-runs/${runId}/payment-file`;
    expect(await world.approver.refusedToRead(`${path}?part=2`)).toBe('404 payment_file_unknown');
    expect(await world.approver.refusedToRead(`${path}?part=0`)).toBe('400 number_range');
    expect(await world.preparer.refusedToRead(path)).toBe('403 forbidden');
  });

  it('pays nothing of what was cancelled before it was opened', async () => {
    const [taken = ''] = await world.redeem(place, 5);
    await world.preparer.post(`/v1/redemptions/${taken}/cancellation`, { reason: 'no session' });
    await world.redeem(place, 4);
    expect(await world.prepared()).toMatchObject({ payableCents: 4_000 });
    expect(await world.steps(taken)).toEqual(['redeemed', 'cancelled']);
  });

  it('lets one run at a time be opened, until its file is there', async () => {
    await world.redeem(place, 5);
    const { runId, linesSha256 } = await world.prepared();
    const { preparer, approver } = world;
    expect(await preparer.refused('/v1/reimbursement-runs')).toBe('409 run_in_preparation');
    await approver.post(`/v1/reimbursement-runs/${runId}/approval`, { linesSha256 });
    await app.sweep();
    expect(await preparer.post('/v1/reimbursement-runs')).toMatchObject({ number: 2 });
  });

  it('completes at once when nothing is payable', async () => {
    const { status, outcome, waitsFor, runId } = await world.prepared();
    expect({ status, outcome, waitsFor }).toEqual({
      ...{ status: 'completed', outcome: 'nothing_payable', waitsFor: 'nothing' },
    });
    const path = `/v1/reimbursement-runs/${runId}/payment-file`;
    expect(await world.approver.refusedToRead(path)).toBe('409 run_state');
    expect((await world.prepared()).status).toBe('completed');
  });

  it('opens once for one key, whatever is asked again', async () => {
    const key = '6a7a6f5e-5b0e-4a39-9d0b-0d8d3f3b6a11';
    const first = await world.preparer.post('/v1/reimbursement-runs', {}, key);
    await app.sweep();
    expect(await world.preparer.post('/v1/reimbursement-runs', {}, key)).toEqual(first);
  });
});

describe('four eyes', () => {
  it('let who prepared approve nothing, nor a machine, nor a foreign hash', async () => {
    await world.redeem(place, 5);
    const { runId, linesSha256 } = await world.prepared();
    const path = `/v1/reimbursement-runs/${runId}/approval`;
    expect(await world.preparer.refused(path, { linesSha256 })).toBe('403 forbidden');
    expect(await app.as('system').refused(path, { linesSha256 })).toBe('403 forbidden');
    const other = { linesSha256: '0'.repeat(64) };
    expect(await world.approver.refused(path, other)).toBe('409 lines_sha256_differs');
    expect(await world.approver.refused(path, { linesSha256: 'x' })).toBe('400 sha256_invalid');
    await world.approver.post(path, { linesSha256 });
    expect(await world.otherApprover.refused(path, { linesSha256 })).toBe('409 run_state');
  });

  it('ask another than who declared an account in it', async () => {
    await world.redeem(place, 5);
    const { runId, linesSha256 } = await world.prepared();
    const path = `/v1/organisations/${place.organisationId}/bank-accounts`;
    await world.approver.post(path, { iban: 'BE68539007547034', holderName: 'Espace' });
    const approval = `/v1/reimbursement-runs/${runId}/approval`;
    expect(await world.approver.refused(approval, { linesSha256 })).toBe(
      '409 approver_changed_account',
    );
  });
});

describe('a run above the limit', () => {
  it('takes two approvers, who are two people', async () => {
    const rules = { secondApprovalAboveCents: 4_999 };
    const other = await SchemeApp.start('2026-01-15T10:00:00.000Z', undefined, rules);
    const large = await RunWorld.in(other);
    await large.redeem(await large.place(), 5);
    const { runId, linesSha256, versions } = await large.prepared();
    expect(versions[0]).toMatchObject({ approvalsNeeded: 2 });
    const path = `/v1/reimbursement-runs/${runId}/approval`;
    expect(await large.approver.post(path, { linesSha256 })).toMatchObject({ status: 'prepared' });
    expect(await large.run(runId)).toMatchObject({ waitsFor: 'approval' });
    expect(await large.approver.refused(path, { linesSha256 })).toBe('409 same_person');
    expect(await large.otherApprover.post(path, { linesSha256 })).toMatchObject({
      status: 'approved',
    });
    expect((await large.run(runId)).versions[0]?.approvals).toHaveLength(2);
    await other.stop();
  });
});

describe('who may do what with runs', () => {
  it('is who quality.md says', async () => {
    await world.redeem(place, 5);
    const { runId } = await world.prepared();
    const path = `/v1/reimbursement-runs/${runId}`;
    const strangers = ['funder', 'prescriber', 'place-manager', 'place-cashier'] as const;
    for (const role of strangers) {
      for (const each of [path, `${path}/lines`, `${path}/held-amounts`, `${path}/parts`]) {
        expect([role, await app.as(role).refusedToRead(each)]).toEqual([role, '403 forbidden']);
      }
    }
    const others = ['operator', 'auditor', 'finance-approver', 'system', ...strangers] as const;
    for (const role of others) {
      const opening = await app.as(role).refused('/v1/reimbursement-runs');
      expect([role, opening]).toEqual([role, '403 forbidden']);
      expect(await app.as(role).refused(`${path}/preparation`)).toBe('403 forbidden');
    }
    const notApprovers = [
      'operator',
      'auditor',
      'finance-preparer',
      'system',
      ...strangers,
    ] as const;
    for (const role of notApprovers) {
      const person = app.as(role);
      const approval = await person.refused(`${path}/approval`, { linesSha256: '0'.repeat(64) });
      expect([role, approval]).toEqual([role, '403 forbidden']);
      expect(await person.refused(`${path}/rejection`, { reason: 'no' })).toBe('403 forbidden');
      expect(await person.refusedToRead(`${path}/payment-file`)).toBe('403 forbidden');
    }
    const unknown = '/v1/reimbursement-runs/00000000-0000-4000-8000-000000000000';
    for (const each of [unknown, `${unknown}/lines`, `${unknown}/parts`]) {
      expect(await world.auditor.refusedToRead(each)).toBe('404 not_found');
    }
    const body = { linesSha256: '0'.repeat(64) };
    expect(await world.approver.refused(`${unknown}/approval`, body)).toBe('404 run_unknown');
    expect(await world.preparer.refused(`${unknown}/preparation`)).toBe('404 run_unknown');
  });
});

describe('a rejected run', () => {
  it('gives its lines back, and is prepared again on the same cut-off', async () => {
    const [redemptionId = ''] = await world.redeem(place, 5);
    const { runId } = await world.prepared();
    const path = `/v1/reimbursement-runs/${runId}`;
    await world.approver.post(`${path}/rejection`, { reason: 'One place is there twice' });
    await app.sweep();
    expect(await world.run(runId)).toMatchObject({ status: 'released', waitsFor: 'preparation' });
    expect(await world.steps(redemptionId)).toEqual(['redeemed', 'payment-promised']);
    const balance = `/v1/places/${place.placeId}/balance`;
    expect(await place.manager.get(balance)).toMatchObject({ owedCents: 5_000, inRunCents: 0 });
    await world.redeem(place, 4);
    const other = app.as('finance-preparer');
    expect(await other.post(`${path}/preparation`)).toMatchObject({ runId, version: 2 });
    await app.sweep();
    const again = await world.run(runId);
    expect(again).toMatchObject({ status: 'prepared', version: 2, payableCents: 5_000 });
    expect(again.versions[0]?.failure).toMatchObject({
      ...{ reason: 'rejected', words: 'One place is there twice' },
    });
    expect(await other.refused(`${path}/preparation`)).toBe('409 run_state');
    const { linesSha256 } = again;
    await world.approver.post(`${path}/approval`, { linesSha256 });
    await app.sweep();
    expect(await world.run(runId)).toMatchObject({ status: 'issued', waitsFor: 'submission' });
    const older = await world.auditor.get<{ items: object[] }>(`${path}/lines?version=1`);
    expect(older.items).toHaveLength(1);
  });

  it('is sent back by itself when an account in it changes', async () => {
    await world.redeem(place, 5);
    const { runId, linesSha256 } = await world.prepared();
    const path = `/v1/reimbursement-runs/${runId}`;
    const accounts = `/v1/organisations/${place.organisationId}/bank-accounts`;
    const revocation = `${accounts}/${place.bankAccountId}/revocation`;
    await place.manager.post(revocation, { reason: 'closed' });
    const { approver } = world;
    expect(await approver.refused(`${path}/approval`, { linesSha256 })).toBe(
      '409 bank_account_changed',
    );
    await app.sweep();
    const sentBack = await world.run(runId);
    expect(sentBack).toMatchObject({ status: 'released' });
    expect(sentBack.versions[0]?.failure).toMatchObject({
      ...{ reason: 'bank_account_changed', organisationIds: [place.organisationId] },
    });
    await world.preparer.post(`${path}/preparation`);
    await app.sweep();
    expect(await world.run(runId)).toMatchObject({ status: 'completed', heldCents: 5_000 });
    const balance = `/v1/organisations/${place.organisationId}/balance`;
    expect(await place.manager.get(balance)).toMatchObject({
      ...{ owedCents: 5_000, heldCents: 5_000 },
      heldReasons: [{ reason: 'no_verified_account', cents: 5_000 }],
    });
  });
});

describe('what is held', () => {
  it('waits for its reason to go, and says so at the place', async () => {
    const [small = ''] = await world.redeem(place, 1);
    const { runId, heldCents } = await world.prepared();
    expect(heldCents).toBe(1_000);
    const held = await world.auditor.get<{ items: object[] }>(
      `/v1/reimbursement-runs/${runId}/held-amounts`,
    );
    expect(held.items).toMatchObject([{ reason: 'below_minimum', amountCents: 1_000 }]);
    const balance = `/v1/places/${place.placeId}/balance`;
    expect(await place.manager.get(balance)).toMatchObject({
      ...{ owedCents: 1_000, heldCents: 1_000 },
      heldReasons: [{ reason: 'below_minimum', cents: 1_000 }],
    });
    expect(await world.steps(small)).toEqual(['redeemed', 'held', 'payment-promised']);
    const before = app.clock.now().toISOString();
    app.clock.advanceBy({ days: 1 });
    await world.redeem(place, 4);
    const next = await world.prepared();
    expect(next).toMatchObject({ payableCents: 5_000, heldCents: 0 });
    expect(await place.manager.get(balance)).toMatchObject({ heldCents: 0, heldReasons: [] });
    expect(await place.manager.get(`${balance}?asOf=${before}`)).toMatchObject({
      ...{ owedCents: 1_000, heldCents: 1_000 },
    });
    expect(await world.steps(small)).toEqual(['redeemed', 'held', 'in-run', 'payment-promised']);
    const parts = await world.auditor.get(`/v1/reimbursement-runs/${next.runId}/parts`);
    expect(parts).toMatchObject({ items: [{ placeId: place.placeId, cents: 5_000, reason: '' }] });
  });

  it('is never more than what is owed', async () => {
    const [taken = ''] = await world.redeem(place, 1);
    await world.prepared();
    await world.preparer.post(`/v1/redemptions/${taken}/cancellation`, { reason: 'no session' });
    const balance = await place.manager.get(`/v1/places/${place.placeId}/balance`);
    expect(balance).toMatchObject({ owedCents: 0, heldCents: 0, heldReasons: [] });
    expect(await world.steps(taken)).toEqual(['redeemed', 'held', 'cancelled']);
  });

  it('is all of an organisation under a fraud hold, until another person lifts it', async () => {
    await world.redeem(place, 5);
    const path = `/v1/organisations/${place.organisationId}/fraud-hold`;
    const { preparer, approver, auditor } = world;
    await approver.post(path, { reason: 'Sessions on a public holiday' });
    expect(await preparer.refused(path, { reason: 'again' })).toBe('409 already_so');
    expect(await auditor.get('/v1/fraud-holds')).toMatchObject({
      items: [{ organisationId: place.organisationId, reason: 'Sessions on a public holiday' }],
    });
    expect(await world.prepared()).toMatchObject({ status: 'completed', heldCents: 5_000 });
    const lifting = `${path}/lifting`;
    expect(await approver.refused(lifting, { reason: 'fine' })).toBe('409 same_person');
    await world.otherApprover.post(lifting, { reason: 'The sessions took place' });
    expect(await auditor.get('/v1/fraud-holds')).toMatchObject({ items: [] });
    expect(await world.prepared()).toMatchObject({ status: 'prepared', payableCents: 5_000 });
  });

  it('is what an agreement has no money for, until it has', async () => {
    await world.redeem(place, 5);
    const { preparer, approver, auditor } = world;
    const { items } = await auditor.get<{ items: { depositId: string }[] }>('/v1/deposits');
    await preparer.post(`/v1/deposits/${items[0]?.depositId ?? ''}/recall`, {
      reason: 'sent twice',
    });
    expect(await world.prepared()).toMatchObject({ status: 'completed', heldCents: 5_000 });
    const balance = `/v1/places/${place.placeId}/balance`;
    expect(await place.manager.get(balance)).toMatchObject({
      heldReasons: [{ reason: 'agreement_short', cents: 5_000 }],
    });
    const { depositId } = await preparer.post('/v1/deposits', {
      ...{ agreementId: world.orders.agreementId, amountCents: 500_000, bankReference: 'AGAIN' },
      valueOn: app.clock.today(),
    });
    const confirmation = `/v1/deposits/${String(depositId)}/confirmation`;
    await approver.post(confirmation, { statementReference: 'S 2' });
    expect(await world.prepared()).toMatchObject({ status: 'prepared', payableCents: 5_000 });
  });

  it('is what a place is paid into an account in quarantine', async () => {
    await world.redeem(place, 5);
    await world.account(place.manager, IBANS[2]);
    expect(await world.prepared()).toMatchObject({ status: 'completed', heldCents: 5_000 });
    const balance = `/v1/organisations/${place.organisationId}/balance`;
    expect(await place.manager.get(balance)).toMatchObject({
      heldReasons: [{ reason: 'quarantine', cents: 5_000 }],
    });
    app.clock.advanceBy({ days: 2 });
    expect(await world.prepared()).toMatchObject({ status: 'prepared', payableCents: 5_000 });
  });
});
