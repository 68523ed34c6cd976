import { parisDayOf, type Day } from '@app/kernel';
import {
  Asked,
  Changed,
  Clock,
  CurrentActor,
  Documented,
  notFound,
  Reads,
  requestContextOf,
  UuidParam,
  type Actor,
  type RequestContext,
} from '@app/platform';
import { RedemptionQueries, redemptions, runs, type RedemptionView } from '@app/read-models';
import { CancelRedemption, RedeemVouchers } from '@app/voucher-books';
import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { REDEMPTIONS } from './redemptions.documents';
import { RedemptionBody, RedemptionCancellationBody } from './redemptions.dto';

@Controller('v1/redemptions')
export class RedemptionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: RedemptionQueries,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Documented(REDEMPTIONS.redeemVouchers)
  async redeem(@Body() body: RedemptionBody, @Req() request: FastifyRequest) {
    const { placeId, codes, service, priceCents, performedOn } = body;
    const session = { placeId, codes, service, priceCents, performedOn, address: request.ip };
    const wish = new RedeemVouchers(session, requestContextOf(request));
    const { position, redeemed } = await this.commands.execute(wish);
    const { redemptionId, book, vouchers, coveredCents, remainderCents } = redeemed;
    const { promisedPaymentOn } = redeemed;
    return new Changed(position, {
      redemptionId,
      book,
      vouchers,
      coveredCents,
      remainderCents,
      promisedPaymentOn,
    });
  }

  /** By the place within 24 hours, by finance at any time. */
  @Post(':redemptionId/cancellation')
  @Documented(REDEMPTIONS.cancelRedemption)
  @HttpCode(200)
  async cancel(
    @Param('redemptionId', UuidParam) redemptionId: string,
    @Body() { reason }: RedemptionCancellationBody,
    @Asked() asked: RequestContext,
  ) {
    const wish = new CancelRedemption({ redemptionId, reason }, asked);
    const { position, cancelled } = await this.commands.execute(wish);
    const { book, vouchers, coveredCents, cancelledAt } = cancelled;
    const answer = { redemptionId, status: 'cancelled', book, vouchers, coveredCents };
    return new Changed(position, { ...answer, cancelledAt });
  }

  @Get(':redemptionId')
  @Documented(REDEMPTIONS.getRedemption)
  @Reads(redemptions, runs)
  get(@Param('redemptionId', UuidParam) redemptionId: string, @CurrentActor() actor: Actor) {
    const found = this.views.find(redemptionId);
    if (found === undefined || !sees(actor, found, this.clock.today())) throw notFound();
    const { redeemedBy: _, ...answer } = found;
    return answer;
  }
}

/** Managers see their organisation's; cashiers what they took themselves, until midnight in Paris. */
function sees(
  { role, reach, partyId, id }: Actor,
  { organisationId, redeemedBy, redeemedAt }: RedemptionView,
  today: Day,
): boolean {
  if (reach === 'all') return true;
  if (partyId !== organisationId) return false;
  return role !== 'place-cashier' || (id === redeemedBy && parisDayOf(redeemedAt) === today);
}
