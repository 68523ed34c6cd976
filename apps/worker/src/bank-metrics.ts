import { ReadModelBehind, type Clock, type Metrics } from '@app/platform';
import type { BankQueries, ReconciliationQueries } from '@app/read-models';

type Views = Readonly<{
  bank: BankQueries;
  reconciliation: ReconciliationQueries;
  clock: Clock;
}>;

/** What a person has to look at beside the bank: each is in a list of the api too. */
export function registerBankMetrics(
  metrics: Metrics,
  { bank, reconciliation, clock }: Views,
): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.gauge({ name, help, read: () => unlessBehind(read) });
  gauge(
    'carnet_bank_entries_waiting',
    'Lines of the ring-fenced account that wait for a person.',
    () => bank.countWaiting().entries,
  );
  gauge(
    'carnet_bank_answers_waiting',
    'Answers of the bank that are about no payment of ours.',
    () => bank.countWaiting().answers,
  );
  gauge(
    'carnet_bank_reports_unfinished',
    'Reports of the bank that were received and not handled to their end.',
    () => bank.countWaiting().reports,
  );
  gauge(
    'carnet_bank_effects_under_way',
    'Lines of the account whose match has not taken its effect: above 0 for minutes, look.',
    () => bank.countWaiting().underWay,
  );
  gauge(
    'carnet_deposits_late',
    'Typed deposits that nothing has confirmed three banking days after their value date.',
    () => reconciliation.countLateDeposits(clock.now()),
  );
}

/** A view that is being built knows nothing; that it lags is the projector's own figure. */
function unlessBehind(read: () => number): number {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReadModelBehind) return NaN;
    throw error;
  }
}
