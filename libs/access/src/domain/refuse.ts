import { DomainError, type RefusalDetails } from '@app/kernel';

/** Every way access says no. The codes are those of the HTTP contract. */
export type AccessRefusal =
  | 'already_so'
  | 'api_key_unknown'
  | 'expiry_out_of_range'
  | 'invitation_expired'
  | 'invitation_revoked'
  | 'invitation_unknown'
  | 'invitation_used'
  | 'invitation_void'
  | 'last_operator'
  | 'party_of_role'
  | 'role_above'
  | 'role_not_for_keys'
  | 'role_not_for_users'
  | 'role_not_held'
  | 'same_person'
  | 'user_unknown';

export const refuse = (code: AccessRefusal, details?: RefusalDetails): never => {
  throw new DomainError(code, details);
};
