import type { FrozenPayee } from '../../contract';
import { present } from '../present';
import { refuse } from '../refuse';
import { type SepaText, toSepaText } from './sepa-text';

/** A payee as a payment file names it. */
export type SepaPayee = Readonly<{
  name: string;
  streetName?: string;
  buildingNumber?: string;
  postalCode?: string;
  town: string;
  country: string;
  /** What the bank will read in place of what we hold. */
  replacements: readonly Replacement[];
}>;

export type Replacement = Readonly<{ field: string; from: string; to: string }>;

/** Lengths of the EPC's customer-to-bank guideline for pain.001.001.09. */
const NAME_MAX = 70;
const STREET_MAX = 70;
const BUILDING_NUMBER_MAX = 16;
const POSTAL_CODE_MAX = 16;
const TOWN_MAX = 35;

/**
 * Structured address, the only form SEPA takes since November 2026: town and country always, number
 * and street apart where the street begins with a number as French ones do.
 * @throws DomainError `name_unrepresentable` when no letter of the name can be sent,
 *   `address_unstructured` without town or country. A payee that fails here has no payable account.
 */
export function sepaPayeeOf({
  holderName,
  address,
}: Pick<FrozenPayee, 'holderName' | 'address'>): SepaPayee {
  const replacements: Replacement[] = [];
  const noted = (field: string, from: string, to: SepaText | undefined): string | undefined => {
    if (to === undefined || to.changed) replacements.push({ field, from, to: to?.text ?? '' });
    return to?.text;
  };
  const name = noted('name', holderName, toSepaText(holderName, NAME_MAX));
  if (name === undefined) return refuse('name_unrepresentable');
  const town = noted('town', address.city, toSepaText(address.city, TOWN_MAX));
  if (town === undefined || !/^[A-Z]{2}$/.test(address.country))
    return refuse('address_unstructured');
  const [number, street] = splitStreet(address.street);
  const shown = (field: string, text: string, lengthMax: number): string | undefined =>
    text === '' ? undefined : noted(field, text, toSepaText(text, lengthMax));
  const optional = {
    streetName: shown('street', street, STREET_MAX),
    buildingNumber: shown('number', number, BUILDING_NUMBER_MAX),
    postalCode: shown('postalCode', address.postalCode, POSTAL_CODE_MAX),
  };
  return { name, town, country: address.country, ...present(optional), replacements };
}

/** "12 bis, rue des Lilas" → ["12 bis", "rue des Lilas"]; a street without a number stays whole. */
function splitStreet(street: string): readonly [string, string] {
  const trimmed = street.trim();
  const [, number = '', rest = trimmed] = NUMBER_AND_STREET.exec(trimmed) ?? [];
  return [number, rest];
}

const NUMBER_AND_STREET = /^([0-9]{1,5}(?:[ -]?(?:bis|ter|quater|[a-z]))?),?\s+(\S.*)$/i;
