import { LISTED, ORGANISATION } from './access-world';
import {
  asking,
  filter,
  nothing,
  object,
  part,
  post,
  scheme,
  upload,
  type Ask,
  type Objects,
  type Route,
  type Sent,
} from './asking';

const WHY = { reason: 'any' };
const YEAR = 'from=2026-01-01&to=2026-12-31';
const CARD = { name: 'Camille Exemple' };
const IBAN = { iban: 'BE68539007547034', holderName: 'Any' };
const TERMS = {
  ...{ reference: 'CONV-2', faceValueCents: 1_000, booksOf: [10], feeBasisPoints: 0 },
  ...{ vatBasisPoints: 0, ceilingCents: 100_000, singleHandOut: false },
  coFunders: [{ name: 'Any', shareBasisPoints: 10_000 }],
  restrictions: { territories: [], services: [], publics: [] },
  allowPrescribingPlace: false,
};
const ORDERED = { books: 1, vouchersPerBook: 10, validUntilOn: '2026-12-31' };
const SPENT = { service: 'online-forms', priceCents: 5_000 };
const order = ({ orderId }: Objects) => `/v1/orders/${orderId}`;
const agreement = ({ agreementId }: Objects) => `/v1/agreements/${agreementId}`;
const FUNDER = { name: 'Any', siret: '22230001400016', kind: 'departement' };

const funder = ({ funderId }: Objects) => `/v1/funders/${funderId}`;
const organisation = ({ organisationId }: Objects) => `/v1/organisations/${organisationId}`;
const place = ({ placeId }: Objects) => `/v1/places/${placeId}`;
const run = ({ runId }: Objects) => `/v1/reimbursement-runs/${runId}`;
const report = ({ reportId }: Objects) => `/v1/bank-reports/${reportId}`;
const contact = ({ contactId }: Objects) => `/v1/contacts/${contactId}`;
const user = ({ userId }: Objects) => `/v1/users/${userId}`;
const auditDay = ({ auditDay: day }: Objects) => `/v1/audit/days/${day}`;
const range = (book: number) => ({ firstBook: book, lastBook: book });

/** An endpoint of each party that may have one; the last message is to the organisation's. */
const webhook = (sends: (path: string) => Sent | string): readonly Ask[] => [
  { ...object((x) => sends(`/v1/webhooks/${x.webhookId}`)), ownedAs: 'funder' },
  { ...object((x) => sends(`/v1/webhooks/${x.placeWebhookId}`)), ownedAs: 'place-manager' },
  { ...scheme((x) => sends(`/v1/webhooks/${x.schemeWebhookId}`)), ownedAs: 'operator' },
];
const toWebhook = ({ placeWebhookId, deliveryId }: Objects) =>
  `/v1/webhooks/${placeWebhookId}/deliveries/${deliveryId}`;
const TOLD = { url: 'https://example.org/hook', kinds: ['order.active'] };
const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };

