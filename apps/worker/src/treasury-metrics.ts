import { diffDays } from '@app/kernel';
import { ReadModelBehind, type Clock, type Metrics } from '@app/platform';
import type { DebtQueries, SolvencyQueries } from '@app/read-models';

type Views = Readonly<{ solvency: SolvencyQueries; debts: DebtQueries; clock: Clock }>;

/** What a person has to look at in the account and in debts: each is in a list of the api too. */
export function registerTreasuryMetrics(metrics: Metrics, { solvency, debts, clock }: Views): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.gauge({ name, help, read: () => known(read) });
  gauge(
    'carnet_solvency_difference_cents',
    'What the bank has beyond what events say, on the last reported day: anything but 0 is an alarm.',
    () => solvency.getAccount().compared?.differenceCents ?? Number.NaN,
  );
  gauge(
    'carnet_solvency_days_differing',
    'Reported days on which the bank and the ledger differ.',
    () => solvency.listDays().filter(({ differenceCents }) => differenceCents !== 0).length,
  );
  gauge(
    'carnet_solvency_days_unreported',
    'Days since the last one that is reported without a gap: above 5, a statement is missing.',
    () => {
      const { compared } = solvency.getAccount();
      return compared ? diffDays({ from: compared.on, to: clock.today() }) : Number.NaN;
    },
  );
  gauge(
    'carnet_debts_to_top_up_cents',
    'Written off, and to be paid by the operator into the ring-fenced account.',
    () => debts.getDue(clock.today()).toTopUpCents,
  );
  gauge(
    'carnet_debts_overdue_cents',
    'Owed by organisations that left and have not repaid within 60 days.',
    () => debts.getDue(clock.today()).overdueCents,
  );
}

/** A view that is being built knows nothing, and 0 would say that all is well. */
function known(read: () => number): number {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReadModelBehind) return Number.NaN;
    throw error;
  }
}
