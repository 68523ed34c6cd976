import {
  Asked,
  Changed,
  Clock,
  CurrentActor,
  Documented,
  Page,
  Reads,
  UuidParam,
  type Actor,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import { debtDecisions, DebtQueries, ledger } from '@app/read-models';
import { ApproveWriteOff, ProposeWriteOff, RecordLeaving } from '@app/reimbursement';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own } from '../access/own';
import { debtOf, debtorOf } from './treasury-answers';
import { TREASURY } from './treasury.documents';
import { DebtorsQuery, LeavingBody, WriteOffBody } from './treasury.dto';

/** What organisations owe back, and who pays it in the end: themselves or the operator. */
@Controller('v1')
export class DebtsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly debts: DebtQueries,
    private readonly own: Own,
    private readonly clock: Clock,
  ) {}

  @Get('debtors')
  @Documented(TREASURY.listDebtors)
  @Reads(ledger, debtDecisions)
  list(@Query() _: DebtorsQuery, @Page() page: PageOf) {
    const today = this.clock.today();
    return page.answer<ReturnType<typeof debtorOf>>({
      find: ([after] = [''], limit) =>
        this.debts.listDebtors({ after: String(after), limit, today }).map(debtorOf),
      keyOf: ({ organisationId }) => [organisationId],
      columns: [
        ...(['organisationId', 'debtCents', 'nettedCents', 'owedCents', 'sinceOn'] as const),
        ...(['leftOn', 'recoverUntilOn', 'toTopUpCents', 'overdue'] as const),
      ],
    });
  }

  @Get('organisations/:organisationId/debt')
  @Documented(TREASURY.getDebt)
  @Reads(ledger, debtDecisions)
  async get(
    @Param('organisationId', UuidParam) organisationId: string,
    @CurrentActor() actor: Actor,
  ) {
    await this.own.organisation(actor, organisationId);
    return debtOf(this.debts.getDebt(organisationId));
  }

  @Post('organisations/:organisationId/debt/write-off')
  @Documented(TREASURY.proposeWriteOff)
  @Reads(ledger)
  async propose(
    @Param('organisationId', UuidParam) organisationId: string,
    @Body() { amountCents, reason }: WriteOffBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.organisation(actor, organisationId);
    const wish = new ProposeWriteOff({ organisationId, amountCents, reason }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { writeOffId: asked.commandId, status: 'proposed' });
  }

  @Post('organisations/:organisationId/debt/write-off/:writeOffId/approval')
  @Documented(TREASURY.approveWriteOff)
  @Reads(ledger)
  @HttpCode(200)
  async approve(
    @Param('organisationId', UuidParam) organisationId: string,
    @Param('writeOffId', UuidParam) writeOffId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.organisation(actor, organisationId);
    const wish = new ApproveWriteOff({ organisationId, writeOffId }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { writeOffId, status: 'decided' });
  }

  @Post('organisations/:organisationId/leaving')
  @Documented(TREASURY.recordLeaving)
  @HttpCode(200)
  async leave(
    @Param('organisationId', UuidParam) organisationId: string,
    @Body() { leftOn = this.clock.today() }: LeavingBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.organisation(actor, organisationId);
    const wish = new RecordLeaving({ organisationId, leftOn }, asked);
    const { position, events } = await this.commands.execute(wish);
    const { recoverUntilOn } = (events[0]?.data ?? {}) as { recoverUntilOn?: string };
    return new Changed(position, { organisationId, recoverUntilOn });
  }
}
