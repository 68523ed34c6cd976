import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadModel, ReadStore, type RecordedEvent } from '@app/platform';
import { givenTables, type GivenFact } from '@app/platform/testing/given-projection';
import { access } from './access.projection';
import { AccessQueries } from './access.query';

const AT = new Date('2026-01-15T12:00:00.000Z');
const fact = (type: string, data: object): GivenFact => ({ type, data, recordedAt: AT });
const registered = (userId: string) => fact('UserRegistered', { userId });
const gave = (userId: string, partyId: string, role = 'funder') =>
  fact('RoleGiven', { userId, partyId, role, givenBy: 'o', givenAs: 'operator' });
const withdrew = (userId: string, partyId: string, role = 'funder') =>
  fact('RoleWithdrawn', {
    ...{ userId, partyId, role, withdrawnBy: 'o', withdrawnAs: 'operator', reason: 'left' },
  });
const invited = (invitationId: string, partyId: string) =>
  fact('InvitationMade', {
    ...{ invitationId, partyId, role: 'funder', secretHash: 'hash', expiresAt: 'soon' },
    ...{ invitedBy: 'o', invitedAs: 'operator' },
  });
const issued = fact('ApiKeyIssued', {
  ...{ apiKeyId: 'k', partyId: 'f', roles: ['funder'], purpose: 'export', keyHash: 'hash' },
  ...{ lastFour: 'abcd', expiresAt: 'later', issuedBy: 'o', issuedAs: 'operator' },
});

it('shows who holds what now, and no hash of any secret', () => {
  const at = AT.toISOString();
  const open = {
    ...{ partyId: 'f', role: 'funder', invitedBy: 'o', invitedAs: 'operator' },
    ...{ invitedAt: at, expiresAt: 'soon' },
  };
  givenTables(
    access,
    ...[registered('u'), gave('u', 'f'), gave('u', 'g'), withdrew('u', 'g')],
    ...[invited('i', 'f'), invited('j', 'f'), invited('k', 'f')],
    fact('InvitationAccepted', { invitationId: 'i', userId: 'u' }),
    fact('InvitationRevoked', { invitationId: 'j', revokedBy: 'o' }),
    issued,
    fact('ApiKeyRevoked', { apiKeyId: 'k', revokedBy: 'o', reason: 'lost' }),
  ).then({
    users: [{ userId: 'u', registeredAt: at }],
    memberships: [{ userId: 'u', partyId: 'f', role: 'funder', givenAt: at, givenBy: 'o' }],
    invitations: [
      { ...open, invitationId: 'i', status: 'accepted', userId: 'u' },
      { ...open, invitationId: 'j', status: 'revoked', userId: '' },
      { ...open, invitationId: 'k', status: 'open', userId: '' },
    ],
    api_keys: [
      {
        ...{ apiKeyId: 'k', partyId: 'f', roles: ['funder'], routes: [], purpose: 'export' },
        ...{ lastFour: 'abcd', status: 'revoked', issuedBy: 'o', issuedAt: at },
        ...{ expiresAt: 'later', reason: 'lost' },
      },
    ],
  });
});

describe('the question who may act', () => {
  const log = [
    ...['a', 'b', 'c', 'd'].map(registered),
    ...[gave('a', 'f'), gave('b', 'f'), gave('b', 'g'), gave('c', 'g')],
    ...[gave('d', 'f'), withdrew('d', 'f'), invited('i', 'f'), invited('j', 'g')],
  ];

  it('tells a party of its members, and of what they are for it', () => {
    inView(log, (queries) => {
      const ids = (partyId?: string, after = '', limit = 10) =>
        queries.listUsers({ after, limit, partyId }).map(({ userId }) => userId);
      expect([ids(), ids('f'), ids('g')]).toEqual([
        ['a', 'b', 'c', 'd'],
        ['a', 'b'],
        ['b', 'c'],
      ]);
      expect([ids('f', 'a'), ids('g', '', 1), ids(undefined, 'b', 1)]).toEqual([
        ['b'],
        ['b'],
        ['c'],
      ]);
      expect(queries.findUser('b')?.memberships).toHaveLength(2);
      expect(queries.findUser('b', 'g')?.memberships).toMatchObject([{ partyId: 'g' }]);
      expect(queries.findUser('c', 'f')).toBeUndefined();
      expect(queries.findUser('d')).toMatchObject({ memberships: [] });
      const invitations = queries.listInvitations({ after: '', limit: 10, partyId: 'g' });
      expect(invitations.map(({ invitationId }) => invitationId)).toEqual(['j']);
    });
  });
});

it('an open invitation is void while who invited does not hold the role they did it in', () => {
  const by = (invitationId: string, invitedBy: string, invitedAs: string) =>
    fact('InvitationMade', {
      ...{ invitationId, partyId: 'f', role: 'funder', secretHash: 'hash', expiresAt: 'soon' },
      ...{ invitedBy, invitedAs },
    });
  const made = [by('i', 'o', 'operator'), by('j', 'a', 'funder'), by('k', 'b', 'funder')];
  const told = (log: readonly GivenFact[], expected: readonly string[]) =>
    inView(log, (queries) => {
      const list = queries.listInvitations({ after: '', limit: 10 });
      expect(list.map(({ status }) => status)).toEqual(expected);
    });
  // Roles are those of tokens as long as nobody operates the scheme.
  told(made, ['open', 'open', 'open']);
  const accepted = fact('InvitationAccepted', { invitationId: 'k', userId: 'u' });
  const operating = [...made, gave('o', 'staff', 'operator'), accepted];
  told(operating, ['open', 'void', 'accepted']);
  told([...operating, gave('a', 'g')], ['open', 'void', 'accepted']);
  told([...operating, gave('a', 'f')], ['open', 'open', 'accepted']);
  const changed = [gave('a', 'f'), gave('p', 'staff', 'operator'), withdrew('a', 'f')];
  const operatorGone = withdrew('o', 'staff', 'operator');
  told([...operating, ...changed, operatorGone], ['void', 'void', 'accepted']);
});

function inView(log: readonly GivenFact[], look: (queries: AccessQueries) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-access-'));
  const file = join(folder, 'views.sqlite');
  const model = new ReadModel(file, [access]);
  const store = new ReadStore(file);
  try {
    model.views.forEach((view) => model.putLive(view));
    model.apply(model.views, log.map(recorded));
    look(new AccessQueries(store));
  } finally {
    store.close();
    model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const recorded = (given: GivenFact, index: number): RecordedEvent => ({
  ...{ id: `fact-${index}`, streamName: 'given-1', revision: index },
  metadata: {} as RecordedEvent['metadata'],
  recordedAt: AT,
  ...given,
  position: BigInt(index + 1),
});
