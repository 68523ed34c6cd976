import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { feeSweeps } from '../../domain/fee-sweeps/fee-sweeps';
import { TreasuryFigures } from '../../ports/treasury-figures';

type Proposed = { agreementId: string; amountCents: number };
type OfSweep = { agreementId: string; feeSweepId: string };

/** The sweep's id is the command's. Another person approves it. */
export class ProposeFeeSweep extends Wish<Proposed> {}

@CommandHandler(ProposeFeeSweep)
export class ProposeFeeSweepHandler implements ICommandHandler<ProposeFeeSweep> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly figures: TreasuryFigures,
  ) {}

  async execute({ input, context }: ProposeFeeSweep): Promise<Handled> {
    const { agreementId, amountCents } = input;
    const fees = await this.figures.getFees(agreementId);
    const { commandId: feeSweepId, actor } = context;
    const data = { agreementId, feeSweepId, amountCents, proposedBy: actor.id, ...fees };
    const wish = { type: 'ProposeFeeSweep', data } as const;
    return this.aggregates.handle(feeSweeps, agreementId, wish, context);
  }
}

/** From here it may be entered at the bank, under the reference that is answered. */
export class ApproveFeeSweep extends Wish<OfSweep> {}

@CommandHandler(ApproveFeeSweep)
export class ApproveFeeSweepHandler implements ICommandHandler<ApproveFeeSweep> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly figures: TreasuryFigures,
  ) {}

  async execute({ input, context }: ApproveFeeSweep): Promise<Handled> {
    const { agreementId, feeSweepId } = input;
    const fees = await this.figures.getFees(agreementId);
    const reference = referenceOf(feeSweepId);
    const data = { feeSweepId, approvedBy: context.actor.id, reference, ...fees };
    const wish = { type: 'ApproveFeeSweep', data } as const;
    return this.aggregates.handle(feeSweeps, agreementId, wish, context);
  }
}

/** It was not carried out at the bank, and will not be: the fee may be swept otherwise. */
export class CancelFeeSweep extends Wish<OfSweep & { reason: string }> {}

@CommandHandler(CancelFeeSweep)
export class CancelFeeSweepHandler implements ICommandHandler<CancelFeeSweep> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: CancelFeeSweep): Promise<Handled> {
    const { agreementId, feeSweepId, reason } = input;
    const wish = { type: 'CancelFeeSweep', data: { feeSweepId, reason } } as const;
    return this.aggregates.handle(feeSweeps, agreementId, wish, context);
  }
}

/** What a person types at the bank and its report shows again: 35 characters at most (SEPA). */
const referenceOf = (feeSweepId: string): string =>
  `FS${feeSweepId.replaceAll('-', '').toUpperCase()}`;
