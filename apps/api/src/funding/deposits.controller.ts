import { ConfirmDeposit, RecallDeposit, RecordDeposit } from '@app/funding';
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
import { deposits, FundingQueries, type DepositView } from '@app/read-models';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own, ownFunderOf } from '../access/own';
import { FUNDING } from './funding.documents';
import { ConfirmationBody, DepositBody, ListAllQuery } from './funding.dto';
import { ReasonBody } from '../common/reason.dto';

@Controller('v1/deposits')
export class DepositsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: FundingQueries,
    private readonly own: Own,
  ) {}

  @Post()
  @Documented(FUNDING.recordDeposit)
  async record(
    @Body() body: DepositBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.agreement(actor, body.agreementId);
    const { position, depositId } = await this.commands.execute(new RecordDeposit(body, asked));
    return new Changed(position, { depositId, confirmed: false });
  }

  @Get()
  @Documented(FUNDING.listDeposits)
  @Reads(deposits)
  list(@Query() _: ListAllQuery, @Page() page: PageOf, @CurrentActor() actor: Actor) {
    const funderId = ownFunderOf(actor);
    return page.answer<DepositView>({
      find: ([after] = [''], limit) =>
        this.views.listDeposits({ after: String(after), limit, funderId }),
      keyOf: ({ depositId }) => [depositId],
      columns: [
        'depositId',
        'agreementId',
        'amountCents',
        'bankReference',
        'valueOn',
        'status',
        'statementReference',
      ],
    });
  }

  @Get(':depositId')
  @Documented(FUNDING.getDeposit)
  @Reads(deposits)
  async get(@Param('depositId', UuidParam) depositId: string, @CurrentActor() actor: Actor) {
    await this.own.deposit(actor, depositId);
    return this.views.findDeposit(depositId) ?? notThere();
  }

  @Post(':depositId/confirmation')
  @Documented(FUNDING.confirmDeposit)
  @HttpCode(200)
  async confirm(
    @Param('depositId', UuidParam) depositId: string,
    @Body() { statementReference }: ConfirmationBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.deposit(actor, depositId);
    const wish = new ConfirmDeposit({ depositId, statementReference }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { depositId, confirmed: true });
  }

  @Post(':depositId/recall')
  @Documented(FUNDING.recallDeposit)
  @HttpCode(200)
  async recall(
    @Param('depositId', UuidParam) depositId: string,
    @Body() { reason }: ReasonBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.deposit(actor, depositId);
    const { position } = await this.commands.execute(
      new RecallDeposit({ depositId, reason }, asked),
    );
    return new Changed(position, { depositId, status: 'recalled' });
  }
}

const notThere = (): never => {
  throw notFound();
};
