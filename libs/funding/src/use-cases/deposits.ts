import { normaliseReference } from '@app/kernel';
import { AggregateStore, Clock, uuidV5, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agreement } from '../domain/agreement';
import { deposit } from '../domain/deposit';
import { refuse } from '../domain/refuse';
import { RingFencedAccount } from '../ports/ring-fenced-account';

type Recorded = {
  agreementId: string;
  amountCents: number;
  bankReference: string;
  valueOn: string;
};
type Confirmed = { depositId: string; amountCents?: number; statementReference: string };
type Recalled = { depositId: string; reason: string };

/** Typed by a person or read in a bank's report: one reference is one deposit either way. */
export class RecordDeposit extends Wish<Recorded, Handled & { depositId: string }> {}

@CommandHandler(RecordDeposit)
export class RecordDepositHandler implements ICommandHandler<RecordDeposit> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly account: RingFencedAccount,
  ) {}

  async execute({ input, context }: RecordDeposit): Promise<Handled & { depositId: string }> {
    const { state } = await this.aggregates.load(agreement, input.agreementId);
    if (state.status === 'unknown') return refuse('agreement_unknown');
    const depositId = depositIdOf(this.account, input.bankReference);
    const { terms, depositedCents: depositedBeforeCents } = state;
    const { funderId } = terms;
    const recordedBy = context.actor.id;
    const data = { depositId, funderId, recordedBy, depositedBeforeCents, ...input };
    const wish = { type: 'RecordDeposit', data } as const;
    const handled = await this.aggregates.handle(deposit, depositId, wish, context);
    return { ...handled, depositId };
  }
}

/** A booked credit stands behind it. Without an amount: whatever was recorded. */
export class ConfirmDeposit extends Wish<Confirmed> {}

@CommandHandler(ConfirmDeposit)
export class ConfirmDepositHandler implements ICommandHandler<ConfirmDeposit> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  async execute({ input, context }: ConfirmDeposit): Promise<Handled> {
    const { depositId, statementReference } = input;
    const { state } = await this.aggregates.load(deposit, depositId);
    if (state.status === 'unknown') return refuse('deposit_unknown');
    const data = {
      amountCents: input.amountCents ?? state.assigned.amountCents,
      statementReference,
      confirmedOn: this.clock.today(),
      confirmedBy: context.actor.id,
    };
    const wish = { type: 'ConfirmDeposit', data } as const;
    return this.aggregates.handle(deposit, depositId, wish, context);
  }
}

export class RecallDeposit extends Wish<Recalled> {}

@CommandHandler(RecallDeposit)
export class RecallDepositHandler implements ICommandHandler<RecallDeposit> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input, context }: RecallDeposit): Promise<Handled> {
    const { depositId, reason } = input;
    const data = { reason, recalledOn: this.clock.today() };
    return this.aggregates.handle(deposit, depositId, { type: 'RecallDeposit', data }, context);
  }
}

type Booked = {
  depositId: string;
  amountCents: number;
  direction: 'credit' | 'debit';
  source: string;
  statementReference: string;
  bookedOn: string;
};

/** A line of the ring-fenced account: a credit confirms the deposit, a debit recalls it. */
export class BookDeposit extends Wish<Booked> {}

@CommandHandler(BookDeposit)
export class BookDepositHandler implements ICommandHandler<BookDeposit> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  execute({ input: { depositId, ...line }, context }: BookDeposit): Promise<Handled> {
    const data = { ...line, today: this.clock.today(), bookedBy: context.actor.id };
    return this.aggregates.handle(deposit, depositId, { type: 'BookDeposit', data }, context);
  }
}

/** One id per account and reference as banks compare them: case and spaces do not tell two apart. */
const depositIdOf = ({ iban }: RingFencedAccount, bankReference: string): string =>
  uuidV5(DEPOSITS, JSON.stringify([iban, normaliseReference(bankReference)]));

const DEPOSITS = '5f0f5d6e-1d4b-5c0a-8a53-0f8a7a2f0d11';
