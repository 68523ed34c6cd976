import { Clock, ReadModelBehind, type Metrics } from '@app/platform';
import {
  BankQueries,
  BookQueries,
  PaymentQueries,
  ReconciliationQueries,
  RunQueries,
  WebhookQueries,
} from '@app/read-models';
import type { INestApplicationContext } from '@nestjs/common';

type Figure = Readonly<{ name: string; help: string; read: () => number }>;

/** What waits for a person, counted from the views: each has a list in the api that names them. */
export function registerAttention(app: INestApplicationContext, metrics: Metrics): void {
  for (const { name, help, read } of [...figuresOf(app), ...figuresOfBank(app)]) {
    metrics.gauge({ name, help, read: () => known(read) });
  }
}

function figuresOf(app: INestApplicationContext): readonly Figure[] {
  const [runs, payments] = [app.get(RunQueries), app.get(PaymentQueries)];
  const [books, webhooks] = [app.get(BookQueries), app.get(WebhookQueries)];
  return [
    {
      name: 'carnet_runs_waiting',
      help: 'Runs that wait for a person: to be approved, prepared again, or submitted.',
      read: () => runs.countWaiting().waiting,
    },
    {
      name: 'carnet_runs_under_way',
      help: 'Runs whose next step is a job of the worker.',
      read: () => runs.listDue().length,
    },
    {
      name: 'carnet_submissions_unclear',
      help: 'Payment files of which nobody knows whether the bank has them.',
      read: () => runs.countWaiting().unclear,
    },
    {
      name: 'carnet_payments_open',
      help: 'Rejected or returned payments that nobody has granted another attempt.',
      read: () => payments.countWaiting().open,
    },
    {
      name: 'carnet_payments_disputed',
      help: 'Payments with a booked debit that nothing in the ledger explains.',
      read: () => payments.countWaiting().disputed,
    },
    {
      name: 'carnet_webhooks_failing',
      help: 'Endpoints of webhooks that were paused because they failed.',
      read: () => webhooks.countFailing(),
    },
    {
      name: 'carnet_months_changed',
      help: 'Closed months of the books that are not what they were closed on.',
      read: () => books.countChangedMonths(),
    },
  ];
}

function figuresOfBank(app: INestApplicationContext): readonly Figure[] {
  const [bank, reconciliation] = [app.get(BankQueries), app.get(ReconciliationQueries)];
  const clock = app.get(Clock);
  return [
    {
      name: 'carnet_bank_entries_waiting',
      help: 'Lines of the ring-fenced account that wait for a person.',
      read: () => bank.countWaiting().entries,
    },
    {
      name: 'carnet_bank_answers_waiting',
      help: 'Answers of the bank that are about no payment of ours.',
      read: () => bank.countWaiting().answers,
    },
    {
      name: 'carnet_bank_effects_under_way',
      help: 'Lines of the account whose match has not taken its effect.',
      read: () => bank.countWaiting().underWay,
    },
    {
      name: 'carnet_bank_reports_unfinished',
      help: 'Reports of the bank that were received and not handled to their end.',
      read: () => bank.countWaiting().reports,
    },
    {
      name: 'carnet_deposits_late',
      help: 'Typed deposits that nothing has confirmed three banking days after their value date.',
      read: () => reconciliation.countLateDeposits(clock.now()),
    },
  ];
}

/** Not a number while the view is being built: nobody knows then, and 0 would say all is well. */
function known(read: () => number): number {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReadModelBehind) return Number.NaN;
    throw error;
  }
}
