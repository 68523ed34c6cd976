import type { Decider } from '@app/kernel';
import type { InvitationFact, InvitationMade } from '../contract';
import type { AcceptInvitation, InvitationWish } from './invitation.messages';
import { refuse } from './refuse';
import { assertForUsers, assertMayGive, assertPartyOf } from './roles';

export type Invitation =
  { status: 'unknown' } | { status: 'open' | 'accepted' | 'revoked'; made: InvitationMade['data'] };

/** A secret that makes whoever logs in with it a member, once and for a while. */
export const invitation: Decider<InvitationWish, Invitation, InvitationFact> = {
  name: 'invitation',
  initialState: { status: 'unknown' },

  decide: (wish, state) => {
    if (wish.type === 'MakeInvitation') {
      const { role, partyId, invitedAs } = wish.data;
      assertForUsers(role);
      assertPartyOf(role, partyId);
      assertMayGive(invitedAs, role);
      return state.status === 'unknown'
        ? [{ type: 'InvitationMade', data: wish.data }]
        : refuse('already_so');
    }
    if (state.status === 'unknown') return refuse('invitation_unknown');
    if (wish.type === 'AcceptInvitation') return accept(wish, state);
    if (state.status !== 'open') return refuse(WHY_NOT_OPEN[state.status]);
    const { invitationId } = state.made;
    return [{ type: 'InvitationRevoked', data: { invitationId, ...wish.data } }];
  },

  evolve: (state, { type, data }) => {
    if (type === 'InvitationMade') return { status: 'open', made: data };
    if (state.status === 'unknown') return state;
    return { ...state, status: type === 'InvitationAccepted' ? 'accepted' : 'revoked' };
  },
};

const WHY_NOT_OPEN = { accepted: 'invitation_used', revoked: 'invitation_revoked' } as const;

const accept = (
  { data: { userId, secretHash, now, isInviterEntitled } }: AcceptInvitation,
  { status, made }: Exclude<Invitation, { status: 'unknown' }>,
): readonly InvitationFact[] => {
  const { invitationId, partyId, role, expiresAt, invitedBy, invitedAs } = made;
  // Who does not have the secret is told nothing of what became of it.
  if (secretHash !== made.secretHash) return refuse('invitation_unknown');
  if (status !== 'open') return refuse(WHY_NOT_OPEN[status]);
  if (now >= expiresAt) return refuse('invitation_expired');
  if (!isInviterEntitled) return refuse('invitation_void');
  // Nobody invites themselves upward; the first operator takes the role a token gave it.
  if (userId === invitedBy && role !== invitedAs) return refuse('same_person');
  const data = { invitationId, userId, partyId, role, invitedBy, invitedAs };
  return [{ type: 'InvitationAccepted', data }];
};
