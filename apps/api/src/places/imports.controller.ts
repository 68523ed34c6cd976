import { directoryImport, directoryImportQueue, RequestDirectoryImport } from '@app/places';
import {
  AggregateStore,
  Asked,
  Changed,
  FileBody,
  JobQueues,
  notFound,
  Page,
  Problem,
  Reads,
  Roles,
  UuidParam,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import {
  DirectoryImportQueries,
  directoryImports,
  type DirectoryImportView,
  type DirectoryVerdict,
} from '@app/read-models';
import { isUuid } from '@app/kernel';
import { Body, Controller, Get, HttpCode, Logger, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ImportQuery, VerdictsQuery } from './places.dto';

const JOB = `${directoryImportQueue.name}.`;

/** The national directory, read by a job. */
@Controller('v1')
export class ImportsController {
  readonly #logger = new Logger(ImportsController.name);

  constructor(
    private readonly commands: CommandBus,
    private readonly aggregates: AggregateStore,
    private readonly views: DirectoryImportQueries,
    private readonly queues: JobQueues,
  ) {}

  /** CSV of the national standard, version 1 or 0.1. The same bytes again answer with the first job. */
  @Post('places/imports')
  @HttpCode(202)
  @FileBody('text/csv')
  @Roles('operator')
  async request(
    @Body() bytes: Buffer,
    @Query() { dryRun }: ImportQuery,
    @Asked() asked: RequestContext,
  ) {
    if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw NO_FILE;
    const wish = new RequestDirectoryImport({ bytes, dryRun: dryRun === 'true' }, asked);
    const { position, importId } = await this.commands.execute(wish);
    await this.#hurry(importId);
    return new Changed(position, { jobId: `${JOB}${importId}`, importId });
  }

  @Get('jobs/:jobId')
  @Roles('operator', 'auditor')
  @Reads(directoryImports)
  async job(@Param('jobId') jobId: string) {
    const importId = jobId.slice(JOB.length);
    if (!jobId.startsWith(JOB) || !isUuid(importId)) throw notFound();
    const found = this.views.find(importId) ?? (await this.#justRequested(importId));
    return { jobId, ...statusOf(found) };
  }

  /** One per line of the file, in its order. */
  @Get('places/imports/:importId/verdicts')
  @Roles('operator', 'auditor')
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

  async #justRequested(importId: string): Promise<DirectoryImportView> {
    const { state } = await this.aggregates.load(directoryImport, importId);
    if (state.status === 'unknown') throw notFound();
    const { standard, lines, dryRun } = state;
    const none = { judged: 0, created: 0, updated: 0, unchanged: 0, refused: 0, reason: null };
    return { importId, standard, lines, dryRun, status: 'running', ...none };
  }
}

const NO_FILE = new Problem({
  ...{ status: 400, code: 'body_required', detail: 'Send the file as the body.' },
});

function statusOf(found: DirectoryImportView) {
  const { importId, judged, lines, status, dryRun, standard, reason } = found;
  const { created, updated, unchanged, refused } = found;
  const started = judged > 0 ? ('running' as const) : ('waiting' as const);
  return {
    state: status === 'running' ? started : status === 'completed' ? 'done' : 'failed',
    progress: { done: judged, total: lines },
    ...{ dryRun, standard, verdicts: { created, updated, unchanged, refused } },
    ...(reason !== null && { reason }),
    ...(status !== 'running' && { resultUrl: `/v1/places/imports/${importId}/verdicts` }),
  };
}
