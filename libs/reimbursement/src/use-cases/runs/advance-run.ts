import { DomainError } from '@app/kernel';
import { AggregateStore } from '@app/platform';
import { Command, CommandHandler, type CommandBus, type ICommandHandler } from '@nestjs/cqrs';
import { run } from '../../domain/run/run';
import type { Run } from '../../domain/run/run.state';
import { FreezeRunSlice } from './freeze-run-slice';
import { RunIssue } from './run-issue';
import { RunPreparation } from './run-preparation';
import { RunRelease } from './run-release';

/** Who has the next word in a run. */
export type RunProgress =
  | Readonly<{
      /** Of the version that are not frozen yet: FreezeRunSlice each, then advance again. */
      waitsFor: 'slices';
      version: number;
      slices: readonly number[];
      /** How many the version has. */
      of: number;
    }>
  | Readonly<{ waitsFor: 'approval' | 'preparation' | 'submission' | 'bank' | 'nobody' }>;

/**
 * Does all that is next in a run and needs neither a person nor the bank. Safe to run again, twice at
 * once and after a crash anywhere: what was done is not done again.
 * @throws ReadModelBehind while the views have not passed the run's opening or preparation; DomainError
 *   `run_unknown`.
 */
export class AdvanceRun extends Command<RunProgress> {
  constructor(readonly runId: string) {
    super();
  }
}

@CommandHandler(AdvanceRun)
export class AdvanceRunHandler implements ICommandHandler<AdvanceRun> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly preparation: RunPreparation,
    private readonly releasing: RunRelease,
    private readonly issuing: RunIssue,
  ) {}

  async execute({ runId }: AdvanceRun): Promise<RunProgress> {
    for (;;) {
      const { state, revision } = await this.aggregates.load(run, runId);
      try {
        const progress = await this.#step(runId, state);
        if (progress !== undefined) return progress;
      } catch (error) {
        // What another job or a person did meanwhile is no failure of this one.
        if (!(error instanceof DomainError)) throw error;
        const now = await this.aggregates.load(run, runId);
        if (now.revision === revision) throw error;
      }
    }
  }

  async #step(runId: string, state: Run): Promise<RunProgress | undefined> {
    switch (state.status) {
      case 'none':
        await this.preparation.start(runId);
        return undefined;
      case 'preparing': {
        const { slices, of } = await this.preparation.findMissing(state);
        const { version } = state;
        if (slices.length > 0) return { waitsFor: 'slices', version, slices, of };
        await this.preparation.finish(state);
        return undefined;
      }
      case 'prepared':
        return { waitsFor: 'approval' };
      case 'releasing':
        await this.releasing.release(state);
        return undefined;
      case 'released':
        return { waitsFor: 'preparation' };
      case 'approved':
        await this.issuing.issue(state);
        return undefined;
      case 'issued':
      case 'submitting':
        await this.issuing.orderAll(state);
        return { waitsFor: 'submission' };
      case 'submitted':
      case 'unclear':
        await this.issuing.orderAll(state);
        return (await this.issuing.complete(state)) ? undefined : { waitsFor: 'bank' };
      case 'completed':
        await this.issuing.orderAll(state);
        return { waitsFor: 'nobody' };
    }
  }
}

/** Advances a run with its slices in this process, one after the other, without a queue. */
export async function advanceRun(
  commands: Pick<CommandBus, 'execute'>,
  runId: string,
): Promise<RunProgress> {
  for (;;) {
    const progress = await commands.execute(new AdvanceRun(runId));
    if (progress.waitsFor !== 'slices') return progress;
    const { version, slices } = progress;
    for (const slice of slices) {
      await commands.execute(new FreezeRunSlice({ runId, version, slice }));
    }
  }
}
