import { AggregateStore } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { payment } from '../../domain/payment/payment';
import { run } from '../../domain/run/run';
import { linesOf, type StartedRun } from '../../domain/run/run.state';
import { runContext } from './run-context';

/** The way back of a version that was rejected or sent back. */
@Injectable()
export class RunRelease {
  constructor(private readonly aggregates: AggregateStore) {}

  /**
   * Its re-presentments get their grants back, then its slices go back to owed: whoever begins the next
   * version finds every claim as it was.
   */
  async release(state: StartedRun): Promise<void> {
    const { runId, version } = state;
    for (const { claimId } of linesOf(state).filter(({ attempt }) => attempt > 1)) {
      const wish = { type: 'WithdrawAttempt', data: { runId, version } } as const;
      const context = runContext(runId, `withdraw/${version}/${claimId}`);
      await this.aggregates.handle(payment, claimId, wish, context);
    }
    for (const [key, { lines, released }] of Object.entries(state.slices)) {
      if (released || lines.length === 0) continue;
      const slice = Number(key);
      const wish = { type: 'ReleaseSlice', data: { version, slice } } as const;
      const context = runContext(runId, `release/${version}/${slice}`);
      await this.aggregates.handle(run, runId, wish, context);
    }
  }
}
