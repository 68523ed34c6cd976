import type { Day } from '@app/kernel';
import type { VoucherRefusalCode } from '../refuse';
import type { OrderOfBook, PlaceOfRedemption } from './book.messages';
import { type Book, findHandOut, type HandOut, isUsed } from './book.state';

/** A redemption, or as much of it as is known when a voucher is only checked. */
export type Asked = Readonly<{
  vouchers: readonly number[];
  order?: OrderOfBook | undefined;
  place?: PlaceOfRedemption | undefined;
  service?: string;
  priceCents?: number;
  performedOn: Day;
  today: Day;
}>;

/** Whether a voucher would be taken, and why not. Changes nothing. */
export function checkVoucher(
  book: Book,
  {
    voucher,
    order,
    place,
    today,
  }: Readonly<{
    voucher: number;
    order?: OrderOfBook | undefined;
    place?: PlaceOfRedemption | undefined;
    today: Day;
  }>,
): Readonly<{ accepted: boolean; reasons: readonly VoucherRefusalCode[] }> {
  const asked = { vouchers: [voucher], order, place, performedOn: today, today };
  const reasons = [...new Set(findRefusals(book, asked))];
  return { accepted: reasons.length === 0, reasons };
}

/** The one list of rules of Check and redeem, in its order: the first is a refusal's code. */
export function* findRefusals(book: Book, asked: Asked): Generator<VoucherRefusalCode> {
  const { order, place } = asked;
  if (!order || !areInBook(asked.vouchers, order.vouchersInBook)) {
    yield 'voucher_unknown';
    return;
  }
  const handOuts = asked.vouchers.map((voucher) => findHandOut(book, voucher));
  yield* findBookRefusals(book, asked.vouchers, order, handOuts);
  yield* findDayRefusals(asked, order, handOuts);
  if (place) yield* findPlaceRefusals(asked, order, place);
  yield* findPeopleRefusals(order, place, handOuts);
  const coveredCents = asked.vouchers.length * order.faceValueCents;
  if ((asked.priceCents ?? coveredCents) < coveredCents) yield 'price_below_vouchers';
}

/** Voucher 0 is the book itself, which is never redeemed. */
const areInBook = (vouchers: readonly number[], vouchersInBook: number): boolean =>
  vouchers.length > 0 && vouchers.every((voucher) => voucher >= 1 && voucher <= vouchersInBook);

type HandOuts = readonly (HandOut | undefined)[];

function* findBookRefusals(
  book: Book,
  vouchers: readonly number[],
  { wasActivated }: OrderOfBook,
  handOuts: HandOuts,
): Generator<VoucherRefusalCode> {
  if (!wasActivated) yield 'order_not_active';
  if (handOuts.includes(undefined)) yield 'book_not_distributed';
  if (book.status === 'blocked') yield 'book_blocked';
  if (book.status === 'replaced') yield 'book_replaced';
  if (vouchers.some((voucher) => isUsed(book, voucher))) yield 'voucher_used';
}

/** distributed ≤ performed ≤ today ≤ R and performed ≤ L; a session after L is `expired`. */
function* findDayRefusals(
  { performedOn, today }: Asked,
  { lastDayOfUseOn, lastHandInOn, validityEnded }: OrderOfBook,
  handOuts: HandOuts,
): Generator<VoucherRefusalCode> {
  const isBeforeHandOut = handOuts.some(
    (handOut) => handOut && performedOn < handOut.distributedOn,
  );
  if (isBeforeHandOut || performedOn > today) yield 'performed_on_invalid';
  if (performedOn > lastDayOfUseOn) yield 'expired';
  // The order's own event outranks a clock that is late.
  if (today > lastHandInOn || validityEnded) yield 'too_late_to_hand_in';
}

function* findPlaceRefusals(
  { performedOn, service }: Asked,
  { agreement: { restrictions } }: OrderOfBook,
  place: PlaceOfRedemption,
): Generator<VoucherRefusalCode> {
  const labels = place.labels.filter(
    ({ validFromOn, validUntilOn }) => validFromOn <= performedOn && performedOn <= validUntilOn,
  );
  if (labels.length === 0) yield 'place_not_labelled';
  if (place.suspended) yield 'place_suspended';
  const isLabelledFor = (wanted: string) =>
    labels.some(({ services }) => services.includes(wanted));
  if (service !== undefined && labels.length > 0 && !isLabelledFor(service)) {
    yield 'service_not_covered';
  }
  if (!allows(restrictions.territories, place.territories)) yield 'territory_not_covered';
  if (service !== undefined && !allows(restrictions.services, [service])) {
    yield 'service_not_covered';
  }
}

function* findPeopleRefusals(
  { agreement: { restrictions, allowPrescribingPlace } }: OrderOfBook,
  place: PlaceOfRedemption | undefined,
  handOuts: HandOuts,
): Generator<VoucherRefusalCode> {
  if (handOuts.some((handOut) => handOut && !allows(restrictions.publics, [handOut.public]))) {
    yield 'public_not_covered';
  }
  const isPrescriber = handOuts.some(
    (handOut) => handOut?.prescriberSiret !== undefined && handOut.prescriberSiret === place?.siret,
  );
  if (isPrescriber && !allowPrescribingPlace) yield 'prescriber_conflict';
}

const allows = (allowed: readonly string[], given: readonly string[]): boolean =>
  allowed.length === 0 || given.some((one) => allowed.includes(one));
