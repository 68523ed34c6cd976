import type { DepositAssigned, DepositConfirmed, DepositRecalled } from '@app/funding/contract';
import { projection } from '@app/platform/read-store';

export type DepositView = {
  depositId: string;
  agreementId: string;
  funderId: string;
  amountCents: number;
  bankReference: string;
  valueOn: string;
  status: 'typed' | 'confirmed' | 'recalled';
  /** '' until a booked credit stands behind it. */
  statementReference: string;
};

export const deposits = projection<
  DepositView,
  DepositAssigned | DepositConfirmed | DepositRecalled
>({
  name: 'deposits',
  version: 1,
  key: ({ data }) => data.depositId,
  empty: {
    depositId: '',
    agreementId: '',
    funderId: '',
    amountCents: 0,
    bankReference: '',
    valueOn: '',
    status: 'typed',
    statementReference: '',
  },
  indexes: [['agreementId'], ['funderId'], ['status', 'valueOn']],
  on: {
    DepositAssigned: (row, { recordedBy: _, ...deposit }) => ({ ...row, ...deposit }),
    DepositConfirmed: (row, { statementReference }) => {
      return { ...row, statementReference, status: 'confirmed' };
    },
    DepositRecalled: (row) => ({ ...row, status: 'recalled' }),
  },
});
