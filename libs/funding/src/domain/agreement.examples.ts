import type { AgreementFact, AgreementSigned, FundsRecalled, OrderNeed } from '../contract';
import type { AgreementWish, Refundable } from './agreement.messages';

export const AGREEMENT_ID = '018f0000-0000-7000-8000-0000000000a1';
const agreementId = AGREEMENT_ID;

/** 10 EUR vouchers in books of 10, 4 % fee, 20 % VAT on it, one million euros at most. */
export const terms = (change: Partial<AgreementSigned['data']> = {}): AgreementSigned['data'] => ({
  agreementId,
  funderId: '018f0000-0000-7000-8000-0000000000f1',
  reference: 'CONV-2026-01',
  faceValueCents: 1_000,
  booksOf: [5, 10],
  feeBasisPoints: 400,
  vatBasisPoints: 2_000,
  ceilingCents: 100_000_000,
  funderName: 'Département',
  coFunders: [
    { name: 'Département', shareBasisPoints: 6_000 },
    { name: 'État', shareBasisPoints: 2_000 },
    { name: 'Fonds européen', shareBasisPoints: 2_000 },
  ],
  restrictions: { territories: [], services: [], publics: [] },
  singleHandOut: false,
  allowPrescribingPlace: false,
  ...change,
});

export const signed = (change?: Partial<AgreementSigned['data']>): AgreementFact => ({
  type: 'AgreementSigned',
  data: terms(change),
});

/** A need of this face value, without fee and VAT: the cases count in round sums. */
export const need = (faceCents: number): OrderNeed => ({ faceCents, feeCents: 0, vatCents: 0 });

export const received = (
  depositId: string,
  amountCents: number,
  shortfallRepaidCents = 0,
): AgreementFact => ({
  type: 'FundsReceived',
  data: { agreementId, depositId, amountCents, shortfallRepaidCents },
});

export const confirmed = (depositId: string, amountCents: number): AgreementFact => ({
  type: 'FundsConfirmed',
  data: { agreementId, depositId, amountCents },
});

export const recalled = (data: Omit<FundsRecalled['data'], 'agreementId'>): AgreementFact => ({
  type: 'FundsRecalled',
  data: { agreementId, ...data },
});

export const enqueued = (orderId: string, faceCents: number): AgreementFact => ({
  type: 'OrderEnqueued',
  data: { agreementId, orderId, ...need(faceCents) },
});

export const funded = (orderId: string, faceCents: number): AgreementFact => ({
  type: 'OrderFunded',
  data: { agreementId, orderId, ...need(faceCents) },
});

export const activationRequested = (orderId: string): AgreementFact => ({
  type: 'ActivationRequested',
  data: { agreementId, orderId },
});

export const activationPermitted = (orderId: string, faceCents: number): AgreementFact => ({
  type: 'ActivationPermitted',
  data: { agreementId, orderId, ...need(faceCents) },
});

export const released = (
  orderId: string,
  amountCents: number,
  shortfallRepaidCents = 0,
): AgreementFact => ({
  type: 'ReservationReleased',
  data: { agreementId, orderId, amountCents, shortfallRepaidCents },
});

export const withdrawn = (orderId: string): AgreementFact => ({
  type: 'OrderWithdrawn',
  data: { agreementId, orderId },
});

export const turnedAway = (
  orderId: string,
  reason: 'ceiling_exceeded' | 'agreement_closed',
): AgreementFact => ({ type: 'OrderTurnedAway', data: { agreementId, orderId, reason } });

export const refundProposed = (refundId: string, amountCents: number): AgreementFact => ({
  type: 'RefundProposed',
  data: { agreementId, refundId, amountCents, bankAccountId: 'account', proposedBy: 'preparer' },
});

export const refundOrdered = (refundId: string, amountCents: number): AgreementFact => ({
  type: 'RefundOrdered',
  data: {
    agreementId,
    refundId,
    amountCents,
    bankAccountId: 'account',
    reference: 'REF',
    approvedBy: 'approver',
  },
});

export const refundSent = (refundId: string): AgreementFact => ({
  type: 'RefundSent',
  data: { agreementId, refundId },
});

export const receive = (depositId: string, amountCents: number): AgreementWish => ({
  type: 'ReceiveFunds',
  data: { depositId, amountCents },
});

export const confirm = (depositId: string, amountCents: number): AgreementWish => ({
  type: 'ConfirmFunds',
  data: { depositId, amountCents },
});

export const recall = (
  depositId: string,
  amountCents: number,
  wasConfirmed = false,
): AgreementWish => ({ type: 'RecallFunds', data: { depositId, amountCents, wasConfirmed } });

export const enqueue = (orderId: string, faceCents: number): AgreementWish => ({
  type: 'EnqueueOrder',
  data: { orderId, ...need(faceCents) },
});

export const release = (orderId: string): AgreementWish => ({
  type: 'ReleaseOrder',
  data: { orderId },
});

export const requestActivation = (orderId: string): AgreementWish => ({
  type: 'RequestActivation',
  data: { orderId },
});

export const creditNote = (creditNoteId: string, amountCents: number): AgreementWish => ({
  type: 'IssueCreditNote',
  data: { creditNoteId, amountCents, orderId: 'order', cause: 'closing', issuedOn: '2026-11-02' },
});

export const proposeRefund = (
  refundId: string,
  amountCents: number,
  change: Partial<Refundable> = {},
): AgreementWish => ({
  type: 'ProposeRefund',
  data: {
    ...{ refundId, amountCents, bankAccountId: 'account', proposedBy: 'preparer' },
    ...REFUNDABLE,
    ...change,
  },
});

export const approveRefund = (
  refundId: string,
  approvedBy = 'approver',
  change: Partial<Refundable> = {},
): AgreementWish => ({
  type: 'ApproveRefund',
  data: { refundId, approvedBy, reference: 'REF', ...REFUNDABLE, ...change },
});

const REFUNDABLE: Refundable = {
  ...{ bankAccountVerified: true, cashCents: 1_000_000_000, refundedCents: 0 },
};