/** How each route is asked; the compiler holds it to the table of rights. */
export const ASKS: Readonly<Record<Route, readonly Ask[]>> = {
  'GET /health/live': [nothing('/health/live')],
  'GET /health/ready': [nothing('/health/ready')],
  'GET /metrics': [nothing('/metrics')],
  'GET /v1/figures': [nothing('/v1/figures?groupBy=funder')],
  'GET /v1/jobs/{jobId}': [scheme((x) => `/v1/jobs/${x.jobId}`)],
  'GET /v1/jobs/{jobId}/events': [scheme((x) => `/v1/jobs/${x.jobId}/events`)],
  'POST /v1/keys/revocation': [
    scheme((x) => post('/v1/keys/revocation', { keyId: x.keyId, ...WHY })),
  ],

  'POST /v1/users': [nothing('/v1/users', { subject: 'somebody' })],
  'GET /v1/users': [nothing('/v1/users')],
  'GET /v1/users/{userId}': [object(user)],
  'POST /v1/users/{userId}/roles': [object((x) => post(`${user(x)}/roles`, { role: 'system' }))],
  'POST /v1/users/{userId}/roles/withdrawal': [
    object((x) => post(`${user(x)}/roles/withdrawal`, { role: 'system', ...WHY })),
  ],
  'POST /v1/invitations': [nothing('/v1/invitations', { role: 'system' })],
  'GET /v1/invitations': [nothing('/v1/invitations')],
  'POST /v1/invitations/acceptance': [
    // It is its bearer's, whoever else may have it.
    asking('nothing')((x) => post('/v1/invitations/acceptance', { secret: x.secret })),
  ],
  'POST /v1/invitations/{invitationId}/revocation': [
    { ...object((x) => post(`/v1/invitations/${x.invitationId}/revocation`)), once: true },
  ],
  'POST /v1/api-keys': [nothing('/v1/api-keys', { roles: ['system'], purpose: 'any' })],
  'GET /v1/api-keys': [nothing('/v1/api-keys')],
  'GET /v1/api-keys/{apiKeyId}': [scheme((x) => `/v1/api-keys/${x.apiKeyId}`)],
  'POST /v1/api-keys/{apiKeyId}/revocation': [
    scheme((x) => post(`/v1/api-keys/${x.apiKeyId}/revocation`, WHY)),
  ],

  'GET /v1/audit/days': [nothing('/v1/audit/days')],
  'GET /v1/audit/days/{day}': [scheme(auditDay)],
  'GET /v1/audit/days/{day}/changes': [scheme((x) => `${auditDay(x)}/changes`)],
  'GET /v1/audit/days/{day}/refusals': [scheme((x) => `${auditDay(x)}/refusals`)],

  'POST /v1/organisations': [nothing('/v1/organisations', ORGANISATION)],
  'GET /v1/organisations': [nothing('/v1/organisations')],
  'GET /v1/organisations/{organisationId}': [object(organisation)],
  'GET /v1/organisations/{organisationId}/balance': [object((x) => `${organisation(x)}/balance`)],
  'POST /v1/organisations/{organisationId}/correction': [
    object((x) => post(`${organisation(x)}/correction`, { ...ORGANISATION, name: 'Else' })),
  ],
  'POST /v1/organisations/{organisationId}/bank-accounts': [
    object((x) => post(`${organisation(x)}/bank-accounts`, IBAN)),
  ],
  'POST /v1/organisations/{organisationId}/bank-accounts/{bankAccountId}/verification': [
    object((x) =>
      post(`${organisation(x)}/bank-accounts/${x.accountId}/verification`, { outcome: 'match' }),
    ),
    part((x, own) =>
      post(`${organisation(own)}/bank-accounts/${x.accountId}/verification`, { outcome: 'match' }),
    ),
  ],
  'POST /v1/organisations/{organisationId}/bank-accounts/{bankAccountId}/revocation': [
    object((x) => post(`${organisation(x)}/bank-accounts/${x.accountId}/revocation`, WHY)),
    part((x, own) => post(`${organisation(own)}/bank-accounts/${x.accountId}/revocation`, WHY)),
  ],
  'GET /v1/organisations/{organisationId}/debt': [object((x) => `${organisation(x)}/debt`)],
  'POST /v1/organisations/{organisationId}/debt/write-off': [
    object((x) => post(`${organisation(x)}/debt/write-off`, { amountCents: 1, ...WHY })),
  ],
  'POST /v1/organisations/{organisationId}/debt/write-off/{writeOffId}/approval': [
    object((x) => post(`${organisation(x)}/debt/write-off/${x.writeOffId}/approval`)),
    part((x, own) => post(`${organisation(own)}/debt/write-off/${x.writeOffId}/approval`)),
  ],
  'POST /v1/organisations/{organisationId}/leaving': [
    object((x) => post(`${organisation(x)}/leaving`)),
  ],
  'POST /v1/organisations/{organisationId}/fraud-hold': [
    object((x) => post(`${organisation(x)}/fraud-hold`, WHY)),
  ],
  'POST /v1/organisations/{organisationId}/fraud-hold/lifting': [
    object((x) => post(`${organisation(x)}/fraud-hold/lifting`, WHY)),
  ],
  'GET /v1/fraud-holds': [nothing('/v1/fraud-holds')],
  'GET /v1/debtors': [nothing('/v1/debtors')],

  'POST /v1/places': [
    object((x) => post('/v1/places', { organisationId: x.organisationId, ...LISTED })),
  ],
  'GET /v1/places': [nothing('/v1/places')],
  'GET /v1/places/export': [nothing('/v1/places/export')],
  'GET /v1/places/{placeId}': [object(place)],
  'GET /v1/places/{placeId}/balance': [object((x) => `${place(x)}/balance`)],
  'GET /v1/places/{placeId}/statement': [object((x) => `${place(x)}/statement?${YEAR}`)],
  'POST /v1/places/{placeId}/correction': [
    object((x) => post(`${place(x)}/correction`, { ...LISTED, hours: 'Mo-Fr' })),
  ],
  'POST /v1/places/{placeId}/attachment': [
    object((x) => post(`${place(x)}/attachment`, { organisationId: x.organisationId })),
  ],
  'POST /v1/places/{placeId}/label': [
    object((x) =>
      post(`${place(x)}/label`, {
        ...{ validFromOn: '2026-02-01', validUntilOn: '2027-12-31', services: ['a'] },
      }),
    ),
  ],
  'POST /v1/places/{placeId}/suspension': [object((x) => post(`${place(x)}/suspension`, WHY))],
  'POST /v1/places/{placeId}/restoration': [object((x) => post(`${place(x)}/restoration`))],
  'POST /v1/places/{placeId}/withdrawal': [object((x) => post(`${place(x)}/withdrawal`, WHY))],
  'POST /v1/places/imports': [upload('/v1/places/imports', 'text/csv', 'id,nom\r\n')],
  'GET /v1/places/imports/{importId}/verdicts': [
    scheme((x) => `/v1/places/imports/${x.importId}/verdicts`),
  ],

  'POST /v1/funders': [nothing('/v1/funders', FUNDER)],
  'GET /v1/funders': [nothing('/v1/funders')],
  'GET /v1/funders/{funderId}': [object(funder)],
  'POST /v1/funders/{funderId}/correction': [
    object((x) => post(`${funder(x)}/correction`, { ...FUNDER, name: 'Else' })),
  ],
  'GET /v1/funders/{funderId}/balance': [object((x) => `${funder(x)}/balance`)],
  'POST /v1/funders/{funderId}/bank-accounts': [
    object((x) => post(`${funder(x)}/bank-accounts`, IBAN)),
  ],
  'POST /v1/funders/{funderId}/bank-accounts/{bankAccountId}/verification': [
    object((x) =>
      post(`${funder(x)}/bank-accounts/${x.funderAccountId}/verification`, { outcome: 'match' }),
    ),
    part((x, own) =>
      post(`${funder(own)}/bank-accounts/${x.funderAccountId}/verification`, { outcome: 'match' }),
    ),
  ],
  'POST /v1/funders/{funderId}/bank-accounts/{bankAccountId}/revocation': [
    object((x) => post(`${funder(x)}/bank-accounts/${x.funderAccountId}/revocation`, WHY)),
    part((x, own) => post(`${funder(own)}/bank-accounts/${x.funderAccountId}/revocation`, WHY)),
  ],
  'POST /v1/agreements': [
    object((x) => post('/v1/agreements', { funderId: x.funderId, ...TERMS })),
  ],
  'GET /v1/agreements': [nothing('/v1/agreements')],
  'GET /v1/agreements/{agreementId}': [object(agreement)],
  'GET /v1/agreements/{agreementId}/balance': [object((x) => `${agreement(x)}/balance`)],
  'GET /v1/agreements/{agreementId}/account': [object((x) => `${agreement(x)}/account?${YEAR}`)],
  'POST /v1/agreements/{agreementId}/closing': [object((x) => post(`${agreement(x)}/closing`))],
  'POST /v1/agreements/{agreementId}/refunds': [
    object((x) =>
      post(`${agreement(x)}/refunds`, { amountCents: 1, bankAccountId: x.funderAccountId }),
    ),
    part((x, own) =>
      post(`${agreement(own)}/refunds`, { amountCents: 1, bankAccountId: x.funderAccountId }),
    ),
  ],
  'POST /v1/agreements/{agreementId}/refunds/{refundId}/approval': [
    object((x) => post(`${agreement(x)}/refunds/${x.refundId}/approval`)),
    part((x, own) => post(`${agreement(own)}/refunds/${x.refundId}/approval`)),
  ],
  'POST /v1/agreements/{agreementId}/refunds/{refundId}/sending': [
    object((x) => post(`${agreement(x)}/refunds/${x.refundId}/sending`)),
    part((x, own) => post(`${agreement(own)}/refunds/${x.refundId}/sending`)),
  ],
  'POST /v1/agreements/{agreementId}/refunds/{refundId}/failure': [
    object((x) => post(`${agreement(x)}/refunds/${x.refundId}/failure`, WHY)),
    part((x, own) => post(`${agreement(own)}/refunds/${x.refundId}/failure`, WHY)),
  ],
  'POST /v1/deposits': [
    object((x) =>
      post('/v1/deposits', {
        ...{ agreementId: x.agreementId, amountCents: 100, valueOn: '2026-01-15' },
        bankReference: `VIR 2 ${x.agreementId}`,
      }),
    ),
  ],
  'GET /v1/deposits': [nothing('/v1/deposits')],
  'GET /v1/deposits/{depositId}': [object((x) => `/v1/deposits/${x.depositId}`)],
  'POST /v1/deposits/{depositId}/confirmation': [
    object((x) => post(`/v1/deposits/${x.depositId}/confirmation`, { statementReference: 'S' })),
  ],
  'POST /v1/deposits/{depositId}/recall': [
    object((x) => post(`/v1/deposits/${x.depositId}/recall`, WHY)),
  ],

  'POST /v1/orders': [
    object((x) => post('/v1/orders', { agreementId: x.agreementId, ...ORDERED })),
  ],
  'GET /v1/orders': [
    nothing('/v1/orders'),
    filter((x) => `/v1/orders?agreementId=${x.agreementId}`),
    filter((x) => `/v1/orders?funderId=${x.funderId}`),
  ],
  'GET /v1/orders/{orderId}': [object(order)],
  'POST /v1/orders/{orderId}/cancellation': [object((x) => post(`${order(x)}/cancellation`, WHY))],
  'POST /v1/orders/{orderId}/delivery': [
    object((x) => post(`${order(x)}/delivery`, { deliveredOn: '2026-01-15' })),
  ],
  'GET /v1/orders/{orderId}/closing': [object((x) => `${order(x)}/closing`)],
  'POST /v1/orders/{orderId}/closing/stock-block': [
    object((x) => post(`${order(x)}/closing/stock-block`)),
  ],
  'POST /v1/orders/{orderId}/closing/acknowledgement': [
    object((x) => post(`${order(x)}/closing/acknowledgement`)),
  ],
  'POST /v1/orders/{orderId}/closing/agreement': [
    object((x) => post(`${order(x)}/closing/agreement`)),
  ],
  'POST /v1/orders/{orderId}/allocations': [
    object((x, own) =>
      post(`${order(x)}/allocations`, { prescriberId: own.prescriberId, books: 1 }),
    ),
    part((x, own) =>
      post(`${order(own)}/allocations`, {
        ...{ prescriberId: own.prescriberId },
        ...range(x === own ? x.book + 15 : x.book),
      }),
    ),
  ],
  'POST /v1/orders/{orderId}/transfers': [
    object((x, own) =>
      post(`${order(x)}/transfers`, {
        ...{ fromPrescriberId: own.prescriberId, toPrescriberId: own.prescriberId },
        ...range(own.book + 1),
      }),
    ),
    part((x, own) =>
      post(`${order(own)}/transfers`, {
        ...{ fromPrescriberId: own.prescriberId, toPrescriberId: own.prescriberId },
        ...range(x.book + 2),
      }),
    ),
  ],
  'POST /v1/orders/{orderId}/returns': [
    object((x) =>
      post(`${order(x)}/returns`, { prescriberId: x.prescriberId, ...range(x.book + 3) }),
    ),
    object((x, own) =>
      post(`${order(x)}/returns`, { prescriberId: own.prescriberId, ...range(x.book + 4) }),
    ),
    part((x, own) =>
      post(`${order(own)}/returns`, { prescriberId: own.prescriberId, ...range(x.book + 5) }),
    ),
  ],
  'POST /v1/orders/{orderId}/prints': [
    object((x) => post(`${order(x)}/prints`, { format: 'csv' })),
    part((x, own) => post(`${order(own)}/prints`, { format: 'csv', ...range(x.book) })),
  ],
  'GET /v1/orders/{orderId}/prints': [object((x) => `${order(x)}/prints`)],
  'GET /v1/prints/{printId}': [object((x) => `/v1/prints/${x.printId}`)],
  'GET /v1/prints/{printId}/file': [object((x) => `/v1/prints/${x.printId}/file`)],

  'POST /v1/prescribers': [nothing('/v1/prescribers', { name: 'Any', commune: '58194' })],
  'GET /v1/prescribers': [nothing('/v1/prescribers')],
  'GET /v1/prescribers/{prescriberId}': [object((x) => `/v1/prescribers/${x.prescriberId}`)],
  'GET /v1/prescribers/{prescriberId}/stock': [
    { ...object((x) => `/v1/prescribers/${x.prescriberId}/stock`), nobodysFor: 'funder' },
  ],
  'POST /v1/distributions': [
    object((x, own) =>
      post('/v1/distributions', {
        ...{ book: own.book + 6, prescriberId: x.prescriberId, public: 'senior' },
      }),
    ),
    part((x, own) =>
      post('/v1/distributions', {
        ...{ book: x.book + 7, prescriberId: own.prescriberId, public: 'senior' },
      }),
    ),
    scheme((x, own) =>
      post('/v1/distributions', {
        ...{ code: x.bookCode, prescriberId: own.prescriberId, public: 'senior' },
      }),
    ),
  ],
  'GET /v1/books/{number}': [
    object((x) => `/v1/books/${x.book}`),
    object((x) => `/v1/books/${x.handedOut}`),
  ],
  'POST /v1/books/{number}/block': [object((x) => post(`/v1/books/${x.book}/block`, WHY))],
  'POST /v1/books/{number}/unblock': [object((x) => post(`/v1/books/${x.book}/unblock`))],
  'POST /v1/books/{number}/replacement': [object((x) => post(`/v1/books/${x.book}/replacement`))],
  'POST /v1/beneficiaries/balance': [
    nothing('/v1/beneficiaries/balance', { beneficiaryRef: 'dossier-1' }),
  ],

  'POST /v1/vouchers/check': [
    object((x, own) => post('/v1/vouchers/check', { code: own.voucherCode, placeId: x.placeId })),
    scheme((x) => post('/v1/vouchers/check', { code: x.voucherCode })),
  ],
  'POST /v1/holder/balance': [scheme((x) => post('/v1/holder/balance', { code: x.voucherCode }))],
  'POST /v1/redemptions': [
    object((x, own) =>
      post('/v1/redemptions', { placeId: x.placeId, codes: [own.voucherCode], ...SPENT }),
    ),
  ],
  'GET /v1/redemptions/{redemptionId}': [object((x) => `/v1/redemptions/${x.redemptionId}`)],
  'POST /v1/redemptions/{redemptionId}/cancellation': [
    object((x) => post(`/v1/redemptions/${x.redemptionId}/cancellation`, WHY)),
  ],

  'POST /v1/reimbursement-runs': [nothing('/v1/reimbursement-runs', {})],
  'GET /v1/reimbursement-runs': [nothing('/v1/reimbursement-runs')],
  'GET /v1/reimbursement-runs/{runId}': [scheme(run)],
  'GET /v1/reimbursement-runs/{runId}/lines': [scheme((x) => `${run(x)}/lines`)],
  'GET /v1/reimbursement-runs/{runId}/held-amounts': [scheme((x) => `${run(x)}/held-amounts`)],
  'GET /v1/reimbursement-runs/{runId}/parts': [scheme((x) => `${run(x)}/parts`)],
  'POST /v1/reimbursement-runs/{runId}/preparation': [scheme((x) => post(`${run(x)}/preparation`))],
  'POST /v1/reimbursement-runs/{runId}/approval': [
    scheme((x) => post(`${run(x)}/approval`, { linesSha256: x.linesSha256 })),
  ],
  'POST /v1/reimbursement-runs/{runId}/rejection': [
    scheme((x) => post(`${run(x)}/rejection`, WHY)),
  ],
  'GET /v1/reimbursement-runs/{runId}/payment-file': [scheme((x) => `${run(x)}/payment-file`)],
  'POST /v1/reimbursement-runs/{runId}/submission': [
    scheme((x) => post(`${run(x)}/submission`, { outcome: 'unclear', evidence: 'any' })),
  ],
  'GET /v1/payments': [
    nothing('/v1/payments'),
    filter((x) => `/v1/payments?organisationId=${x.organisationId}`),
    filter((x) => `/v1/payments?runId=${x.runId}`),
  ],
  'GET /v1/payments/{claimId}': [object((x) => `/v1/payments/${x.claimId}`)],
  'POST /v1/payments/{claimId}/re-presentment': [
    object((x) =>
      post(`/v1/payments/${x.claimId}/re-presentment`, {
        evidence: { endToEndId: x.endToEndId, reference: 'any' },
      }),
    ),
  ],
  'POST /v1/bank-reports': [upload('/v1/bank-reports', 'application/xml', '<a/>')],
  'GET /v1/bank-reports': [nothing('/v1/bank-reports')],
  'GET /v1/bank-reports/{reportId}': [scheme(report)],
  'GET /v1/bank-reports/{reportId}/entries': [scheme((x) => `${report(x)}/entries`)],
  'GET /v1/bank-entries': [nothing('/v1/bank-entries')],
  'POST /v1/bank-reports/{reportId}/entries/{entryRef}/resolution': [
    scheme((x) => post(`${report(x)}/entries/${x.entryRef}/resolution`, { as: 'interest' })),
    scheme((x, own) => post(`${report(own)}/entries/${x.entryRef}/resolution`, { as: 'interest' })),
  ],
  'POST /v1/bank-reports/{reportId}/items/{item}/acknowledgement': [
    {
      ...scheme((x) => post(`/v1/bank-reports/${x.answersId}/items/1/acknowledgement`, WHY)),
      once: true,
    },
  ],
  'GET /v1/reconciliation': [nothing('/v1/reconciliation')],

  'POST /v1/contacts': [
    {
      ...object((x) => post('/v1/contacts', { ...CARD, partyKind: 'funder', partyId: x.funderId })),
      ownedAs: 'funder',
    },
  ],
  'GET /v1/contacts': [nothing('/v1/contacts')],
  'GET /v1/contacts/{contactId}': [{ ...object(contact), ownedAs: 'funder' }],
  'GET /v1/contacts/{contactId}/export': [
    { ...object((x) => `${contact(x)}/export`), ownedAs: 'funder' },
  ],
  'POST /v1/contacts/{contactId}/change': [
    { ...object((x) => post(`${contact(x)}/change`, CARD)), ownedAs: 'funder' },
  ],
  'POST /v1/contacts/{contactId}/erasure': [object((x) => post(`${contact(x)}/erasure`))],
  'POST /v1/contacts/{contactId}/erasure/approval': [
    object((x) => post(`${contact(x)}/erasure/approval`)),
  ],

  'GET /v1/solvency': [nothing('/v1/solvency')],
  'GET /v1/solvency/days': [nothing('/v1/solvency/days')],
  'GET /v1/solvency/alarms': [nothing('/v1/solvency/alarms')],
  'POST /v1/fee-sweeps': [
    object((x) => post('/v1/fee-sweeps', { agreementId: x.agreementId, amountCents: 1 })),
  ],
  'GET /v1/fee-sweeps': [nothing('/v1/fee-sweeps')],
  'GET /v1/fee-sweeps/{feeSweepId}': [object((x) => `/v1/fee-sweeps/${x.feeSweepId}`)],
  'POST /v1/fee-sweeps/{feeSweepId}/approval': [
    object((x) => post(`/v1/fee-sweeps/${x.feeSweepId}/approval`)),
  ],
  'POST /v1/fee-sweeps/{feeSweepId}/cancellation': [
    object((x) => post(`/v1/fee-sweeps/${x.feeSweepId}/cancellation`, WHY)),
  ],
  'GET /v1/invoices': [nothing('/v1/invoices')],
  'GET /v1/invoices/{invoiceId}': [object((x) => `/v1/invoices/${x.invoiceId}`)],
  'GET /v1/invoices/{invoiceId}/file': [object((x) => `/v1/invoices/${x.invoiceId}/file`)],
  'GET /v1/accounting/journal': [nothing(`/v1/accounting/journal?${YEAR}`)],
  'GET /v1/accounting/trial-balance': [nothing('/v1/accounting/trial-balance')],
  'GET /v1/accounting/fec': [nothing('/v1/accounting/fec?year=2026')],
  'GET /v1/accounting/periods': [nothing('/v1/accounting/periods')],
  'GET /v1/accounting/periods/{month}': [scheme((x) => `/v1/accounting/periods/${x.month}`)],
  'POST /v1/accounting/periods': [nothing('/v1/accounting/periods', { month: '2026-01' })],
  'POST /v1/accounting/periods/{month}/approval': [
    nothing('/v1/accounting/periods/2026-01/approval', { sha256: '0'.repeat(64) }),
  ],

  // An organisation is refused a funder's kind, which is decided behind the table.
  'POST /v1/webhooks': [nothing('/v1/webhooks', TOLD)],
  'GET /v1/webhooks': [nothing('/v1/webhooks')],
  'GET /v1/webhooks/{webhookId}': webhook((path) => path),
  'POST /v1/webhooks/{webhookId}/rotation': webhook((path) => post(`${path}/rotation`)),
  'POST /v1/webhooks/{webhookId}/pause': webhook((path) => post(`${path}/pause`)),
  'POST /v1/webhooks/{webhookId}/resumption': webhook((path) => post(`${path}/resumption`)),
  'POST /v1/webhooks/{webhookId}/ending': webhook((path) => post(`${path}/ending`)),
  'POST /v1/webhooks/{webhookId}/test': webhook((path) => post(`${path}/test`)),
  'POST /v1/webhooks/{webhookId}/replay': webhook((path) => post(`${path}/replay`, PERIOD)),
  'GET /v1/webhooks/{webhookId}/deliveries': webhook((path) => `${path}/deliveries`),
  'GET /v1/webhooks/{webhookId}/deliveries/{deliveryId}': [
    { ...object(toWebhook), ownedAs: 'place-manager' },
  ],
  'POST /v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay': [
    { ...object((x) => post(`${toWebhook(x)}/replay`)), ownedAs: 'place-manager' },
  ],
};
