import { DomainError, type RefusalDetails } from '@app/kernel';

/** Every way contacts says no. The codes are those of the HTTP contract. */
export type ContactsRefusal =
  | 'already_so'
  | 'contact_erased'
  | 'contact_unknown'
  | 'erasure_not_approved'
  | 'erasure_not_proposed'
  | 'same_person';

export const refuse = (code: ContactsRefusal, details?: RefusalDetails): never => {
  throw new DomainError(code, details);
};
