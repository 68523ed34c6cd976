import type { Command } from '@app/kernel';
import type { InvitationMade, InvitationRevoked } from '../contract';

export type MakeInvitation = Command<'MakeInvitation', InvitationMade['data']>;

export type AcceptInvitation = Command<
  'AcceptInvitation',
  {
    userId: string;
    secretHash: string;
    now: string;
    /** Who invited could still give the role: `isStillHeld`. */
    isInviterEntitled: boolean;
  }
>;

export type RevokeInvitation = Command<
  'RevokeInvitation',
  Pick<InvitationRevoked['data'], 'revokedBy'>
>;

export type InvitationWish = MakeInvitation | AcceptInvitation | RevokeInvitation;
