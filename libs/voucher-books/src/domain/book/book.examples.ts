import type {
  BookDistributed,
  BookFact,
  BookReplaced,
  RedemptionCancelled,
  VouchersRedeemed,
} from '../../contract';
import type {
  AgreementOfBook,
  BookWish,
  CancelRedemption,
  DistributeBook,
  OrderOfBook,
  PlaceOfRedemption,
  RedeemVouchers,
  ReplaceBook,
} from './book.messages';

/**
 * Book 7 of 10 vouchers at 10 €, handed out by a CCAS on 1 March 2026, valid until 31 December 2026:
 * L is 30 January 2027, R is 5 February 2027. Most is redeemed on 10 June 2026.
 */
export const BOOK = 7;
export const REDEMPTION_ID = '4ede0000-0000-7000-8000-000000000001';
export const PLACE_ID = '91ace000-0000-7000-8000-000000000001';
export const CCAS_SIRET = '26580000100018';
const CCAS = 'cca50000-0000-7000-8000-000000000001';

const owner = { book: BOOK, orderId: 'order', agreementId: 'agreement', funderId: 'funder' };
const ids = { orderId: 'order', agreementId: 'agreement', funderId: 'funder' };

export const anyAgreement: AgreementOfBook = {
  restrictions: { territories: [], services: [], publics: [] },
  singleHandOut: false,
  allowPrescribingPlace: false,
  isShort: false,
};

export const orderOf = ({
  agreement,
  ...changes
}: Partial<Omit<OrderOfBook, 'agreement'>> & {
  agreement?: Partial<AgreementOfBook>;
} = {}): OrderOfBook => ({
  ...{ ...ids, wasActivated: true, validityEnded: false, stockBlocked: false },
  ...{ faceValueCents: 1_000, vouchersInBook: 10 },
  ...{ validUntilOn: '2026-12-31', lastDayOfUseOn: '2027-01-30', lastHandInOn: '2027-02-05' },
  agreement: { ...anyAgreement, ...agreement },
  ...changes,
});

export const placeOf = (changes: Partial<PlaceOfRedemption> = {}): PlaceOfRedemption => ({
  placeId: PLACE_ID,
  organisationId: 'organisation',
  siret: '73282932000074',
  department: '58',
  territories: ['58', '58194'],
  labels: [{ validFromOn: '2026-01-01', validUntilOn: '2027-06-30', services: ['online-forms'] }],
  suspended: false,
  ...changes,
});

// --- hand-out -----------------------------------------------------------------------------------

export const distribute = (changes: Partial<DistributeBook['data']> = {}): BookWish => ({
  type: 'DistributeBook',
  data: {
    ...{ book: BOOK, order: orderOf(), inStock: true, public: 'job-seekers', commune: '58194' },
    prescriber: { prescriberId: CCAS, siret: CCAS_SIRET, department: '58' },
    ...{ beneficiaryRef: 'pseudonym', today: '2026-03-01', ...changes },
  },
});
export const distributed = (changes: Partial<BookDistributed['data']> = {}): BookFact => ({
  type: 'BookDistributed',
  data: {
    ...{ ...owner, prescriberId: CCAS, prescriberSiret: CCAS_SIRET, department: '58' },
    ...{ vouchers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], valueCents: 10_000, public: 'job-seekers' },
    ...{ commune: '58194', beneficiaryRef: 'pseudonym', distributedOn: '2026-03-01' },
    ...{ late: false, ...changes },
  },
});
/** Voucher by voucher, as `singleHandOut` allows it. */
export const handedOut = (...vouchers: readonly number[]): BookFact =>
  distributed({ vouchers, valueCents: vouchers.length * 1_000 });

// --- redemption ---------------------------------------------------------------------------------

