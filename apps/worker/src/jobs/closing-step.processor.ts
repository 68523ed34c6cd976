import { JobHost, permanentIfRefused, Processes } from '@app/platform';
import { closingWish } from '@app/processes';
import { ClosingQueries, type DueStep } from '@app/read-models';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';
import { closingStepQueue } from './due-closing-steps';

@Injectable()
@Processes(closingStepQueue)
export class ClosingStepProcessor extends JobHost<DueStep> {
  constructor(
    private readonly commands: CommandBus,
    private readonly closings: ClosingQueries,
  ) {
    super();
  }

  /** Safe to run again: a step that was taken decides nothing. */
  async process({ data }: Job<DueStep>): Promise<void> {
    const wish = closingWish(data, this.closings.findFigures(data.orderId));
    // The views have not passed the statement's place in the log: the sweeper asks again.
    if (wish === undefined) return;
    await permanentIfRefused(() => this.commands.execute(wish));
  }
}
