import { instantOf } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { payee } from '../../domain/payee/payee';
import { PayeeDebts } from './payee-debts';

type Proposed = { organisationId: string; amountCents: number; reason: string };
type OfWriteOff = { organisationId: string; writeOffId: string };

/** The write-off's id is the command's. Another person approves it. */
export class ProposeWriteOff extends Wish<Proposed> {}

@CommandHandler(ProposeWriteOff)
export class ProposeWriteOffHandler implements ICommandHandler<ProposeWriteOff> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly debts: PayeeDebts,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: ProposeWriteOff): Promise<Handled> {
    const { organisationId } = input;
    const data = {
      ...input,
      writeOffId: context.commandId,
      debts: await this.debts.ask(organisationId),
      proposedBy: context.actor.id,
      proposedAt: instantOf(this.clock.now()),
    };
    const wish = { type: 'ProposeWriteOff', data } as const;
    return this.aggregates.handle(payee, organisationId, wish, context);
  }
}

/**
 * The operator will pay: nothing moves before its top-up is booked. Decided on the debt as it is now,
 * which may be smaller than when it was proposed.
 */
export class ApproveWriteOff extends Wish<OfWriteOff> {}

@CommandHandler(ApproveWriteOff)
export class ApproveWriteOffHandler implements ICommandHandler<ApproveWriteOff> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly debts: PayeeDebts,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: ApproveWriteOff): Promise<Handled> {
    const { organisationId, writeOffId } = input;
    const debts = await this.debts.ask(organisationId);
    const decidedAt = instantOf(this.clock.now());
    const data = { writeOffId, debts, decidedBy: context.actor.id, decidedAt };
    return this.aggregates.handle(payee, organisationId, { type: 'DecideWriteOff', data }, context);
  }
}

/** Its last line is paid whatever the minimum; what it owes is to be recovered within 60 days. */
export class RecordLeaving extends Wish<{ organisationId: string; leftOn: string }> {}

@CommandHandler(RecordLeaving)
export class RecordLeavingHandler implements ICommandHandler<RecordLeaving> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: RecordLeaving): Promise<Handled> {
    const data = { ...input, recordedBy: context.actor.id };
    const { organisationId } = input;
    return this.aggregates.handle(payee, organisationId, { type: 'RecordLeaving', data }, context);
  }
}
