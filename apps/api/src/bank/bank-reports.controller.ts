import {
  Asked,
  Changed,
  Documented,
  FileBody,
  jobIdOf,
  JobQueues,
  notFound,
  Page,
  Problem,
  Reads,
  UuidParam,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import { bank, BankQueries } from '@app/read-models';
import { bankReportQueue, ReceiveBankReport } from '@app/reimbursement';
import { Body, Controller, Get, HttpCode, Logger, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { BankAnswers, reportOf, type ItemAnswer } from './bank-answers';
import { BANK } from './bank.documents';
import { ItemsQuery, ReportsQuery } from './bank.dto';

/** What the bank says of the ring-fenced account and of our payment files, file by file. */
@Controller('v1/bank-reports')
export class BankReportsController {
  readonly #logger = new Logger(BankReportsController.name);

  constructor(
    private readonly commands: CommandBus,
    private readonly views: BankQueries,
    private readonly answers: BankAnswers,
    private readonly queues: JobQueues,
  ) {}

  @Post()
  @Documented(BANK.receiveBankReport)
  @HttpCode(202)
  @FileBody('application/xml', 'text/xml')
  async receive(@Body() bytes: Buffer, @Asked() asked: RequestContext) {
    if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw NO_FILE;
    if (bytes.length > REPORT_BYTES_MAX) throw TOO_LARGE;
    const received = await this.commands.execute(new ReceiveBankReport({ bytes }, asked));
    const { position, reportId } = received;
    await this.#hurry(reportId);
    return new Changed(position, { reportId, jobId: jobIdOf(bankReportQueue, { reportId }) });
  }

  @Get()
  @Documented(BANK.listBankReports)
  @Reads(bank)
  list(@Query() { status }: ReportsQuery, @Page() page: PageOf) {
    return page.answer<ReturnType<typeof reportOf>>({
      find: ([receivedMs, reportId] = [-1, ''], limit) =>
        this.views
          .listReports({ after: [Number(receivedMs), String(reportId)], limit, status })
          .map(reportOf),
      keyOf: ({ receivedAt, reportId }) => [Date.parse(receivedAt), reportId],
      columns: [
        ...(['reportId', 'status', 'kind', 'messageId', 'createdAt', 'sha256'] as const),
        ...(['bytes', 'receivedAt', 'reason', 'items', 'matched', 'waiting'] as const),
        ...(['duplicate', 'notBooked', 'noted'] as const),
      ],
    });
  }

  @Get(':reportId')
  @Documented(BANK.getBankReport)
  @Reads(bank)
  get(@Param('reportId', UuidParam) reportId: string) {
    const found = this.views.findReport(reportId);
    if (found === undefined) throw notFound();
    const first = { reportId, verdict: undefined, afterItem: -1, limit: FIRST_ITEMS };
    return this.answers.wholeReportOf(found, this.views.listItems(first));
  }

  @Get(':reportId/entries')
  @Documented(BANK.listBankReportEntries)
  @Reads(bank)
  items(
    @Param('reportId', UuidParam) reportId: string,
    @Query() { verdict }: ItemsQuery,
    @Page() page: PageOf,
  ) {
    if (!this.views.hasReport(reportId)) throw notFound();
    return page.answer<ItemAnswer>({
      find: ([afterItem] = [-1], limit) =>
        this.answers.itemsOf(
          this.views.listItems({ reportId, verdict, afterItem: Number(afterItem), limit }),
        ),
      keyOf: ({ item }) => [item],
      columns: ['item', 'verdict', 'reason', 'endToEndId', 'acknowledged', 'entryRef'],
    });
  }

  /** The report is in the log: without Redis the worker's sweep finds it a little later. */
  async #hurry(reportId: string): Promise<void> {
    try {
      await this.queues.add(bankReportQueue, { reportId });
    } catch (error) {
      this.#logger.warn({ err: error, reportId }, 'the report waits for the next sweep');
    }
  }
}

/** Reading takes memory of several times the file. */
const REPORT_BYTES_MAX = 20 * 1024 * 1024;
const FIRST_ITEMS = 100;

const NO_FILE = new Problem({
  ...{ status: 400, code: 'body_required', detail: 'Send the file as the body.' },
});

const TOO_LARGE = new Problem({
  ...{ status: 413, code: 'body_too_large', detail: 'A report has at most 20 MiB.' },
});
