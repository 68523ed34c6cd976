import type { Agreement } from '@app/funding';
import { departmentOfCommune, departmentOfPostcode } from '@app/kernel';
import { effectiveLabels, type Organisation, type Place } from '@app/places';
import type { Address } from '@app/places/contract';
import type { Position } from '@app/platform';
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

/** The states of other streams that a decision on a book stands on. */
export type Surroundings = Readonly<{
  position: Position | undefined;
  range?: KnownRange | undefined;
  place?: KnownPlace | undefined;
}>;

export type KnownRange = Readonly<{
  range: RangeAllotted['data'];
  register: SerialRegister;
  placed: Order;
  agreement: Agreement;
  /** Of a replacement: what its BookReplaced says; undefined until then. */
  vouchersInBook: number | undefined;
}>;

export type KnownPlace = Readonly<{ place: Place; organisation: Organisation }>;

/** The same in the words of voucher-books. */
export function knowledgeOf({ position, range, place }: Surroundings): BookKnowledge {
  const placeOfRedemption = place && placeOf(place);
  return {
    position,
    ...(range && bookKnowledgeOf(range)),
    ...(placeOfRedemption && { place: placeOfRedemption }),
  };
}

function bookKnowledgeOf(known: KnownRange): Omit<BookKnowledge, 'position'> {
  const { range, register, placed, agreement, vouchersInBook } = known;
  const keyId = currentKeyOf(register.revokedKeys, range.keyId);
  const origin = { orderId: range.orderId, keyId };
  const isCounted = range.replacedBook === undefined || vouchersInBook !== undefined;
  if (!isCounted || placed.status === 'none' || agreement.status === 'unknown') return { origin };
  const { funderName, restrictions, singleHandOut, allowPrescribingPlace } = agreement.terms;
  const isShort = agreement.shortfallCents > 0;
  const order = orderOfBook(placed, {
    agreement: { restrictions, singleHandOut, allowPrescribingPlace, isShort },
    ...(vouchersInBook !== undefined && { vouchersInBook }),
  });
  return { origin, order, funderName };
}

/** Undefined for a place nobody answers for: it was imported and takes no vouchers. */
function placeOf({ place, organisation }: KnownPlace): PlaceOfRedemption | undefined {
  if (place.status === 'unknown' || place.organisationId === undefined) return undefined;
  const { placeId, organisationId, status, details } = place;
  const { address } = details;
  const siret = organisation.status === 'registered' ? organisation.details.siret : undefined;
  const department = departmentOf(address);
  return {
    ...{ placeId, organisationId, department },
    ...(siret !== undefined && { siret }),
    territories: [department, ...(address.communeCode === undefined ? [] : [address.communeCode])],
    labels: effectiveLabels(place),
    suspended: status === 'suspended',
  };
}

const departmentOf = ({ communeCode, postalCode }: Address): string =>
  communeCode === undefined ? departmentOfPostcode(postalCode) : departmentOfCommune(communeCode);

/** A labelled place as holders are told of it, with its territories; undefined for any other. */
export function placeToGo(
  known: KnownPlace,
  on: string,
): (PlaceToGo & Pick<PlaceOfRedemption, 'department' | 'territories'>) | undefined {
  const found = placeOf(known);
  if (found === undefined || found.suspended || known.place.status === 'unknown') return undefined;
  const services = found.labels
    .filter(({ validFromOn, validUntilOn }) => validFromOn <= on && on <= validUntilOn)
    .flatMap((label) => label.services);
  if (services.length === 0) return undefined;
  const { name, address } = known.place.details;
  const { placeId, department, territories } = found;
  return { placeId, name, city: address.city, services, department, territories };
}
