import { documents, maybe, oneOf, ROLES } from '@app/platform';
import { IDS } from '../common/examples';

const [FIRST_ROLE, ...OTHER_ROLES] = ROLES;
const ROLE = oneOf(FIRST_ROLE, ...OTHER_ROLES);
const AT = '2026-03-02T09:00:00.000Z';
const EXPIRES = '2027-03-02T09:00:00.000Z';
const SECRET = 'AZgKPbCxdcadfg8aKzxNXgEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWeJq83v';

const USER = {
  ...{ userId: IDS.user, registeredAt: AT },
  memberships: [{ partyId: IDS.funder, role: ROLE, givenAt: AT, givenBy: IDS.operator }],
};

const INVITATION = {
  ...{ invitationId: IDS.invitation, partyId: IDS.funder, role: ROLE },
  /** `void`: who invited could not give the role now. */
  status: oneOf('open', 'accepted', 'revoked', 'void'),
  ...{ invitedBy: IDS.operator, invitedAs: ROLE, invitedAt: AT, expiresAt: EXPIRES },
  /** Empty until somebody accepted it. */
  userId: '',
};

const API_KEY = {
  ...{ apiKeyId: IDS.apiKey, partyId: IDS.organisation, roles: [ROLE] },
  ...{ routes: ['POST /v1/redemptions'], purpose: 'Till of the media library', lastFour: 'q83v' },
  status: oneOf('issued', 'revoked'),
  ...{ issuedBy: 'operator-1', issuedAt: AT, expiresAt: EXPIRES },
  /** Empty until it is revoked. */
  reason: '',
};

const GIVES = ['not_found', 'party_of_role', 'role_above', 'role_not_for_users'];
const SHOWN_ONCE =
  'It is in the first answer alone, and kept nowhere: the same request again has all but it.';

export const ACCESS = documents('access', {
  registerUser: {
    does: 'Registers somebody the issuer of tokens knows, without a role yet.',
    more: 'The id follows from the issuer and the subject, neither of which is kept.',
    asks: { subject: '8f14e45f-ceea-467f-9e1a-0a1b2c3d4e5f' },
    answers: { userId: IDS.user },
    refuses: ['already_so'],
  },
  listUsers: { does: 'Lists users; a party is told of its members.', item: USER },
  getUser: { does: 'Tells what a user may be, and for whom.', answers: USER },
  giveRole: {
    does: 'Gives a user a role of a party, from the next request on.',
    more: 'A party gives its members what is not above its own role; newcomers are invited.',
    asks: { role: 'funder', partyId: IDS.funder },
    answers: { userId: IDS.user, partyId: IDS.funder, role: ROLE, status: oneOf('given') },
    refuses: [...GIVES, 'already_so'],
  },
  withdrawRole: {
    does: 'Takes a role from a user, from the next request on.',
    more: 'Nobody removes themselves as an operator, and nobody the last one.',
    asks: { role: 'funder', partyId: IDS.funder, reason: 'Left the department' },
    answers: { userId: IDS.user, partyId: IDS.funder, role: ROLE, status: oneOf('withdrawn') },
    refuses: [...GIVES, 'role_not_held', 'same_person', 'last_operator'],
  },
  makeInvitation: {
    does: 'Makes a secret with which whoever logs in takes a role of a party, once.',
    more: SHOWN_ONCE,
    asks: { role: 'funder', partyId: IDS.funder, validDays: 7 },
    answers: {
      ...{ invitationId: IDS.invitation, partyId: IDS.funder, role: ROLE, expiresAt: EXPIRES },
      secret: maybe(`ci_${SECRET}`),
    },
    refuses: GIVES,
  },
  acceptInvitation: {
    does: 'Accepts an invitation, as the person who is logged in.',
    more:
      'The role is theirs a moment later. A person needs no role to be invited. It is void while who ' +
      'invited does not hold the role in which they did.',
    asks: { secret: `ci_${SECRET}` },
    answers: { userId: IDS.user, partyId: IDS.funder, role: ROLE, status: oneOf('accepted') },
    refuses: [
      ...['invitation_unknown', 'invitation_used', 'invitation_revoked', 'invitation_expired'],
      ...['invitation_void', 'same_person'],
    ],
  },
  listInvitations: { does: 'Lists invitations; a party is told of its own.', item: INVITATION },
  revokeInvitation: {
    does: 'Takes back an invitation that nobody accepted yet.',
    answers: { invitationId: IDS.invitation, status: oneOf('revoked') },
    refuses: ['not_found', 'invitation_used', 'invitation_revoked'],
  },
  issueApiKey: {
    does: 'Issues the key of a machine, for one party.',
    more: SHOWN_ONCE,
    asks: {
      ...{ roles: ['place-cashier'], partyId: IDS.organisation },
      ...{ purpose: 'Till of the media library', routes: ['POST /v1/redemptions'] },
    },
    answers: {
      ...{ apiKeyId: IDS.apiKey, partyId: IDS.organisation, lastFour: 'q83v', expiresAt: EXPIRES },
      key: maybe(`ck_${SECRET}`),
    },
    refuses: ['not_found', 'party_of_role', 'role_not_for_keys', 'expiry_out_of_range'],
  },
  listApiKeys: { does: 'Lists API keys, by their last four characters.', item: API_KEY },
  getApiKey: { does: 'Tells of an API key.', answers: API_KEY },
  revokeApiKey: {
    does: 'Revokes an API key, from the next request on.',
    asks: { reason: 'Found in a log' },
    answers: { apiKeyId: IDS.apiKey, status: oneOf('revoked') },
    refuses: ['not_found', 'already_so'],
  },
});
