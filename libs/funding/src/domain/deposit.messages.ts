import type { Command } from '@app/kernel';
import type { DepositBooked } from '../contract';

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
    /** What its agreement has without it. */
    depositedBeforeCents: number;
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

/** A line of the ring-fenced account: a credit confirms the deposit, a debit recalls it. */
export type BookDeposit = Command<
  'BookDeposit',
  Pick<
    DepositBooked['data'],
    'amountCents' | 'direction' | 'source' | 'statementReference' | 'bookedOn'
  > & { today: string; bookedBy: string }
>;

export type DepositWish = RecordDeposit | ConfirmDeposit | RecallDeposit | BookDeposit;
