import type { CommandContext } from '@app/platform';

/** A line of the ring-fenced account, as funding's streams keep it. */
export type LineOfAccount = Readonly<{
  amountCents: number;
  direction: 'credit' | 'debit';
  /** Tells this money from any other; the same line again changes nothing. */
  source: string;
  statementReference: string;
  bookedOn: string;
}>;

/** What a line of the account does to deposits and refunds. All throw funding's `DomainError`. */
export abstract class FundingAtBank {
  abstract hasDeposit(depositId: string): Promise<boolean>;
  abstract hasAgreement(agreementId: string): Promise<boolean>;

  /** A credit confirms the deposit, a debit recalls it. */
  abstract bookDeposit(
    depositId: string,
    line: LineOfAccount,
    context: CommandContext,
  ): Promise<void>;

  /** Money that nobody had announced; who proposed what it is records it. Answers the deposit's id. */
  abstract recordDeposit(
    deposit: Readonly<{
      agreementId: string;
      amountCents: number;
      bankReference: string;
      valueOn: string;
    }>,
    context: CommandContext,
  ): Promise<string>;

  /** A debit books the refund, a credit brings it back. */
  abstract bookRefund(
    refund: Readonly<{ agreementId: string; refundId: string }>,
    line: LineOfAccount,
    context: CommandContext,
  ): Promise<void>;
}
