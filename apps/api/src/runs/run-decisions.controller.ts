import {
  Asked,
  Changed,
  CurrentActor,
  Documented,
  Problem,
  UuidParam,
  type Actor,
  type RequestContext,
} from '@app/platform';
import {
  ApproveRun,
  GetPaymentFile,
  PrepareRun,
  RecordSubmission,
  RejectRun,
} from '@app/reimbursement';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { HurriedRuns } from './hurried-runs';
import { RUNS } from './runs.documents';
import { ApprovalBody, FileQuery, RejectionBody, SubmissionBody } from './runs.dto';

/** What people decide about a run: four eyes, and what became of its file. */
@Controller('v1/reimbursement-runs')
export class RunDecisionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly runs: HurriedRuns,
  ) {}

  /** The next version on the same cut-off, once the one before is released. */
  @Post(':runId/preparation')
  @Documented(RUNS.prepareRun)
  @HttpCode(202)
  async prepare(@Param('runId', UuidParam) runId: string, @Asked() asked: RequestContext) {
    const { position, events } = await this.commands.execute(new PrepareRun({ runId }, asked));
    const { version = null } = (events[0]?.data ?? {}) as { version?: number };
    const jobId = await this.runs.hurry(runId);
    return new Changed(position, { runId, version, jobId });
  }

  @Post(':runId/approval')
  @Documented(RUNS.approveRun)
  @HttpCode(200)
  async approve(
    @Param('runId', UuidParam) runId: string,
    @Body() { linesSha256 }: ApprovalBody,
    @Asked() asked: RequestContext,
  ) {
    const wish = new ApproveRun({ runId, linesSha256 }, asked);
    const { position, events } = await this.commands.execute(wish);
    const isApproved = events.some(({ type }) => type === 'RunApproved');
    if (isApproved) await this.runs.hurry(runId);
    return new Changed(position, { runId, status: isApproved ? 'approved' : 'prepared' });
  }

  @Post(':runId/rejection')
  @Documented(RUNS.rejectRun)
  @HttpCode(200)
  async reject(
    @Param('runId', UuidParam) runId: string,
    @Body() { reason }: RejectionBody,
    @Asked() asked: RequestContext,
  ) {
    const { position } = await this.commands.execute(new RejectRun({ runId, reason }, asked));
    await this.runs.hurry(runId);
    return new Changed(position, { runId, status: 'releasing' });
  }

  /** The same bytes at every download, which `Digest` (RFC 3230) holds them to. */
  @Get(':runId/payment-file')
  @Documented(RUNS.downloadPaymentFile)
  async download(
    @Param('runId', UuidParam) runId: string,
    @Query() { part = '1' }: FileQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const found = await this.commands.execute(new GetPaymentFile(runId, Number(part)));
    const { file, content } = found;
    const digest = Buffer.from(file.sha256, 'hex').toString('base64');
    void reply.header('Digest', `sha-256=${digest}`);
    return new StreamableFile(content, {
      type: 'application/xml',
      disposition: `attachment; filename="${file.messageId}.xml"`,
      length: content.length,
    });
  }

  /** What became of handing the file to the bank; nothing is ever sent again by itself. */
  @Post(':runId/submission')
  @Documented(RUNS.recordSubmission)
  @HttpCode(200)
  async submit(
    @Param('runId', UuidParam) runId: string,
    @Body() { outcome, evidence }: SubmissionBody,
    @CurrentActor() { role }: Actor,
    @Asked() asked: RequestContext,
  ) {
    if (role === 'finance-preparer' && outcome !== 'unclear') throw ONLY_UNCLEAR;
    const given = evidence === undefined ? {} : { evidence };
    const wish = new RecordSubmission({ runId, outcome, ...given }, asked);
    const { position } = await this.commands.execute(wish);
    const status = outcome === 'started' ? 'submitting' : outcome;
    return new Changed(position, { runId, status });
  }
}

/** Who prepares may say that nobody knows; what follows from it an approver decides. */
const ONLY_UNCLEAR = new Problem({
  ...{ status: 403, code: 'forbidden', detail: 'Your roles do not allow this.' },
});
