import type { Weekday } from '@app/kernel';

/** When the weekly reimbursement run is opened: what a promised day of payment is counted from. */
export abstract class RunCalendar {
  abstract readonly weekday: Weekday;
}
