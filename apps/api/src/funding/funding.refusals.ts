import type { FundingRefusal } from '@app/funding';
import type { RefusalReasons, RefusalStatuses } from '@app/platform';

/** What is refused with another status than 409. */
export const FUNDING_STATUSES: RefusalStatuses = {
  agreement_unknown: 404,
  amount_limit: 422,
  bank_account_unknown: 404,
  co_funders_invalid: 422,
  deposit_unknown: 404,
  funder_unknown: 404,
  refund_unknown: 404,
};

/** What each refusal means: the detail of its problem, and its line in the document. */
export const FUNDING_REASONS: RefusalReasons & Record<FundingRefusal, string> = {
  agreement_not_empty: 'The agreement still holds money, or orders that are not at their end.',
  agreement_short: 'The agreement has less money than it has promised: a deposit was recalled.',
  agreement_unknown: 'There is no such agreement.',
  already_so: 'It is so already, by another request than this one.',
  amount_differs: 'The amount is not the one that is expected.',
  amount_limit: 'An amount is above 10^12 cents.',
  bank_account_not_verified: 'The bank account is not verified, or not any more.',
  bank_account_unknown: 'There is no such bank account.',
  co_funders_invalid: 'The shares of the co-funders do not add up to 10,000 basis points.',
  deposit_unconfirmed: 'The deposit was never confirmed: the bank takes back something else.',
  deposit_unknown: 'There is no such deposit, or it was recalled.',
  funder_unknown: 'There is no such funder.',
  reference_conflict: 'The bank reference is that of a deposit that differs.',
  refund_cancelled: 'The refund was cancelled: a recalled deposit took its money.',
  refund_exceeds_available: 'The refund is more than the agreement has available.',
  refund_exceeds_cash: 'The refund is more than the confirmed money of the agreement.',
  refund_state: 'The refund is not where this step begins.',
  refund_unknown: 'There is no such refund.',
  same_person: 'Another person has to do this than the one who began it.',
};
