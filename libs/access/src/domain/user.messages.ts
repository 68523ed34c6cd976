import type { Command } from '@app/kernel';
import type { Role } from './roles';

export type RegisterUser = Command<
  'RegisterUser',
  {
    userId: string;
    /** Of the copy of an invitation that was accepted: whoever is registered already stays so. */
    invitationId?: string;
  }
>;

export type GiveRole = Command<
  'GiveRole',
  {
    userId: string;
    partyId: string;
    role: Role;
    givenBy: string;
    givenAs: Role;
    /** Of the copy of an invitation that was accepted: whoever has the role keeps it. */
    invitationId?: string;
  }
>;

export type WithdrawRole = Command<
  'WithdrawRole',
  {
    userId: string;
    partyId: string;
    role: Role;
    withdrawnBy: string;
    withdrawnAs: Role;
    reason: string;
  }
>;

export type UserWish = RegisterUser | GiveRole | WithdrawRole;

export type OperatorsWish = GiveRole | WithdrawRole;
