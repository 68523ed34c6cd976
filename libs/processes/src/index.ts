import type { Process } from '@app/platform';
import { bankEntriesProcess } from './bank-entries.process';
import { closingProcess } from './closing.process';
import { depositsProcess } from './deposits.process';
import { invoicesProcess } from './invoices.process';
import { joiningProcess } from './joining.process';
import { membershipProcess } from './membership.process';
import { ordersProcess } from './orders.process';
import { stockProcess } from './stock.process';
import { webhooksProcess } from './webhooks.process';

export { AgreementsOfOrders } from './joints/agreements-of-orders.adapter';
export { FiguresOfAgreements } from './joints/figures-of-agreements.adapter';
export { ViewsAtHead } from './joints/views-at-head.adapter';

export { RUN_NEEDS, runSettingsOf, runWeekdayOf } from './run-settings';

export { dueOpening, openingWish } from './run-timers';

export { OPERATOR_NEEDS, operatorOf } from './operator-settings';
export { SchemeModule, type SchemeOptions } from './scheme.module';

export { closingWish } from './closing-timers';
export { solvencyWish } from './solvency-timer';

/** Every process that money waits for: one runner of the worker follows the log for them all. */
export const PROCESSES = [
  depositsProcess,
  ordersProcess,
  closingProcess,
  bankEntriesProcess,
  invoicesProcess,
  membershipProcess,
  joiningProcess,
] as unknown as readonly Process<never, never, never>[];

/**
 * Followed by a runner of their own, so that nobody's money waits behind what others are told, and behind
 * the views that a return of stock is looked up in.
 */
export const TELLING_PROCESSES = [webhooksProcess, stockProcess] as unknown as readonly Process<
  never,
  never,
  never
>[];
