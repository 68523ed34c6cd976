import type { Command } from '@app/kernel';

export type RecordDeposit = Command<
  'RecordDeposit',
  {
    depositId: string;
    agreementId: string;
    funderId: string;
    amountCents: number;
    bankReference: string;
    valueOn: string;
    recordedBy: string;
  }
>;

export type ConfirmDeposit = Command<
  'ConfirmDeposit',
  {
    amountCents: number;
    statementReference: string;
    confirmedOn: string;
    confirmedBy: string;
  }
>;

export type RecallDeposit = Command<'RecallDeposit', { reason: string; recalledOn: string }>;

export type DepositWish = RecordDeposit | ConfirmDeposit | RecallDeposit;
