import { refuse } from './refuse';

/** The operator's own people and machines: they act for the scheme. */
export type StaffRole = 'operator' | 'finance-preparer' | 'finance-approver' | 'auditor' | 'system';

/** Of a funder, a prescriber or an organisation. */
export type PartyRole = 'funder' | 'prescriber' | 'place-manager' | 'place-cashier';

export type Role = StaffRole | PartyRole;

/** The party of all staff: one deployment is one scheme, and has one operator. */
export const OPERATOR_PARTY_ID = '0c1e5f70-6a2b-5d38-9c4f-1b7a8e9d2f30';

const STAFF: readonly Role[] = [
  ...(['operator', 'finance-preparer', 'finance-approver'] as const),
  ...(['auditor', 'system'] as const),
];

/** Whom a role may let in: never above itself. */
const GIVES: Readonly<Record<Role, readonly Role[]>> = {
  operator: [...STAFF, 'funder', 'prescriber', 'place-manager', 'place-cashier'],
  'finance-preparer': [],
  'finance-approver': [],
  auditor: [],
  system: [],
  funder: ['funder'],
  prescriber: ['prescriber'],
  'place-manager': ['place-manager', 'place-cashier'],
  'place-cashier': [],
};

/** Machines bring no people in, and approve nothing (design.md, four eyes). */
const NOT_FOR_KEYS: readonly Role[] = ['operator', 'finance-approver'];

/** What no person is. */
const NOT_FOR_USERS: readonly Role[] = ['system'];

export const isStaff = (role: Role): boolean => STAFF.includes(role);

/** Staff is of the operator's party, everybody else of another. */
export const assertPartyOf = (role: Role, partyId: string): void => {
  if (isStaff(role) !== (partyId === OPERATOR_PARTY_ID)) refuse('party_of_role', { role });
};

/** Whether somebody acting in a role may give, or take, another one. */
export const assertMayGive = (as: Role, role: Role): void => {
  if (!GIVES[as].includes(role)) refuse('role_above', { role });
};

export const assertForUsers = (role: Role): void => {
  if (NOT_FOR_USERS.includes(role)) refuse('role_not_for_users', { role });
};

export const assertForKeys = (role: Role): void => {
  if (NOT_FOR_KEYS.includes(role)) refuse('role_not_for_keys', { role });
};