export const redeem = (
  vouchers: readonly number[],
  changes: Partial<RedeemVouchers['data']> = {},
): BookWish => ({
  type: 'RedeemVouchers',
  data: {
    ...{ redemptionId: REDEMPTION_ID, book: BOOK, vouchers, order: orderOf(), place: placeOf() },
    ...{ service: 'online-forms', priceCents: vouchers.length * 1_000, performedOn: '2026-06-10' },
    ...{ today: '2026-06-10', redeemedAt: '2026-06-10T09:00:00.000Z' },
    ...{ promisedPaymentOn: '2026-06-17', ...changes },
  },
});
export const redeemed = (
  vouchers: readonly number[],
  changes: Partial<VouchersRedeemed['data']> = {},
): BookFact => {
  const coveredCents = vouchers.length * 1_000;
  return {
    type: 'VouchersRedeemed',
    data: {
      ...{ ...owner, redemptionId: REDEMPTION_ID, vouchers, prescriberId: CCAS },
      ...{ placeId: PLACE_ID, organisationId: 'organisation', department: '58' },
      ...{ service: 'online-forms', priceCents: coveredCents, coveredCents, remainderCents: 0 },
      byPublic: [{ public: 'job-seekers', vouchers: vouchers.length, cents: coveredCents }],
      ...{ performedOn: '2026-06-10', redeemedOn: '2026-06-10' },
      ...{ redeemedAt: '2026-06-10T09:00:00.000Z', promisedPaymentOn: '2026-06-17' },
      ...changes,
    },
  };
};

export const cancelRedemption = (changes: Partial<CancelRedemption['data']> = {}): BookWish => ({
  type: 'CancelRedemption',
  data: {
    ...{ book: BOOK, redemptionId: REDEMPTION_ID, reason: 'wrong price' },
    ...{ by: { role: 'place', placeId: PLACE_ID }, today: '2026-06-10' },
    ...{ cancelledAt: '2026-06-10T10:00:00.000Z', ...changes },
  },
});
export const redemptionCancelled = (
  vouchers: readonly number[],
  changes: Partial<RedemptionCancelled['data']> = {},
): BookFact => {
  const coveredCents = vouchers.length * 1_000;
  return {
    type: 'RedemptionCancelled',
    data: {
      ...{ ...owner, redemptionId: REDEMPTION_ID, vouchers, prescriberId: CCAS },
      ...{ placeId: PLACE_ID, organisationId: 'organisation', department: '58', coveredCents },
      byPublic: [{ public: 'job-seekers', vouchers: vouchers.length, cents: coveredCents }],
      ...{ redeemedOn: '2026-06-10', bookStatus: 'open', reason: 'wrong price' },
      ...{ cancelledBy: 'place', cancelledOn: '2026-06-10' },
      ...{ cancelledAt: '2026-06-10T10:00:00.000Z', ...changes },
    },
  };
};

// --- block and replacement ----------------------------------------------------------------------

const NOON = '2026-04-01T10:00:00.000Z';

export const block = (order: OrderOfBook = orderOf()): BookWish => ({
  type: 'BlockBook',
  data: { book: BOOK, order, reason: 'stolen', blockedAt: NOON },
});
export const blocked = (unusedVouchers = 10): BookFact => ({
  type: 'BookBlocked',
  data: { ...owner, reason: 'stolen', blockedAt: NOON, unusedVouchers },
});
export const unblock: BookWish = {
  type: 'UnblockBook',
  data: { book: BOOK, order: orderOf(), unblockedAt: NOON },
};
export const unblocked = (unusedVouchers = 10): BookFact => ({
  type: 'BookUnblocked',
  data: { ...owner, unblockedAt: NOON, unusedVouchers },
});
export const replace = (changes: Partial<ReplaceBook['data']> = {}): BookWish => ({
  type: 'ReplaceBook',
  data: { book: BOOK, newBook: 101, order: orderOf(), replacedAt: NOON, ...changes },
});
export const replaced = (changes: Partial<BookReplaced['data']> = {}): BookFact => ({
  type: 'BookReplaced',
  data: {
    ...{ ...owner, newBook: 101, vouchersInNewBook: 10, movedCents: 10_000 },
    ...{ prescriberId: CCAS, replacedAt: NOON, ...changes },
  },
});
