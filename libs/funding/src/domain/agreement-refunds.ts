import type { AgreementFact, FundsRecalled } from '../contract';
import type { ApproveRefund, ProposeRefund, Refundable, RefundWish } from './agreement.messages';
import type { Refund, SignedAgreement } from './agreement.state';
import { refuse } from './refuse';

type Bank = Exclude<RefundWish, ProposeRefund | ApproveRefund>;

/** Unused money going back to the funder: proposed, approved by another person, booked by the bank. */
export const decideRefund = (
  wish: RefundWish,
  state: SignedAgreement,
): readonly AgreementFact[] => {
  if (wish.type === 'ProposeRefund') return propose(wish, state);
  const refund = state.refunds[wish.data.refundId] ?? refuse('refund_unknown');
  return wish.type === 'ApproveRefund'
    ? approve(wish, state, refund)
    : decideAtBank(wish, state, refund);
};

/** Refunds ordered but not sent, oldest first, until they cover what available lacks. */
export const refundsToCancel = (
  state: SignedAgreement,
  missingCents: number,
): FundsRecalled['data']['cancelledRefunds'] => {
  const cancelled: { refundId: string; amountCents: number }[] = [];
  let leftCents = missingCents;
  for (const [refundId, { status, amountCents }] of Object.entries(state.refunds)) {
    if (leftCents <= 0) break;
    if (status !== 'ordered') continue;
    cancelled.push({ refundId, amountCents });
    leftCents -= amountCents;
  }
  return cancelled;
};

const propose = ({ data }: ProposeRefund, state: SignedAgreement): readonly AgreementFact[] => {
  const { refundId, amountCents, bankAccountId, proposedBy } = data;
  if (state.refunds[refundId]) return [];
  assertRefundable(data, amountCents, state);
  const { agreementId } = state.terms;
  return [
    {
      type: 'RefundProposed',
      data: { agreementId, refundId, amountCents, bankAccountId, proposedBy },
    },
  ];
};

const approve = (
  { data }: ApproveRefund,
  state: SignedAgreement,
  { amountCents, bankAccountId, proposedBy, status }: Refund,
): readonly AgreementFact[] => {
  if (status !== 'proposed') return refuse('already_so');
  if (proposedBy === data.approvedBy) return refuse('same_person');
  assertRefundable(data, amountCents, state);
  const { refundId, approvedBy, reference } = data;
  const { agreementId } = state.terms;
  return [
    {
      type: 'RefundOrdered',
      data: { agreementId, refundId, amountCents, bankAccountId, reference, approvedBy },
    },
  ];
};

const assertRefundable = (
  { bankAccountVerified, ...asked }: Refundable,
  amountCents: number,
  { availableCents, shortfallCents, refundedCents }: SignedAgreement,
): void => {
  if (!bankAccountVerified) refuse('bank_account_not_verified');
  if (shortfallCents > 0) refuse('agreement_short', { shortfallCents });
  if (amountCents > availableCents) refuse('refund_exceeds_available', { availableCents });
  // One that was ordered since takes its part, though the bank books it later.
  const cashCents = asked.cashCents + asked.refundedCents - refundedCents;
  if (amountCents > cashCents) refuse('refund_exceeds_cash', { cashCents });
};

/** What happens at the bank is a fact: it is refused only where it contradicts what is known. */
const decideAtBank = (
  wish: Bank,
  state: SignedAgreement,
  { amountCents, status, statementReference }: Refund,
): readonly AgreementFact[] => {
  const { agreementId } = state.terms;
  const { refundId } = wish.data;
  const shortfallRepaidCents = Math.min(state.shortfallCents, amountCents);
  if (status === 'cancelled') return refuse('refund_cancelled');
  const waiting = status === 'ordered' || status === 'sent';
  switch (wish.type) {
    case 'SendRefund':
      if (status === 'sent') return refuse('already_so');
      if (status !== 'ordered') return refuse('refund_state', { status });
      return [{ type: 'RefundSent', data: { agreementId, refundId } }];
    case 'BookRefund':
      if (status === 'booked' && statementReference === wish.data.statementReference) return [];
      if (amountCents !== wish.data.amountCents) return refuse('amount_differs');
      if (!waiting) return refuse('refund_state', { status });
      return [{ type: 'RefundBooked', data: { agreementId, ...wish.data } }];
    case 'FailRefund':
      if (status === 'failed') return [];
      if (!waiting) return refuse('refund_state', { status });
      return [
        {
          type: 'RefundFailed',
          data: { agreementId, amountCents, ...wish.data, shortfallRepaidCents },
        },
      ];
    case 'ReturnRefund':
      if (status === 'returned' && statementReference === wish.data.statementReference) return [];
      if (amountCents !== wish.data.amountCents) return refuse('amount_differs');
      if (status !== 'booked') return refuse('refund_state', { status });
      return [
        {
          type: 'RefundReturned',
          data: { agreementId, ...wish.data, shortfallRepaidCents },
        },
      ];
  }
};
