import type { ReadStore } from '@app/platform';
import {
  access,
  type ApiKeyRow,
  type InvitationRow,
  type MembershipRow,
  type UserRow,
} from './access.projection';

export type UserView = UserRow &
  Readonly<{ memberships: readonly Omit<MembershipRow, 'userId'>[] }>;

export type InvitationView = Omit<InvitationRow, 'status'> &
  Readonly<{ status: InvitationRow['status'] | 'void' }>;

type Part = Readonly<{ after: string; limit: number }>;
/** `partyId` narrows to one party's own. */
type OfParty = Part & Readonly<{ partyId?: string | undefined }>;

/** Lists in id order. */
export class AccessQueries {
  constructor(private readonly store: ReadStore) {}

  /** For a party, only who is of it, and only as its member. */
  findUser(userId: string, partyId?: string): UserView | undefined {
    return this.store.snapshot(() => {
      const user = this.store.find(access.table.users, userId);
      const view = user && this.#withMemberships(user, partyId);
      return partyId !== undefined && view?.memberships.length === 0 ? undefined : view;
    });
  }

  listUsers({ after, limit, partyId }: OfParty): readonly UserView[] {
    const { users } = access.table;
    const ofParty = 'userId IN (SELECT userId FROM memberships WHERE partyId = ?) AND ';
    const tail = `WHERE ${partyId === undefined ? '' : ofParty}userId > ? ORDER BY userId LIMIT ?`;
    const params = partyId === undefined ? [after, limit] : [partyId, after, limit];
    return this.store.snapshot(() =>
      this.store.rows(users, tail, ...params).map((user) => this.#withMemberships(user, partyId)),
    );
  }

  listInvitations({ after, limit, partyId }: OfParty): readonly InvitationView[] {
    const ofParty = partyId === undefined ? '' : 'partyId = ? AND ';
    const { invitations, memberships } = access.table;
    const tail = `WHERE ${ofParty}invitationId > ? ORDER BY invitationId LIMIT ?`;
    const params = partyId === undefined ? [after, limit] : [partyId, after, limit];
    return this.store.snapshot(() => {
      const [operator] = this.store.rows(memberships, `WHERE role = 'operator' LIMIT 1`);
      const rows = this.store.rows(invitations, tail, ...params);
      return operator === undefined ? rows : rows.map((row) => this.#shown(row));
    });
  }

  /** As accepting it would find it, once there is an operator: who invited has to hold the role. */
  #shown(row: InvitationRow): InvitationView {
    if (row.status !== 'open') return row;
    const { invitedBy, invitedAs, partyId } = row;
    const held = `WHERE userId = ? AND role = ? AND (role = 'operator' OR partyId = ?) LIMIT 1`;
    const [membership] = this.store.rows(
      access.table.memberships,
      held,
      ...[invitedBy, invitedAs, partyId],
    );
    return membership === undefined ? { ...row, status: 'void' } : row;
  }

  findApiKey(apiKeyId: string): ApiKeyRow | undefined {
    return this.store.find(access.table.apiKeys, apiKeyId);
  }

  listApiKeys({ after, limit }: Part): readonly ApiKeyRow[] {
    const tail = 'WHERE apiKeyId > ? ORDER BY apiKeyId LIMIT ?';
    return this.store.rows(access.table.apiKeys, tail, after, limit);
  }

  #withMemberships(user: UserRow, partyId: string | undefined): UserView {
    const tail = `WHERE userId = ?${partyId === undefined ? '' : ' AND partyId = ?'} ORDER BY partyId, role`;
    const params = partyId === undefined ? [user.userId] : [user.userId, partyId];
    const rows = this.store.rows(access.table.memberships, tail, ...params);
    return { ...user, memberships: rows.map(({ userId: _, ...membership }) => membership) };
  }
}
