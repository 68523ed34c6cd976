import { addDays, assertCents, type Decider } from '@app/kernel';
import type { BookFact } from '../../contract';
import { refuse } from '../refuse';
import { listRefusals } from './acceptance';
import type {
  BlockBook,
  BookWish,
  CancelRedemption,
  DistributeBook,
  OrderOfBook,
  RedeemVouchers,
  ReplaceBook,
  UnblockBook,
} from './book.messages';
import {
  type Book,
  evolve,
  findHandOut,
  isUsed,
  sharesByPublic,
  UNTOUCHED_BOOK,
  unusedVouchersOf,
} from './book.state';
import { voucherSetOf, vouchersIn } from './voucher-set';

/** How long a place can take back what it redeemed by mistake. */
const PLACE_CANCELLATION_MS = 24 * 3_600_000;

/** One book: handed out, redeemed, blocked, replaced. Its stream judges every race for a voucher. */
export const book: Decider<BookWish, Book, BookFact> = {
  name: 'book',
  initialState: UNTOUCHED_BOOK,
  decide: (wish, current) => {
    switch (wish.type) {
      case 'DistributeBook':
        return distributeBook(wish, current);
      case 'RedeemVouchers':
        return redeemVouchers(wish, current);
      case 'CancelRedemption':
        return cancelRedemption(wish, current);
      case 'BlockBook':
        return blockBook(wish, current);
      case 'UnblockBook':
        return unblockBook(wish, current);
      case 'ReplaceBook':
        return replaceBook(wish, current);
    }
  },
  evolve,
};

function distributeBook({ data }: DistributeBook, current: Book): readonly BookFact[] {
  const { order, prescriber, today } = data;
  if (!order) return refuse('book_unknown');
  if (!order.wasActivated) return refuse('order_not_active');
  if (current.status === 'blocked' || order.stockBlocked) return refuse('book_blocked');
  if (current.status === 'replaced') return refuse('book_replaced');
  if (!data.inStock) return refuse('not_in_stock');
  const vouchers = vouchersToHandOut(data, order);
  if (vouchers.some((voucher) => findHandOut(current, voucher))) {
    return refuse('already_distributed');
  }
  // Single vouchers of one book are handed out by one prescriber, so a book has one for ever.
  const first = current.handOuts[0];
  if (first && first.prescriberId !== prescriber.prescriberId) return refuse('not_in_stock');
  if (today > order.lastDayOfUseOn || order.validityEnded) return refuse('expired');
  if (order.agreement.isShort) return refuse('agreement_short');
  const { siret, prescriberId, department } = prescriber;
  const distributed = {
    ...ownerOf(data.book, order),
    prescriberId,
    ...(siret === undefined ? {} : { prescriberSiret: siret }),
    department,
    vouchers,
    valueCents: vouchers.length * order.faceValueCents,
    public: data.public,
    ...(data.commune === undefined ? {} : { commune: data.commune }),
    ...(data.beneficiaryRef === undefined ? {} : { beneficiaryRef: data.beneficiaryRef }),
    distributedOn: today,
    late: today > addDays(order.validUntilOn, -7),
  };
  return [{ type: 'BookDistributed', data: distributed }];
}

function vouchersToHandOut(
  { vouchers }: DistributeBook['data'],
  { vouchersInBook, agreement }: OrderOfBook,
): readonly number[] {
  if (vouchers === undefined) return Array.from({ length: vouchersInBook }, (_, i) => i + 1);
  if (
    vouchers.length === 0 ||
    vouchers.some((voucher) => voucher < 1 || voucher > vouchersInBook)
  ) {
    return refuse('voucher_unknown');
  }
  refuseRepeated(vouchers);
  if (vouchers.length < vouchersInBook && !agreement.singleHandOut) {
    return refuse('single_hand_out_not_allowed');
  }
  return vouchers.toSorted((a, b) => a - b);
}

function redeemVouchers({ data }: RedeemVouchers, current: Book): readonly BookFact[] {
  const { redemptionId, order, place, service, priceCents } = data;
  // The id is the command's own: a redemption that is there already is this very one.
  if (current.redemptions.some((redemption) => redemption.redemptionId === redemptionId)) return [];
  refuseRepeated(data.vouchers);
  assertCents(priceCents);
  const [refusal] = listRefusals(current, data);
  if (refusal !== undefined) return refuse(refusal);
  const vouchers = vouchersIn(voucherSetOf(data.vouchers));
  const handOut = findHandOut(current, vouchers[0] ?? 0);
  if (!order || !handOut) return refuse('voucher_unknown');
  const { orderId, agreementId, funderId, faceValueCents } = order;
  const { book: number, performedOn, today: redeemedOn, redeemedAt } = data;
  const { prescriberId } = handOut;
  const { placeId, organisationId, department } = place;
  const coveredCents = vouchers.length * faceValueCents;
  const remainderCents = priceCents - coveredCents;
  const byPublic = sharesByPublic(current, vouchers, faceValueCents);
  const { promisedPaymentOn } = data;
  // Named one by one: copies of parts are slow, and nothing is decided more often than this.
  const redeemed = {
    book: number,
    orderId,
    agreementId,
    funderId,
    redemptionId,
    vouchers,
    prescriberId,
    placeId,
    organisationId,
    department,
    service,
    priceCents,
    coveredCents,
    remainderCents,
    byPublic,
    performedOn,
    redeemedOn,
    redeemedAt,
    promisedPaymentOn,
  };
  return [{ type: 'VouchersRedeemed', data: redeemed }];
}

