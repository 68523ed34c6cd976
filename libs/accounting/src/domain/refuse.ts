import { DomainError, type RefusalDetails } from '@app/kernel';

/** Every way accounting says no. The codes are those of the HTTP contract. */
export type AccountingRefusal =
  | 'agreement_unknown'
  | 'already_so'
  | 'figures_changed'
  | 'period_not_over'
  | 'period_not_proposed'
  | 'period_out_of_order'
  | 'same_person';

export const refuse = (code: AccountingRefusal, details?: RefusalDetails): never => {
  throw new DomainError(code, details);
};
