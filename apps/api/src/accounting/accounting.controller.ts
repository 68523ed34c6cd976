import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import {
  CloseMonth,
  encodeFec,
  fecNameOf,
  fecText,
  OperatorIdentity,
  ProposeClosing,
  type FecLine,
} from '@app/accounting';
import {
  Asked,
  Changed,
  Clock,
  Documented,
  notFound,
  Page,
  Problem,
  Reads,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import {
  accounting,
  BookQueries,
  FecQueries,
  type JournalLine,
  type PeriodRow,
} from '@app/read-models';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ACCOUNTING } from './accounting.documents';
import {
  ClosedPeriodBody,
  JournalQuery,
  MonthParam,
  periodInvalid,
  PeriodsQuery,
  ProposedPeriodBody,
  refuseBackwards,
  TrialBalanceQuery,
  YearQuery,
} from './accounting.dto';
import { ACCOUNTING_REASONS } from './accounting.refusals';

/** The books of the scheme: journal, sums, months that are closed, and the file for the tax office. */
@Controller('v1/accounting')
export class AccountingController {
  constructor(
    private readonly commands: CommandBus,
    private readonly books: BookQueries,
    private readonly years: FecQueries,
    private readonly operator: OperatorIdentity,
    private readonly clock: Clock,
  ) {}

  @Get('journal')
  @Documented(ACCOUNTING.listJournal)
  @Reads(accounting)
  journal(@Query() { from, to }: JournalQuery, @Page() page: PageOf) {
    refuseBackwards({ from, to });
    return page.answer<JournalLine>({
      find: (after, limit) => {
        const [year, number, line] = after ?? [];
        const key = after && ([String(year), Number(number), Number(line)] as const);
        return this.books.listJournal({ from, to, after: key, limit });
      },
      keyOf: ({ year, number, line }) => [year, number, line],
      columns: [
        ...(['year', 'number', 'line', 'day', 'journal', 'label', 'pieceRef'] as const),
        ...(['pieceOn', 'debitAccount', 'creditAccount', 'cents'] as const),
        ...(['agreementId', 'organisationId', 'placeId'] as const),
      ],
    });
  }

  @Get('trial-balance')
  @Documented(ACCOUNTING.getTrialBalance)
  @Reads(accounting)
  trialBalance(@Query() query: TrialBalanceQuery) {
    const asked = this.#askedFor(query);
    const accounts = this.books.getTrialBalance(asked);
    const total = (of: 'debitCents' | 'creditCents' | 'balanceCents'): number =>
      accounts.reduce((sum, account) => sum + account[of], 0);
    return {
      asOf: 'asOf' in asked ? asked.asOf.toISOString() : null,
      from: 'from' in asked ? asked.from : null,
      to: 'to' in asked ? asked.to : null,
      accounts,
      totals: {
        debitCents: total('debitCents'),
        creditCents: total('creditCents'),
        balanceCents: total('balanceCents'),
      },
    };
  }

  /** Of a year that is not over: what it has so far. */
  @Get('fec')
  @Documented(ACCOUNTING.downloadFec)
  @Reads(accounting)
  async fec(@Query() { year }: YearQuery): Promise<StreamableFile> {
    if (year > this.clock.today().slice(0, 4)) throw YEAR_NOT_BEGUN;
    const name = fecNameOf(this.operator.seller.siret, Number(year));
    const lines = await this.years.readYear(Number(year));
    return new StreamableFile(Readable.from(bytesOf(lines), { objectMode: false }), {
      type: 'text/plain; charset=iso-8859-15',
      disposition: `attachment; filename="${name}"`,
    });
  }

  @Get('periods')
  @Documented(ACCOUNTING.listPeriods)
  @Reads(accounting)
  periods(@Query() _: PeriodsQuery, @Page() page: PageOf) {
    return page.answer<PeriodRow>({
      find: ([after] = [''], limit) => this.books.listPeriods(String(after), limit),
      keyOf: ({ month }) => [month],
      columns: [
        ...(['month', 'status', 'proposedBy', 'proposedAt', 'closedBy', 'closedAt'] as const),
        ...(['entries', 'postings', 'totalCents', 'sha256'] as const),
      ],
    });
  }

  /** What the month holds now; of a closed month it is what it was closed on, or something is wrong. */
  @Get('periods/:month')
  @Documented(ACCOUNTING.getPeriod)
  @Reads(accounting)
  period(@Param('month', MonthParam) month: string) {
    const { isOver, ...figures } = this.books.getMonth(month);
    const closing = this.books.findPeriod(month);
    if (closing === undefined && figures.postings === 0) throw notFound();
    const status = closing?.status ?? 'open';
    const isUnchanged = status === 'closed' ? closing?.sha256 === figures.sha256 : null;
    return { month, status, over: isOver, ...figures, unchanged: isUnchanged };
  }

  @Post('periods')
  @Documented(ACCOUNTING.proposePeriod)
  async propose(@Body() { month }: ProposedPeriodBody, @Asked() asked: RequestContext) {
    const { position } = await this.commands.execute(new ProposeClosing({ month }, asked));
    return new Changed(position, { month, status: 'proposed' });
  }

  @Post('periods/:month/approval')
  @Documented(ACCOUNTING.closePeriod)
  @HttpCode(200)
  async close(
    @Param('month', MonthParam) month: string,
    @Body() { sha256 }: ClosedPeriodBody,
    @Asked() asked: RequestContext,
  ) {
    const { position } = await this.commands.execute(new CloseMonth({ month, sha256 }, asked));
    return new Changed(position, { month, status: 'closed', sha256 });
  }

  #askedFor({ asOf, from, to }: TrialBalanceQuery) {
    if (from === undefined && to === undefined) {
      return { asOf: asOf === undefined ? this.clock.now() : new Date(asOf) };
    }
    if (asOf !== undefined || from === undefined || to === undefined) throw periodInvalid();
    refuseBackwards({ from, to });
    return { from, to };
  }
}

const YEAR_NOT_BEGUN = new Problem({
  ...{ status: 409, code: 'year_not_begun', detail: ACCOUNTING_REASONS.year_not_begun },
});

const CHUNK = 64 * 1024;

/** As much at a time as goes over the wire well, and others in between, however fast it is taken. */
async function* bytesOf(lines: Iterable<FecLine>): AsyncGenerator<Uint8Array> {
  let text = '';
  for (const line of fecText(lines)) {
    text += line;
    if (text.length < CHUNK) continue;
    yield encodeFec(text);
    text = '';
    await setImmediate();
  }
  if (text !== '') yield encodeFec(text);
}
