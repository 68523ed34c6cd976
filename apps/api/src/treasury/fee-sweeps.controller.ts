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
import { ViewsAtHead } from '@app/processes';
import { FeeSweepQueries, feeSweepViews, ledger } from '@app/read-models';
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
    private readonly atHead: ViewsAtHead,
  ) {}

  @Post()
  @Documented(TREASURY.proposeFeeSweep)
  @Reads(ledger)
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
    return feeSweepOf(this.views.find(feeSweepId) ?? notThere());
  }

  @Post(':feeSweepId/approval')
  @Documented(TREASURY.approveFeeSweep)
  @Reads(feeSweepViews, ledger)
  @HttpCode(200)
  async approve(
    @Param('feeSweepId', UuidParam) feeSweepId: string,
    @Asked() asked: RequestContext,
  ) {
    const agreementId = await this.#getAgreementOf(feeSweepId);
    const wish = new ApproveFeeSweep({ agreementId, feeSweepId }, asked);
    const { position, events } = await this.commands.execute(wish);
    const { reference } = (events[0]?.data ?? {}) as { reference?: string };
    return new Changed(position, { feeSweepId, status: 'ordered', reference });
  }

  @Post(':feeSweepId/cancellation')
  @Documented(TREASURY.cancelFeeSweep)
  @Reads(feeSweepViews)
  @HttpCode(200)
  async cancel(
    @Param('feeSweepId', UuidParam) feeSweepId: string,
    @Body() { reason }: CancellationBody,
    @Asked() asked: RequestContext,
  ) {
    const agreementId = await this.#getAgreementOf(feeSweepId);
    const wish = new CancelFeeSweep({ agreementId, feeSweepId, reason }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { feeSweepId, status: 'cancelled' });
  }

  /** In whose stream it is decided: known by the view alone, which may be a moment behind. */
  async #getAgreementOf(feeSweepId: string): Promise<string> {
    const look = () => this.views.find(feeSweepId)?.agreementId;
    return (await this.atHead.find(look, feeSweepViews)) ?? notThere();
  }
}

const notThere = (): never => {
  throw notFound();
};
