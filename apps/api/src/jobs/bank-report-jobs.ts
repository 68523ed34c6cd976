import { AggregateStore, jobIdOf, JobQueues } from '@app/platform';
import { bankReport, bankReportQueue } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';
import { Jobs, type JobAnswer } from './jobs';

/** Reports of the bank: progress in items that have their verdict, from the stream. */
@Injectable()
export class BankReportJobs extends Jobs {
  readonly queue = bankReportQueue.name;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly queues: JobQueues,
  ) {
    super();
  }

  async find(reportId: string): Promise<JobAnswer | undefined> {
    const { state: found } = await this.aggregates.load(bankReport, reportId);
    if (found.status === 'none') return undefined;
    const progress = { done: found.judged, total: found.items };
    const resultUrl = `/v1/bank-reports/${reportId}`;
    if (found.status === 'completed') return { state: 'done', progress, resultUrl };
    // A refusal is the answer: the file was looked at to its end.
    if (found.status === 'refused') {
      return { state: 'done', progress, resultUrl, reason: 'report_refused' };
    }
    // Without Redis nobody knows, and that is no reason not to answer.
    const job = await this.queues
      .find(jobIdOf(bankReportQueue, { reportId }))
      .catch(() => undefined);
    return { state: job?.state === 'running' ? 'running' : 'waiting', progress };
  }
}
