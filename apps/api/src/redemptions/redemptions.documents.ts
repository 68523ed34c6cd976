import { documents, oneOf } from '@app/platform';
import { IDS } from '../common/examples';

const CODE = ['code_format', 'code_check', 'voucher_unknown', 'too_many_attempts'];

const REASONS = [
  ...(['voucher_used', 'order_not_active', 'book_not_distributed', 'book_blocked'] as const),
  ...(['book_replaced', 'performed_on_invalid', 'expired', 'too_late_to_hand_in'] as const),
  ...(['place_not_labelled', 'place_suspended', 'territory_not_covered'] as const),
  ...(['service_not_covered', 'public_not_covered', 'prescriber_conflict'] as const),
  'price_below_vouchers' as const,
] as const;

const REDEEMED = {
  ...{ redemptionId: IDS.redemption, book: 1, vouchers: [1, 2], coveredCents: 2_000 },
  ...{ remainderCents: 500, promisedPaymentOn: '2026-04-22' },
};

const [WORD, ...WORDS] = REASONS;

export const REDEMPTIONS = documents('redemptions', {
  redeemVouchers: {
    does: 'Pays a session with vouchers of one book.',
    more: 'What they do not cover stays with the person; the place is paid at the promised day.',
    asks: {
      ...{ placeId: IDS.place, codes: ['0123-4567-89AB-CDEF'], service: 'online-forms' },
      priceCents: 2_500,
    },
    answers: REDEEMED,
    refuses: [...CODE, 'code_repeated', 'codes_of_several_books', 'place_unknown', ...REASONS],
  },
  cancelRedemption: {
    does: 'Cancels a redemption: by the place within 24 hours, by finance at any time.',
    asks: { reason: 'The session did not take place' },
    answers: {
      ...{ redemptionId: IDS.redemption, status: oneOf('cancelled'), book: 1, vouchers: [1, 2] },
      ...{ coveredCents: 2_000, cancelledAt: '2026-04-01T16:00:00.000Z' },
    },
    refuses: ['redemption_unknown', 'cancellation_too_late', 'already_so'],
  },
  getRedemption: {
    does: 'Tells what became of a redemption: redeemed, in a run, ordered, settled.',
    more: 'A payment is promised until it is settled. A cashier sees what they took themselves, on that day.',
    answers: {
      ...REDEEMED,
      ...{ placeId: IDS.place, organisationId: IDS.organisation, service: 'online-forms' },
      ...{ priceCents: 2_500, performedOn: '2026-04-01', redeemedOn: '2026-04-01' },
      ...{ redeemedAt: '2026-04-01T14:00:00.000Z', status: oneOf('redeemed', 'cancelled') },
      timeline: [
        { step: oneOf('redeemed'), at: '2026-04-01T14:00:00.000Z' },
        { step: oneOf('payment-promised'), on: '2026-04-22' },
        {
          ...{ step: oneOf('cancelled'), at: '2026-04-01T16:00:00.000Z' },
          ...{ by: oneOf('place', 'finance'), reason: 'The session did not take place' },
        },
        {
          ...{ step: oneOf('held'), at: '2026-04-08T05:00:00.000Z', run: 12 },
          reason: 'below_minimum',
        },
        { step: oneOf('in-run', 'set-off'), at: '2026-04-15T05:00:00.000Z', run: 13 },
        {
          ...{ step: oneOf('ordered'), at: '2026-04-15T10:00:00.000Z' },
          ...{ attempt: 1, claimId: IDS.claim },
        },
        { step: oneOf('settled'), on: '2026-04-16' },
        { step: oneOf('returned'), on: '2026-04-17', reasonCode: 'AC04' },
        { step: oneOf('rejected'), at: '2026-04-16T10:00:00.000Z', reasonCode: 'AC04' },
        { step: oneOf('re-presented', 'released'), at: '2026-04-20T10:00:00.000Z' },
      ],
    },
  },
  checkVoucher: {
    does: 'Tells whether a voucher would be taken, and every reason why not; it changes nothing.',
    asks: { code: '0123-4567-89AB-CDEF', placeId: IDS.place },
    answers: {
      ...{ accepted: true, reasons: [oneOf(WORD, ...WORDS)], faceValueCents: 1_000 },
      ...{ validUntilOn: '2026-12-31', funder: 'Département de la Nièvre' },
      services: ['online-forms'],
    },
    refuses: [...CODE, 'place_unknown', 'store_unavailable'],
  },
  getHolderBalance: {
    does: 'Tells whoever holds a book or a voucher what is left, never where it was used.',
    more: 'Unknown codes and those of others have one answer.',
    asks: { code: '0123-4567-89AB-CDEF' },
    answers: {
      ...{ vouchersLeft: 8, valueLeftCents: 8_000, validUntilOn: '2026-12-31' },
      lastDayOfUseOn: '2027-01-30',
      places: [
        {
          ...{ placeId: IDS.place, name: 'Espace numérique de Nevers', city: 'Nevers' },
          services: ['online-forms'],
        },
      ],
    },
    refuses: [...CODE, 'store_unavailable'],
  },
  getBeneficiaryBalance: {
    does: 'Tells a prescriber what is left to the person it gave a reference to.',
    more: 'The reference means nothing to another prescriber.',
    asks: { beneficiaryRef: 'dossier-2026-0042' },
    answers: {
      books: [
        {
          ...{ book: 1, status: oneOf('open', 'blocked', 'replaced') },
          ...{ validUntilOn: '2026-12-31', lastDayOfUseOn: '2027-01-30' },
          ...{ vouchersLeft: 8, valueLeftCents: 8_000, redeemedCents: 2_000 },
        },
      ],
      ...{ vouchersLeft: 8, valueLeftCents: 8_000, redeemedCents: 2_000 },
    },
  },
});
