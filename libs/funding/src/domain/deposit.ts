import type { Decider } from '@app/kernel';
import type { DepositAssigned, DepositFact } from '../contract';
import type { ConfirmDeposit, DepositWish, RecallDeposit, RecordDeposit } from './deposit.messages';
import { refuse } from './refuse';

export type Deposit =
  | { status: 'unknown' }
  | {
      status: 'recorded';
      assigned: DepositAssigned['data'];
      statementReference?: string;
      recalled: boolean;
    };

/**
 * One bank reference on the ring-fenced account. The stream id derives from both, so the same
 * reference is the same deposit whichever way it came (typed, or read in a camt.053).
 */
export const deposit: Decider<DepositWish, Deposit, DepositFact> = {
  name: 'deposit',
  initialState: { status: 'unknown' },

  decide: (wish, state) => {
    switch (wish.type) {
      case 'RecordDeposit':
        return record(wish, state);
      case 'ConfirmDeposit':
        return confirm(wish, state);
      case 'RecallDeposit':
        return recall(wish, state);
    }
  },

  evolve: (state, { type, data }) => {
    if (type === 'DepositAssigned') return { status: 'recorded', assigned: data, recalled: false };
    if (state.status === 'unknown') return state;
    return type === 'DepositConfirmed'
      ? { ...state, statementReference: data.statementReference }
      : { ...state, recalled: true };
  },
};

const record = ({ data }: RecordDeposit, state: Deposit): readonly DepositFact[] => {
  if (state.status === 'unknown') return [{ type: 'DepositAssigned', data }];
  const { assigned } = state;
  const same =
    assigned.agreementId === data.agreementId &&
    assigned.amountCents === data.amountCents &&
    assigned.valueOn === data.valueOn;
  return same ? [] : refuse('reference_conflict', { depositId: assigned.depositId });
};

const confirm = ({ data }: ConfirmDeposit, state: Deposit): readonly DepositFact[] => {
  if (state.status === 'unknown' || state.recalled) return refuse('deposit_unknown');
  if (state.statementReference === data.statementReference) return [];
  if (state.statementReference !== undefined) return refuse('already_so');
  const { depositId, agreementId, amountCents, recordedBy } = state.assigned;
  if (data.confirmedBy === recordedBy) return refuse('same_person');
  if (data.amountCents !== amountCents) return refuse('reference_conflict', { depositId });
  const { statementReference, confirmedOn } = data;
  return [
    {
      type: 'DepositConfirmed',
      data: { depositId, agreementId, amountCents, statementReference, confirmedOn },
    },
  ];
};

const recall = ({ data }: RecallDeposit, state: Deposit): readonly DepositFact[] => {
  if (state.status === 'unknown') return refuse('deposit_unknown');
  if (state.recalled) return refuse('already_so');
  const { depositId, agreementId, amountCents } = state.assigned;
  const wasConfirmed = state.statementReference !== undefined;
  return [
    {
      type: 'DepositRecalled',
      data: { depositId, agreementId, amountCents, wasConfirmed, ...data },
    },
  ];
};
