import { DomainError, type RefusalDetails } from '@app/kernel';

/** Every way places says no. The codes are those of the HTTP contract. */
export type PlacesRefusal =
  | 'already_so'
  | 'bank_account_unknown'
  | 'date_invalid'
  | 'organisation_required'
  | 'organisation_unknown'
  | 'place_not_labelled'
  | 'place_unknown'
  | 'same_person';

export const refuse = (code: PlacesRefusal, details?: RefusalDetails): never => {
  throw new DomainError(code, details);
};
