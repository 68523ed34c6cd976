import type { PlacesRefusal } from '@app/places';
import type { RefusalReasons, RefusalStatuses } from '@app/platform';

/** What is refused with another status than 409. */
export const PLACES_STATUSES: RefusalStatuses = {
  bank_account_unknown: 404,
  coordinates_incomplete: 400,
  file_malformed: 422,
  organisation_unknown: 404,
  place_unknown: 404,
};

/** What each refusal means: the detail of its problem, and its line in the document. */
export const PLACES_REASONS: RefusalReasons & Record<PlacesRefusal, string> = {
  already_so: 'It is so already, by another request than this one.',
  bank_account_unknown: 'There is no such bank account.',
  coordinates_incomplete: 'A point is a latitude and a longitude.',
  date_invalid: 'A date is none of the calendar, or a period ends before it begins.',
  file_malformed: 'The file is no CSV of the national standard; details name its line.',
  organisation_required: 'The place has no organisation yet, which would be paid.',
  organisation_unknown: 'There is no such organisation.',
  place_not_labelled: 'The place has no label that lets it take vouchers.',
  place_unknown: 'There is no such place, or it is not yours.',
  same_person: 'Another person has to do this than the one who began it.',
};
