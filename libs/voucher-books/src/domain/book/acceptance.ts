import type { Day } from '@app/kernel';
import type { VoucherRefusalCode } from '../refuse';
import type { OrderOfBook, PlaceOfRedemption } from './book.messages';
import { type Book, handedOutVouchersOf, type HandOut } from './book.state';
import { NO_VOUCHERS, shareVouchers, voucherSetOf, without } from './voucher-set';

/** A redemption, or as much of it as is known when a voucher is only checked. */
export type Asked = Readonly<{
  vouchers: readonly number[];
  order: OrderOfBook | undefined;
  place: PlaceOfRedemption | undefined;
  service: string | undefined;
  priceCents: number | undefined;
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
  const session = { service: undefined, priceCents: undefined, performedOn: today };
  const refusals = listRefusals(book, { vouchers: [voucher], order, place, today, ...session });
  return { accepted: refusals.length === 0, reasons: [...new Set(refusals)] };
}

/**
 * The one list of rules of Check and redeem, in its order: the first is a refusal's code. Every
 * redemption comes through here, so the rules are plain conditions, and one that holds costs nothing.
 */
export function listRefusals(book: Book, asked: Asked): readonly VoucherRefusalCode[] {
  const { vouchers, order, place, priceCents } = asked;
  if (!order || !areInBook(vouchers, order.vouchersInBook)) return ['voucher_unknown'];
  const wanted = voucherSetOf(vouchers);
  const handOuts = book.handOuts.filter((handOut) => shareVouchers(handOut.vouchers, wanted));
  const refusals: VoucherRefusalCode[] = [];
  if (!order.wasActivated) refusals.push('order_not_active');
  if (without(wanted, handedOutVouchersOf(book)) !== NO_VOUCHERS) {
    refusals.push('book_not_distributed');
  }
  if (book.status === 'blocked') refusals.push('book_blocked');
  if (book.status === 'replaced') refusals.push('book_replaced');
  if (shareVouchers(book.usedVouchers, wanted)) refusals.push('voucher_used');
  addDayRefusals(refusals, asked, order, handOuts);
  if (place) addPlaceRefusals(refusals, asked, order, place);
  addPeopleRefusals(refusals, order, place, handOuts);
  const coveredCents = vouchers.length * order.faceValueCents;
  if (priceCents !== undefined && priceCents < coveredCents) refusals.push('price_below_vouchers');
  return refusals;
}

/** Voucher 0 is the book itself, which is never redeemed. */
const areInBook = (vouchers: readonly number[], vouchersInBook: number): boolean =>
  vouchers.length > 0 && vouchers.every((voucher) => voucher >= 1 && voucher <= vouchersInBook);

/** distributed ≤ performed ≤ today ≤ R and performed ≤ L; a session after L is `expired`. */
function addDayRefusals(
  refusals: VoucherRefusalCode[],
  { performedOn, today }: Asked,
  { lastDayOfUseOn, lastHandInOn, validityEnded }: OrderOfBook,
  handOuts: readonly HandOut[],
): void {
  const isBeforeHandOut = handOuts.some(({ distributedOn }) => performedOn < distributedOn);
  if (isBeforeHandOut || performedOn > today) refusals.push('performed_on_invalid');
  if (performedOn > lastDayOfUseOn) refusals.push('expired');
  // The order's own event outranks a clock that is late.
  if (today > lastHandInOn || validityEnded) refusals.push('too_late_to_hand_in');
}

function addPlaceRefusals(
  refusals: VoucherRefusalCode[],
  { performedOn, service }: Asked,
  { agreement: { restrictions } }: OrderOfBook,
  place: PlaceOfRedemption,
): void {
  const labels = place.labels.filter(
    ({ validFromOn, validUntilOn }) => validFromOn <= performedOn && performedOn <= validUntilOn,
  );
  if (labels.length === 0) refusals.push('place_not_labelled');
  if (place.suspended) refusals.push('place_suspended');
  if (service !== undefined && labels.length > 0) {
    if (!labels.some(({ services }) => services.includes(service))) {
      refusals.push('service_not_covered');
    }
  }
  if (!allows(restrictions.territories, place.territories)) refusals.push('territory_not_covered');
  if (service !== undefined && !allows(restrictions.services, [service])) {
    refusals.push('service_not_covered');
  }
}

function addPeopleRefusals(
  refusals: VoucherRefusalCode[],
  { agreement: { restrictions, allowPrescribingPlace } }: OrderOfBook,
  place: PlaceOfRedemption | undefined,
  handOuts: readonly HandOut[],
): void {
  if (handOuts.some((handOut) => !allows(restrictions.publics, [handOut.public]))) {
    refusals.push('public_not_covered');
  }
  const isPrescriber = handOuts.some(
    ({ prescriberSiret }) => prescriberSiret !== undefined && prescriberSiret === place?.siret,
  );
  if (isPrescriber && !allowPrescribingPlace) refusals.push('prescriber_conflict');
}

const allows = (allowed: readonly string[], given: readonly string[]): boolean =>
  allowed.length === 0 || given.some((one) => allowed.includes(one));
