import { AggregateStore } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { payment } from '../../domain/payment/payment';
import { lastAttempt } from '../../domain/payment/payment.state';
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
    await this.withdraw(state);
    for (const [key, { lines, released }] of Object.entries(state.slices)) {
      if (released || lines.length === 0) continue;
      const slice = Number(key);
      const wish = { type: 'ReleaseSlice', data: { version, slice } } as const;
      const context = runContext(runId, `release/${version}/${slice}`);
      await this.aggregates.handle(run, runId, wish, context);
    }
  }

  /**
   * Takes back what was ordered for a version that will have no file. A worker that slept may have
   * ordered for one of the versions before, which have none either.
   */
  async withdraw(state: StartedRun): Promise<void> {
    const { runId } = state;
    for (const { claimId } of linesOf(state).filter(({ attempt }) => attempt > 1)) {
      const { state: claim } = await this.aggregates.load(payment, claimId);
      if (claim.status === 'none') continue;
      const { runId: orderedBy, version, attempt } = lastAttempt(claim);
      if (orderedBy !== runId || version > state.version) continue;
      const wish = { type: 'WithdrawAttempt', data: { runId, version } } as const;
      const step = `withdraw/${state.version}/${version}/${claimId}/${attempt}`;
      await this.aggregates.handle(payment, claimId, wish, runContext(runId, step));
    }
  }
}
