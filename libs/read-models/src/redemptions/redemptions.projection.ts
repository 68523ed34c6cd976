import { tablesProjection } from '@app/platform/read-store';
import type { RedemptionCancelled, VouchersRedeemed } from '@app/voucher-books/contract';

/** A redemption as it was made; what became of it since is in other tables. Amounts in cents. */
export type RedemptionRow = Readonly<{
  position: bigint;
  redemptionId: string;
  agreementId: string;
  book: number;
  /** Of its event in the book's stream. */
  revision: number;
  vouchers: readonly number[];
  placeId: string;
  organisationId: string;
  service: string;
  priceCents: number;
  coveredCents: number;
  remainderCents: number;
  performedOn: string;
  redeemedOn: string;
  redeemedAt: string;
  promisedPaymentOn: string;
  /** Pseudonymous id of the cashier. */
  redeemedBy: string;
}>;

export type CancellationRow = Readonly<{
  position: bigint;
  redemptionId: string;
  reason: string;
  cancelledBy: 'place' | 'finance';
  cancelledAt: string;
}>;

type Rows = { redemptions: RedemptionRow; redemptionCancellations: CancellationRow };

/**
 * Every redemption by its id, which is its command's too. Tables are filled in log order and never
 * read back, so that a million rows are built as fast as they are read.
 */
export const redemptions = tablesProjection<Rows, VouchersRedeemed | RedemptionCancelled>({
  name: 'redemptions',
  version: 2,
  tables: {
    redemptions: {
      columns: {
        position: 'position',
        redemptionId: 'text',
        agreementId: 'text',
        book: 'integer',
        revision: 'integer',
        vouchers: 'json',
        placeId: 'text',
        organisationId: 'text',
        service: 'text',
        priceCents: 'integer',
        coveredCents: 'integer',
        remainderCents: 'integer',
        performedOn: 'text',
        redeemedOn: 'text',
        redeemedAt: 'text',
        promisedPaymentOn: 'text',
        redeemedBy: 'text',
      },
      key: ['position'],
      indexes: [['redemptionId']],
    },
    redemptionCancellations: {
      columns: {
        position: 'position',
        redemptionId: 'text',
        reason: 'text',
        cancelledBy: 'text',
        cancelledAt: 'text',
      },
      key: ['position'],
      indexes: [['redemptionId']],
    },
  },
  on: {
    VouchersRedeemed: ({ position, revision, data, metadata }, tables) => {
      const { redemptionId, agreementId, book, vouchers, placeId, organisationId, service } = data;
      const { priceCents, coveredCents, remainderCents } = data;
      const { performedOn, redeemedOn, redeemedAt, promisedPaymentOn } = data;
      tables.redemptions.insert({
        position,
        redemptionId,
        agreementId,
        book,
        revision,
        vouchers,
        placeId,
        organisationId,
        service,
        priceCents,
        coveredCents,
        remainderCents,
        performedOn,
        redeemedOn,
        redeemedAt,
        promisedPaymentOn,
        redeemedBy: metadata.actor.id,
      });
    },
    RedemptionCancelled: ({ position, data }, tables) => {
      const { redemptionId, reason, cancelledBy, cancelledAt } = data;
      tables.redemptionCancellations.insert({
        ...{ position, redemptionId, reason, cancelledBy, cancelledAt },
      });
    },
  },
});
