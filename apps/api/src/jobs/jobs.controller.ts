import { isUuid } from '@app/kernel';
import {
  Documented,
  EventStream,
  notFound,
  Reads,
  StillAdmitted,
  type IsStillAdmitted,
} from '@app/platform';
import { directoryImports } from '@app/read-models';
import { Controller, Get, Param, type MessageEvent, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Observable, type Subscriber } from 'rxjs';
import { BankReportJobs } from './bank-report-jobs';
import { ImportJobs } from './import-jobs';
import type { JobAnswer, Jobs } from './jobs';
import { JOBS } from './jobs.documents';
import { PrintJobs } from './print-jobs';
import { RunJobs } from './run-jobs';

type Shown = Readonly<{ jobId: string }> & JobAnswer;

/** Work that goes on after its request was answered. */
@Controller('v1/jobs')
export class JobsController implements OnModuleDestroy {
  readonly #kinds: readonly Jobs[];
  readonly #closing = new AbortController();

  constructor(imports: ImportJobs, prints: PrintJobs, runs: RunJobs, reports: BankReportJobs) {
    this.#kinds = [imports, prints, runs, reports];
  }

  @Get(':jobId')
  @Documented(JOBS.getJob)
  @Reads(directoryImports)
  async get(@Param('jobId') jobId: string): Promise<Shown> {
    const found = await this.#find(jobId);
    if (found === undefined) throw notFound();
    return { jobId, ...found };
  }

  /**
   * Server-sent events: the job as `GET /v1/jobs/{id}` tells it, now and whenever that changes, until
   * it is done or failed, or who listens may not any more. Whoever is cut off asks again and is told
   * where it stands.
   */
  @EventStream(':jobId/events')
  @Documented(JOBS.followJob)
  @Reads(directoryImports)
  async follow(
    @Param('jobId') jobId: string,
    @StillAdmitted() isStillAdmitted: IsStillAdmitted,
  ): Promise<Observable<MessageEvent>> {
    const first = await this.get(jobId);
    return new Observable((subscriber) => {
      const over = new AbortController();
      const signal = AbortSignal.any([over.signal, this.#closing.signal]);
      void this.#tell(first, subscriber, { signal, isStillAdmitted });
      return () => over.abort();
    });
  }

  /** A server that stops does not wait for its listeners. */
  onModuleDestroy(): void {
    this.#closing.abort();
  }

  async #tell(
    first: Shown,
    subscriber: Subscriber<MessageEvent>,
    {
      signal,
      isStillAdmitted,
    }: Readonly<{ signal: AbortSignal; isStillAdmitted: IsStillAdmitted }>,
  ): Promise<void> {
    try {
      let [shown, told] = [first, ''];
      for (;;) {
        const text = JSON.stringify(shown);
        if (text !== told) subscriber.next({ data: text });
        told = text;
        if (shown.state === 'done' || shown.state === 'failed') break;
        await sleep(ASKED_EVERY_MS, undefined, { signal });
        if (!(await isStillAdmitted())) break;
        shown = await this.get(shown.jobId);
      }
      subscriber.complete();
    } catch (error) {
      if (signal.aborted) subscriber.complete();
      else subscriber.error(error);
    }
  }

  async #find(jobId: string): Promise<JobAnswer | undefined> {
    const at = jobId.indexOf('.');
    const id = jobId.slice(at + 1);
    const kind = this.#kinds.find(({ queue }) => queue === jobId.slice(0, at));
    return kind !== undefined && isUuid(id) ? kind.find(id) : undefined;
  }
}

const ASKED_EVERY_MS = 500;
