import { type Command, type Day, type Decider, sumCents } from '@app/kernel';
import type { BankEvidence, FeeSweepFact } from '../../contract';
import { refuse } from '../refuse';

/** What the agreement has earned the operator, and what it lacks; both as the ledger has them. */
type Fees = Readonly<{ feesCents: number; shortfallCents: number }>;

export type ProposeFeeSweep = Command<
  'ProposeFeeSweep',
  { agreementId: string; feeSweepId: string; amountCents: number; proposedBy: string } & Fees
>;
export type ApproveFeeSweep = Command<
  'ApproveFeeSweep',
  { feeSweepId: string; approvedBy: string; reference: string } & Fees
>;
export type BookFeeSweep = Command<
  'BookFeeSweep',
  { feeSweepId: string; amountCents: number; bookedOn: Day } & BankEvidence
>;
export type CancelFeeSweep = Command<'CancelFeeSweep', { feeSweepId: string; reason: string }>;
export type ReturnFeeSweep = Command<
  'ReturnFeeSweep',
  { feeSweepId: string; amountCents: number; bookedOn: Day } & BankEvidence
>;

export type FeeSweepWish =
  ProposeFeeSweep | ApproveFeeSweep | BookFeeSweep | CancelFeeSweep | ReturnFeeSweep;

type FeeSweep = Readonly<{
  agreementId: string;
  amountCents: number;
  proposedBy: string;
  status: 'proposed' | 'ordered' | 'booked' | 'cancelled' | 'returned';
  source?: string;
}>;

export type FeeSweeps = Readonly<Record<string, FeeSweep>>;

/**
 * All sweeps of one agreement, so that two at once cannot take more than fees − swept − shortfall.
 */
export const feeSweeps: Decider<FeeSweepWish, FeeSweeps, FeeSweepFact> = {
  name: 'fee-sweeps',
  initialState: {},

  decide: (wish, sweeps) => {
    if (wish.type === 'ProposeFeeSweep') return propose(wish, sweeps);
    const sweep = sweeps[wish.data.feeSweepId];
    if (!sweep) return refuse('fee_sweep_unknown');
    if (wish.type === 'ApproveFeeSweep') return approve(wish, sweep, sweeps);
    return decideAtBank(wish, sweep);
  },

  evolve: (sweeps, { type, data }) => {
    const { feeSweepId, agreementId, amountCents } = data;
    if (type === 'FeeSweepProposed') {
      const { proposedBy } = data;
      const status = 'proposed';
      return { ...sweeps, [feeSweepId]: { agreementId, amountCents, proposedBy, status } };
    }
    const sweep = sweeps[feeSweepId];
    if (!sweep) return sweeps;
    switch (type) {
      case 'FeeSweepOrdered':
        return { ...sweeps, [feeSweepId]: { ...sweep, status: 'ordered' } };
      case 'FeeSweepBooked':
        return { ...sweeps, [feeSweepId]: { ...sweep, status: 'booked', source: data.source } };
      case 'FeeSweepCancelled':
        return { ...sweeps, [feeSweepId]: { ...sweep, status: 'cancelled' } };
      case 'FeeSweepReturned':
        return { ...sweeps, [feeSweepId]: { ...sweep, status: 'returned', source: data.source } };
    }
  },
};

function propose({ data }: ProposeFeeSweep, sweeps: FeeSweeps): readonly FeeSweepFact[] {
  const { agreementId, feeSweepId, amountCents, proposedBy } = data;
  if (sweeps[feeSweepId]) return [];
  const leftCents = leftToSweep(data, sweeps);
  if (amountCents > leftCents) return refuse('fees_exceeded', { leftCents });
  return [{ type: 'FeeSweepProposed', data: { agreementId, feeSweepId, amountCents, proposedBy } }];
}

function approve(
  { data }: ApproveFeeSweep,
  { agreementId, amountCents, proposedBy, status }: FeeSweep,
  sweeps: FeeSweeps,
): readonly FeeSweepFact[] {
  const { feeSweepId, approvedBy, reference } = data;
  if (status !== 'proposed') return refuse('already_so');
  if (approvedBy === proposedBy) return refuse('same_person');
  const leftCents = leftToSweep(data, sweeps);
  if (amountCents > leftCents) return refuse('fees_exceeded', { leftCents });
  return [
    {
      type: 'FeeSweepOrdered',
      data: { agreementId, feeSweepId, amountCents, approvedBy, reference },
    },
  ];
}

/** What the bank did is a fact: it is refused only where it contradicts what is known. */
function decideAtBank(
  wish: Exclude<FeeSweepWish, ProposeFeeSweep | ApproveFeeSweep>,
  { agreementId, amountCents, status, source }: FeeSweep,
): readonly FeeSweepFact[] {
  const { feeSweepId } = wish.data;
  const shared = { agreementId, feeSweepId, amountCents };
  if (wish.type === 'CancelFeeSweep') {
    if (status === 'cancelled') return refuse('already_so');
    if (status !== 'proposed' && status !== 'ordered') return refuse('fee_sweep_state', { status });
    return [{ type: 'FeeSweepCancelled', data: { ...shared, reason: wish.data.reason } }];
  }
  if (wish.data.source === source) return [];
  if (wish.data.amountCents !== amountCents) return refuse('amount_differs');
  const { bookedOn, statementReference } = wish.data;
  const booked = { ...shared, bookedOn, source: wish.data.source, statementReference };
  if (wish.type === 'BookFeeSweep') {
    if (status !== 'ordered') return refuse('fee_sweep_state', { status });
    return [{ type: 'FeeSweepBooked', data: booked }];
  }
  if (status !== 'booked') return refuse('fee_sweep_state', { status });
  return [{ type: 'FeeSweepReturned', data: booked }];
}

/** Proposals take nothing yet: the approval looks again. */
const leftToSweep = ({ feesCents, shortfallCents }: Fees, sweeps: FeeSweeps): number =>
  feesCents -
  shortfallCents -
  sumCents(
    Object.values(sweeps).map(({ status, amountCents }) =>
      status === 'ordered' || status === 'booked' ? amountCents : 0,
    ),
  );
