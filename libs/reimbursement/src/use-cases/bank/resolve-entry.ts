import { sumCents } from '@app/kernel';
import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Resolution } from '../../contract';
import { bankEntry } from '../../domain/bank/bank-entry';
import { bankReport } from '../../domain/bank/bank-report';
import { payment } from '../../domain/payment/payment';
import { refuse } from '../../domain/refuse';
import { AccountViews } from '../../ports/account-views';
import { FundingAtBank } from '../../ports/funding-at-bank';
import { TreasuryFigures } from '../../ports/treasury-figures';

/** Without an amount: all that is open of the entry. */
type Input = Readonly<{ entryId: string; resolution: Resolution; amountCents?: number }>;

/** One person says what an entry is. */
export class ProposeResolution extends Wish<Input> {}

@CommandHandler(ProposeResolution)
export class ProposeResolutionHandler implements ICommandHandler<ProposeResolution> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly views: AccountViews,
    private readonly funding: FundingAtBank,
    private readonly figures: TreasuryFigures,
  ) {}

  async execute({ input, context }: ProposeResolution): Promise<Handled> {
    const { entryId, ...proposed } = input;
    await this.#assertTarget(input.resolution);
    const data = { ...proposed, proposedBy: context.actor.id };
    const wish = { type: 'ProposeResolution', data } as const;
    return this.aggregates.handle(bankEntry, entryId, wish, context);
  }

  /** Told at once, where it would otherwise be refused after two people have agreed. */
  async #assertTarget({ as, targetId }: Resolution): Promise<void> {
    if (targetId === undefined) return;
    switch (as) {
      case 'deposit':
        if (await this.funding.hasDeposit(targetId)) return;
        return assertKnown(await this.funding.hasAgreement(targetId));
      case 'depositRecall':
        return assertKnown(await this.funding.hasDeposit(targetId));
      case 'payment':
      case 'paymentReturn': {
        const { state } = await this.aggregates.load(payment, targetId);
        return assertKnown(state.status !== 'none');
      }
      case 'refund':
      case 'feeSweep':
        return assertKnown((await this.figures.findAgreementOf(as, targetId)) !== undefined);
      case 'operatorTopUp':
        if (await this.funding.hasAgreement(targetId)) return;
        return assertKnown(await this.#owes(targetId));
      case 'debtRepayment':
        return assertKnown(await this.#owes(targetId));
      case 'duplicate': {
        const { state } = await this.aggregates.load(bankEntry, targetId);
        return assertKnown(state.status !== 'none' || (await this.funding.hasDeposit(targetId)));
      }
      default:
        return;
    }
  }

  async #owes(organisationId: string): Promise<boolean> {
    const owed = await this.figures.listOwed(organisationId);
    return sumCents(owed.map(({ cents }) => Math.min(cents, 0))) < 0;
  }
}

/** Another person says the same: what it is takes effect. */
export class ApproveResolution extends Wish<Input> {}

@CommandHandler(ApproveResolution)
export class ApproveResolutionHandler implements ICommandHandler<ApproveResolution> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { entryId, ...approved }, context }: ApproveResolution): Promise<Handled> {
    const data = { ...approved, approvedBy: context.actor.id };
    const wish = { type: 'ApproveResolution', data } as const;
    return this.aggregates.handle(bankEntry, entryId, wish, context);
  }
}

type Acknowledged = Readonly<{ reportId: string; item: number; reason: string }>;

/** A person has looked at an answer of a pain.002 that is about nothing of ours. */
export class AcknowledgeAnswer extends Wish<Acknowledged> {}

@CommandHandler(AcknowledgeAnswer)
export class AcknowledgeAnswerHandler implements ICommandHandler<AcknowledgeAnswer> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { reportId, ...data }, context }: AcknowledgeAnswer): Promise<Handled> {
    const acknowledged = { ...data, acknowledgedBy: context.actor.id };
    const wish = { type: 'AcknowledgeAnswer', data: acknowledged } as const;
    return this.aggregates.handle(bankReport, reportId, wish, context);
  }
}

function assertKnown(isKnown: boolean): void {
  if (!isKnown) refuse('target_unknown');
}
