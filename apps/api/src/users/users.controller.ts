import { GiveRole, RegisterUser, WithdrawRole } from '@app/access';
import {
  Asked,
  Changed,
  CurrentActor,
  Documented,
  notFound,
  Page,
  Reads,
  UuidParam,
  type Actor,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import { access, AccessQueries, type UserView } from '@app/read-models';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ACCESS } from './access.documents';
import { ListAccessQuery, RoleBody, RoleWithdrawalBody, UserBody } from './access.dto';
import { AccessMemory } from './access-memory';
import { doerOf, givingRoleOf, ownPartyOf, Parties } from './parties';
import { UserIds } from './user-ids';

@Controller('v1/users')
export class UsersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: AccessQueries,
    private readonly parties: Parties,
    private readonly userIds: UserIds,
    private readonly memory: AccessMemory,
  ) {}

  @Post()
  @Documented(ACCESS.registerUser)
  async register(@Body() { subject }: UserBody, @Asked() asked: RequestContext) {
    const userId = this.userIds.of(subject);
    const { position } = await this.commands.execute(new RegisterUser({ userId }, asked));
    return new Changed(position, { userId });
  }

  @Get()
  @Documented(ACCESS.listUsers)
  @Reads(access)
  list(@Query() _: ListAccessQuery, @Page() page: PageOf, @CurrentActor() actor: Actor) {
    const partyId = ownPartyOf(actor);
    return page.answer<UserView>({
      find: ([after] = [''], limit) =>
        this.views.listUsers({ after: String(after), limit, partyId }),
      keyOf: ({ userId }) => [userId],
      columns: ['userId', 'registeredAt', 'memberships'],
    });
  }

  @Get(':userId')
  @Documented(ACCESS.getUser)
  @Reads(access)
  get(@Param('userId', UuidParam) userId: string, @CurrentActor() actor: Actor) {
    return this.views.findUser(userId, ownPartyOf(actor)) ?? notThere();
  }

  /** From the next request on, in every process of the api. */
  @Post(':userId/roles')
  @Documented(ACCESS.giveRole)
  @HttpCode(200)
  async give(
    @Param('userId', UuidParam) userId: string,
    @Body() { role, partyId: named }: RoleBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.parties.assertUser(actor, userId);
    const partyId = await this.parties.getPartyOf(actor, role, named);
    const by = { givenBy: doerOf(actor), givenAs: givingRoleOf(actor) };
    const wish = new GiveRole({ userId, partyId, role, ...by }, asked);
    const { position } = await this.commands.execute(wish);
    await this.memory.reach(position);
    return new Changed(position, { userId, partyId, role, status: 'given' });
  }

  @Post(':userId/roles/withdrawal')
  @Documented(ACCESS.withdrawRole)
  @HttpCode(200)
  async withdraw(
    @Param('userId', UuidParam) userId: string,
    @Body() { role, partyId: named, reason }: RoleWithdrawalBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.parties.assertUser(actor, userId);
    const partyId = await this.parties.getPartyOf(actor, role, named);
    const by = { withdrawnBy: doerOf(actor), withdrawnAs: givingRoleOf(actor) };
    const wish = new WithdrawRole({ userId, partyId, role, reason, ...by }, asked);
    const { position } = await this.commands.execute(wish);
    await this.memory.reach(position);
    return new Changed(position, { userId, partyId, role, status: 'withdrawn' });
  }
}

const notThere = (): never => {
  throw notFound();
};
