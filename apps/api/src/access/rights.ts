import { ROLES, type Role, type RouteRights } from '@app/platform';

const FINANCE = ['finance-preparer', 'finance-approver'] as const;
/** Who sees the whole scheme. */
const STAFF = ['operator', ...FINANCE, 'auditor'] as const;
/** Of one place. */
const PLACE = ['place-cashier', 'place-manager'] as const;

/** Who lets others in, for their own party. */
const GIVERS = ['funder', 'prescriber', 'place-manager'] as const;
const GIVEN = { all: ['operator'], own: GIVERS, people: true } as const satisfies RouteRights;

/** What one person proposed and another decides: no machine does. */
const APPROVED = { all: ['finance-approver'], people: true } as const satisfies RouteRights;

/** Staff sees all, somebody else its own. */
const shownTo = (...own: readonly Role[]): RouteRights => ({ all: STAFF, own });

/** An operator's own are the scheme's; nobody has another's, since its secret signs what it gets. */
const OF_WEBHOOKS = {
  own: ['operator', 'funder', 'place-manager'],
  note: 'An operator: the endpoints of the scheme.',
} as const satisfies RouteRights;

/** Personal data: the operator's, and of one's own party. */
const OF_CONTACTS = {
  all: ['operator'],
  own: ['funder', 'prescriber', 'place-manager'],
} as const satisfies RouteRights;

/**
 * Who may do what, route by route: the one place where it is said. The guard lets in by it, `Own` and
 * the lists narrow by it, test/access holds every answer to it, docs/operations/rights.md shows it
 * beside its reasons (`npm run docs:rights`).
 */
