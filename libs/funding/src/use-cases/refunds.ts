import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agreement } from '../domain/agreement';
import { funder, isPayable } from '../domain/funder';
import { refuse } from '../domain/refuse';
import { AgreementCash } from './agreement-cash';

type Proposed = { agreementId: string; amountCents: number; bankAccountId: string };
type OfRefund = { agreementId: string; refundId: string };

/** The refund's id is the command's. Another person approves it. */
export class ProposeRefund extends Wish<Proposed> {}

@CommandHandler(ProposeRefund)
export class ProposeRefundHandler implements ICommandHandler<ProposeRefund> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly cash: AgreementCash,
  ) {}

  async execute({ input, context }: ProposeRefund): Promise<Handled> {
    const { agreementId, amountCents, bankAccountId } = input;
    const { state, ...cash } = await this.cash.ask(agreementId);
    if (state.status === 'unknown') return refuse('agreement_unknown');
    const payer = await this.aggregates.load(funder, state.terms.funderId);
    const data = {
      refundId: context.commandId,
      amountCents,
      bankAccountId,
      bankAccountVerified: isPayable(payer.state, bankAccountId),
      ...cash,
      proposedBy: context.actor.id,
    };
    const wish = { type: 'ProposeRefund', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

export class ApproveRefund extends Wish<OfRefund> {}

@CommandHandler(ApproveRefund)
export class ApproveRefundHandler implements ICommandHandler<ApproveRefund> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly cash: AgreementCash,
  ) {}

  async execute({ input, context }: ApproveRefund): Promise<Handled> {
    const { agreementId, refundId } = input;
    const { state, ...cash } = await this.cash.ask(agreementId);
    const bankAccountId =
      state.status === 'unknown' ? undefined : state.refunds[refundId]?.bankAccountId;
    if (state.status === 'unknown' || bankAccountId === undefined) return refuse('refund_unknown');
    const payer = await this.aggregates.load(funder, state.terms.funderId);
    const data = {
      refundId,
      ...cash,
      bankAccountVerified: isPayable(payer.state, bankAccountId),
      approvedBy: context.actor.id,
      reference: referenceOf(refundId),
    };
    const wish = { type: 'ApproveRefund', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

/** Entered at the bank by hand: from here a recall no longer cancels it. */
export class SendRefund extends Wish<OfRefund> {}

@CommandHandler(SendRefund)
export class SendRefundHandler implements ICommandHandler<SendRefund> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, refundId }, context }: SendRefund): Promise<Handled> {
    const wish = { type: 'SendRefund', data: { refundId } } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

type OfBank = OfRefund & { amountCents: number; statementReference: string };

/** The bank booked the transfer. */
export class BookRefund extends Wish<OfBank> {}

@CommandHandler(BookRefund)
export class BookRefundHandler implements ICommandHandler<BookRefund> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, ...data }, context }: BookRefund): Promise<Handled> {
    const wish = { type: 'BookRefund', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

/** The bank did not carry the transfer out, and will not: its money is available again. */
export class FailRefund extends Wish<OfRefund & { reason: string }> {}

@CommandHandler(FailRefund)
export class FailRefundHandler implements ICommandHandler<FailRefund> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, ...data }, context }: FailRefund): Promise<Handled> {
    const wish = { type: 'FailRefund', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

/** A booked transfer came back. */
export class ReturnRefund extends Wish<OfBank> {}

@CommandHandler(ReturnRefund)
export class ReturnRefundHandler implements ICommandHandler<ReturnRefund> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input: { agreementId, ...data }, context }: ReturnRefund): Promise<Handled> {
    const wish = { type: 'ReturnRefund', data } as const;
    return this.aggregates.handle(agreement, agreementId, wish, context);
  }
}

/** What a person types at the bank and its report shows again: 35 characters at most (SEPA). */
const referenceOf = (refundId: string): string => `RF${refundId.replaceAll('-', '').toUpperCase()}`;
