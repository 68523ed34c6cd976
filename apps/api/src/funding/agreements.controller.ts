import {
  ApproveRefund,
  CloseAgreement,
  FailRefund,
  ProposeRefund,
  SendRefund,
  SignAgreement,
} from '@app/funding';
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
import {
  agreementTerms,
  BalanceQueries,
  FundingQueries,
  ledger,
  type AgreementView,
} from '@app/read-models';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own, ownFunderOf } from '../access/own';
import { AsOfQuery, asOfDate } from '../common/fields';
import { FUNDING } from './funding.documents';
import { AgreementBody, ListAllQuery, RefundBody } from './funding.dto';
import { ReasonBody } from '../common/reason.dto';

@Controller('v1/agreements')
export class AgreementsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: FundingQueries,
    private readonly balances: BalanceQueries,
    private readonly own: Own,
  ) {}

  @Post()
  @Documented(FUNDING.signAgreement)
  async sign(
    @Body() body: AgreementBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.funder(actor, body.funderId);
    const coFunders = body.coFunders.map(({ name, shareBasisPoints, ceilingCents }) => {
      return { name, shareBasisPoints, ...(ceilingCents !== undefined && { ceilingCents }) };
    });
    const { territories, services, publics } = body.restrictions;
    const restrictions = { territories, services, publics };
    const terms = { ...body, coFunders, restrictions };
    const { position } = await this.commands.execute(new SignAgreement(terms, asked));
    return new Changed(position, { agreementId: asked.commandId });
  }

  @Get()
  @Documented(FUNDING.listAgreements)
  @Reads(agreementTerms)
  list(@Query() _: ListAllQuery, @Page() page: PageOf, @CurrentActor() actor: Actor) {
    const funderId = ownFunderOf(actor);
    return page.answer<AgreementView>({
      find: ([after] = [''], limit) =>
        this.views.listAgreements({ after: String(after), limit, funderId }),
      keyOf: ({ agreementId }) => [agreementId],
      columns: ['agreementId', 'funderId', 'reference', 'faceValueCents', 'ceilingCents', 'status'],
    });
  }

  @Get(':agreementId')
  @Documented(FUNDING.getAgreement)
  @Reads(agreementTerms)
  async get(@Param('agreementId', UuidParam) agreementId: string, @CurrentActor() actor: Actor) {
    await this.own.agreement(actor, agreementId);
    return this.views.findAgreement(agreementId) ?? notThere();
  }

  @Get(':agreementId/balance')
  @Documented(FUNDING.getAgreementBalance)
  @Reads(ledger)
  async balance(
    @Param('agreementId', UuidParam) agreementId: string,
    @Query() query: AsOfQuery,
    @CurrentActor() actor: Actor,
  ) {
    await this.own.agreement(actor, agreementId);
    return this.balances.findAgreement(agreementId, asOfDate(query)) ?? notThere();
  }

  @Post(':agreementId/closing')
  @Documented(FUNDING.closeAgreement)
  @Reads(ledger)
  @HttpCode(200)
  async close(
    @Param('agreementId', UuidParam) agreementId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.agreement(actor, agreementId);
    const { position } = await this.commands.execute(new CloseAgreement({ agreementId }, asked));
    return new Changed(position, { agreementId, status: 'closed' });
  }

  @Post(':agreementId/refunds')
  @Documented(FUNDING.proposeRefund)
  @Reads(ledger)
  async propose(
    @Param('agreementId', UuidParam) agreementId: string,
    @Body() { amountCents, bankAccountId }: RefundBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.agreement(actor, agreementId);
    const wish = new ProposeRefund({ agreementId, amountCents, bankAccountId }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { refundId: asked.commandId, status: 'proposed' });
  }

  @Post(':agreementId/refunds/:refundId/approval')
  @Documented(FUNDING.approveRefund)
  @Reads(ledger)
  @HttpCode(200)
  async approve(
    @Param('agreementId', UuidParam) agreementId: string,
    @Param('refundId', UuidParam) refundId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.agreement(actor, agreementId);
    const handled = await this.commands.execute(
      new ApproveRefund({ agreementId, refundId }, asked),
    );
    const ordered = handled.events.find(({ type }) => type === 'RefundOrdered');
    const { reference } = (ordered?.data ?? {}) as { reference?: string };
    return new Changed(handled.position, { refundId, status: 'ordered', reference });
  }

  /** The transfer was entered at the bank: a recall of the deposit no longer cancels it. */
  @Post(':agreementId/refunds/:refundId/sending')
  @Documented(FUNDING.sendRefund)
  @HttpCode(200)
  async send(
    @Param('agreementId', UuidParam) agreementId: string,
    @Param('refundId', UuidParam) refundId: string,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.agreement(actor, agreementId);
    const { position } = await this.commands.execute(
      new SendRefund({ agreementId, refundId }, asked),
    );
    return new Changed(position, { refundId, status: 'sent' });
  }

  @Post(':agreementId/refunds/:refundId/failure')
  @Documented(FUNDING.failRefund)
  @HttpCode(200)
  async fail(
    @Param('agreementId', UuidParam) agreementId: string,
    @Param('refundId', UuidParam) refundId: string,
    @Body() { reason }: ReasonBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.agreement(actor, agreementId);
    const wish = new FailRefund({ agreementId, refundId, reason }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { refundId, status: 'failed' });
  }
}

const notThere = (): never => {
  throw notFound();
};
