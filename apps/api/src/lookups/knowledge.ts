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

/**
 * States are values that seldom change while thousands of redemptions ask: what was last worked out of
 * a range or a place holds as long as every state it came from is still the same one.
 */
const saidOfRanges = new WeakMap<KnownRange['range'], Said<KnownRange, OfBook>>();
const saidOfPlaces = new WeakMap<Place, Said<KnownPlace, PlaceOfRedemption | undefined>>();

type Said<Known, Answer> = Readonly<{ known: Known; answer: Answer }>;
type OfBook = Omit<BookKnowledge, 'position'>;

function bookKnowledgeOf(known: KnownRange): OfBook {
  const said = saidOfRanges.get(known.range);
  if (said !== undefined && isSameRange(said.known, known)) return said.answer;
  const answer = workOutBook(known);
  saidOfRanges.set(known.range, { known, answer });
  return answer;
}

const isSameRange = (one: KnownRange, other: KnownRange): boolean =>
  one.register === other.register &&
  one.placed === other.placed &&
  one.agreement === other.agreement &&
  one.vouchersInBook === other.vouchersInBook;

function workOutBook(known: KnownRange): OfBook {
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

function placeOf(known: KnownPlace): PlaceOfRedemption | undefined {
  const said = saidOfPlaces.get(known.place);
  if (said?.known.organisation === known.organisation) return said.answer;
  const answer = workOutPlace(known);
  saidOfPlaces.set(known.place, { known, answer });
  return answer;
}

/** Undefined for a place nobody answers for: it was imported and takes no vouchers. */
function workOutPlace({ place, organisation }: KnownPlace): PlaceOfRedemption | undefined {
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
