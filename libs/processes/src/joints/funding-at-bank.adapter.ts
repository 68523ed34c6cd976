import {
  agreement,
  BookDeposit,
  BookRefund,
  deposit,
  RecordDeposit,
  ReturnRefund,
} from '@app/funding';
import { AggregateStore, type CommandContext } from '@app/platform';
import { FundingAtBank, type LineOfAccount } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';

/** Deposits and refunds hear of the account's lines by funding's own wishes. */
@Injectable()
export class FundingAtBankByWishes extends FundingAtBank {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: CommandBus,
  ) {
    super();
  }

  async hasDeposit(depositId: string): Promise<boolean> {
    const { state } = await this.aggregates.load(deposit, depositId);
    return state.status !== 'unknown';
  }

  async hasAgreement(agreementId: string): Promise<boolean> {
    const { state } = await this.aggregates.load(agreement, agreementId);
    return state.status !== 'unknown';
  }

  async bookDeposit(depositId: string, line: LineOfAccount, context: CommandContext) {
    await this.commands.execute(new BookDeposit({ depositId, ...line }, context));
  }

  async recordDeposit(
    recorded: ConstructorParameters<typeof RecordDeposit>[0],
    context: CommandContext,
  ): Promise<string> {
    const { depositId } = await this.commands.execute(new RecordDeposit(recorded, context));
    return depositId;
  }

  async bookRefund(
    refund: { agreementId: string; refundId: string },
    { direction, amountCents, statementReference }: LineOfAccount,
    context: CommandContext,
  ): Promise<void> {
    const booked = { ...refund, amountCents, statementReference };
    const wish = direction === 'debit' ? BookRefund : ReturnRefund;
    await this.commands.execute(new wish(booked, context));
  }
}
