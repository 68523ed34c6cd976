import type { Command } from '@app/kernel';
import type { AgreementSigned, CreditNoteIssued, OrderNeed } from '../contract';

export type SignAgreement = Command<'SignAgreement', AgreementSigned['data']>;

/** Copies of what a deposit's stream decided; the second copy of one deposit is ignored. */
export type ReceiveFunds = Command<'ReceiveFunds', { depositId: string; amountCents: number }>;
export type ConfirmFunds = Command<'ConfirmFunds', { depositId: string; amountCents: number }>;
export type RecallFunds = Command<
  'RecallFunds',
  { depositId: string; amountCents: number; wasConfirmed: boolean }
>;

/** Copies of what an order's stream decided. */
export type EnqueueOrder = Command<'EnqueueOrder', { orderId: string } & OrderNeed>;
export type ReleaseOrder = Command<'ReleaseOrder', { orderId: string }>;
export type RequestActivation = Command<'RequestActivation', { orderId: string }>;
export type IssueCreditNote = Command<
  'IssueCreditNote',
  Omit<CreditNoteIssued['data'], 'agreementId' | 'shortfallRepaidCents'>
>;

/** What the agreement has in cash, by events, that nothing draws on: a refund never exceeds it. */
export type Refundable = Readonly<{
  cashCents: number;
  /** Refunds ordered and not undone when it was asked for: it is without them. */
  refundedCents: number;
  bankAccountVerified: boolean;
}>;

export type ProposeRefund = Command<
  'ProposeRefund',
  {
    refundId: string;
    amountCents: number;
    bankAccountId: string;
    proposedBy: string;
  } & Refundable
>;
export type ApproveRefund = Command<
  'ApproveRefund',
  { refundId: string; approvedBy: string; reference: string } & Refundable
>;
export type SendRefund = Command<'SendRefund', { refundId: string }>;
/** The bank's lines: one of another sum is not the refund's. */
export type BookRefund = Command<
  'BookRefund',
  { refundId: string; amountCents: number; statementReference: string }
>;
export type FailRefund = Command<'FailRefund', { refundId: string; reason: string }>;
export type ReturnRefund = Command<
  'ReturnRefund',
  { refundId: string; amountCents: number; statementReference: string }
>;

/** What other streams hold of this agreement when it is asked to close. */
export type CloseAgreement = Command<
  'CloseAgreement',
  {
    openOrders: number;
    owedCents: number;
    inRunCents: number;
    expiredCents: number;
    closedOn: string;
  }
>;

export type RefundWish =
  ProposeRefund | ApproveRefund | SendRefund | BookRefund | FailRefund | ReturnRefund;

export type AgreementWish =
  | SignAgreement
  | ReceiveFunds
  | ConfirmFunds
  | RecallFunds
  | EnqueueOrder
  | ReleaseOrder
  | RequestActivation
  | IssueCreditNote
  | RefundWish
  | CloseAgreement;
