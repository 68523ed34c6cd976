import { randomUUID } from 'node:crypto';
import { OPERATOR_PARTY_ID } from '@app/access';
import { Tokens, userIdOf } from '@app/platform';
import { AccessMemory } from '../../apps/api/src/users/access-memory';
import { SchemeCallers } from '../../apps/api/src/users/scheme-callers';
import { SchemeApp } from '../support/scheme-app';
import { Visitor, type Told } from './visitor';

// Only a hang should end it on a busy machine.
jest.setTimeout(120_000);

let app: SchemeApp;
/** The first operator, whom a token made one. */
let first: Visitor;
const FUNDER = { siret: '22230001400016', kind: 'departement' };

beforeAll(async () => {
  app = await SchemeApp.start(undefined, undefined, undefined, 'memberships');
  const party = randomUUID();
  first = await Visitor.of(app, 'first', { party, roles: ['operator'] });
});
afterAll(() => app.stop());

const fail = (): never => {
  throw new Error('not followed');
};
const idOf = (subject: string): string => userIdOf(app.http.issuer.issuer, subject);
const invite = async (by: Visitor, body: object): Promise<string> => {
  const told = await by.post('/v1/invitations', body);
  expect([told.status, told.code]).toEqual([201, undefined]);
  return String(told.body['secret']);
};
const accept = (who: Visitor, secret: string): Promise<Told> =>
  who.post('/v1/invitations/acceptance', { secret });
/** A person of that role, invited by the first operator. */
const member = async (subject: string, role: string, partyId?: string): Promise<Visitor> => {
  const who = await Visitor.of(app, subject);
  const secret = await invite(first, { role, ...(partyId !== undefined && { partyId }) });
  expect((await accept(who, secret)).status).toBe(200);
  return who;
};
const withdraw = (by: Visitor, subject: string, body: object): Promise<Told> =>
  by.post(`/v1/users/${idOf(subject)}/roles/withdrawal`, { reason: 'left', ...body });
const funder = async (name: string): Promise<string> => {
  const told = await first.post('/v1/funders', { name, ...FUNDER });
  return String(told.body['funderId']);
};

it('believes a token until the first operator is one by membership', async () => {
  const other = await Visitor.of(app, 'other', { party: randomUUID(), roles: ['operator'] });
  expect((await other.get('/v1/users')).status).toBe(200);
  expect((await accept(first, await invite(first, { role: 'operator' }))).status).toBe(200);
  expect((await first.get('/v1/users')).status).toBe(200);
  expect((await other.get('/v1/users')).code).toBe('forbidden');
});

it('a person is one person, wherever their roles come from', async () => {
  const { keys, issuer, audience } = app.http.issuer;
  const { clock, store } = app;
  const tokens = new Tokens({ keys, issuer, audience, clock });
  const memory = new AccessMemory({ store, logger: { error: fail, warn: fail } });
  const input = { id: 'one-person', partyId: randomUUID(), notBefore: 0, expires: 4_000_000_000 };
  const token = await app.http.issuer.token(input);
  for (const rolesFrom of ['token', 'memberships'] as const) {
    const callers = new SchemeCallers({ tokens, memory, clock, rolesFrom });
    expect(await callers.identify(token)).toMatchObject({ id: idOf('one-person') });
  }
});

describe('an invitation', () => {
  it('makes a member of whoever logs in with it, once', async () => {
    const funderId = await funder('Invited');
    const [one, two] = [await Visitor.of(app, 'one'), await Visitor.of(app, 'two')];
    const secret = await invite(first, { role: 'funder', partyId: funderId });
    expect((await one.get(`/v1/funders/${funderId}`)).code).toBe('forbidden');
    expect((await accept(one, secret)).body).toEqual({
      ...{ userId: idOf('one'), partyId: funderId, role: 'funder', status: 'accepted' },
    });
    expect((await one.get(`/v1/funders/${funderId}`)).status).toBe(200);
    expect((await accept(two, secret)).code).toBe('invitation_used');
    expect((await two.get(`/v1/funders/${funderId}`)).code).toBe('forbidden');
  });

  it('is over in time, and when it was taken back', async () => {
    const who = await Visitor.of(app, 'late');
    const secret = await invite(first, { role: 'auditor', validDays: 1 });
    app.clock.advanceBy({ days: 1 });
    expect((await accept(who, secret)).code).toBe('invitation_expired');
    const told = await first.post('/v1/invitations', { role: 'auditor' });
    const path = `/v1/invitations/${String(told.body['invitationId'])}/revocation`;
    expect((await first.post(path)).status).toBe(200);
    expect((await accept(who, String(told.body['secret']))).code).toBe('invitation_revoked');
    expect((await accept(who, `ci_${'A'.repeat(64)}`)).code).toBe('invitation_unknown');
  });

  it('is void while who invited does not hold the role any more', async () => {
    const funderId = await funder('Left');
    const inviter = await member('inviter', 'funder', funderId);
    const told = await inviter.post('/v1/invitations', { role: 'funder' });
    const { secret, invitationId } = told.body as Record<string, string>;
    const shown = async () => {
      const { items } = (await first.get('/v1/invitations?limit=500')).body;
      const rows = items as { invitationId: string; status: string }[];
      return rows.find((each) => each.invitationId === invitationId)?.status;
    };
    const invited = await Visitor.of(app, 'invited');
    await withdraw(first, 'inviter', { role: 'funder', partyId: funderId });
    expect(await shown()).toBe('void');
    expect((await accept(invited, String(secret))).code).toBe('invitation_void');
    await first.post(`/v1/users/${idOf('inviter')}/roles`, { role: 'funder', partyId: funderId });
    expect(await shown()).toBe('open');
    expect((await accept(invited, String(secret))).status).toBe(200);
  });

  it('lifts nobody above their own role', async () => {
    const [own, foreign] = [await funder('Own'), await funder('Foreign')];
    const asker = await member('asker', 'funder', own);
    const wish = (body: object) => asker.post('/v1/invitations', body);
    for (const role of ['operator', 'finance-approver', 'prescriber', 'place-manager']) {
      expect((await wish({ role })).code).toBe('role_above');
    }
    expect((await wish({ role: 'funder', partyId: foreign })).code).toBe('not_found');
    expect((await wish({ role: 'funder', partyId: own })).status).toBe(201);
    const upward = await invite(first, { role: 'finance-approver' });
    expect((await accept(first, upward)).code).toBe('same_person');
  });
});

