import { GiveRole, RegisterUser } from '@app/access';
import type { InvitationAccepted } from '@app/access/contract';
import { asks, send, type Process } from '@app/platform';

/** Who accepted an invitation is a user, and has the role it was for. */
export const joiningProcess: Process<InvitationAccepted> = {
  name: 'joining',
  facts: ['InvitationAccepted'],
  instanceOf: ({ data }) => data.userId,
  onPoison: 'park',
  react: ({ data: { invitationId, userId, partyId, role, invitedBy, invitedAs } }) => [
    send(asks(RegisterUser, { userId, invitationId }), 'register'),
    send(
      asks(GiveRole, {
        ...{ userId, partyId, role, invitationId },
        ...{ givenBy: invitedBy, givenAs: invitedAs },
      }),
      'give',
    ),
  ],
};
