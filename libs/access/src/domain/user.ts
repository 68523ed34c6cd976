import type { Decider } from '@app/kernel';
import type { RoleGiven, RoleWithdrawn, UserFact } from '../contract';
import { refuse } from './refuse';
import { assertForUsers, assertMayGive, assertPartyOf, type Role } from './roles';
import type { GiveRole, UserWish, WithdrawRole } from './user.messages';

export type User =
  | { status: 'unknown' }
  | {
      status: 'registered';
      userId: string;
      /** By party, in the order in which the user joined them; whether it operates, `operators` says. */
      roles: Readonly<Record<string, readonly Role[]>>;
    };

/** Somebody the issuer of tokens knows, and what they may be for whom. */
export const user: Decider<UserWish, User, UserFact> = {
  name: 'user',
  initialState: { status: 'unknown' },

  decide: (wish, state) => {
    if (wish.type === 'RegisterUser') {
      const { userId, invitationId } = wish.data;
      if (state.status === 'unknown') return [{ type: 'UserRegistered', data: { userId } }];
      return invitationId === undefined ? refuse('already_so') : [];
    }
    if (state.status === 'unknown') return refuse('user_unknown');
    const holds = state.roles[wish.data.partyId]?.includes(wish.data.role) ?? false;
    return wish.type === 'GiveRole' ? decideGift(wish, holds) : decideWithdrawal(wish, holds);
  },

  evolve: (state, fact) => {
    if (fact.type === 'UserRegistered') {
      return { status: 'registered', userId: fact.data.userId, roles: {} };
    }
    if (state.status === 'unknown') return state;
    const { partyId, role } = fact.data;
    const others = (state.roles[partyId] ?? []).filter((each) => each !== role);
    const held = fact.type === 'RoleGiven' ? [...others, role] : others;
    const { [partyId]: _, ...elsewhere } = state.roles;
    return { ...state, roles: held.length === 0 ? elsewhere : { ...state.roles, [partyId]: held } };
  },
};

/**
 * Whether who invited still holds the role they did it in. As long as nobody operates the scheme, roles
 * are those of tokens, which nobody can look up.
 */
export const isStillHeld = (
  { invitedAs, partyId }: Readonly<{ invitedAs: Role; partyId: string }>,
  inviter: Readonly<{ userId: string; user: User; operators: readonly string[] }>,
): boolean => {
  const { userId, user: known, operators } = inviter;
  if (operators.length === 0) return true;
  if (invitedAs === 'operator') return operators.includes(userId);
  return known.status === 'registered' && (known.roles[partyId]?.includes(invitedAs) ?? false);
};

/** Of this role alone: that the user exists is for who asks to look at. */
export const decideGift = ({ data }: GiveRole, holds: boolean): readonly RoleGiven[] => {
  const { partyId, role, givenAs, invitationId } = data;
  assertForUsers(role);
  assertPartyOf(role, partyId);
  assertMayGive(givenAs, role);
  if (!holds) return [{ type: 'RoleGiven', data }];
  return invitationId === undefined ? refuse('already_so') : [];
};

export const decideWithdrawal = (
  { data }: WithdrawRole,
  holds: boolean,
): readonly RoleWithdrawn[] => {
  assertForUsers(data.role);
  assertMayGive(data.withdrawnAs, data.role);
  return holds ? [{ type: 'RoleWithdrawn', data }] : refuse('role_not_held');
};
