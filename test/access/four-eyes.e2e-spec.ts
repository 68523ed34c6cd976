import { randomUUID } from 'node:crypto';
import type { Role } from '@app/platform';
import { RunWorld, type PaidPlace, type Run } from '../runs/run-world';
import { SchemeApp } from '../support/scheme-app';
import { accessWorld, type AccessWorld } from './access-world';

// Only a hang should end it on a busy machine.
jest.setTimeout(300_000);

const LASTING = { notBefore: 0, expires: Date.parse('2100-01-01') / 1_000 };

type Body = Readonly<Record<string, unknown>>;

/** One person, who asks in whatever roles their token names this time. */
class Someone {
  readonly id = `someone-${randomUUID()}`;

  constructor(
    private readonly app: SchemeApp,
    private readonly partyId: string = randomUUID(),
  ) {}

  async post(roles: readonly Role[], path: string, body: object = {}): Promise<Body> {
    const answer = await this.#ask(roles, path, body);
    if (answer.status < 300) return answer.body as Body;
    throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  }

  async refused(roles: readonly Role[], path: string, body: object = {}): Promise<string> {
    const { status, body: problem } = await this.#ask(roles, path, body);
    return `${status} ${String((problem as Body)['code'])}`;
  }

  async #ask(roles: readonly Role[], path: string, body: object) {
    const { id, partyId } = this;
    const answer = await this.app.http.request
      .post(path)
      .set(await this.app.http.issuer.bearer({ id, partyId, roles, ...LASTING }))
      .set('Idempotency-Key', randomUUID())
      .send(body);
    await this.app.settle();
    return answer;
  }
}

const PREPARER = ['finance-preparer'] as const;
const APPROVER = ['finance-approver'] as const;
const BOTH = ['finance-preparer', 'finance-approver'] as const;
/** At once, and one after the other. */
const WAYS: readonly (readonly [string, readonly Role[], readonly Role[]])[] = [
  ['in two roles of one token', BOTH, BOTH],
  ['in one role after the other', PREPARER, APPROVER],
];

let app: SchemeApp;

describe('a run', () => {
  let world: RunWorld;
  let place: PaidPlace;
  let me: Someone;
  beforeEach(async () => {
    app = await SchemeApp.start();
    world = await RunWorld.in(app);
    place = await world.place();
    await world.redeem(place, 5);
    me = new Someone(app);
  });
  afterEach(() => app.stop());

  const approval = ({ runId, linesSha256 }: Run) =>
    [`/v1/reimbursement-runs/${runId}/approval`, { linesSha256 }] as const;

  it.each(WAYS)('is not approved by who opened it, %s', async (_way, first, then) => {
    const { runId } = await me.post(first, '/v1/reimbursement-runs');
    await app.sweep();
    const run = await world.run(String(runId));
    expect(await me.refused(then, ...approval(run))).toBe('409 approver_prepared');
    await world.approver.post(...approval(run));
  });

  it.each(WAYS)('nor by who prepared it once, %s', async (_way, first, then) => {
    const { runId } = await world.prepared();
    const path = `/v1/reimbursement-runs/${runId}`;
    for (const preparer of [me, new Someone(app)]) {
      await world.approver.post(`${path}/rejection`, { reason: 'once more' });
      await app.sweep();
      await preparer.post(first, `${path}/preparation`);
      await app.sweep();
    }
    const run = await world.run(runId);
    expect([run.status, run.version]).toEqual(['prepared', 3]);
    expect(await me.refused(then, ...approval(run))).toBe('409 approver_prepared');
    await world.approver.post(...approval(run));
  });

  it.each<[string, readonly Role[]]>([
    ['for the scheme', APPROVER],
    ['for the organisation', ['place-manager']],
  ])('nor by who declared an account in it, %s', async (_for, roles) => {
    const someone = new Someone(app, place.organisationId);
    const accounts = `/v1/organisations/${place.organisationId}/bank-accounts`;
    const account = { iban: 'BE68539007547034', holderName: 'Espace' };
    await someone.post(roles, accounts, account);
    const run = await world.prepared();
    expect(await someone.refused(APPROVER, ...approval(run))).toBe('409 approver_changed_account');
    await world.approver.post(...approval(run));
  });

  it('nor by who revoked one, until 30 days later', async () => {
    const someone = new Someone(app, place.organisationId);
    const accounts = `/v1/organisations/${place.organisationId}/bank-accounts`;
    const account = { iban: 'BE68539007547034', holderName: 'Espace' };
    const { bankAccountId } = await place.manager.post(accounts, account);
    const revocation = `${accounts}/${String(bankAccountId)}/revocation`;
    await someone.post(['place-manager'], revocation, { reason: 'closed' });
    const run = await world.prepared();
    app.clock.advanceBy({ days: 29 });
    expect(await someone.refused(APPROVER, ...approval(run))).toBe('409 approver_changed_account');
    app.clock.advanceBy({ days: 2 });
    await someone.post(APPROVER, ...approval(run));
  });
});

