import type { Uuid } from '@app/kernel';

/** What a person or a machine may be (api.md); quality.md says who may do what. */
export const ROLES = [
  'operator',
  'finance-preparer',
  'finance-approver',
  'funder',
  'prescriber',
  'place-manager',
  'place-cashier',
  'auditor',
  'system',
] as const;

export type Role = (typeof ROLES)[number];

/**
 * Whose objects a role reaches on a route: `all` of the scheme, the party's `own` (others' look like
 * missing ones), or `none`, where the route names no object that is anybody's.
 */
export type Reach = 'all' | 'own' | 'none';

/** Who asks. Ids are pseudonymous: they are written into events. */
export type Caller = Readonly<{
  /** The person or machine: the id of its user, or of its API key. */
  id: string;
  /** Of whom the issuer knows; an API key has none. */
  userId?: Uuid;
  /** The funder, prescriber, organisation or operator it acts for. */
  partyId: Uuid;
  roles: readonly Role[];
  /** The only routes it may call; absent: every route of its roles. */
  routes?: readonly string[];
}>;

/** A caller that a route let in, in the role it was let in for, and how far that reaches there. */
export type Actor = Caller & Readonly<{ role: ActingRole; reach: Reach }>;

/** A newcomer has logged in and holds no role: next to no route is for one. */
export type ActingRole = Role | 'newcomer';

export function isRole(text: unknown): text is Role {
  return ROLES.some((role) => role === text);
}
