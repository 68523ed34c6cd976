import {
  CorrectOrganisation,
  DeclareBankAccount,
  RegisterOrganisation,
  RevokeBankAccount,
  VerifyBankAccount,
} from '@app/places';
import {
  Asked,
  Changed,
  Clock,
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
  ledger,
  OrganisationQueries,
  organisations,
  PlaceQueries,
  places,
  runs,
  type OrganisationView,
} from '@app/read-models';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own } from '../access/own';
import { AsOfQuery, asOfDate } from '../common/fields';
import { PayeeBalances } from './payee-balances';
import { PLACES } from './places.documents';
import {
  AccountVerificationBody,
  OrganisationBody,
  OrganisationsQuery,
  PayeeAccountBody,
} from './places.dto';
import { ReasonBody } from '../common/reason.dto';

@Controller('v1/organisations')
export class OrganisationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: OrganisationQueries,
    private readonly placeViews: PlaceQueries,
    private readonly balances: PayeeBalances,
    private readonly own: Own,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Documented(PLACES.registerOrganisation)
  async register(@Body() body: OrganisationBody, @Asked() asked: RequestContext) {
    const { position } = await this.commands.execute(new RegisterOrganisation(body, asked));
    return new Changed(position, { organisationId: asked.commandId });
  }

  @Get()
  @Documented(PLACES.listOrganisations)
  @Reads(organisations)
  list(@Query() _: OrganisationsQuery, @Page() page: PageOf) {
    return page.answer<OrganisationView>({
      find: ([after] = [''], limit) => this.views.list({ after: String(after), limit }),
      keyOf: ({ organisationId }) => [organisationId],
      columns: ['organisationId', 'name', 'siret', 'legalForm', 'address'],
    });
  }

  /** With its accounts, IBAN masked, and its places. */
  @Get(':organisationId')
  @Documented(PLACES.getOrganisation)
  @Reads(organisations, places)
  async get(
    @Param('organisationId', UuidParam) organisationId: string,
    @CurrentActor() actor: Actor,
  ) {
    await this.own.organisation(actor, organisationId);
    const found = this.views.find(organisationId);
    if (found === undefined) throw notFound();
    const owned = this.placeViews.listOfOrganisation(organisationId, this.clock.today());
    return {
      ...found,
      places: owned.map(({ placeId, name, status }) => ({ placeId, name, status })),
    };
  }

  @Get(':organisationId/balance')
  @Documented(PLACES.getOrganisationBalance)
  @Reads(ledger, runs)
  async balance(
    @Param('organisationId', UuidParam) organisationId: string,
    @Query() query: AsOfQuery,
    @CurrentActor() actor: Actor,
  ) {
    await this.own.organisation(actor, organisationId);
    return this.balances.getOrganisation(organisationId, asOfDate(query));
  }

  @Post(':organisationId/correction')
  @Documented(PLACES.correctOrganisation)
  @HttpCode(200)
  async correct(
    @Param('organisationId', UuidParam) organisationId: string,
    @Body() body: OrganisationBody,
    @Asked() asked: RequestContext,
  ) {
    const wish = new CorrectOrganisation({ organisationId, ...body }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { organisationId });
  }

  @Post(':organisationId/bank-accounts')
  @Documented(PLACES.declareBankAccount)
  async declare(
    @Param('organisationId', UuidParam) organisationId: string,
    @Body() { iban, bic, holderName }: PayeeAccountBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.organisation(actor, organisationId);
    const account = { iban, holderName, ...(bic !== undefined && { bic }) };
    const wish = new DeclareBankAccount({ organisationId, ...account }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { bankAccountId: asked.commandId, status: 'declared' });
  }

  @Post(':organisationId/bank-accounts/:bankAccountId/verification')
  @Documented(PLACES.verifyBankAccount)
  @HttpCode(200)
  async verify(
    @Param('organisationId', UuidParam) organisationId: string,
    @Param('bankAccountId', UuidParam) bankAccountId: string,
    @Body() { outcome }: AccountVerificationBody,
    @Asked() asked: RequestContext,
  ) {
    const wish = new VerifyBankAccount({ organisationId, bankAccountId, outcome }, asked);
    const { position, events } = await this.commands.execute(wish);
    const verified = (events[0]?.data ?? {}) as { quarantinedUntilAt?: string };
    const { quarantinedUntilAt } = verified;
    return new Changed(position, {
      bankAccountId,
      status: outcome === 'match' ? 'verified' : outcome,
      ...(quarantinedUntilAt !== undefined && { quarantinedUntilAt }),
    });
  }

  @Post(':organisationId/bank-accounts/:bankAccountId/revocation')
  @Documented(PLACES.revokeBankAccount)
  @HttpCode(200)
  async revoke(
    @Param('organisationId', UuidParam) organisationId: string,
    @Param('bankAccountId', UuidParam) bankAccountId: string,
    @Body() { reason }: ReasonBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.organisation(actor, organisationId);
    const wish = new RevokeBankAccount({ organisationId, bankAccountId, reason }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { bankAccountId, status: 'revoked' });
  }
}