export const RIGHTS = {
  // The scheme and its programs
  'GET /health/live': { nobody: true },
  'GET /health/ready': { nobody: true },
  'GET /metrics': { all: ['operator', 'system', 'auditor'] },
  'GET /v1/figures': {
    nobody: true,
    all: [...STAFF, 'system'],
    none: ['funder', 'prescriber', 'place-manager', 'place-cashier'],
    note: 'Who is not staff, and nobody: ends of months, no figure under 10.',
  },
  'GET /v1/jobs/{jobId}': { all: STAFF },
  'GET /v1/jobs/{jobId}/events': { all: STAFF },
  'POST /v1/keys/revocation': { all: ['operator'], people: true },

  // Who may act, and machines
  'POST /v1/users': { none: ['operator'], people: true },
  'GET /v1/users': { all: ['operator', 'auditor'], own: GIVERS },
  'GET /v1/users/{userId}': { all: ['operator', 'auditor'], own: GIVERS },
  'POST /v1/users/{userId}/roles': { ...GIVEN, note: 'No role above one’s own.' },
  'POST /v1/users/{userId}/roles/withdrawal': {
    ...GIVEN,
    note: 'No role above one’s own; no operator its own, and nobody the last.',
  },
  'POST /v1/invitations': { ...GIVEN, note: 'No role above one’s own.' },
  'GET /v1/invitations': { all: ['operator', 'auditor'], own: GIVERS },
  'POST /v1/invitations/acceptance': {
    none: ROLES,
    newcomers: true,
    people: true,
    note: 'Also who has logged in and has no role; with the secret of the invitation.',
  },
  'POST /v1/invitations/{invitationId}/revocation': GIVEN,
  'POST /v1/api-keys': { all: ['operator'], people: true },
  'GET /v1/api-keys': { all: ['operator', 'auditor'] },
  'GET /v1/api-keys/{apiKeyId}': { all: ['operator', 'auditor'] },
  'POST /v1/api-keys/{apiKeyId}/revocation': { all: ['operator'], people: true },

  // Organisations
  'POST /v1/organisations': { none: ['operator'] },
  'GET /v1/organisations': { all: STAFF },
  'GET /v1/organisations/{organisationId}': shownTo('place-manager'),
  'GET /v1/organisations/{organisationId}/balance': {
    all: [...STAFF, 'system'],
    own: ['place-manager'],
  },
  'POST /v1/organisations/{organisationId}/correction': { all: ['operator'] },
  'POST /v1/organisations/{organisationId}/bank-accounts': {
    all: ['finance-approver'],
    own: ['place-manager'],
    note: 'Nothing is paid to it before another person has verified it.',
  },
  'POST /v1/organisations/{organisationId}/bank-accounts/{bankAccountId}/verification': {
    ...APPROVED,
    note: 'Not by who declared it.',
  },
  'POST /v1/organisations/{organisationId}/bank-accounts/{bankAccountId}/revocation': {
    all: ['finance-approver'],
    own: ['place-manager'],
  },
  'GET /v1/organisations/{organisationId}/debt': shownTo('place-manager'),
  'POST /v1/organisations/{organisationId}/debt/write-off': { all: ['finance-preparer'] },
  'POST /v1/organisations/{organisationId}/debt/write-off/{writeOffId}/approval': {
    ...APPROVED,
    note: 'Not by who proposed it.',
  },
  'POST /v1/organisations/{organisationId}/leaving': { all: ['operator', ...FINANCE] },
  'POST /v1/organisations/{organisationId}/fraud-hold': { all: ['operator', ...FINANCE] },
  'POST /v1/organisations/{organisationId}/fraud-hold/lifting': {
    ...APPROVED,
    note: 'Not by who set it.',
  },
  'GET /v1/fraud-holds': { all: STAFF },
  'GET /v1/debtors': { all: STAFF },

  // Places
  'POST /v1/places': { all: ['operator'], own: ['place-manager'] },
  'GET /v1/places': { nobody: true },
  'GET /v1/places/export': { all: ROLES },
  'GET /v1/places/{placeId}': { all: ROLES, note: 'What the public search shows.' },
  'GET /v1/places/{placeId}/balance': { all: [...STAFF, 'system'], own: ['place-manager'] },
  'GET /v1/places/{placeId}/statement': shownTo('place-manager'),
  'POST /v1/places/{placeId}/correction': { all: ['operator'], own: ['place-manager'] },
  'POST /v1/places/{placeId}/attachment': { all: ['operator'] },
  'POST /v1/places/{placeId}/label': { all: ['operator'] },
  'POST /v1/places/{placeId}/suspension': { all: ['operator'] },
  'POST /v1/places/{placeId}/restoration': { all: ['operator'] },
  'POST /v1/places/{placeId}/withdrawal': { all: ['operator'] },
  'POST /v1/places/imports': { all: ['operator'] },
  'GET /v1/places/imports/{importId}/verdicts': { all: ['operator', 'auditor'] },

  // Funders and their agreements
  'POST /v1/funders': { none: ['operator'] },
  'GET /v1/funders': shownTo('funder'),
  'GET /v1/funders/{funderId}': shownTo('funder'),
  'POST /v1/funders/{funderId}/correction': { all: ['operator'] },
  'GET /v1/funders/{funderId}/balance': { all: [...STAFF, 'system'], own: ['funder'] },
  'POST /v1/funders/{funderId}/bank-accounts': { all: ['operator'], own: ['funder'] },
  'POST /v1/funders/{funderId}/bank-accounts/{bankAccountId}/verification': {
    ...APPROVED,
    note: 'Not by who declared it.',
  },
  'POST /v1/funders/{funderId}/bank-accounts/{bankAccountId}/revocation': {
    all: ['operator', 'finance-approver'],
    own: ['funder'],
  },
  'POST /v1/agreements': { all: ['operator'], own: ['funder'] },
  'GET /v1/agreements': shownTo('funder'),
  'GET /v1/agreements/{agreementId}': shownTo('funder'),
  'GET /v1/agreements/{agreementId}/balance': { all: [...STAFF, 'system'], own: ['funder'] },
  'GET /v1/agreements/{agreementId}/account': shownTo('funder'),
  'POST /v1/agreements/{agreementId}/closing': { all: ['operator'], own: ['funder'] },
  'POST /v1/agreements/{agreementId}/refunds': { all: ['finance-preparer'] },
  'POST /v1/agreements/{agreementId}/refunds/{refundId}/approval': {
    ...APPROVED,
    note: 'Not by who proposed it.',
  },
  'POST /v1/agreements/{agreementId}/refunds/{refundId}/sending': { all: ['finance-approver'] },
  'POST /v1/agreements/{agreementId}/refunds/{refundId}/failure': { all: ['finance-approver'] },
  'POST /v1/deposits': { all: ['finance-preparer', 'system'] },
  'GET /v1/deposits': shownTo('funder'),
  'GET /v1/deposits/{depositId}': shownTo('funder'),
  'POST /v1/deposits/{depositId}/confirmation': {
    all: FINANCE,
    people: true,
    note: 'Not by who typed it. A line of the bank confirms it too, without anybody.',
  },
  'POST /v1/deposits/{depositId}/recall': { all: ['finance-preparer', 'system'] },

  // Whom to call
  'POST /v1/contacts': OF_CONTACTS,
  'GET /v1/contacts': OF_CONTACTS,
  'GET /v1/contacts/{contactId}': OF_CONTACTS,
  'GET /v1/contacts/{contactId}/export': OF_CONTACTS,
  'POST /v1/contacts/{contactId}/change': OF_CONTACTS,
  'POST /v1/contacts/{contactId}/erasure': { all: ['operator'], people: true },
  'POST /v1/contacts/{contactId}/erasure/approval': {
    all: ['operator'],
    people: true,
    note: 'Not by who proposed it.',
  },

  // Orders
  'POST /v1/orders': { all: ['operator'], own: ['funder'] },
  'GET /v1/orders': shownTo('funder'),
  'GET /v1/orders/{orderId}': shownTo('funder'),
  'POST /v1/orders/{orderId}/cancellation': { all: ['operator'], own: ['funder'] },
  'POST /v1/orders/{orderId}/delivery': { all: ['operator'], own: ['funder'] },
  'GET /v1/orders/{orderId}/closing': shownTo('funder'),
  'POST /v1/orders/{orderId}/closing/stock-block': { all: ['operator'], own: ['funder'] },
  'POST /v1/orders/{orderId}/closing/acknowledgement': { all: ['operator'], own: ['funder'] },
  'POST /v1/orders/{orderId}/closing/agreement': { all: ['operator'], own: ['funder'] },
  'POST /v1/orders/{orderId}/allocations': {
    all: ['operator'],
    own: ['funder'],
    note: 'To any prescriber of the scheme.',
  },
  'POST /v1/orders/{orderId}/transfers': {
    all: ['operator'],
    own: ['funder'],
    note: 'Between any prescribers of the scheme.',
  },
  'POST /v1/orders/{orderId}/returns': {
    all: ['operator'],
    own: ['prescriber'],
    note: 'A prescriber: of orders of which it had books.',
  },
  'POST /v1/orders/{orderId}/prints': { all: ['operator'] },
  'GET /v1/orders/{orderId}/prints': { all: ['operator', 'auditor'] },
  'GET /v1/prints/{printId}': { all: ['operator', 'auditor'], note: 'Without codes.' },
  'GET /v1/prints/{printId}/file': { all: ['operator'], note: 'On record.' },

  // Prescribers and books
  'POST /v1/prescribers': { none: ['operator', 'funder'] },
  'GET /v1/prescribers': { all: [...STAFF, 'funder'] },
  'GET /v1/prescribers/{prescriberId}': { all: [...STAFF, 'funder'], own: ['prescriber'] },
  'GET /v1/prescribers/{prescriberId}/stock': {
    all: STAFF,
    own: ['funder', 'prescriber'],
    note: 'A funder: any prescriber, books of its own orders.',
  },
  'POST /v1/distributions': { own: ['prescriber'] },
  'GET /v1/books/{number}': {
    all: STAFF,
    own: ['funder', 'prescriber'],
    note: 'A prescriber not where vouchers were used, a funder neither where nor by whom.',
  },
  'POST /v1/books/{number}/block': { all: ['operator'], own: ['funder', 'prescriber'] },
  'POST /v1/books/{number}/unblock': { all: ['operator'], own: ['funder', 'prescriber'] },
  'POST /v1/books/{number}/replacement': { all: ['operator'], own: ['prescriber'] },
  'POST /v1/beneficiaries/balance': {
    own: ['prescriber'],
    note: 'A reference means nothing to another prescriber: its balance is 0.',
  },

  // Vouchers
  'POST /v1/vouchers/check': { own: PLACE, note: 'At a place of their own, where one is named.' },
  'POST /v1/holder/balance': { nobody: true },
  'POST /v1/redemptions': { own: PLACE },
  'GET /v1/redemptions/{redemptionId}': {
    all: [...STAFF, 'system'],
    own: ['place-manager', 'place-cashier'],
    note: 'A cashier: what they took themselves, on the same day in Paris.',
  },
  'POST /v1/redemptions/{redemptionId}/cancellation': {
    all: FINANCE,
    own: ['place-manager'],
    note: 'A manager: within 24 hours.',
  },

  // Runs, payments and the bank
  'POST /v1/reimbursement-runs': { all: ['finance-preparer'] },
  'GET /v1/reimbursement-runs': { all: [...STAFF, 'system'] },
  'GET /v1/reimbursement-runs/{runId}': { all: [...STAFF, 'system'] },
  'GET /v1/reimbursement-runs/{runId}/lines': { all: STAFF },
  'GET /v1/reimbursement-runs/{runId}/held-amounts': { all: STAFF },
  'GET /v1/reimbursement-runs/{runId}/parts': { all: STAFF },
  'POST /v1/reimbursement-runs/{runId}/preparation': { all: ['finance-preparer'] },
  'POST /v1/reimbursement-runs/{runId}/approval': {
    ...APPROVED,
    note: 'Not by who opened or prepared it, nor by who changed an account in it within 30 days.',
  },
  'POST /v1/reimbursement-runs/{runId}/rejection': APPROVED,
  'GET /v1/reimbursement-runs/{runId}/payment-file': { all: ['finance-approver'] },
  'POST /v1/reimbursement-runs/{runId}/submission': {
    all: ['finance-approver', 'system', 'finance-preparer'],
    note: 'A preparer: `unclear` alone. An unclear one is decided by another approver.',
  },
  'GET /v1/payments': shownTo('place-manager'),
  'GET /v1/payments/{claimId}': shownTo('place-manager'),
  'POST /v1/payments/{claimId}/re-presentment': { all: FINANCE, people: true },
  'POST /v1/bank-reports': { all: ['finance-preparer', 'system'] },
  'GET /v1/bank-reports': { all: [...STAFF, 'system'] },
  'GET /v1/bank-reports/{reportId}': { all: [...STAFF, 'system'] },
  'GET /v1/bank-reports/{reportId}/entries': { all: [...STAFF, 'system'] },
  'GET /v1/bank-entries': { all: STAFF },
  'POST /v1/bank-reports/{reportId}/entries/{entryRef}/resolution': {
    all: FINANCE,
    people: true,
    note: 'A preparer proposes, an approver who is somebody else approves.',
  },
  'POST /v1/bank-reports/{reportId}/items/{item}/acknowledgement': { all: FINANCE, people: true },
  'GET /v1/reconciliation': { all: STAFF },

  // The treasury and the books of account
  'GET /v1/solvency': {
    all: [...STAFF, 'system'],
    own: ['funder'],
    note: 'In all for everyone it is for; a funder: its own row beside it.',
  },
  'GET /v1/solvency/days': { all: STAFF },
  'GET /v1/solvency/alarms': { all: STAFF },
  'POST /v1/fee-sweeps': { all: ['finance-preparer'] },
  'GET /v1/fee-sweeps': { all: STAFF },
  'GET /v1/fee-sweeps/{feeSweepId}': { all: STAFF },
  'POST /v1/fee-sweeps/{feeSweepId}/approval': {
    ...APPROVED,
    note: 'Not by who proposed it.',
  },
  'POST /v1/fee-sweeps/{feeSweepId}/cancellation': { all: FINANCE },
  'GET /v1/invoices': shownTo('funder'),
  'GET /v1/invoices/{invoiceId}': shownTo('funder'),
  'GET /v1/invoices/{invoiceId}/file': shownTo('funder'),
  'GET /v1/accounting/journal': { all: [...FINANCE, 'auditor'] },
  'GET /v1/accounting/trial-balance': { all: [...FINANCE, 'auditor'] },
  'GET /v1/accounting/fec': { all: [...FINANCE, 'auditor'] },
  'GET /v1/accounting/periods': { all: [...FINANCE, 'auditor'] },
  'GET /v1/accounting/periods/{month}': { all: [...FINANCE, 'auditor'] },
  'POST /v1/accounting/periods': { all: ['finance-preparer'] },
  'POST /v1/accounting/periods/{month}/approval': {
    ...APPROVED,
    note: 'Not by who proposed it.',
  },

  // Webhooks
  'POST /v1/webhooks': OF_WEBHOOKS,
  'GET /v1/webhooks': OF_WEBHOOKS,
  'GET /v1/webhooks/{webhookId}': OF_WEBHOOKS,
  'POST /v1/webhooks/{webhookId}/rotation': OF_WEBHOOKS,
  'POST /v1/webhooks/{webhookId}/pause': OF_WEBHOOKS,
  'POST /v1/webhooks/{webhookId}/resumption': OF_WEBHOOKS,
  'POST /v1/webhooks/{webhookId}/ending': OF_WEBHOOKS,
  'POST /v1/webhooks/{webhookId}/test': OF_WEBHOOKS,
  'POST /v1/webhooks/{webhookId}/replay': OF_WEBHOOKS,
  'GET /v1/webhooks/{webhookId}/deliveries': OF_WEBHOOKS,
  'GET /v1/webhooks/{webhookId}/deliveries/{deliveryId}': OF_WEBHOOKS,
  'POST /v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay': OF_WEBHOOKS,

  // The audit trail
  'GET /v1/audit/days': { all: ['auditor'], none: ['operator'] },
  'GET /v1/audit/days/{day}': { all: ['auditor'], none: ['operator'] },
  'GET /v1/audit/days/{day}/changes': {
    all: ['auditor'],
    own: ['operator'],
    note: 'An operator: what they did themselves.',
  },
  'GET /v1/audit/days/{day}/refusals': {
    all: ['auditor'],
    own: ['operator'],
    note: 'An operator: what they were refused themselves.',
  },
} as const satisfies Readonly<Record<string, RouteRights>>;
