import { projection } from '@app/platform/read-store';
import type {
  DebtRepaid,
  PayeeLeft,
  PayeeRejoined,
  WriteOffDecided,
  WriteOffProposed,
} from '@app/reimbursement/contract';

/** What was decided about an organisation's debts; what it owes, the ledger tells. */
export type DebtDecisions = {
  organisationId: string;
  /** '' as long as it stays. */
  leftOn: string;
  recoverUntilOn: string;
  /** Decided to be the operator's, and not topped up yet. */
  toTopUpCents: number;
  repaidCents: number;
  toppedUpCents: number;
  writeOffs: readonly WriteOffView[];
};

export type WriteOffView = Readonly<{
  writeOffId: string;
  amountCents: number;
  reason: string;
  status: 'proposed' | 'decided';
  proposedAt: string;
  /** '' until then. */
  decidedAt: string;
}>;

type Facts = PayeeLeft | PayeeRejoined | WriteOffProposed | WriteOffDecided | DebtRepaid;

export const debtDecisions = projection<DebtDecisions, Facts>({
  name: 'debt-decisions',
  version: 1,
  key: ({ data }) => data.organisationId,
  empty: {
    ...{ organisationId: '', leftOn: '', recoverUntilOn: '' },
    ...{ toTopUpCents: 0, repaidCents: 0, toppedUpCents: 0, writeOffs: [] },
  },
  indexes: [['toTopUpCents']],
  on: {
    PayeeLeft: (row, { organisationId, leftOn, recoverUntilOn }) => {
      return { ...row, organisationId, leftOn, recoverUntilOn };
    },
    PayeeRejoined: (row) => ({ ...row, leftOn: '', recoverUntilOn: '' }),
    WriteOffProposed: (row, { organisationId, writeOffId, amountCents, reason, proposedAt }) => {
      const status = 'proposed' as const;
      const writeOff = { writeOffId, amountCents, reason, status, proposedAt, decidedAt: '' };
      return { ...row, organisationId, writeOffs: [...row.writeOffs, writeOff] };
    },
    WriteOffDecided: (row, { writeOffId, amountCents, decidedAt }) => ({
      ...row,
      toTopUpCents: row.toTopUpCents + amountCents,
      writeOffs: row.writeOffs.map((each) =>
        each.writeOffId === writeOffId ? { ...each, status: 'decided', decidedAt } : each,
      ),
    }),
    DebtRepaid: (row, { organisationId, repaidBy, amountCents }) => {
      const repaid = { ...row, organisationId, repaidCents: row.repaidCents + amountCents };
      if (repaidBy === 'organisation') return repaid;
      const toTopUpCents = row.toTopUpCents - amountCents;
      return { ...repaid, toTopUpCents, toppedUpCents: row.toppedUpCents + amountCents };
    },
  },
});
