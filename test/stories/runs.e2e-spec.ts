import { createHash } from 'node:crypto';
import { IBANS, RunWorld, type Line, type PaidPlace, type Run } from '../runs/run-world';
import { SchemeApp } from '../support/scheme-app';

// Only a hang should end a test on a busy machine.
jest.setTimeout(120_000);

let app: SchemeApp;
let world: RunWorld;

beforeAll(async () => {
  app = await SchemeApp.start('2026-03-02T08:00:00.000Z');
  world = await RunWorld.in(app, 40);
});
afterAll(() => app.stop());

const redemptions: string[] = [];

async function redeem(place: PaidPlace, vouchers: number): Promise<void> {
  redemptions.push(...(await world.redeem(place, vouchers)));
}

const path = ({ runId }: Run, rest = ''): string => `/v1/reimbursement-runs/${runId}${rest}`;

/** The approver compares what it is shown with what it approves, and the file with what it was told. */
async function payOut({ runId, linesSha256 }: Run): Promise<readonly Line[]> {
  const run = await world.run(runId);
  await world.approver.post(path(run, '/approval'), { linesSha256 });
  await app.sweep();
  const { bytes } = await world.file(runId);
  const { files } = await world.run(runId);
  expect(files[0]?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  await world.approver.post(path(run, '/submission'), { outcome: 'started' });
  await world.approver.post(path(run, '/submission'), { outcome: 'submitted' });
  app.clock.advanceBy({ days: 1 });
  return world.lines(runId);
}

const lineOf = (lines: readonly Line[], { organisationId }: PaidPlace): Line => {
  const line = lines.find((each) => each.organisationId === organisationId);
  if (line === undefined) throw new Error(`${organisationId} is not in the run`);
  return line;
};

const balanceOf = (place: PaidPlace) => world.auditor.get(`/v1/places/${place.placeId}/balance`);

async function represent({ claimId, endToEndId }: Line, reference: string): Promise<void> {
  const evidence = { endToEndId, reference };
  await world.preparer.post(`/v1/payments/${claimId}/re-presentment`, { evidence });
}

describe('a month of runs', () => {
  let [steady, small, moved, returned, suspect]: readonly PaidPlace[] = [];

  it('begins with five places, one of which somebody suspects', async () => {
    for (const iban of IBANS) {
      const place = await world.place(iban);
      [steady, small, moved, returned, suspect] = [small, moved, returned, suspect, place];
    }
    for (const place of [steady, moved, returned, suspect]) await redeem(present(place), 5);
    await redeem(present(small), 1);
    const hold = `/v1/organisations/${present(suspect).organisationId}/fraud-hold`;
    await world.preparer.post(hold, { reason: 'Sessions on a public holiday' });
  });

  it('pays three places in the first week; one account is closed, one payment comes back', async () => {
    await app.passUntil('2026-03-04');
    const run = await world.prepared();
    expect(run).toMatchObject({ number: 1, lines: 3, payableCents: 15_000, heldCents: 6_000 });
    const lines = await payOut(run);
    await world.settles(lineOf(lines, present(steady)));
    await world.settles(lineOf(lines, present(returned)));
    expect(await world.run(run.runId)).toMatchObject({ status: 'submitted', unanswered: 1 });
    await world.rejects(lineOf(lines, present(moved)), 'AC04');
    expect(await world.run(run.runId)).toMatchObject({ status: 'completed', outcome: 'answered' });
    await world.returns(lineOf(lines, present(returned)), 'MD07');
    expect(await balanceOf(present(moved))).toMatchObject({
      heldReasons: [{ reason: 'claim_open', cents: 5_000 }],
    });
    await represent(lineOf(lines, present(returned)), 'The bank had it wrong: letter of 6 March');
    await represent(lineOf(lines, present(moved)), 'Account verified on 5 March');
    await world.account(present(moved).manager, 'FR7630004000031234567890143');
  });

  it('prepares the second week again after an approver’s no, and pays what waited', async () => {
    await app.passUntil('2026-03-11');
    for (const place of [steady, small]) await redeem(present(place), 1);
    const hold = `/v1/organisations/${present(suspect).organisationId}/fraud-hold`;
    await world.approver.post(`${hold}/lifting`, { reason: 'The sessions took place' });
    const first = await world.prepared();
    await redeem(present(steady), 2);
    await world.otherApprover.post(path(first, '/rejection'), { reason: 'Look at it again' });
    await app.sweep();
    await world.preparer.post(path(first, '/preparation'));
    await app.sweep();
    const run = await world.run(first.runId);
    // The steady place's ten euros wait; the small place's two tens are no longer below the minimum.
    expect(run).toMatchObject({ version: 2, lines: 4, payableCents: 17_000, heldCents: 1_000 });
    const of = async (version: number): Promise<readonly Line[]> =>
      (await world.auditor.get<{ items: Line[] }>(path(run, `/lines?version=${version}`))).items;
    const ofFirst = (await of(1)).map((line) => ({ ...line, version: 2 }));
    expect(await of(2)).toEqual(ofFirst);
    const stale = { linesSha256: first.linesSha256 };
    expect(await world.approver.refused(path(run, '/approval'), stale)).toBe(
      '409 lines_sha256_differs',
    );
    const lines = await payOut(run);
    expect(lineOf(lines, present(moved))).toMatchObject({ attempt: 2, amountCents: 5_000 });
    for (const line of lines) await world.settles(line);
  });

  it('goes back to preparation in the third week: an account was changed behind it', async () => {
    await app.passUntil('2026-03-18');
    for (const place of [steady, moved]) await redeem(present(place), 4);
    const run = await world.prepared();
    expect(run).toMatchObject({ number: 3, lines: 2, payableCents: 11_000 });
    await world.account(present(steady).manager, 'FR7630003000301234567890118');
    const { linesSha256 } = run;
    expect(await world.approver.refused(path(run, '/approval'), { linesSha256 })).toBe(
      '409 bank_account_changed',
    );
    await app.sweep();
    await world.preparer.post(path(run, '/preparation'));
    await app.sweep();
    const again = await world.run(run.runId);
    expect(again).toMatchObject({ version: 2, lines: 1, payableCents: 4_000, heldCents: 7_000 });
    const lines = await payOut(again);
    await world.settles(lineOf(lines, present(moved)));
    expect(await balanceOf(present(steady))).toMatchObject({
      heldReasons: [{ reason: 'quarantine', cents: 7_000 }],
    });
  });

  it('owes nobody anything at its end, and has paid each redemption once', async () => {
    await app.passUntil('2026-03-25');
    for (const line of await payOut(await world.prepared())) await world.settles(line);
    for (const place of [steady, small, moved, returned, suspect].map(present)) {
      const { redeemedCents, paidCents, ...rest } = await balanceOf(place);
      expect(paidCents).toBe(redeemedCents);
      expect(rest).toMatchObject({ owedCents: 0, owedByPlaceCents: 0, inRunCents: 0 });
    }
    expect(redemptions.length).toBeGreaterThan(8);
    for (const redemptionId of redemptions) {
      const steps = await world.steps(redemptionId);
      expect(steps.at(-1)).toBe('settled');
      const back = steps.filter((step) => step === 'returned').length;
      expect(steps.filter((step) => step === 'settled')).toHaveLength(1 + back);
    }
    type Page = { items: Run[]; nextCursor: string | null };
    const first = await world.auditor.get<Page>('/v1/reimbursement-runs?limit=3');
    const next = `/v1/reimbursement-runs?limit=3&cursor=${first.nextCursor ?? ''}`;
    const items = [...first.items, ...(await world.auditor.get<Page>(next)).items];
    expect(items.map(({ number, status }) => [number, status])).toEqual(
      [4, 3, 2, 1].map((number) => [number, 'completed']),
    );
    const open = await world.auditor.get('/v1/payments?status=rejected');
    expect(open).toMatchObject({ items: [] });
  });
});

function present(place: PaidPlace | undefined): PaidPlace {
  if (place === undefined) throw new Error('the place is not there yet');
  return place;
}
