import {
  Asked,
  Changed,
  CurrentActor,
  Documented,
  Page,
  Reads,
  UuidParam,
  type Actor,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import { organisations, PaymentQueries, runs, type FraudHold } from '@app/read-models';
import { LiftFraudHold, PlaceFraudHold } from '@app/reimbursement';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own } from '../access/own';
import { PAYMENTS } from './runs.documents';
import { FraudHoldBody, FraudHoldsQuery } from './runs.dto';

/** Organisations to which nothing is paid for now; what they are owed stays owed. */
@Controller('v1')
export class FraudHoldsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: PaymentQueries,
    private readonly own: Own,
  ) {}

  @Get('fraud-holds')
  @Documented(PAYMENTS.listFraudHolds)
  @Reads(runs, organisations)
  list(@Query() _: FraudHoldsQuery, @Page() page: PageOf) {
    return page.answer<FraudHold>({
      find: ([after] = [''], limit) => this.views.listFraudHolds({ after: String(after), limit }),
      keyOf: ({ organisationId }) => [organisationId],
      columns: ['organisationId', 'organisationName', 'reason', 'placedBy', 'placedAt'],
    });
  }

  @Post('organisations/:organisationId/fraud-hold')
  @Documented(PAYMENTS.placeFraudHold)
  @HttpCode(200)
  async place(
    @Param('organisationId', UuidParam) organisationId: string,
    @Body() { reason }: FraudHoldBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.organisation(actor, organisationId);
    const wish = new PlaceFraudHold({ organisationId, reason }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { organisationId, fraudHold: true });
  }

  @Post('organisations/:organisationId/fraud-hold/lifting')
  @Documented(PAYMENTS.liftFraudHold)
  @HttpCode(200)
  async lift(
    @Param('organisationId', UuidParam) organisationId: string,
    @Body() { reason }: FraudHoldBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.organisation(actor, organisationId);
    const wish = new LiftFraudHold({ organisationId, reason }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { organisationId, fraudHold: false });
  }
}
