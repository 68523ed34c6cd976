import { JobHost, permanentIfRefused, Processes } from '@app/platform';
import { solvencyWish } from '@app/processes';
import { SolvencyQueries } from '@app/read-models';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';
import { type SolvencyJob, solvencyQueue } from './due-solvency';

@Injectable()
@Processes(solvencyQueue)
export class SolvencyProcessor extends JobHost<SolvencyJob> {
  constructor(
    private readonly commands: CommandBus,
    private readonly solvency: SolvencyQueries,
  ) {
    super();
  }

  /** Safe to run again: what was told is told no more. */
  async process({ data }: Job<SolvencyJob>): Promise<void> {
    const untold = this.solvency.listUntold().find(({ compared }) => compared.on === data.on);
    if (untold === undefined) return;
    await permanentIfRefused(() => this.commands.execute(solvencyWish(untold)));
  }
}
