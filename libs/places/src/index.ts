export {
  findPayableAccount,
  organisation,
  type BankAccount,
  type Organisation,
} from './domain/organisation';
export type { OrganisationWish } from './domain/organisation.messages';
export { findLabelOn, place, type Label, type Place } from './domain/place';
export type { PlaceWish } from './domain/place.messages';
