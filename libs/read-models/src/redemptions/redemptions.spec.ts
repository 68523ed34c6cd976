import { givenTables } from '@app/platform/testing/given-projection';
import type { RedemptionCancelled, VouchersRedeemed } from '@app/voucher-books/contract';
import { redemptions } from './redemptions.projection';

const owner = { book: 7, orderId: 'order', agreementId: 'agreement', funderId: 'funder' };
const made = {
  ...{ redemptionId: 'r-1', vouchers: [1, 2], placeId: 'place', organisationId: 'organisation' },
  ...{ service: 'online-forms', priceCents: 2_500, coveredCents: 2_000, remainderCents: 500 },
  ...{ performedOn: '2026-06-09', redeemedOn: '2026-06-10' },
  ...{ redeemedAt: '2026-06-10T09:00:00.000Z', promisedPaymentOn: '2026-06-18' },
};
const redeemed: VouchersRedeemed = {
  type: 'VouchersRedeemed',
  data: { ...owner, ...made, prescriberId: 'ccas', department: '58', byPublic: [] },
};
const why = { reason: 'wrong price', cancelledBy: 'place' } as const;
const cancelled: RedemptionCancelled = {
  type: 'RedemptionCancelled',
  data: {
    ...{ ...owner, ...why, redemptionId: 'r-1', vouchers: [1, 2], prescriberId: 'ccas' },
    ...{ placeId: 'place', organisationId: 'organisation', department: '58', byPublic: [] },
    ...{ coveredCents: 2_000, bookStatus: 'open', redeemedOn: '2026-06-10' },
    ...{ cancelledOn: '2026-06-10', cancelledAt: '2026-06-10T10:00:00.000Z' },
  },
};

describe('the view of redemptions', () => {
  it('keeps what was redeemed and what was taken back', () =>
    givenTables(redemptions, redeemed, cancelled).then({
      redemptions: [
        {
          ...{ position: 10n, revision: 0, book: 7, agreementId: 'agreement' },
          ...{ ...made, redeemedBy: 'person-1' },
        },
      ],
      redemption_cancellations: [
        {
          ...{ position: 20n, redemptionId: 'r-1', ...why },
          cancelledAt: '2026-06-10T10:00:00.000Z',
        },
      ],
    }));
});
