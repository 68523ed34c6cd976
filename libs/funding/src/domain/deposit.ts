import { CENTS_MAX, type Decider } from '@app/kernel';
import type { DepositAssigned, DepositBooked, DepositFact } from '../contract';
import type {
  BookDeposit,
  ConfirmDeposit,
  DepositWish,
  RecallDeposit,
  RecordDeposit,
} from './deposit.messages';
import { refuse } from './refuse';

export type Deposit =
  | { status: 'unknown' }
  | {
      status: 'recorded';
      assigned: DepositAssigned['data'];
      statementReference?: string;
      recalled: boolean;
      /** The bank's lines behind it and behind its recall. */
      sources: Readonly<Partial<Record<DepositBooked['data']['direction'], string>>>;
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
      case 'BookDeposit':
        return book(wish, state);
    }
  },

  evolve: (state, { type, data }) => {
    if (type === 'DepositAssigned') {
      return { status: 'recorded', assigned: data, recalled: false, sources: {} };
    }
    if (state.status === 'unknown') return state;
    switch (type) {
      case 'DepositConfirmed':
        return { ...state, statementReference: data.statementReference };
      case 'DepositRecalled':
        return { ...state, recalled: true };
      case 'DepositBooked':
        return { ...state, sources: { ...state.sources, [data.direction]: data.source } };
    }
  },
};

const record = ({ data }: RecordDeposit, state: Deposit): readonly DepositFact[] => {
  const { depositedBeforeCents, ...deposit } = data;
  if (state.status === 'unknown') {
    // Where a deposit may not go, none of the agreement's figures can: all are parts of deposits.
    if (depositedBeforeCents + data.amountCents > CENTS_MAX) {
      return refuse('amount_limit', { depositedCents: depositedBeforeCents });
    }
    return [{ type: 'DepositAssigned', data: deposit }];
  }
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

/** What a person confirmed or recalled before is not done again; the line of the bank is kept. */
const book = ({ data }: BookDeposit, state: Deposit): readonly DepositFact[] => {
  if (state.status === 'unknown') return refuse('deposit_unknown');
  const { amountCents, direction, source, statementReference, bookedOn, today, bookedBy } = data;
  const known = state.sources[direction];
  if (known === source) return [];
  if (known !== undefined) return refuse('already_so');
  const { depositId, agreementId } = state.assigned;
  if (amountCents !== state.assigned.amountCents)
    return refuse('reference_conflict', { depositId });
  const line = { direction, source, statementReference, bookedOn };
  const booked: DepositBooked = {
    type: 'DepositBooked',
    data: { depositId, agreementId, amountCents, ...line },
  };
  if (direction === 'debit') {
    // No credit was ever seen: what the bank takes back is something else.
    if (state.statementReference === undefined) return refuse('deposit_unconfirmed');
    if (state.recalled) return [booked];
    const reason = `booked: ${statementReference}`;
    const wish = { type: 'RecallDeposit', data: { reason, recalledOn: today } } as const;
    return [...recall(wish, state), booked];
  }
  if (state.statementReference !== undefined) return [booked];
  const confirmation = {
    type: 'ConfirmDeposit',
    data: { amountCents, statementReference, confirmedOn: today, confirmedBy: bookedBy },
  } as const;
  return [...confirm(confirmation, state), booked];
};
