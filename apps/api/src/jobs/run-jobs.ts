import { AggregateStore, jobIdOf, JobQueues, type JobStatus } from '@app/platform';
import { RUN_REGISTER_ID, run, runQueue, runRegister, type Run } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';
import { Jobs, type JobAnswer } from './jobs';

/** Runs: progress in slices of the version at hand, until a person or the bank has the word. */
@Injectable()
export class RunJobs extends Jobs {
  readonly queue = runQueue.name;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly queues: JobQueues,
  ) {
    super();
  }

  async find(runId: string): Promise<JobAnswer | undefined> {
    const { state: found } = await this.aggregates.load(run, runId);
    // Before its first event only the register knows of it.
    if (found.status === 'none' && !(await this.#isOpen(runId))) return undefined;
    const job = await this.#findJob(runId);
    const done = found.status === 'none' ? 0 : Object.keys(found.slices).length;
    const state = WORKING.has(found.status) ? workingState(job) : 'done';
    const total = found.status === 'preparing' ? (job?.progress?.total ?? done) : done;
    const resultUrl = state === 'done' ? { resultUrl: `/v1/reimbursement-runs/${runId}` } : {};
    return { state, progress: { done, total }, ...resultUrl };
  }

  async #isOpen(runId: string): Promise<boolean> {
    const { state } = await this.aggregates.load(runRegister, RUN_REGISTER_ID);
    return state.openRunId === runId;
  }

  /** Without Redis nobody knows how many slices there will be, and that is no reason not to answer. */
  async #findJob(runId: string): Promise<JobStatus | undefined> {
    return this.queues.find(jobIdOf(runQueue, { runId })).catch(() => undefined);
  }
}

/** Where the next word is the job's. */
const WORKING: ReadonlySet<Run['status']> = new Set(['none', 'preparing', 'approved', 'releasing']);

/** A job that failed is given again by the worker's sweep: the run still waits. */
const workingState = (job: JobStatus | undefined): JobAnswer['state'] =>
  job?.state === 'running' ? 'running' : 'waiting';
