import { LabelPlace, RestorePlace, SuspendPlace, WithdrawLabel } from '@app/places';
import { Asked, Changed, Documented, UuidParam, type RequestContext } from '@app/platform';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { PLACES } from './places.documents';
import { LabelBody } from './places.dto';
import { ReasonBody } from '../common/reason.dto';

/** The right to redeem, given and taken by the operator. */
@Controller('v1/places/:placeId')
export class LabelsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('label')
  @Documented(PLACES.labelPlace)
  @HttpCode(200)
  async label(
    @Param('placeId', UuidParam) placeId: string,
    @Body() body: LabelBody,
    @Asked() asked: RequestContext,
  ) {
    const { position } = await this.commands.execute(new LabelPlace({ placeId, ...body }, asked));
    return new Changed(position, { placeId, ...body });
  }

  @Post('suspension')
  @Documented(PLACES.suspendPlace)
  @HttpCode(200)
  async suspend(
    @Param('placeId', UuidParam) placeId: string,
    @Body() { reason }: ReasonBody,
    @Asked() asked: RequestContext,
  ) {
    const wish = new SuspendPlace({ placeId, reason }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { placeId, status: 'suspended' });
  }

  @Post('restoration')
  @Documented(PLACES.restorePlace)
  @HttpCode(200)
  async restore(@Param('placeId', UuidParam) placeId: string, @Asked() asked: RequestContext) {
    const { position } = await this.commands.execute(new RestorePlace({ placeId }, asked));
    return new Changed(position, { placeId, status: 'labelled' });
  }

  @Post('withdrawal')
  @Documented(PLACES.withdrawLabel)
  @HttpCode(200)
  async withdraw(
    @Param('placeId', UuidParam) placeId: string,
    @Body() { reason }: ReasonBody,
    @Asked() asked: RequestContext,
  ) {
    const wish = new WithdrawLabel({ placeId, reason }, asked);
    const { position, events } = await this.commands.execute(wish);
    const { withdrawnOn } = (events[0]?.data ?? {}) as { withdrawnOn?: string };
    return new Changed(position, { placeId, status: 'withdrawn', withdrawnOn });
  }
}
