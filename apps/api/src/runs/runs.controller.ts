import {
  Asked,
  Changed,
  Documented,
  notFound,
  Page,
  Reads,
  UuidParam,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import {
  organisations,
  RunContentQueries,
  RunQueries,
  runs,
  type HeldAmountRow,
  type RunLineRow,
  type RunPartRow,
} from '@app/read-models';
import { OpenRun } from '@app/reimbursement';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { HurriedRuns } from './hurried-runs';
import { runOf, wholeRunOf } from './run-answers';
import { RUNS } from './runs.documents';
import { ContentsQuery, RunsQuery } from './runs.dto';

/** Reimbursement runs: opened on a day or on demand, and what is in them. */
@Controller('v1/reimbursement-runs')
export class RunsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly runs: HurriedRuns,
    private readonly views: RunQueries,
    private readonly contents: RunContentQueries,
  ) {}

  /** Its place in the log is the cut-off; a job prepares it. */
  @Post()
  @Documented(RUNS.openRun)
  @HttpCode(202)
  async open(@Asked() asked: RequestContext) {
    const { position, events } = await this.commands.execute(new OpenRun({}, asked));
    const { commandId: runId } = asked;
    const opened = events.find(({ type }) => type === 'RunOpened');
    const number = opened?.data.number ?? this.views.find(runId)?.number;
    const jobId = await this.runs.hurry(runId);
    return new Changed(position, { runId, number, jobId });
  }

  @Get()
  @Documented(RUNS.listRuns)
  @Reads(runs)
  list(@Query() _: RunsQuery, @Page() page: PageOf) {
    return page.answer<ReturnType<typeof runOf>>({
      find: ([before] = [], limit) =>
        this.views
          .list({ before: before === undefined ? undefined : Number(before), limit })
          .map(runOf),
      keyOf: ({ number }) => [number],
      columns: [
        ...(['runId', 'number', 'status', 'waitsFor', 'version', 'openedAt'] as const),
        ...(['organisations', 'lines', 'payableCents', 'heldCents', 'linesSha256'] as const),
        ...(['preparedAt', 'executionOn', 'issuedAt', 'unanswered', 'outcome'] as const),
        'completedAt',
      ],
    });
  }

  @Get(':runId')
  @Documented(RUNS.getRun)
  @Reads(runs)
  get(@Param('runId', UuidParam) runId: string) {
    const found = this.views.find(runId);
    if (found === undefined) throw notFound();
    return wholeRunOf(found, this.views.listVersions(runId));
  }

  @Get(':runId/lines')
  @Documented(RUNS.listRunLines)
  @Reads(runs, organisations)
  lines(
    @Param('runId', UuidParam) runId: string,
    @Query() query: ContentsQuery,
    @Page() page: PageOf,
  ) {
    const version = this.#versionOf(runId, query);
    return page.answer<RunLineRow & { organisationName: string | null }>({
      find: ([organisationId, endToEndId] = ['', ''], limit) => {
        const after = [String(organisationId), String(endToEndId)] as const;
        return this.contents.listLines({ runId, version, after, limit });
      },
      keyOf: ({ organisationId, endToEndId }) => [organisationId, endToEndId],
      columns: [
        ...(['organisationId', 'organisationName', 'claimId', 'attempt', 'endToEndId'] as const),
        ...(['amountCents', 'holderName', 'ibanMasked', 'bankAccountId'] as const),
      ],
    });
  }

  @Get(':runId/held-amounts')
  @Documented(RUNS.listHeldAmounts)
  @Reads(runs, organisations)
  held(
    @Param('runId', UuidParam) runId: string,
    @Query() query: ContentsQuery,
    @Page() page: PageOf,
  ) {
    const version = this.#versionOf(runId, query);
    return page.answer<HeldAmountRow & { organisationName: string | null }>({
      find: ([organisationId, claimId, reason] = ['', '', ''], limit) => {
        const after = [String(organisationId), String(claimId), String(reason)] as const;
        return this.contents.listHeld({ runId, version, after, limit });
      },
      keyOf: ({ organisationId, claimId, reason }) => [organisationId, claimId, reason],
      columns: [
        ...(['organisationId', 'organisationName', 'reason', 'claimId', 'amountCents'] as const),
      ],
    });
  }

  /** By agreement and place: what lines and held amounts are made of. */
  @Get(':runId/parts')
  @Documented(RUNS.listRunParts)
  @Reads(runs)
  parts(
    @Param('runId', UuidParam) runId: string,
    @Query() query: ContentsQuery,
    @Page() page: PageOf,
  ) {
    const version = this.#versionOf(runId, query);
    return page.answer<RunPartRow>({
      find: ([organisationId, seq] = ['', ''], limit) => {
        const after = [String(organisationId), String(seq)] as const;
        return this.contents.listParts({ runId, version, after, limit });
      },
      keyOf: ({ organisationId, seq }) => [organisationId, seq],
      columns: [
        ...(['organisationId', 'placeId', 'agreementId', 'cents', 'claimId', 'attempt'] as const),
        'reason',
      ],
    });
  }

  #versionOf(runId: string, { version }: ContentsQuery): number {
    const found = this.views.find(runId);
    if (found === undefined) throw notFound();
    return version === undefined ? found.version : Number(version);
  }
}
