import type { Command, Decider } from '@app/kernel';
import type { ComparedBalance, SolvencyFact } from '../../contract';

export type CompareBalance = Command<'CompareBalance', ComparedBalance>;

/** What was said of the day last; 0 before anything was. */
export type Solvency = Readonly<{ differenceCents: number }>;

/**
 * One booked day of the ring-fenced account: what the bank says it holds against what events say. Only a
 * change is told: a difference, another one, and that there is none any more.
 */
export const solvency: Decider<CompareBalance, Solvency, SolvencyFact> = {
  name: 'solvency',
  initialState: { differenceCents: 0 },

  decide: ({ data }, said) => {
    if (data.differenceCents === said.differenceCents) return [];
    const type = data.differenceCents === 0 ? 'SolvencyRestored' : 'SolvencyDiffered';
    return [{ type, data }];
  },

  evolve: (_, { data }) => ({ differenceCents: data.differenceCents }),
};
