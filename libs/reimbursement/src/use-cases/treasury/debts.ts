import { instantOf, sumCents } from '@app/kernel';
import { AggregateStore, Clock, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { payee } from '../../domain/payee/payee';
import { TreasuryFigures } from '../../ports/treasury-figures';

type Proposed = { organisationId: string; amountCents: number; reason: string };
type OfWriteOff = { organisationId: string; writeOffId: string };

/** The write-off's id is the command's. Another person approves it. */
export class ProposeWriteOff extends Wish<Proposed> {}

@CommandHandler(ProposeWriteOff)
export class ProposeWriteOffHandler implements ICommandHandler<ProposeWriteOff> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly figures: TreasuryFigures,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: ProposeWriteOff): Promise<Handled> {
    const { organisationId } = input;
    const owed = await this.figures.listOwed(organisationId);
    const data = {
      ...input,
      writeOffId: context.commandId,
      debtCents: sumCents(owed.map(({ cents }) => Math.max(0, 0 - cents))),
      proposedBy: context.actor.id,
      proposedAt: instantOf(this.clock.now()),
    };
    const wish = { type: 'ProposeWriteOff', data } as const;
    return this.aggregates.handle(payee, organisationId, wish, context);
  }
}

/** The operator will pay: nothing moves before its top-up is booked. */
export class ApproveWriteOff extends Wish<OfWriteOff> {}

@CommandHandler(ApproveWriteOff)
export class ApproveWriteOffHandler implements ICommandHandler<ApproveWriteOff> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input, context }: ApproveWriteOff): Promise<Handled> {
    const { organisationId, writeOffId } = input;
    const decidedAt = instantOf(this.clock.now());
    const data = { writeOffId, decidedBy: context.actor.id, decidedAt };
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
