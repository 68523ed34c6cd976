import {
  CorrectFunder,
  DeclareFunderBankAccount,
  RegisterFunder,
  RevokeFunderBankAccount,
  VerifyFunderBankAccount,
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
import { BalanceQueries, funders, FundingQueries, ledger, type FunderView } from '@app/read-models';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own, ownFunderOf } from '../access/own';
import { AsOfQuery, asOfDate } from '../common/fields';
import { FUNDING } from './funding.documents';
import { BankAccountBody, FunderBody, ListAllQuery, VerificationBody } from './funding.dto';
import { ReasonBody } from '../common/reason.dto';

@Controller('v1/funders')
export class FundersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: FundingQueries,
    private readonly balances: BalanceQueries,
    private readonly own: Own,
  ) {}

  @Post()
  @Documented(FUNDING.registerFunder)
  async register(@Body() body: FunderBody, @Asked() asked: RequestContext) {
    const wish = new RegisterFunder(detailsOf(body), asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { funderId: asked.commandId });
  }

  /** All details, those that stay too. */
  @Post(':funderId/correction')
  @Documented(FUNDING.correctFunder)
  @HttpCode(200)
  async correct(
    @Param('funderId', UuidParam) funderId: string,
    @Body() body: FunderBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.funder(actor, funderId);
    const wish = new CorrectFunder({ funderId, ...detailsOf(body) }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { funderId });
  }

  @Get()
  @Documented(FUNDING.listFunders)
  @Reads(funders)
  list(@Query() _: ListAllQuery, @Page() page: PageOf, @CurrentActor() actor: Actor) {
    const own = ownFunderOf(actor);
    return page.answer<FunderView>({
      find: ([after] = [''], limit) => {
        const part = { after: String(after), limit };
        if (own === undefined) return this.views.listFunders(part);
        const mine = own > part.after ? this.views.findFunder(own) : undefined;
        return mine ? [mine] : [];
      },
      keyOf: ({ funderId }) => [funderId],
      columns: ['funderId', 'name', 'siret', 'kind'],
    });
  }

  @Get(':funderId')
  @Documented(FUNDING.getFunder)
  @Reads(funders)
  async get(@Param('funderId', UuidParam) funderId: string, @CurrentActor() actor: Actor) {
    await this.own.funder(actor, funderId);
    return this.views.findFunder(funderId) ?? notThere();
  }

  @Get(':funderId/balance')
  @Documented(FUNDING.getFunderBalance)
  @Reads(ledger)
  async balance(
    @Param('funderId', UuidParam) funderId: string,
    @Query() query: AsOfQuery,
    @CurrentActor() actor: Actor,
  ) {
    await this.own.funder(actor, funderId);
    return this.balances.getFunder(funderId, asOfDate(query));
  }

  @Post(':funderId/bank-accounts')
  @Documented(FUNDING.declareFunderBankAccount)
  async declare(
    @Param('funderId', UuidParam) funderId: string,
    @Body() { iban, bic, holderName }: BankAccountBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.funder(actor, funderId);
    const account = { iban, holderName, ...(bic !== undefined && { bic }) };
    const wish = new DeclareFunderBankAccount({ funderId, ...account }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { bankAccountId: asked.commandId, status: 'declared' });
  }

  @Post(':funderId/bank-accounts/:bankAccountId/verification')
  @Documented(FUNDING.verifyFunderBankAccount)
  @HttpCode(200)
  async verify(
    @Param('funderId', UuidParam) funderId: string,
    @Param('bankAccountId', UuidParam) bankAccountId: string,
    @Body() { outcome }: VerificationBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.funder(actor, funderId);
    const wish = new VerifyFunderBankAccount({ funderId, bankAccountId, outcome }, asked);
    const { position } = await this.commands.execute(wish);
    const status = outcome === 'match' ? 'verified' : outcome;
    return new Changed(position, { bankAccountId, status });
  }

  @Post(':funderId/bank-accounts/:bankAccountId/revocation')
  @Documented(FUNDING.revokeFunderBankAccount)
  @HttpCode(200)
  async revoke(
    @Param('funderId', UuidParam) funderId: string,
    @Param('bankAccountId', UuidParam) bankAccountId: string,
    @Body() { reason }: ReasonBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.funder(actor, funderId);
    const wish = new RevokeFunderBankAccount({ funderId, bankAccountId, reason }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { bankAccountId, status: 'revoked' });
  }
}

const detailsOf = ({ name, siret, kind, address }: FunderBody) => {
  return { name, siret, kind, ...(address !== undefined && { address }) };
};

const notThere = (): never => {
  throw notFound();
};
