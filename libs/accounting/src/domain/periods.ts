import { addMonths, type Command, type Decider } from '@app/kernel';
import type { PeriodClosed, PeriodClosingProposed, PeriodFact, PeriodFigures } from '../contract';
import { refuse } from './refuse';

/** One sequence of months per deployment. */
export const PERIODS_ID = 'scheme';

/** `today`: the Paris day of the wish. */
export type ProposeClosing = Command<
  'ProposeClosing',
  { month: string; today: string; proposedBy: string; proposedAt: string }
>;

export type CloseMonth = Command<
  'CloseMonth',
  {
    month: string;
    /** What the approver was shown. */
    sha256: string;
    /** What the books say now; absent while they are not past the month and its proposal. */
    figures?: PeriodFigures;
    closedBy: string;
    closedAt: string;
  }
>;

export type PeriodWish = ProposeClosing | CloseMonth;

export type Periods = Readonly<{
  /** '' before the first. */
  lastClosed: string;
  proposed?: PeriodClosingProposed['data'];
}>;

/**
 * Months close one after the other, each proposed by one person and closed by another, on the hash of
 * its postings. The first may be any: what came before it was not kept here.
 */
export const periods: Decider<PeriodWish, Periods, PeriodFact> = {
  name: 'accounting-periods',
  initialState: { lastClosed: '' },

  decide: (wish, state) => {
    switch (wish.type) {
      case 'ProposeClosing':
        return propose(wish, state);
      case 'CloseMonth':
        return close(wish, state);
    }
  },

  evolve: ({ lastClosed }, { type, data }) =>
    type === 'PeriodClosed' ? { lastClosed: data.month } : { lastClosed, proposed: data },
};

const propose = ({ data }: ProposeClosing, state: Periods): readonly PeriodFact[] => {
  const { today, ...proposed } = data;
  const { lastClosed } = state;
  if (proposed.month <= lastClosed || proposed.month === state.proposed?.month) {
    return refuse('already_so');
  }
  if (state.proposed) return refuse('period_out_of_order', { month: state.proposed.month });
  if (lastClosed !== '' && proposed.month !== monthAfter(lastClosed)) {
    return refuse('period_out_of_order', { month: monthAfter(lastClosed) });
  }
  if (today.slice(0, 7) <= proposed.month) return refuse('period_not_over');
  return [{ type: 'PeriodClosingProposed', data: proposed }];
};

const close = ({ data }: CloseMonth, state: Periods): readonly PeriodFact[] => {
  const { sha256, figures, month, closedBy, closedAt } = data;
  if (month <= state.lastClosed) return refuse('already_so');
  if (state.proposed?.month !== month) return refuse('period_not_proposed');
  const { proposedBy } = state.proposed;
  if (closedBy === proposedBy) return refuse('same_person');
  if (figures === undefined) return refuse('period_not_over');
  if (figures.sha256 !== sha256) return refuse('figures_changed');
  const closed: PeriodClosed['data'] = { month, proposedBy, closedBy, closedAt, ...figures };
  return [{ type: 'PeriodClosed', data: closed }];
};

const monthAfter = (month: string): string => addMonths(`${month}-01`, 1).slice(0, 7);
