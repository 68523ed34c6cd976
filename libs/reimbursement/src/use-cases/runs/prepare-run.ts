import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RunFact } from '../../contract';
import { refuse } from '../../domain/refuse';
import { run } from '../../domain/run/run';
import { RunSettings } from '../../ports/run-settings';
import { findOpening } from './run-streams';

/**
 * Begins a version on the run's cut-off, once the one before is released; its job does the rest. Who
 * asks is a preparer of the run and approves none of its versions.
 */
export class PrepareRun extends Wish<Readonly<{ runId: string }>, Handled<RunFact>> {}

@CommandHandler(PrepareRun)
export class PrepareRunHandler implements ICommandHandler<PrepareRun> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly settings: RunSettings,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { runId }, context }: PrepareRun): Promise<Handled<RunFact>> {
    const opening = (await findOpening(this.aggregates, runId)) ?? refuse('run_unknown');
    const data = {
      ...{ runId, number: opening.data.number, openingEventId: opening.id },
      preparedBy: context.actor.id,
      startedAt: instantOf(this.clock.now()),
      rules: this.settings.rules,
    };
    const wish = { type: 'StartPreparation', data } as const;
    return this.aggregates.handle(run, runId, wish, context);
  }
}
