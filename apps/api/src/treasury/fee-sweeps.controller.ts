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
import { FeeSweepQueries, feeSweepViews, type FeeSweepView } from '@app/read-models';
import { ApproveFeeSweep, CancelFeeSweep, ProposeFeeSweep } from '@app/reimbursement';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own } from '../access/own';
import { feeSweepOf } from './treasury-answers';
import { TREASURY } from './treasury.documents';
import { CancellationBody, FeeSweepBody, FeeSweepsQuery } from './treasury.dto';

/** The operator's fee leaving the ring-fenced account: two people decide, the bank carries it out. */
@Controller('v1/fee-sweeps')
export class FeeSweepsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: FeeSweepQueries,
    private readonly own: Own,
  ) {}

  @Post()
  @Documented(TREASURY.proposeFeeSweep)
  async propose(
    @Body() { agreementId, amountCents }: FeeSweepBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.agreement(actor, agreementId);
    const wish = new ProposeFeeSweep({ agreementId, amountCents }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { feeSweepId: asked.commandId, status: 'proposed' });
  }

  @Get()
  @Documented(TREASURY.listFeeSweeps)
  @Reads(feeSweepViews)
  list(@Query() { status }: FeeSweepsQuery, @Page() page: PageOf) {
    return page.answer<ReturnType<typeof feeSweepOf>>({
      find: ([after] = [''], limit) =>
        this.views.list({ after: String(after), limit, status }).map(feeSweepOf),
      keyOf: ({ feeSweepId }) => [feeSweepId],
      columns: [
        ...(['feeSweepId', 'agreementId', 'amountCents', 'status', 'reference'] as const),
        ...(['bookedOn', 'statementReference'] as const),
      ],
    });
  }

  @Get(':feeSweepId')
  @Documented(TREASURY.getFeeSweep)
  @Reads(feeSweepViews)
  get(@Param('feeSweepId', UuidParam) feeSweepId: string) {
    return feeSweepOf(this.#find(feeSweepId));
  }

  @Post(':feeSweepId/approval')
  @Documented(TREASURY.approveFeeSweep)
  @HttpCode(200)
  async approve(
    @Param('feeSweepId', UuidParam) feeSweepId: string,
    @Asked() asked: RequestContext,
  ) {
    const { agreementId } = this.#find(feeSweepId);
    const wish = new ApproveFeeSweep({ agreementId, feeSweepId }, asked);
    const { position, events } = await this.commands.execute(wish);
    const { reference } = (events[0]?.data ?? {}) as { reference?: string };
    return new Changed(position, { feeSweepId, status: 'ordered', reference });
  }

  @Post(':feeSweepId/cancellation')
  @Documented(TREASURY.cancelFeeSweep)
  @HttpCode(200)
  async cancel(
    @Param('feeSweepId', UuidParam) feeSweepId: string,
    @Body() { reason }: CancellationBody,
    @Asked() asked: RequestContext,
  ) {
    const { agreementId } = this.#find(feeSweepId);
    const wish = new CancelFeeSweep({ agreementId, feeSweepId, reason }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { feeSweepId, status: 'cancelled' });
  }

  /** Its agreement, in whose stream it is decided, is known by the view alone. */
  #find(feeSweepId: string): FeeSweepView {
    const found = this.views.find(feeSweepId);
    if (found === undefined) throw notFound();
    return found;
  }
}
