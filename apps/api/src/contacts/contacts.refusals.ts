import type { ContactsRefusal } from '@app/contacts';
import type { RefusalReasons, RefusalStatuses } from '@app/platform';

/** What is refused with another status than 409. */
export const CONTACTS_STATUSES: RefusalStatuses = {
  contact_erased: 410,
  contact_unknown: 404,
};

export const CONTACTS_REASONS: RefusalReasons &
  Record<Exclude<ContactsRefusal, 'already_so' | 'same_person'>, string> = {
  contact_erased: 'The contact is erased, or about to be.',
  contact_unknown: 'There is no such contact.',
  email_invalid: 'An e-mail address is none, or longer than 254 characters.',
  erasure_not_approved: 'The erasure is not approved.',
  erasure_not_proposed: 'Nobody has proposed to erase this contact.',
  phone_invalid: 'A telephone number is a plus, the country and the number (E.164).',
};
