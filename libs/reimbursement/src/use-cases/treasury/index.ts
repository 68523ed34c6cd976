import { CompareBalanceHandler } from './compare-balance';
import { ApproveWriteOffHandler, ProposeWriteOffHandler, RecordLeavingHandler } from './debts';
import {
  ApproveFeeSweepHandler,
  CancelFeeSweepHandler,
  ProposeFeeSweepHandler,
} from './fee-sweeps';
import { PayeeDebts } from './payee-debts';
import { ReviewMembershipHandler } from './review-membership';

export { ReviewMembership } from './review-membership';
export { CompareBalance } from './compare-balance';
export { ApproveWriteOff, ProposeWriteOff, RecordLeaving } from './debts';
export { ApproveFeeSweep, CancelFeeSweep, ProposeFeeSweep } from './fee-sweeps';

/** Fees, debts and the daily comparison with the bank. */
export const TREASURY_HANDLERS = [
  PayeeDebts,
  ProposeFeeSweepHandler,
  ApproveFeeSweepHandler,
  CancelFeeSweepHandler,
  ProposeWriteOffHandler,
  ApproveWriteOffHandler,
  RecordLeavingHandler,
  CompareBalanceHandler,
  ReviewMembershipHandler,
];