function cancelRedemption({ data }: CancelRedemption, current: Book): readonly BookFact[] {
  const { redemptionId, reason, by, today, cancelledAt } = data;
  const found = current.redemptions.find((redemption) => redemption.redemptionId === redemptionId);
  const [handOut] = current.handOuts;
  // What another place redeemed looks like what nobody did.
  if (!found || !handOut || (by.role === 'place' && by.placeId !== found.placeId)) {
    return refuse('redemption_unknown');
  }
  if (found.isCancelled) return refuse('already_so');
  const ageMs = Date.parse(cancelledAt) - Date.parse(found.redeemedAt);
  if (by.role === 'place' && ageMs > PLACE_CANCELLATION_MS) return refuse('cancellation_too_late');
  const { placeId, organisationId, department, coveredCents, redeemedOn } = found;
  const vouchers = vouchersIn(found.vouchers);
  const byPublic = sharesByPublic(current, vouchers, coveredCents / vouchers.length);
  const cancelled = {
    ...ownerOf(data.book, handOut),
    ...{ redemptionId, vouchers, prescriberId: handOut.prescriberId, placeId, organisationId },
    ...{ department, coveredCents, byPublic, redeemedOn },
    ...{ bookStatus: current.status, reason, cancelledBy: by.role },
    ...{ cancelledOn: today, cancelledAt },
  };
  return [{ type: 'RedemptionCancelled', data: cancelled }];
}

function blockBook({ data }: BlockBook, current: Book): readonly BookFact[] {
  if (!data.order) return refuse('book_unknown');
  if (current.status === 'replaced') return refuse('book_replaced');
  if (current.status === 'blocked') return refuse('already_so');
  const { reason, blockedAt } = data;
  const unusedVouchers = unusedVouchersOf(current).length;
  const owner = ownerOf(data.book, data.order);
  return [{ type: 'BookBlocked', data: { ...owner, reason, blockedAt, unusedVouchers } }];
}

function unblockBook({ data }: UnblockBook, current: Book): readonly BookFact[] {
  if (!data.order) return refuse('book_unknown');
  if (current.status === 'replaced') return refuse('book_replaced');
  if (current.status === 'open') return refuse('already_so');
  const unusedVouchers = unusedVouchersOf(current).length;
  const { unblockedAt } = data;
  const owner = ownerOf(data.book, data.order);
  return [{ type: 'BookUnblocked', data: { ...owner, unblockedAt, unusedVouchers } }];
}

function replaceBook({ data }: ReplaceBook, current: Book): readonly BookFact[] {
  const { order, newBook, replacedAt } = data;
  if (!order) return refuse('book_unknown');
  // The register gives one number per replaced book, so the same one is this very command.
  if (current.replacedBy === newBook) return [];
  if (current.status === 'replaced') return refuse('already_so');
  if (!order.wasActivated) return refuse('order_not_active');
  if (order.validityEnded) return refuse('validity_ended');
  if (current.status !== 'blocked') return refuse('book_not_blocked');
  const all = Array.from({ length: order.vouchersInBook }, (_, i) => i + 1);
  const vouchersInNewBook = all.filter((voucher) => !isUsed(current, voucher)).length;
  if (vouchersInNewBook === 0) return refuse('nothing_to_replace');
  // Who handed it out gives the new one to the same person; before, who holds it in stock.
  const prescriberId = current.handOuts[0]?.prescriberId ?? data.prescriberId;
  const replaced = {
    ...ownerOf(data.book, order),
    ...{ newBook, vouchersInNewBook },
    // Vouchers never handed out are in active already and stay there.
    movedCents: unusedVouchersOf(current).length * order.faceValueCents,
    ...(prescriberId === undefined ? {} : { prescriberId }),
    replacedAt,
  };
  return [{ type: 'BookReplaced', data: replaced }];
}

/** A code scanned twice is one voucher, and nobody knows which other one was meant. */
function refuseRepeated(vouchers: readonly number[]): void {
  if (vouchers.some((voucher, at) => vouchers.indexOf(voucher) < at)) refuse('code_repeated');
}

const ownerOf = (
  number: number,
  { orderId, agreementId, funderId }: Pick<OrderOfBook, 'orderId' | 'agreementId' | 'funderId'>,
) => ({
  book: number,
  orderId,
  agreementId,
  funderId,
});
