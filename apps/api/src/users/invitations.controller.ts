import { AcceptInvitation, invitation, MakeInvitation, RevokeInvitation } from '@app/access';
import type { InvitationAccepted, InvitationMade } from '@app/access/contract';
import {
  AggregateStore,
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
import { access, AccessQueries, type InvitationView } from '@app/read-models';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ACCESS } from './access.documents';
import { AcceptanceBody, InvitationBody, ListAccessQuery } from './access.dto';
import { doerOf, givingRoleOf, ownPartyOf, Parties } from './parties';

const VALID_DAYS = 7;

@Controller('v1/invitations')
export class InvitationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly aggregates: AggregateStore,
    private readonly views: AccessQueries,
    private readonly parties: Parties,
  ) {}

  /** The secret is in the first answer alone; who lost it revokes the invitation and makes another. */
  @Post()
  @Documented(ACCESS.makeInvitation)
  async make(
    @Body() { role, partyId: named, validDays = VALID_DAYS }: InvitationBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const partyId = await this.parties.getPartyOf(actor, role, named);
    const by = { invitedBy: doerOf(actor), invitedAs: givingRoleOf(actor) };
    const wish = new MakeInvitation({ partyId, role, validDays, ...by }, asked);
    const { position, events, secret } = await this.commands.execute(wish);
    const { invitationId, expiresAt } = events[0]?.data as InvitationMade['data'];
    const shown = secret === undefined ? {} : { secret };
    return new Changed(position, { invitationId, partyId, role, expiresAt, ...shown });
  }

  /** By whoever logs in and has the secret; the role is theirs a moment later. */
  @Post('acceptance')
  @Documented(ACCESS.acceptInvitation)
  @HttpCode(200)
  async accept(
    @Body() { secret }: AcceptanceBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const wish = new AcceptInvitation({ userId: doerOf(actor), secret }, asked);
    const { position, events } = await this.commands.execute(wish);
    const { userId, partyId, role } = events[0]?.data as InvitationAccepted['data'];
    return new Changed(position, { userId, partyId, role, status: 'accepted' });
  }

  @Get()
  @Documented(ACCESS.listInvitations)
  @Reads(access)
  list(@Query() _: ListAccessQuery, @Page() page: PageOf, @CurrentActor() actor: Actor) {
    const partyId = ownPartyOf(actor);
    return page.answer<InvitationView>({
      find: ([after] = [''], limit) =>
        this.views.listInvitations({ after: String(after), limit, partyId }),
      keyOf: ({ invitationId }) => [invitationId],
      columns: [
        ...(['invitationId', 'partyId', 'role', 'status', 'invitedBy', 'invitedAs'] as const),
        ...(['invitedAt', 'expiresAt', 'userId'] as const),
      ],
    });
  }

  @Post(':invitationId/revocation')
  @Documented(ACCESS.revokeInvitation)
  @HttpCode(200)
  async revoke(
    @Param('invitationId', UuidParam) invitationId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const { state } = await this.aggregates.load(invitation, invitationId);
    const own = ownPartyOf(actor);
    const isThere =
      state.status !== 'unknown' && (own ?? state.made.partyId) === state.made.partyId;
    if (!isThere) throw notFound();
    const wish = new RevokeInvitation({ invitationId, revokedBy: doerOf(actor) }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { invitationId, status: 'revoked' });
  }
}
