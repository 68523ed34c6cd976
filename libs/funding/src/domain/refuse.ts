import { DomainError, type RefusalDetails } from '@app/kernel';

/** Every way funding says no. The codes are those of the HTTP contract. */
export type FundingRefusal =
  | 'agreement_not_empty'
  | 'agreement_short'
  | 'agreement_unknown'
  | 'already_so'
  | 'amount_differs'
  | 'amount_limit'
  | 'bank_account_not_verified'
  | 'bank_account_unknown'
  | 'co_funders_invalid'
  | 'deposit_unconfirmed'
  | 'deposit_unknown'
  | 'funder_unknown'
  | 'reference_conflict'
  | 'refund_cancelled'
  | 'refund_exceeds_available'
  | 'refund_exceeds_cash'
  | 'refund_state'
  | 'refund_unknown'
  | 'same_person';

export const refuse = (code: FundingRefusal, details?: RefusalDetails): never => {
  throw new DomainError(code, details);
};