describe('a role', () => {
  it('is gone with the next request', async () => {
    const auditor = await member('auditor', 'auditor');
    expect((await auditor.get('/v1/debtors')).status).toBe(200);
    expect((await withdraw(first, 'auditor', { role: 'auditor' })).status).toBe(200);
    expect((await auditor.get('/v1/debtors')).code).toBe('forbidden');
    expect((await withdraw(first, 'auditor', { role: 'auditor' })).code).toBe('role_not_held');
    const path = `/v1/users/${idOf('auditor')}/roles`;
    expect((await first.post(path, { role: 'auditor' })).status).toBe(200);
    expect((await auditor.get('/v1/debtors')).status).toBe(200);
  });

  it('is of the party that is asked for, or the first', async () => {
    const [one, two] = [await funder('One'), await funder('Two')];
    const both = await member('both', 'funder', one);
    await first.post(`/v1/users/${idOf('both')}/roles`, { role: 'funder', partyId: two });
    const seen = async (party?: string): Promise<number[]> => {
      const headers: Record<string, string> = party === undefined ? {} : { 'Carnet-Party': party };
      const told = [one, two].map((id) => both.get(`/v1/funders/${id}`, headers));
      return (await Promise.all(told)).map(({ status }) => status);
    };
    expect(await seen()).toEqual([200, 404]);
    expect(await seen(two)).toEqual([404, 200]);
    expect(await seen(randomUUID())).toEqual([403, 403]);
  });

  it('is taken by a party from its own members alone', async () => {
    const [own, foreign] = [await funder('Mine'), await funder('Theirs')];
    const [mine] = [await member('mine', 'funder', own), await member('theirs', 'funder', foreign)];
    expect((await withdraw(mine, 'theirs', { role: 'funder' })).code).toBe('not_found');
    expect((await mine.get(`/v1/users/${idOf('theirs')}`)).code).toBe('not_found');
    const { body } = await mine.get('/v1/users');
    expect((body['items'] as { userId: string }[]).map(({ userId }) => userId)).toEqual([
      idOf('mine'),
    ]);
  });
});

describe('the operators', () => {
  it('are never none', async () => {
    const role = { role: 'operator' };
    expect((await withdraw(first, 'first', role)).code).toBe('last_operator');
    const second = await member('second', 'operator');
    expect((await withdraw(first, 'first', role)).code).toBe('same_person');
    // Each removes the other at the same time.
    const told = await Promise.all([
      withdraw(first, 'second', role),
      withdraw(second, 'first', role),
    ]);
    expect(told.filter(({ status }) => status === 200)).toHaveLength(1);
    const left = [await first.get('/v1/users'), await second.get('/v1/users')];
    expect(left.map(({ status }) => status).sort()).toEqual([200, 403]);
  });
});

it('keeps of a person nothing but what follows from the issuer and its subject', async () => {
  const subject = 'jeanne.dupont@example.fr';
  const operator = (await first.get('/v1/users')).status === 200 ? first : undefined;
  const by = operator ?? (await Visitor.of(app, 'second'));
  expect((await by.post('/v1/users', { subject })).body).toEqual({ userId: idOf(subject) });
  expect((await by.post('/v1/users', { subject })).code).toBe('already_so');
  const log = JSON.stringify(await app.events(), (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  expect(log).toContain(idOf(subject));
  expect(log).toContain(OPERATOR_PARTY_ID);
  for (const trace of [subject, 'jeanne', '"ci_', '"ck_']) expect(log).not.toContain(trace);
});
