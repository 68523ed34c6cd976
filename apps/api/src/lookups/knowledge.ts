import type { Agreement } from '@app/funding';
import { departmentOfCommune, departmentOfPostcode } from '@app/kernel';
import { effectiveLabels, type Organisation, type Place } from '@app/places';
import type { Address } from '@app/places/contract';
import {
  currentKeyOf,
  orderOfBook,
  type BookKnowledge,
  type Order,
  type PlaceOfRedemption,
  type PlaceToGo,
  type SerialRegister,
} from '@app/voucher-books';
import type { RangeAllotted } from '@app/voucher-books/contract';

/** The states that what is said of a book's order stands on. */
export type KnownRange = Readonly<{
  range: RangeAllotted['data'];
  register: SerialRegister;
  placed: Order;
  agreement: Agreement;
  /** Of a replacement: what its BookReplaced says; undefined until then. */
  vouchersInBook: number | undefined;
}>;

export type KnownPlace = Readonly<{ place: Place; organisation: Organisation }>;

/** What a range says of each of its books, in the words of voucher-books. */
export type OfBook = Pick<BookKnowledge, 'origin' | 'order' | 'funderName'>;

export const OF_NO_BOOK: OfBook = { origin: undefined, order: undefined, funderName: undefined };

export function ofBookIn(known: KnownRange): OfBook {
  const { range, register, placed, agreement, vouchersInBook } = known;
  const keyId = currentKeyOf(register.revokedKeys, range.keyId);
  const origin = { orderId: range.orderId, keyId };
  const isCounted = range.replacedBook === undefined || vouchersInBook !== undefined;
  if (!isCounted || placed.status === 'none' || agreement.status === 'unknown') {
    return { ...OF_NO_BOOK, origin };
  }
  const { funderName, restrictions, singleHandOut, allowPrescribingPlace } = agreement.terms;
  const isShort = agreement.shortfallCents > 0;
  const order = orderOfBook(placed, {
    agreement: { restrictions, singleHandOut, allowPrescribingPlace, isShort },
    ...(vouchersInBook !== undefined && { vouchersInBook }),
  });
  return { origin, order, funderName };
}

/** Undefined for a place nobody answers for: it was imported and takes no vouchers. */
export function placeOf({ place, organisation }: KnownPlace): PlaceOfRedemption | undefined {
  if (place.status === 'unknown' || place.organisationId === undefined) return undefined;
  const { placeId, organisationId, status, details } = place;
  const { address } = details;
  const siret = organisation.status === 'registered' ? organisation.details.siret : undefined;
  const department = departmentOf(address);
  return {
    ...{ placeId, organisationId, siret, department },
    territories: [department, ...(address.communeCode === undefined ? [] : [address.communeCode])],
    labels: effectiveLabels(place),
    suspended: status === 'suspended',
  };
}

const departmentOf = ({ communeCode, postalCode }: Address): string =>
  communeCode === undefined ? departmentOfPostcode(postalCode) : departmentOfCommune(communeCode);

/** A labelled place as holders are told of it, with its territories; undefined for any other. */
export function placeToGo(
  place: Place,
  found: PlaceOfRedemption | undefined,
  on: string,
): (PlaceToGo & Pick<PlaceOfRedemption, 'department' | 'territories'>) | undefined {
  if (found === undefined || found.suspended || place.status === 'unknown') return undefined;
  const services = found.labels
    .filter(({ validFromOn, validUntilOn }) => validFromOn <= on && on <= validUntilOn)
    .flatMap((label) => label.services);
  if (services.length === 0) return undefined;
  const { name, address } = place.details;
  const { placeId, department, territories } = found;
  return { placeId, name, city: address.city, services, department, territories };
}
