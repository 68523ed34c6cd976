import type { AccessFact } from '@app/access/contract';
import { instantOf } from '@app/kernel';
import { tablesProjection } from '@app/platform/read-store';

export type UserRow = Readonly<{ userId: string; registeredAt: string }>;

/** A role that is held now: a withdrawn one has no row. */
export type MembershipRow = Readonly<{
  userId: string;
  partyId: string;
  role: string;
  givenAt: string;
  givenBy: string;
}>;

export type InvitationRow = Readonly<{
  invitationId: string;
  partyId: string;
  role: string;
  /** An open one is over at `expiresAt` all the same. */
  status: 'open' | 'accepted' | 'revoked';
  invitedBy: string;
  invitedAs: string;
  invitedAt: string;
  expiresAt: string;
  /** '' until somebody accepted it. */
  userId: string;
}>;

export type ApiKeyRow = Readonly<{
  apiKeyId: string;
  partyId: string;
  roles: readonly string[];
  /** Empty: every route of the roles. */
  routes: readonly string[];
  purpose: string;
  lastFour: string;
  /** An issued one is over at `expiresAt` all the same. */
  status: 'issued' | 'revoked';
  issuedBy: string;
  issuedAt: string;
  expiresAt: string;
  /** Why it was revoked, '' before. */
  reason: string;
}>;

type Rows = {
  users: UserRow;
  memberships: MembershipRow;
  invitations: InvitationRow;
  apiKeys: ApiKeyRow;
};

const TEXT = 'text' as const;

/** Who may act for whom, and by which invitation or key. */
export const access = tablesProjection<Rows, AccessFact>({
  name: 'access',
  version: 2,
  tables: {
    users: { columns: { userId: TEXT, registeredAt: TEXT }, key: ['userId'] },
    memberships: {
      columns: { userId: TEXT, partyId: TEXT, role: TEXT, givenAt: TEXT, givenBy: TEXT },
      key: ['userId', 'partyId', 'role'],
      indexes: [['partyId', 'userId']],
    },
    invitations: {
      columns: {
        ...{ invitationId: TEXT, partyId: TEXT, role: TEXT, status: TEXT, invitedBy: TEXT },
        ...{ invitedAs: TEXT, invitedAt: TEXT, expiresAt: TEXT, userId: TEXT },
      },
      key: ['invitationId'],
      indexes: [['partyId', 'invitationId']],
    },
    apiKeys: {
      columns: {
        ...{ apiKeyId: TEXT, partyId: TEXT, roles: 'json', routes: 'json', purpose: TEXT },
        ...{ lastFour: TEXT, status: TEXT, issuedBy: TEXT, issuedAt: TEXT, expiresAt: TEXT },
        reason: TEXT,
      },
      key: ['apiKeyId'],
    },
  },
  on: {
    UserRegistered: ({ data: { userId }, recordedAt }, { users }) =>
      users.put({ userId, registeredAt: instantOf(recordedAt) }),
    RoleGiven: ({ data: { userId, partyId, role, givenBy }, recordedAt }, { memberships }) =>
      memberships.put({ userId, partyId, role, givenBy, givenAt: instantOf(recordedAt) }),
    RoleWithdrawn: ({ data: { userId, partyId, role } }, { memberships }) =>
      memberships.delete(userId, partyId, role),
    InvitationMade: ({ data, recordedAt }, { invitations }) => {
      const { secretHash: _, ...made } = data;
      const invitedAt = instantOf(recordedAt);
      invitations.put({ ...made, status: 'open', invitedAt, userId: '' });
    },
    InvitationAccepted: ({ data: { invitationId, userId } }, { invitations }) => {
      const row = invitations.get(invitationId);
      if (row) invitations.put({ ...row, status: 'accepted', userId });
    },
    InvitationRevoked: ({ data: { invitationId } }, { invitations }) => {
      const row = invitations.get(invitationId);
      if (row) invitations.put({ ...row, status: 'revoked' });
    },
    ApiKeyIssued: ({ data, recordedAt }, { apiKeys }) => {
      const { keyHash: _, issuedAs: __, routes = [], ...issued } = data;
      const issuedAt = instantOf(recordedAt);
      apiKeys.put({ ...issued, routes, status: 'issued', issuedAt, reason: '' });
    },
    ApiKeyRevoked: ({ data: { apiKeyId, reason } }, { apiKeys }) => {
      const row = apiKeys.get(apiKeyId);
      if (row) apiKeys.put({ ...row, status: 'revoked', reason });
    },
  },
});