describe('what two people decide, one person does not', () => {
  let world: AccessWorld;
  let me: Someone;
  beforeAll(async () => {
    app = await SchemeApp.start();
    world = await accessWorld(app);
    me = new Someone(app);
  });
  afterAll(() => app.stop());

  type Decision = Readonly<{
    of: string;
    proposes: Role;
    path: (world: AccessWorld) => string;
    body: (world: AccessWorld) => object;
    /** Where it is approved, under what was answered. */
    approval: (path: string, answered: Body) => string;
    approvalBody?: object;
  }>;
  const below = (id: string, step: string) => (path: string, answered: Body) =>
    `${path}/${String(answered[id])}/${step}`;
  const IBAN = { iban: 'BE68539007547034', holderName: 'Any' };

  it.each<Decision>([
    {
      of: 'a write-off',
      proposes: 'finance-preparer',
      path: ({ own }) => `/v1/organisations/${own.organisationId}/debt/write-off`,
      body: () => ({ amountCents: 1, reason: 'any' }),
      approval: below('writeOffId', 'approval'),
    },
    {
      of: 'a refund',
      proposes: 'finance-preparer',
      path: ({ own }) => `/v1/agreements/${own.agreementId}/refunds`,
      body: ({ own }) => ({ amountCents: 1, bankAccountId: own.funderAccountId }),
      approval: below('refundId', 'approval'),
    },
    {
      of: 'a fee sweep',
      proposes: 'finance-preparer',
      path: () => '/v1/fee-sweeps',
      body: ({ own }) => ({ agreementId: own.agreementId, amountCents: 1 }),
      approval: below('feeSweepId', 'approval'),
    },
    {
      of: 'a deposit',
      proposes: 'finance-preparer',
      path: () => '/v1/deposits',
      body: ({ own: { agreementId } }) => ({
        ...{ agreementId, amountCents: 100, bankReference: 'MINE', valueOn: '2026-01-15' },
      }),
      approval: below('depositId', 'confirmation'),
      approvalBody: { statementReference: 'S 9' },
    },
    {
      of: 'an organisation’s account',
      proposes: 'place-manager',
      path: ({ own }) => `/v1/organisations/${own.organisationId}/bank-accounts`,
      body: () => IBAN,
      approval: below('bankAccountId', 'verification'),
      approvalBody: { outcome: 'match' },
    },
    {
      of: 'a funder’s account',
      proposes: 'operator',
      path: ({ own }) => `/v1/funders/${own.funderId}/bank-accounts`,
      body: () => IBAN,
      approval: below('bankAccountId', 'verification'),
      approvalBody: { outcome: 'match' },
    },
    {
      of: 'a line of the bank',
      proposes: 'finance-preparer',
      path: ({ common: { reportId, entryRef } }) =>
        `/v1/bank-reports/${reportId}/entries/${entryRef}/resolution`,
      body: () => ({ as: 'interest' }),
      approval: (path) => path,
      approvalBody: { as: 'interest' },
    },
    {
      of: 'the end of a fraud hold',
      proposes: 'finance-preparer',
      path: ({ own }) => `/v1/organisations/${own.organisationId}/fraud-hold`,
      body: () => ({ reason: 'any' }),
      approval: (path) => `${path}/lifting`,
      approvalBody: { reason: 'any' },
    },
  ])('$of', async ({ proposes, path, body, approval, approvalBody = {} }) => {
    const proposal = path(world);
    const someone = proposes === 'place-manager' ? new Someone(app, world.own.organisationId) : me;
    const answered = await someone.post([proposes], proposal, body(world));
    const address = approval(proposal, answered);
    expect(await someone.refused(APPROVER, address, approvalBody)).toBe('409 same_person');
    await new Someone(app).post(APPROVER, address, approvalBody);
  });

  it('the books of a month', async () => {
    app.clock.advanceBy({ days: 31 });
    const month = '2026-01';
    await me.post(PREPARER, '/v1/accounting/periods', { month });
    const path = `/v1/accounting/periods/${month}`;
    const { sha256 } = await app.as('auditor').get(path);
    expect(await me.refused(APPROVER, `${path}/approval`, { sha256 })).toBe('409 same_person');
    await new Someone(app).post(APPROVER, `${path}/approval`, { sha256 });
  });
});
