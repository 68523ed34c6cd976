import type { AccessRefusal } from '@app/access';
import type { RefusalReasons, RefusalStatuses } from '@app/platform';

/** What is refused with another status than 409. */
export const ACCESS_STATUSES: RefusalStatuses = {
  api_key_unknown: 404,
  expiry_out_of_range: 422,
  invitation_unknown: 404,
  party_of_role: 422,
  role_not_for_keys: 422,
  role_not_for_users: 422,
  user_unknown: 404,
};

/** What each refusal means: the detail of its problem, and its line in the document. */
export const ACCESS_REASONS: RefusalReasons & Record<AccessRefusal, string> = {
  already_so: 'It is so already, by another request than this one.',
  api_key_unknown: 'There is no such API key.',
  expiry_out_of_range: 'An API key expires later than now, and within two years.',
  invitation_expired: 'The invitation was not accepted in time.',
  invitation_revoked: 'The invitation was taken back.',
  invitation_unknown: 'There is no such invitation.',
  invitation_used: 'The invitation has been accepted already.',
  invitation_void: 'Who invited does not hold the role any more that let them.',
  last_operator: 'Another operator has to be there before this one is removed.',
  party_of_role: 'A role is of another kind of party, or the party is not named.',
  role_above: 'Nobody gives or takes a role above their own.',
  role_not_for_keys: 'A person has to hold this role: no API key does.',
  role_not_for_users: 'A machine has to hold this role: no person does.',
  role_not_held: 'The user does not hold this role.',
  same_person: 'Another person has to do this than the one who began it.',
  user_unknown: 'There is no such user.',
};
