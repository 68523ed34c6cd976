import { instantOf } from '@app/kernel';
import { projection } from '@app/platform/read-store';
import type { FeeSweepFact } from '@app/reimbursement/contract';

export type FeeSweepView = {
  feeSweepId: string;
  agreementId: string;
  amountCents: number;
  status: 'proposed' | 'ordered' | 'booked' | 'cancelled' | 'returned';
  proposedBy: string;
  proposedAt: string;
  /** '' until another person approved it. */
  approvedBy: string;
  /** What is typed at the bank, '' before. */
  reference: string;
  /** Of the entry that carried it out, or brought it back. */
  bookedOn: string;
  statementReference: string;
  /** Why it was cancelled. */
  reason: string;
};

/** The operator's fee leaving the ring-fenced account, sweep by sweep. */
export const feeSweepViews = projection<FeeSweepView, FeeSweepFact>({
  name: 'fee-sweeps',
  version: 1,
  key: ({ data }) => data.feeSweepId,
  empty: {
    ...{ feeSweepId: '', agreementId: '', amountCents: 0, status: 'proposed' },
    ...{ proposedBy: '', proposedAt: '', approvedBy: '', reference: '' },
    ...{ bookedOn: '', statementReference: '', reason: '' },
  },
  indexes: [['status']],
  on: {
    FeeSweepProposed: (row, sweep, { recordedAt }) => {
      return { ...row, ...sweep, proposedAt: instantOf(recordedAt) };
    },
    FeeSweepOrdered: (row, { approvedBy, reference }) => {
      return { ...row, status: 'ordered', approvedBy, reference };
    },
    FeeSweepBooked: (row, { bookedOn, statementReference }) => {
      return { ...row, status: 'booked', bookedOn, statementReference };
    },
    FeeSweepCancelled: (row, { reason }) => ({ ...row, status: 'cancelled', reason }),
    FeeSweepReturned: (row, { bookedOn, statementReference }) => {
      return { ...row, status: 'returned', bookedOn, statementReference };
    },
  },
});
