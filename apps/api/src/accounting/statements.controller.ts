import { accountPdf, OperatorIdentity, statementPdf } from '@app/accounting';
import { agreement, claimCoFunding } from '@app/funding';
import { organisation, place, type Place } from '@app/places';
import {
  AggregateStore,
  csvText,
  CurrentActor,
  Documented,
  notFound,
  preferredOf,
  Reads,
  UuidParam,
  type Actor,
} from '@app/platform';
import { accounting, StatementQueries, type AgreementMovements } from '@app/read-models';
import { Controller, Get, Header, Headers, Param, Query, StreamableFile } from '@nestjs/common';
import { Own } from '../access/own';
import { ACCOUNTING } from './accounting.documents';
import { PeriodQuery, refuseBackwards, refuseLong } from './accounting.dto';

/** What a place and a funder are told of their part of the books, as JSON, CSV or PDF. */
@Controller('v1')
export class StatementsController {
  constructor(
    private readonly statements: StatementQueries,
    private readonly aggregates: AggregateStore,
    private readonly own: Own,
    private readonly operator: OperatorIdentity,
  ) {}

  @Get('places/:placeId/statement')
  @Documented(ACCOUNTING.getPlaceStatement)
  @Header('Vary', 'Accept')
  @Reads(accounting)
  async statement(
    @Param('placeId', UuidParam) placeId: string,
    @Query() { from, to }: PeriodQuery,
    @Headers('accept') accept: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    refuseLong({ from, to });
    await this.own.place(actor, placeId);
    const statement = await this.statements.getPlace(placeId, { from, to });
    switch (preferredOf(accept, JSON_TYPE, [CSV_TYPE, PDF_TYPE])) {
      case JSON_TYPE:
        return statement;
      case CSV_TYPE:
        return fileOf(
          await csvText(statement.lines, LINE_COLUMNS),
          CSV_TYPE,
          `releve-${from}-${to}.csv`,
        );
      case PDF_TYPE: {
        const { state } = await this.aggregates.load(place, placeId);
        const name = state.status === 'unknown' ? placeId : state.details.name;
        const payee = await this.#payeeOf(state);
        const pdf = await statementPdf({
          ...{ ...statement, operator: this.operator.seller },
          place: { placeId, name, ...(payee && { organisation: payee }) },
        });
        return fileOf(pdf, PDF_TYPE, `releve-${from}-${to}.pdf`);
      }
    }
  }

  @Get('agreements/:agreementId/account')
  @Documented(ACCOUNTING.getAgreementAccount)
  @Header('Vary', 'Accept')
  @Reads(accounting)
  async account(
    @Param('agreementId', UuidParam) agreementId: string,
    @Query() { from, to }: PeriodQuery,
    @Headers('accept') accept: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    refuseBackwards({ from, to });
    await this.own.agreement(actor, agreementId);
    const { state } = await this.aggregates.load(agreement, agreementId);
    if (state.status === 'unknown') throw notFound();
    const { reference, funderName, coFunders } = state.terms;
    const { usedAtStartCents, usedAtEndCents, usedByPublic, usedByPublicSinceStart, ...account } =
      this.statements.getAgreement(agreementId, { from, to });
    const terms = { coFunders, funderName };
    const claims = claimCoFunding({ ...terms, usedAtStartCents, usedAtEndCents });
    const inAll = claimCoFunding({ ...terms, usedAtStartCents: 0, usedAtEndCents });
    const answer = {
      ...{ ...account, reference, funderName },
      usedCents: usedAtEndCents - usedAtStartCents,
      usedSinceStartCents: usedAtEndCents,
      usedByPublic: withShares(usedByPublic),
      usedByPublicSinceStart: withShares(usedByPublicSinceStart),
      coFunders: coFunders.map(({ name, shareBasisPoints }, index) => ({
        ...{ name, shareBasisPoints, claimCents: claims[index]?.claimCents ?? 0 },
        claimSinceStartCents: inAll[index]?.claimCents ?? 0,
      })),
    };
    if (preferredOf(accept, JSON_TYPE, [PDF_TYPE]) === JSON_TYPE) return answer;
    const pdf = await accountPdf({
      ...{ ...answer, operator: this.operator.seller },
      agreement: { agreementId, reference, funderName },
    });
    return fileOf(pdf, PDF_TYPE, `compte-${from}-${to}.pdf`);
  }

  /** As it is called today. */
  async #payeeOf(of: Place) {
    if (of.status === 'unknown' || of.organisationId === undefined) return undefined;
    const { state } = await this.aggregates.load(organisation, of.organisationId);
    return state.status === 'unknown' ? undefined : state.details;
  }
}

const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv';
const PDF_TYPE = 'application/pdf';

const LINE_COLUMNS = [
  ...(['on', 'documentOn', 'entry', 'label', 'reference', 'agreementId', 'cents'] as const),
  ...(['promisedPaymentOn', 'owedCents', 'inRunCents'] as const),
];

const fileOf = (content: string | Buffer, type: string, name: string): StreamableFile => {
  const bytes = Buffer.from(content);
  return new StreamableFile(bytes, {
    type: type === CSV_TYPE ? `${type}; charset=utf-8` : type,
    disposition: `attachment; filename="${name}"`,
    length: bytes.length,
  });
};

/** Of all that was used in the same time, rounded down to basis points. */
const withShares = (used: AgreementMovements['usedByPublic']) => {
  const total = used.reduce((sum, { cents }) => sum + cents, 0);
  return used.map((each) => ({
    ...each,
    shareBasisPoints: total > 0 ? Math.floor((each.cents * 10_000) / total) : 0,
  }));
};
