import { instantOf } from '@app/kernel';
import {
  Asked,
  Changed,
  Clock,
  CurrentActor,
  Documented,
  hashOf,
  Ids,
  jobIdOf,
  JobQueues,
  notFound,
  Page,
  Problem,
  Reads,
  UuidParam,
  type Actor,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import { PrintQueries, prints, type PrintView } from '@app/read-models';
import { DownloadPrint, printQueue, PRINTER_COLUMNS, RequestPrint } from '@app/voucher-books';
import type { BookRange } from '@app/voucher-books/contract';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Logger,
  Param,
  Post,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { Own } from '../access/own';
import { PrintBody, PrintsQuery } from './prints.dto';
import { PRINTS } from '../voucher-books/orders.documents';

/** Where printed codes lead to. */
export abstract class PublicHost {
  abstract readonly name: string;
}

/** Books on paper, made by a job. */
@Controller('v1')
export class PrintsController {
  readonly #logger = new Logger(PrintsController.name);

  constructor(
    private readonly commands: CommandBus,
    private readonly queues: JobQueues,
    private readonly views: PrintQueries,
    private readonly publicHost: PublicHost,
    private readonly own: Own,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Of an issued order; once more is a print of its own, and both are on record. */
  @Post('orders/:orderId/prints')
  @Documented(PRINTS.requestPrint)
  @HttpCode(202)
  async request(
    @Param('orderId', UuidParam) orderId: string,
    @Body() { format, layout, near, ...books }: PrintBody,
    @Asked() asked: RequestContext,
  ) {
    const range = rangeOf(books);
    const input = {
      ...{ orderId, format, publicHost: this.publicHost.name },
      ...(layout !== undefined && { layout }),
      ...(range !== undefined && { range }),
      ...(near !== undefined && { near }),
    };
    const { position } = await this.commands.execute(new RequestPrint(input, asked));
    const printId = asked.commandId;
    await this.#hurry(printId);
    return new Changed(position, { jobId: jobIdOf(printQueue, { printId }), printId });
  }

  @Get('orders/:orderId/prints')
  @Documented(PRINTS.listPrints)
  @Reads(prints)
  async list(
    @Param('orderId', UuidParam) orderId: string,
    @Query() _: PrintsQuery,
    @Page() page: PageOf,
    @CurrentActor() actor: Actor,
  ) {
    await this.own.order(actor, orderId);
    return page.answer<PrintView>({
      find: ([after] = [''], limit) =>
        this.views.listOfOrder({ orderId, after: String(after), limit }),
      keyOf: ({ printId }) => [printId],
      columns: [
        ...(['printId', 'orderId', 'format', 'layout', 'firstBook', 'lastBook'] as const),
        ...(['books', 'vouchersPerBook', 'status', 'reason', 'requestedAt', 'sha256'] as const),
        ...(['bytes', 'pages', 'madeAt', 'downloads', 'lastDownloadedAt', 'erasedAt'] as const),
      ],
    });
  }

  /** The manifest that goes with the file: what is in it, and the SHA-256 to hold it to. No codes. */
  @Get('prints/:printId')
  @Documented(PRINTS.getPrint)
  @Reads(prints)
  get(@Param('printId', UuidParam) printId: string) {
    const found = this.views.find(printId);
    if (found === undefined) throw notFound();
    const { format, layout, books, vouchersPerBook } = found;
    const vouchers = books * vouchersPerBook;
    const codes = books + vouchers;
    const csv = format === 'csv' && { columns: PRINTER_COLUMNS, lines: codes + 1 };
    const fileName = format === '' ? null : fileNameOf({ ...found, format, layout });
    return { ...found, vouchers, codes, fileName, ...csv };
  }

  /** The file itself; who fetched it is on record before its first byte leaves. */
  @Get('prints/:printId/file')
  @Documented(PRINTS.downloadPrint)
  async download(
    @Param('printId', UuidParam) printId: string,
    @CurrentActor() { id, partyId, role }: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const commandId = this.ids.next();
    const { position, wanted, made, content } = await this.commands.execute(
      new DownloadPrint(
        { printId },
        {
          ...{ commandId, requestHash: hashOf([printId, instantOf(this.clock.now())]) },
          ...{ actor: { id, partyId, role }, correlationId: commandId, causationId: commandId },
        },
      ),
    );
    const digest = Buffer.from(made.sha256, 'hex').toString('base64');
    void reply.header('Digest', `sha-256=${digest}`);
    if (position !== undefined) void reply.header('Event-Position', position.toString());
    const type = wanted.format === 'pdf' ? 'application/pdf' : 'text/csv; charset=utf-8';
    const disposition = `attachment; filename="${fileNameOf(wanted)}"`;
    return new StreamableFile(Readable.from(content, { objectMode: false }), {
      ...{ type, disposition, length: made.bytes },
    });
  }

  /** The request is in the log: without Redis the worker's sweep finds it a little later. */
  async #hurry(printId: string): Promise<void> {
    try {
      await this.queues.add(printQueue, { printId });
    } catch (error) {
      this.#logger.warn({ err: error, printId }, 'the print waits for the next sweep');
    }
  }
}

function rangeOf({ firstBook, lastBook }: Partial<BookRange>): BookRange | undefined {
  if (firstBook !== undefined && lastBook !== undefined) return { firstBook, lastBook };
  if (firstBook === undefined && lastBook === undefined) return undefined;
  throw HALF_A_RANGE;
}

const HALF_A_RANGE = new Problem({
  ...{ status: 422, code: 'range_invalid', detail: 'Give firstBook and lastBook, or neither.' },
});

/** Numbers of books are no secret; codes are never in a name. */
const fileNameOf = ({
  format,
  layout,
  firstBook,
  lastBook,
}: BookRange & Readonly<{ format: string; layout?: string | null }>): string =>
  `carnets-${firstBook}-${lastBook}${layout ? `-${layout}` : ''}.${format}`;
