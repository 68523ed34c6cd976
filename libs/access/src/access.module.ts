import { Module } from '@nestjs/common';
import { IssueApiKeyHandler, RevokeApiKeyHandler } from './use-cases/api-keys';
import {
  AcceptInvitationHandler,
  MakeInvitationHandler,
  RevokeInvitationHandler,
} from './use-cases/invitations';
import { GiveRoleHandler, RegisterUserHandler, WithdrawRoleHandler } from './use-cases/users';

/** Handlers of access's wishes. Whoever imports it provides `AggregateStore`, `Clock`, `Randomness`. */
@Module({
  providers: [
    RegisterUserHandler,
    GiveRoleHandler,
    WithdrawRoleHandler,
    MakeInvitationHandler,
    AcceptInvitationHandler,
    RevokeInvitationHandler,
    IssueApiKeyHandler,
    RevokeApiKeyHandler,
  ],
})
export class AccessModule {}
