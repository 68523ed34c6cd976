import type { BankEntry, Resolution, ResolutionKind } from '../../contract';

/** Which way money goes under each word; what can be corrected by the bank goes both ways. */
const DIRECTION: Readonly<Record<ResolutionKind, BankEntry['direction'] | 'both'>> = {
  deposit: 'credit',
  depositRecall: 'debit',
  payment: 'debit',
  paymentReturn: 'credit',
  // Booked, or sent back later.
  refund: 'both',
  feeSweep: 'both',
  debtRepayment: 'credit',
  operatorTopUp: 'credit',
  // The operator's position: charged or credited back, earned or, at negative rates, paid.
  bankCharge: 'both',
  interest: 'both',
  duplicate: 'both',
};

export const isPossible = ({ as }: Resolution, { direction }: BankEntry): boolean =>
  DIRECTION[as] === 'both' || DIRECTION[as] === direction;

/** Charges and interest are the operator's and belong to nothing else. */
export const needsTarget = ({ as }: Resolution): boolean =>
  as !== 'bankCharge' && as !== 'interest';
