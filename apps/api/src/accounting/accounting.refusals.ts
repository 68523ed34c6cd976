import type { AccountingRefusal } from '@app/accounting';
import type { RefusalReasons, RefusalStatuses } from '@app/platform';

/** What is refused with another status than 409. */
export const ACCOUNTING_STATUSES: RefusalStatuses = {
  agreement_unknown: 404,
  period_invalid: 400,
  period_too_long: 400,
};

/** What each refusal means: the detail of its problem, and its line in the document. */
export const ACCOUNTING_REASONS = {
  agreement_unknown: 'There is no such agreement.',
  already_so: 'It is so already, by another request than this one.',
  figures_changed: 'The hash is not that of the postings of the month.',
  month_invalid: 'A month is written YYYY-MM.',
  period_invalid: 'A period begins on a day and ends on it or later; an instant stands alone.',
  period_not_over: 'The month is not over, or the books have not passed it yet.',
  period_not_proposed: 'Nobody has proposed to close the month.',
  period_out_of_order: 'Months close one after the other, and another one comes first.',
  period_too_long: 'A statement is of 366 days at most.',
  same_person: 'Another person has to do this than the one who began it.',
  year_invalid: 'A year has four digits, from 1950 to 2199.',
  year_not_begun: 'The year has not begun.',
} satisfies RefusalReasons & Record<AccountingRefusal, string>;
