import { given } from '@app/platform/testing/given';
import type { InvitationFact, InvitationMade } from '../contract';
import { invitation } from './invitation';
import type { AcceptInvitation, InvitationWish } from './invitation.messages';
import { OPERATOR_PARTY_ID } from './roles';

const EXPIRES = '2026-01-08T00:00:00.000Z';
const data = (change: Partial<InvitationMade['data']> = {}): InvitationMade['data'] => ({
  ...{ invitationId: 'i', partyId: 'f', role: 'funder', secretHash: 'hash', expiresAt: EXPIRES },
  ...{ invitedBy: 'o', invitedAs: 'operator', ...change },
});
const made = (change?: Partial<InvitationMade['data']>): InvitationFact => ({
  type: 'InvitationMade',
  data: data(change),
});
const make = (change?: Partial<InvitationMade['data']>): InvitationWish => ({
  type: 'MakeInvitation',
  data: data(change),
});
const accept = (change: Partial<AcceptInvitation['data']> = {}): InvitationWish => ({
  type: 'AcceptInvitation',
  data: {
    userId: 'u',
    secretHash: 'hash',
    now: '2026-01-07T23:59:59.999Z',
    isInviterEntitled: true,
    ...change,
  },
});
const accepted: InvitationFact = {
  type: 'InvitationAccepted',
  data: {
    ...{ invitationId: 'i', userId: 'u', partyId: 'f', role: 'funder' },
    ...{ invitedBy: 'o', invitedAs: 'operator' },
  },
};
const revoke: InvitationWish = { type: 'RevokeInvitation', data: { revokedBy: 'o' } };
const revoked: InvitationFact = {
  type: 'InvitationRevoked',
  data: { invitationId: 'i', revokedBy: 'o' },
};

describe('an invitation', () => {
  it('is made for a role that is not above the inviter’s', () => {
    given(invitation).when(make()).then(made());
    given(invitation, made()).when(make()).thenRefused('already_so');
    given(invitation)
      .when(make({ invitedAs: 'place-manager' }))
      .thenRefused('role_above');
    given(invitation)
      .when(make({ partyId: OPERATOR_PARTY_ID }))
      .thenRefused('party_of_role');
    const machine = { role: 'system', partyId: OPERATOR_PARTY_ID } as const;
    given(invitation).when(make(machine)).thenRefused('role_not_for_users');
  });

  it('is accepted until its last millisecond', () => {
    given(invitation, made()).when(accept()).then(accepted);
    given(invitation, made())
      .when(accept({ now: EXPIRES }))
      .thenRefused('invitation_expired');
  });

  it('is void while who invited could not give the role', () => {
    const late = accept({ isInviterEntitled: false });
    given(invitation, made()).when(late).thenRefused('invitation_void');
    given(invitation, made(), revoked).when(late).thenRefused('invitation_revoked');
    given(invitation, made())
      .when(accept({ isInviterEntitled: false, now: EXPIRES }))
      .thenRefused('invitation_expired');
  });

  it('tells nothing to who does not have the secret', () => {
    const guess = accept({ secretHash: 'other', now: EXPIRES, isInviterEntitled: false });
    for (const history of [[], [made()], [made(), accepted], [made(), revoked]]) {
      given(invitation, ...history)
        .when(guess)
        .thenRefused('invitation_unknown');
    }
  });

  it('is accepted once, and not when it was taken back', () => {
    given(invitation, made(), accepted).when(accept()).thenRefused('invitation_used');
    given(invitation, made(), revoked).when(accept()).thenRefused('invitation_revoked');
    given(invitation, made()).when(revoke).then(revoked);
    given(invitation, made(), accepted).when(revoke).thenRefused('invitation_used');
    given(invitation, made(), revoked).when(revoke).thenRefused('invitation_revoked');
    given(invitation).when(revoke).thenRefused('invitation_unknown');
  });

  it('lifts nobody above the role they invited in', () => {
    given(invitation, made())
      .when(accept({ userId: 'o' }))
      .thenRefused('same_person');
    const same = { role: 'operator', partyId: OPERATOR_PARTY_ID } as const;
    given(invitation, made(same))
      .when(accept({ userId: 'o' }))
      .then({ ...accepted, data: { ...accepted.data, ...same, userId: 'o' } });
  });
});
