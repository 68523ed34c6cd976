import type { Decider } from '@app/kernel';
import type { OperatorsFact } from '../contract';
import { refuse } from './refuse';
import { OPERATOR_PARTY_ID } from './roles';
import { decideGift, decideWithdrawal } from './user';
import type { OperatorsWish } from './user.messages';

/** Ids of users, in the order in which they became operators. */
export type Operators = readonly string[];

export const OPERATORS_ID = 'scheme';

/**
 * Who operates the scheme, in one stream, so that two operators who remove each other at the same
 * time do not leave it with none.
 */
export const operators: Decider<OperatorsWish, Operators, OperatorsFact> = {
  name: 'operators',
  initialState: [],

  decide: (wish, state) => {
    const { userId, partyId } = wish.data;
    // Of any other party nobody is an operator: a withdrawal there would be one of nothing.
    const holds = partyId === OPERATOR_PARTY_ID && state.includes(userId);
    if (wish.type === 'GiveRole') return decideGift(wish, holds);
    const decided = decideWithdrawal(wish, holds);
    if (state.length === 1) return refuse('last_operator');
    if (userId === wish.data.withdrawnBy) return refuse('same_person');
    return decided;
  },

  evolve: (state, { type, data: { userId } }) => {
    const others = state.filter((each) => each !== userId);
    return type === 'RoleGiven' ? [...others, userId] : others;
  },
};
