import type { LabelWithdrawn, PlaceLabelled } from '@app/places/contract';
import { asks, send, type Process } from '@app/platform';
import { ReviewMembership } from '@app/reimbursement';

/** The organisation whose last label goes has left: its last line is paid, its debts are recovered. */
export const membershipProcess: Process<PlaceLabelled | LabelWithdrawn> = {
  name: 'membership',
  facts: ['PlaceLabelled', 'LabelWithdrawn'],
  instanceOf: ({ data }) => data.placeId,
  onPoison: 'park',
  react: ({ data: { placeId } }) => [send(asks(ReviewMembership, { placeId }), 'review')],
};
