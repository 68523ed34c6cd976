import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RunFact } from '../../contract';
import { refuseUnlessOrdered } from './ordered-payments';
import { run } from '../../domain/run/run';

type Input = Readonly<{
  runId: string;
  outcome: 'started' | 'submitted' | 'unclear';
  /** The bank's word; required to go on from an unclear submission. */
  evidence?: string;
}>;

/** What became of handing the file to the bank, as the person who did it says. */
export class RecordSubmission extends Wish<Input, Handled<RunFact>> {}

@CommandHandler(RecordSubmission)
export class RecordSubmissionHandler implements ICommandHandler<RecordSubmission> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: RecordSubmission): Promise<Handled<RunFact>> {
    const { runId, outcome, evidence } = input;
    const { id: by, role } = context.actor;
    const at = instantOf(this.clock.now());
    const given = evidence === undefined ? {} : { evidence };
    if (outcome === 'started') {
      const { state } = await this.aggregates.load(run, runId);
      if (state.status === 'issued') await refuseUnlessOrdered(this.aggregates, runId);
      const data = { startedBy: by, isMachine: role === 'system', startedAt: at, ...given };
      const wish = { type: 'StartSubmission', data } as const;
      return this.aggregates.handle(run, runId, wish, context);
    }
    const data = { outcome, reportedBy: by, reportedAt: at, ...given };
    return this.aggregates.handle(run, runId, { type: 'ReportSubmission', data }, context);
  }
}
