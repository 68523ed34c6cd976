import { given } from '@app/platform/testing/given';
import type { PeriodClosed, PeriodClosingProposed } from '../contract';
import { periods, type CloseMonth, type ProposeClosing } from './periods';

const FIGURES = { entries: 3, postings: 5, totalCents: 12_345, sha256: 'aa' };
const AT = '2026-04-01T08:00:00.000Z';

const propose = (month: string, today = '2026-04-01'): ProposeClosing => ({
  type: 'ProposeClosing',
  data: { month, today, proposedBy: 'preparer', proposedAt: AT },
});

const proposed = (month: string): PeriodClosingProposed => ({
  type: 'PeriodClosingProposed',
  data: { month, proposedBy: 'preparer', proposedAt: AT },
});

const close = (month: string, change: Partial<CloseMonth['data']> = {}): CloseMonth => ({
  type: 'CloseMonth',
  data: {
    ...{ month, sha256: 'aa', figures: FIGURES, closedBy: 'approver', closedAt: AT },
    ...change,
  },
});

const closed = (month: string): PeriodClosed => ({
  type: 'PeriodClosed',
  data: { month, ...FIGURES, proposedBy: 'preparer', closedBy: 'approver', closedAt: AT },
});

describe('closing a month', () => {
  it('is proposed from the first day after it', () => {
    given(periods).when(propose('2026-03')).then(proposed('2026-03'));
    given(periods).when(propose('2026-03', '2026-03-31')).thenRefused('period_not_over');
  });

  it('goes from month to month, over the year’s end too', () => {
    given(periods, proposed('2025-12'), closed('2025-12'))
      .when(propose('2026-01'))
      .then(proposed('2026-01'));
    given(periods, proposed('2025-12'), closed('2025-12'))
      .when(propose('2026-02'))
      .thenRefused('period_out_of_order', { month: '2026-01' });
    given(periods, proposed('2026-01'))
      .when(propose('2026-02'))
      .thenRefused('period_out_of_order', { month: '2026-01' });
  });

  it('is proposed once and closed once', () => {
    given(periods, proposed('2026-03')).when(propose('2026-03')).thenRefused('already_so');
    const history = [proposed('2026-03'), closed('2026-03')];
    given(periods, ...history)
      .when(propose('2026-03'))
      .thenRefused('already_so');
    given(periods, ...history)
      .when(close('2026-03'))
      .thenRefused('already_so');
    given(periods, ...history)
      .when(propose('2026-02'))
      .thenRefused('already_so');
  });

  it('is done by another person, on the figures that were shown', () => {
    given(periods, proposed('2026-03')).when(close('2026-03')).then(closed('2026-03'));
    given(periods, proposed('2026-03'))
      .when(close('2026-03', { closedBy: 'preparer' }))
      .thenRefused('same_person');
    given(periods, proposed('2026-03'))
      .when(close('2026-03', { sha256: 'ab' }))
      .thenRefused('figures_changed');
  });

  it('waits for its proposal, and for the books to be past it', () => {
    given(periods).when(close('2026-03')).thenRefused('period_not_proposed');
    given(periods, proposed('2026-03')).when(close('2026-04')).thenRefused('period_not_proposed');
    const { figures: _, ...data } = close('2026-03').data;
    given(periods, proposed('2026-03'))
      .when({ type: 'CloseMonth', data })
      .thenRefused('period_not_over');
  });
});
