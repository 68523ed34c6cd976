import type { Event } from '@app/kernel';
import type { Role } from './domain/roles';

/**
 * What access publishes. People and machines are pseudonymous ids: no name, no e-mail and no secret
 * is in any of these. Streams: `user-{id}`, `operators-scheme`, `invitation-{id}`, `api-key-{id}`.
 */

// --- user ---------------------------------------------------------------------------------------

/** Somebody the issuer of tokens knows: the id follows from the issuer and its subject. */
export type UserRegistered = Event<'UserRegistered', { userId: string }>;

/** A membership: from here on the user may act in that role for that party. */
export type RoleGiven = Event<
  'RoleGiven',
  Membership & {
    /** A user's id, or whom a token named. */
    givenBy: string;
    /** The role in which it was given. */
    givenAs: Role;
    /** Which the user accepted; absent where somebody gave the role straight away. */
    invitationId?: string;
  }
>;

export type RoleWithdrawn = Event<
  'RoleWithdrawn',
  Membership & { withdrawnBy: string; withdrawnAs: Role; reason: string }
>;

/** The party is a funder, a prescriber or an organisation; of staff it is the operator's. */
export type Membership = Readonly<{ userId: string; partyId: string; role: Role }>;

// --- invitation ---------------------------------------------------------------------------------

export type InvitationMade = Event<
  'InvitationMade',
  {
    invitationId: string;
    partyId: string;
    role: Role;
    /** SHA-256, hex, of the secret that was shown once. */
    secretHash: string;
    expiresAt: string;
    invitedBy: string;
    invitedAs: Role;
  }
>;

/** By whoever logged in and had the secret; the role itself is given in the user's stream. */
export type InvitationAccepted = Event<
  'InvitationAccepted',
  {
    invitationId: string;
    userId: string;
    partyId: string;
    role: Role;
    invitedBy: string;
    invitedAs: Role;
  }
>;

export type InvitationRevoked = Event<
  'InvitationRevoked',
  { invitationId: string; revokedBy: string }
>;

// --- API key ------------------------------------------------------------------------------------

export type ApiKeyIssued = Event<
  'ApiKeyIssued',
  {
    apiKeyId: string;
    partyId: string;
    roles: readonly Role[];
    /** As in the table of rights, `POST /v1/redemptions`; absent: every route of the roles. */
    routes?: readonly string[];
    /** What the machine is for, never who. */
    purpose: string;
    /** SHA-256, hex, of the key that was shown once. */
    keyHash: string;
    lastFour: string;
    expiresAt: string;
    issuedBy: string;
    issuedAs: Role;
  }
>;

export type ApiKeyRevoked = Event<
  'ApiKeyRevoked',
  { apiKeyId: string; revokedBy: string; reason: string }
>;

export type { Role };

export type UserFact = UserRegistered | RoleGiven | RoleWithdrawn;

/** Of the one stream that knows all operators. */
export type OperatorsFact = RoleGiven | RoleWithdrawn;

export type InvitationFact = InvitationMade | InvitationAccepted | InvitationRevoked;

export type ApiKeyFact = ApiKeyIssued | ApiKeyRevoked;

export type AccessFact = UserFact | InvitationFact | ApiKeyFact;
