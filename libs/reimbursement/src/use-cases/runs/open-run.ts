import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RunRegisterFact } from '../../contract';
import { RUN_REGISTER_ID, runRegister } from '../../domain/run/run-register';

/**
 * The run's id is the command's; its number is in the RunOpened it answers with.
 * @throws DomainError `run_in_preparation` while another run has no file.
 */
export class OpenRun extends Wish<Record<string, never>, Handled<RunRegisterFact>> {}

@CommandHandler(OpenRun)
export class OpenRunHandler implements ICommandHandler<OpenRun> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ context }: OpenRun): Promise<Handled<RunRegisterFact>> {
    const openedAt = instantOf(this.clock.now());
    const data = { runId: context.commandId, openedBy: context.actor.id, openedAt };
    const wish = { type: 'OpenRun', data } as const;
    return this.aggregates.handle(runRegister, RUN_REGISTER_ID, wish, context);
  }
}
