import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RunFact } from '../../contract';
import { refuse } from '../../domain/refuse';
import { run } from '../../domain/run/run';
import { organisationIdsOf } from '../../domain/run/run.state';
import { changedAccounts } from '../../domain/run/run-approval';
import { PayableAccounts } from '../../ports/payable-accounts';
import { accountNowOf } from './account-now';
import { runContext } from './run-context';

type Approved = Readonly<{
  runId: string;
  /** Hex, of the lines the approver has seen. */
  linesSha256: string;
}>;

/**
 * Reads the organisations' streams again. Where an account has changed the run is sent back by a command
 * of its own, since what is refused leaves nothing behind.
 * @throws DomainError `bank_account_changed` then, and whatever the run refuses.
 */
export class ApproveRun extends Wish<Approved, Handled<RunFact>> {}

@CommandHandler(ApproveRun)
export class ApproveRunHandler implements ICommandHandler<ApproveRun> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly accounts: PayableAccounts,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: ApproveRun): Promise<Handled<RunFact>> {
    const { runId, linesSha256 } = input;
    const { id: approvedBy, role } = context.actor;
    const approvedAt = instantOf(this.clock.now());
    const { state } = await this.aggregates.load(run, runId);
    if (state.status === 'none') return refuse('run_unknown');
    const accounts = await this.accounts.fetchAccounts(organisationIdsOf(state), {
      at: approvedAt,
    });
    const data = {
      ...{ approvedBy, isMachine: role === 'system', approvedAt, linesSha256 },
      accounts: accounts.map(accountNowOf),
      accountChanges: accounts.flatMap(({ changes }) => changes),
    };
    const wish = { type: 'ApproveRun', data } as const;
    const organisationIds = changedAccounts(state, data.accounts);
    if (organisationIds.length > 0) {
      const sendBack = runContext(runId, `send-back/${state.version}`);
      await this.aggregates.handle(run, runId, wish, sendBack);
      return refuse('bank_account_changed', { organisationIds });
    }
    return this.aggregates.handle(run, runId, wish, context);
  }
}

type Rejected = Readonly<{ runId: string; reason: string }>;

/** Its lines go back to owed, then the same cut-off can be prepared again. */
export class RejectRun extends Wish<Rejected, Handled<RunFact>> {}

@CommandHandler(RejectRun)
export class RejectRunHandler implements ICommandHandler<RejectRun> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { runId, reason }, context }: RejectRun): Promise<Handled<RunFact>> {
    const { id: rejectedBy, role } = context.actor;
    const rejectedAt = instantOf(this.clock.now());
    const data = { rejectedBy, isMachine: role === 'system', rejectedAt, reason };
    return this.aggregates.handle(run, runId, { type: 'RejectRun', data }, context);
  }
}
