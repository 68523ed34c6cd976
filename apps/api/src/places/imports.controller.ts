import { directoryImportQueue, RequestDirectoryImport } from '@app/places';
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
import { DirectoryImportQueries, directoryImports, type DirectoryVerdict } from '@app/read-models';
import { Body, Controller, Get, HttpCode, Logger, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { PLACES } from './places.documents';
import { ImportQuery, VerdictsQuery } from './places.dto';

/** The national directory, read by a job. */
@Controller('v1')
export class ImportsController {
  readonly #logger = new Logger(ImportsController.name);

  constructor(
    private readonly commands: CommandBus,
    private readonly views: DirectoryImportQueries,
    private readonly queues: JobQueues,
  ) {}

  /** CSV of the national standard, version 1 or 0.1. The same bytes again answer with the first job. */
  @Post('places/imports')
  @Documented(PLACES.importPlaces)
  @HttpCode(202)
  @FileBody('text/csv')
  async request(
    @Body() bytes: Buffer,
    @Query() { dryRun }: ImportQuery,
    @Asked() asked: RequestContext,
  ) {
    if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw NO_FILE;
    const wish = new RequestDirectoryImport({ bytes, dryRun: dryRun === 'true' }, asked);
    const { position, importId } = await this.commands.execute(wish);
    await this.#hurry(importId);
    return new Changed(position, {
      jobId: jobIdOf(directoryImportQueue, { importId }),
      importId,
    });
  }

  /** One per line of the file, in its order. */
  @Get('places/imports/:importId/verdicts')
  @Documented(PLACES.listImportVerdicts)
  @Reads(directoryImports)
  verdicts(
    @Param('importId', UuidParam) importId: string,
    @Query() { verdict }: VerdictsQuery,
    @Page() page: PageOf,
  ) {
    if (this.views.find(importId) === undefined) throw notFound();
    return page.answer<Omit<DirectoryVerdict, 'importId'>>({
      find: ([afterLine] = [0], limit) =>
        this.views
          .listVerdicts({ importId, verdict, afterLine: Number(afterLine), limit })
          .map(({ importId: _, ...shown }) => shown),
      keyOf: ({ line }) => [line],
      columns: ['line', 'verdict', 'reason', 'directoryId', 'placeId'],
    });
  }

  /** The request is in the log: without Redis the worker's sweep finds it a little later. */
  async #hurry(importId: string): Promise<void> {
    try {
      await this.queues.add(directoryImportQueue, { importId });
    } catch (error) {
      this.#logger.warn({ err: error, importId }, 'the import waits for the next sweep');
    }
  }
}

const NO_FILE = new Problem({
  ...{ status: 400, code: 'body_required', detail: 'Send the file as the body.' },
});
