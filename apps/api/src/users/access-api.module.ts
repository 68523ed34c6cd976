import { Module } from '@nestjs/common';
import { Own } from '../access/own';
import { ApiKeysController } from './api-keys.controller';
import { InvitationsController } from './invitations.controller';
import { Parties } from './parties';
import { UsersController } from './users.controller';

/** Users, invitations and API keys over HTTP; `AccessMemory` and `UserIds` are provided globally. */
@Module({
  controllers: [UsersController, InvitationsController, ApiKeysController],
  providers: [Own, Parties],
})
export class AccessApiModule {}
