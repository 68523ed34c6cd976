import { randomUUID } from 'node:crypto';
import type { Role } from '@app/platform';
import {
  ACCOUNTING_REASONS,
  ACCOUNTING_STATUSES,
} from '../apps/api/src/accounting/accounting.refusals';
import { ACCESS_REASONS, ACCESS_STATUSES } from '../apps/api/src/users/access.refusals';
import { FUNDING_REASONS, FUNDING_STATUSES } from '../apps/api/src/funding/funding.refusals';
import { PLACES_REASONS, PLACES_STATUSES } from '../apps/api/src/places/places.refusals';
import {
  REIMBURSEMENT_REASONS,
  REIMBURSEMENT_STATUSES,
} from '../apps/api/src/runs/reimbursement.refusals';
import {
  VOUCHER_BOOKS_REASONS,
  VOUCHER_BOOKS_STATUSES,
} from '../apps/api/src/voucher-books/voucher-books.refusals';
import { WEBHOOKS_REASONS, WEBHOOKS_STATUSES } from '../apps/api/src/webhooks/webhooks.refusals';
import type { Operation } from './support/contract';
import { anchorToday } from './audit/anchor-today';
import { BankWorld } from './bank/bank-world';
import { RunWorld } from './runs/run-world';
import { SchemeApp, type Person } from './support/scheme-app';
import { handOut, OrderWorld } from './voucher-books/order-world';

/** Of refusals the document has no operation for, why nobody meets them over HTTP. */
const NEVER_OVER_HTTP: Readonly<Record<string, string>> = {
  address_unstructured: 'an account that cannot be named in a payment counts as none',
  api_key_unknown: 'the address is looked up first, and answers not_found',
  agreement_unknown: 'the address and the body are looked up first, and answer not_found',
  bank_account_barred: 'a run holds such a payment before it is ordered',
  books_out_of_range: 'a field of the body has the same bounds',
  claim_changed: 'only a run’s job orders payments, and is sent back',
  claim_differs: 'only a run’s job orders payments',
  deposit_unconfirmed: 'an entry of the bank waits with it',
  closing_not_due: 'only timers take the steps that have a day',
  credit_note_differs: 'only the process of the closing gives credit notes',
  entry_unknown: 'the entry is looked up first, and answers not_found',
  days_out_of_range: 'a field of the body has the same bounds',
  figures_unbalanced: 'only timers draw statements',
  files_differ_from_lines: 'only a run’s job issues files',
  funder_unknown: 'the funder is looked up first, and answers not_found',
  line_invalid: 'only a run’s job freezes lines',
  name_unrepresentable: 'an account that cannot be named in a payment counts as none',
  not_a_banking_day: 'only a run’s job chooses the day',
  order_not_delivered: 'only a process activates orders',
  order_not_funded: 'only a process issues books',
  payment_not_settled: 'an entry of the bank waits with it',
  payments_unanswered: 'only a run’s job completes it',
  person_required: 'a role lets no machine in',
  preparation_differs: 'only a run’s job freezes lines',
  preparation_incomplete: 'only a run’s job finishes a preparation',
  report_state: 'only a report’s job reads it',
  slice_too_large: 'only a run’s job freezes lines',
  statement_not_agreed: 'only the process of the closing closes orders',
  verdicts_out_of_order: 'only a report’s job judges its items',
  write_off_exceeded: 'an entry of the bank waits with it',
  user_unknown: 'the address is looked up first, and answers not_found',
  validity_running: 'only timers open and draw statements',
};

/** A report is refused by its job: they are in the report's own answer. */
const IN_REPORTS: readonly string[] = [
  ...['account_foreign', 'balance_differs', 'balance_missing', 'camt_amount', 'currency_foreign'],
  ...['report_kind_unknown', 'xml_doctype', 'xml_encoding', 'xml_entities', 'xml_malformed'],
  'xml_too_large',
];

const REASONS = {
  ...ACCESS_REASONS,
  ...FUNDING_REASONS,
  ...PLACES_REASONS,
  ...VOUCHER_BOOKS_REASONS,
  ...REIMBURSEMENT_REASONS,
  ...ACCOUNTING_REASONS,
  ...WEBHOOKS_REASONS,
};

let app: SchemeApp;
beforeAll(async () => {
  app = await SchemeApp.start();
});
afterAll(() => app.stop());

const operations = () => app.contract.operations;
const isRefusal = (status: string) => status.startsWith('4');
const successOf = (operation: Operation) => {
  const [status = ''] = Object.keys(operation.responses).filter((each) => each.startsWith('2'));
  return app.contract.responseOf(operation, Number(status));
};
const codesOf = (operation: Operation): readonly string[] =>
  Object.keys(operation.responses).flatMap((status) =>
    app.contract.codesOf(operation, Number(status)),
  );

describe('the document', () => {
  it('is OpenAPI 3.1, under its licence', async () => {
    const { Validator } = await import('@seriousme/openapi-schema-validator');
    const { document } = app.contract;
    const result = await new Validator().validate(
      structuredClone<object>(document) as Record<string, unknown>,
    );
    expect(result).toMatchObject({ valid: true });
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ version: '1', license: { identifier: 'EUPL-1.2' } });
  });

  it('has every route, and no other', () => {
    const fastify = app.http.app.getHttpAdapter().getInstance();
    const routes = routesOf(fastify.printRoutes({ commonPrefix: false }));
    const documented = Object.entries(app.contract.document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = routes.filter((route) => !/ \/(docs|openapi\.(json|yaml))(\/|$)/.test(route));
    expect(documented.sort()).toEqual(served.sort());
    expect(documented.length).toBeGreaterThan(70);
  });

  it('tells of each operation in a sentence, under an id of its own and for named roles', () => {
    const ids = operations().map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const operation of operations()) {
      expect(operation.summary).toMatch(/^[A-Z][^\n]+\.$/);
      expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(operation['tags']).toHaveLength(1);
      expect(operation['description']).toMatch(/Without login|For: [a-z]/);
    }
  });

  it('shows answers that are as their schema says', () => {
    for (const operation of operations()) {
      const media = Object.entries(successOf(operation)?.content ?? {});
      expect([operation.operationId, media.length > 0]).toEqual([operation.operationId, true]);
      for (const [type, { schema, example }] of media) {
        app.contract.validate(schema, example, `${operation.operationId} ${type}`);
      }
    }
  });

  it('shows bodies that are as their schema says', () => {
    for (const { operationId, requestBody } of operations()) {
      const { schema, example } = requestBody?.content['application/json'] ?? {};
      if (schema) app.contract.validate(schema, example, operationId);
    }
  });

  it('says what every refusal means, in words of its own', () => {
    for (const operation of operations()) {
      for (const status of Object.keys(operation.responses)) {
        const description = app.contract.responseOf(operation, Number(status))?.description;
        expect(`${operation.operationId} ${description}`).not.toContain('Refused: ');
      }
    }
    const behindLogin = operations().filter(({ security }) => (security as object[]).length > 0);
    for (const { operationId, responses } of behindLogin) {
      expect([operationId, Object.keys(responses).some(isRefusal)]).toEqual([operationId, true]);
    }
  });

  it('says of each but those of /health that too much may be asked, and what counts as more', () => {
    const unlimited = operations().filter(
      (operation) => !app.contract.codesOf(operation, 429).includes('rate_limited'),
    );
    expect(unlimited.map(({ operationId }) => operationId).sort()).toEqual([
      ...['getLiveness', 'getReadiness'],
    ]);
    const costly = operations().filter((operation) => operation['x-cost'] === 100);
    expect(costly.map(({ operationId }) => operationId).sort()).toEqual([
      ...['downloadFec', 'downloadInvoice', 'downloadPaymentFile', 'downloadPrint'],
      ...['exportPlaces', 'importPlaces', 'openRun', 'prepareRun', 'receiveBankReport'],
      ...['replayDelivery', 'replayWebhook', 'requestPrint', 'testWebhook'],
    ]);
  });

  it('has every code a context refuses with, or a reason why nobody meets it', () => {
    const met = new Set(operations().flatMap(codesOf));
    const missing = Object.keys(REASONS).filter((code) => !met.has(code));
    expect(missing.sort()).toEqual([...IN_REPORTS, ...Object.keys(NEVER_OVER_HTTP)].sort());
  });

  it('gives a code one status and one sentence, whichever context refuses', () => {
    const [statuses, reasons] = [
      [
        ...[ACCESS_STATUSES, FUNDING_STATUSES, PLACES_STATUSES, VOUCHER_BOOKS_STATUSES],
        ...[REIMBURSEMENT_STATUSES, ACCOUNTING_STATUSES, WEBHOOKS_STATUSES],
      ],
      [
        ...[ACCESS_REASONS, FUNDING_REASONS, PLACES_REASONS, VOUCHER_BOOKS_REASONS],
        ...[REIMBURSEMENT_REASONS, ACCOUNTING_REASONS, WEBHOOKS_REASONS],
      ],
    ];
    for (const code of Object.keys(REASONS)) {
      const told = reasons.flatMap((table) => (table as Record<string, string>)[code] ?? []);
      expect([code, new Set(told).size]).toEqual([code, 1]);
      const tables = statuses.filter((_, at) => code in (reasons[at] ?? {}));
      expect([code, new Set(tables.map((table) => table[code] ?? 409)).size]).toEqual([code, 1]);
    }
  });
});

describe('the page of the document', () => {
  it('takes nothing from anywhere else, and may run what it has', async () => {
    const { text, headers } = await app.http.request.get('/docs');
    const taken = [...text.matchAll(/<(?:script|link|img)[^>]*?(?:src|href)="([^"]*)"/g)];
    expect(taken.length).toBeGreaterThan(2);
    const types: string[] = [];
    for (const [, address = ''] of taken) {
      expect(address).toMatch(/^\.\/docs\/[\w.-]+$/);
      const file = await app.http.request.get(`/${address.slice(2)}`);
      expect([address, file.status]).toEqual([address, 200]);
      types.push(file.type);
    }
    expect(types).toEqual(expect.arrayContaining(['text/css', 'application/javascript']));
    expect(/<script(?![^>]*src=)[^>]*>\s*\S/.test(text)).toBe(false);
    const options = await app.http.request.get('/docs/swagger-ui-init.js');
    expect(options.text).toContain('"validatorUrl": null');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
  });

  it('tries operations with the bearer token it was given', () => {
    const { components, paths } = app.contract.document as unknown as {
      components: { securitySchemes: object };
      paths: Record<string, Record<string, { security: object[] }>>;
    };
    expect(components.securitySchemes).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer' },
    });
    expect(paths['/v1/funders']?.['get']?.security).toEqual([{ bearer: [] }]);
    expect(paths['/v1/figures']?.['get']?.security).toEqual([{}, { bearer: [] }]);
    expect(paths['/v1/holder/balance']?.['post']?.security).toEqual([]);
  });
});

/** Each of these is held to the document by `SchemeApp`; what is not asked here is told why. */
const NOT_ASKED: Readonly<Record<string, string>> = {
  downloadPrint: 'its file is made by a job: test/stories/prints',
  followJob: 'server-sent events: test/stories/prints',
};

describe('real answers', () => {
  it('are as documented, of every operation', async () => {
    const world = await OrderWorld.in(app, { singleHandOut: true });
    await askFunding(world);
    await askPlaces(world);
    const orderId = await askOrders(world);
    await askBooks(world, orderId);
    await askRuns();
    await askTreasury();
    await askBank();
    await askAccounting(world);
    await askFiles();
    await askAccess();
    await askWebhooks(world);
    await askContacts(world);
    await askAudit();
    const asked = [...app.contract.succeeded, ...Object.keys(NOT_ASKED)].sort();
    expect(asked).toEqual(
      operations()
        .map(({ operationId }) => operationId)
        .sort(),
    );
  });

  it('are as documented where they refuse, with the sentence of the document', async () => {
    const { body, status } = await app
      .as('operator')
      .ask('post', `/v1/places/${randomUUID()}/restoration`, { body: {} });
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'place_unknown', detail: PLACES_REASONS.place_unknown });
    for (const [role, path, answer] of REFUSED) {
      expect(await app.as(role).refused(path, { reason: 'any' })).toBe(answer);
    }
    expect((await app.nobody.ask('get', '/v1/funders')).status).toBe(401);
    expect((await app.as('operator').ask('get', '/v1/funders?limit=501')).status).toBe(400);
    expect((await app.as('operator').ask('get', '/v1/funders?cursor=x')).status).toBe(400);
  });
});

async function askAccess(): Promise<void> {
  const operator = app.as('operator');
  const { userId } = await operator.post<{ userId: string }>('/v1/users', { subject: 'anybody' });
  await operator.post(`/v1/users/${userId}/roles`, { role: 'auditor' });
  await operator.get('/v1/users');
  await operator.get(`/v1/users/${userId}`);
  const withdrawn = { role: 'auditor', reason: 'left' };
  await operator.post(`/v1/users/${userId}/roles/withdrawal`, withdrawn);
  type Made = { invitationId: string; secret: string };
  const { secret } = await operator.post<Made>('/v1/invitations', { role: 'auditor' });
  await app.as('auditor').post('/v1/invitations/acceptance', { secret });
  const { invitationId } = await operator.post<Made>('/v1/invitations', { role: 'auditor' });
  await operator.post(`/v1/invitations/${invitationId}/revocation`);
  await operator.get('/v1/invitations');
  const key = { roles: ['system'], purpose: 'any' };
  const { apiKeyId } = await operator.post<{ apiKeyId: string }>('/v1/api-keys', key);
  await operator.get('/v1/api-keys');
  await operator.get(`/v1/api-keys/${apiKeyId}`);
  await operator.post(`/v1/api-keys/${apiKeyId}/revocation`, { reason: 'any' });
}

const REFUSED: readonly (readonly [Role, string, string])[] = [
  ['operator', '/v1/funders', '400 unknown_property'],
  ['auditor', '/v1/funders', '403 forbidden'],
  ['operator', '/v1/orders/x/cancellation', '400 id_invalid'],
  ['prescriber', '/v1/books/0/block', '400 id_invalid'],
];

/** An endpoint where nobody listens, and a message to it that waits. */
async function askWebhooks({ operator }: OrderWorld): Promise<void> {
  const url = 'http://127.0.0.1:9/hook';
  const kinds = ['label.suspended'];
  const { placeId, organisationId } = await (await RunWorld.in(app)).place();
  const manager = app.as('place-manager', organisationId);
  const { webhookId } = await manager.post('/v1/webhooks', { url, kinds });
  const path = `/v1/webhooks/${String(webhookId)}`;
  await operator.post(`/v1/places/${placeId}/suspension`, { reason: 'inquiry' });
  await app.sweep();
  type Deliveries = { items: { deliveryId: string }[] };
  const { items } = await manager.get<Deliveries>(`${path}/deliveries?status=pending`);
  const delivery = `${path}/deliveries/${items[0]?.deliveryId}`;
  await manager.get(delivery);
  await manager.post(`${path}/rotation`);
  await manager.post(`${path}/pause`);
  await manager.get(path);
  await manager.get('/v1/webhooks');
  await manager.post(`${path}/resumption`);
  await manager.post(`${path}/test`);
  await manager.post(`${path}/replay`, {
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-31T00:00:00Z',
  });
  for (let day = 0; day < 3; day += 1) {
    app.clock.advanceBy({ days: 1 });
    await app.sweep();
  }
  await manager.get(`${path}/deliveries?status=given-up`);
  await manager.post(`${delivery}/replay`);
  await manager.post(`${path}/ending`);
}

async function askContacts({ operator, funder }: OrderWorld): Promise<void> {
  const card = { name: 'Camille Exemple', duty: 'accounts', email: 'camille@example.org' };
  const party = { partyKind: 'funder', partyId: funder.partyId };
  const { contactId } = await operator.post('/v1/contacts', { ...card, ...party });
  const path = `/v1/contacts/${String(contactId)}`;
  await operator.get('/v1/contacts');
  await operator.get(path);
  await operator.post(`${path}/change`, { ...card, phone: '+33199000001' });
  await operator.get(`${path}/export`);
  await operator.post(`${path}/erasure`);
  await app.as('operator').post(`${path}/erasure/approval`);
}

async function askAudit(): Promise<void> {
  const auditor = app.as('auditor');
  const day = `/v1/audit/days/${await anchorToday(app)}`;
  for (const path of ['/v1/audit/days', day, `${day}/changes`, `${day}/refusals`]) {
    await auditor.get(path);
  }
}

async function askFunding(world: OrderWorld): Promise<void> {
  const { operator, funder, agreementId } = world;
  const [preparer, approver] = [app.as('finance-preparer'), app.as('finance-approver')];
  const funderPath = `/v1/funders/${funder.partyId}`;
  const { name, siret, kind } = await operator.get(funderPath);
  const address = { street: '1 rue', postalCode: '58000', city: 'Nevers', country: 'FR' };
  await operator.post(`${funderPath}/correction`, { name, siret, kind, address });
  const account = { iban: 'FR7630006000011234567890189', holderName: 'Paierie' };
  const declared = await funder.post(`${funderPath}/bank-accounts`, account);
  const accountPath = `${funderPath}/bank-accounts/${String(declared['bankAccountId'])}`;
  await approver.post(`${accountPath}/verification`, { outcome: 'match' });
  const refunds = `/v1/agreements/${agreementId}/refunds`;
  const { bankAccountId } = declared;
  const { refundId } = await preparer.post(refunds, { amountCents: 100, bankAccountId });
  await approver.post(`${refunds}/${String(refundId)}/approval`);
  await approver.post(`${refunds}/${String(refundId)}/sending`);
  const failure = { reason: 'AC04' };
  await approver.post(`${refunds}/${String(refundId)}/failure`, failure);
  await funder.post(`${accountPath}/revocation`, { reason: 'closed' });
  const deposit = { agreementId, amountCents: 500, bankReference: 'R', valueOn: '2026-01-15' };
  const { depositId } = await preparer.post('/v1/deposits', deposit);
  await preparer.post(`/v1/deposits/${String(depositId)}/recall`, { reason: 'sent twice' });
  const { agreementId: other } = await operator.post('/v1/agreements', {
    ...(await operator.get(`/v1/agreements/${agreementId}`).then(termsOf)),
  });
  await operator.post(`/v1/agreements/${String(other)}/closing`);
  for (const path of [
    ...['/v1/funders', funderPath, `${funderPath}/balance`, '/v1/agreements?limit=1'],
    ...['/v1/agreements', `/v1/agreements/${agreementId}/balance?asOf=2026-01-15T10:00:00Z`],
    ...['/v1/deposits', `/v1/deposits/${String(depositId)}`],
  ]) {
    await operator.get(path);
  }
}

function termsOf({ agreementId: _, status: __, closedOn: ___, ...terms }: Record<string, unknown>) {
  return terms;
}

async function askPlaces(world: OrderWorld): Promise<void> {
  const { operator } = world;
  const address = { street: '1 rue', postalCode: '58000', city: 'Nevers', country: 'FR' };
  const registered = { name: 'Espace', siret: '73282932000074', legalForm: 'association', address };
  const { organisationId } = await operator.post('/v1/organisations', registered);
  const path = `/v1/organisations/${String(organisationId)}`;
  await operator.post(`${path}/correction`, { ...registered, name: 'Espace 2' });
  const manager = app.as('place-manager', String(organisationId));
  const iban = { iban: 'FR7630006000011234567890189', holderName: 'Espace' };
  const { bankAccountId } = await manager.post(`${path}/bank-accounts`, iban);
  const accountPath = `${path}/bank-accounts/${String(bankAccountId)}`;
  await app.as('finance-approver').post(`${accountPath}/verification`, { outcome: 'match' });
  await manager.post(`${accountPath}/revocation`, { reason: 'closed' });
  const listed = { name: 'Lieu', address, services: ['online-forms'], latitude: 47, longitude: 3 };
  const { placeId } = await manager.post('/v1/places', { organisationId, ...listed });
  const place = `/v1/places/${String(placeId)}`;
  await manager.post(`${place}/correction`, { ...listed, hours: 'Mo-Fr' });
  await operator.post(`${place}/attachment`, { organisationId });
  const label = { validFromOn: '2026-01-01', validUntilOn: '2027-01-01', services: ['a'] };
  await operator.post(`${place}/label`, label);
  await operator.get(`${place}`);
  await operator.post(`${place}/suspension`, { reason: 'inquiry' });
  await operator.post(`${place}/restoration`);
  for (const each of ['/v1/organisations', path, `${path}/balance`, place, `${place}/balance`]) {
    await operator.get(each);
  }
  await app.nobody.get('/v1/places?near=47,3&radiusKm=5&labelled=true');
  await app.nobody.get('/v1/places');
  await operator.post(`${place}/withdrawal`, { reason: 'left' });
}

/** Answers an order that is active, with ten books at the world's prescriber. */
async function askOrders(world: OrderWorld): Promise<string> {
  const { operator } = world;
  const cancelled = await world.order(1);
  await operator.post(`/v1/orders/${cancelled}/cancellation`, { reason: 'ordered twice' });
  const closing = await world.activeOrder(2, { validUntilOn: '2026-02-15' });
  const orderId = await world.activeOrder(20);
  const { printId, jobId } = await operator.post(`/v1/orders/${orderId}/prints`, { format: 'csv' });
  await operator.get(`/v1/jobs/${String(jobId)}`);
  await app.passUntil('2026-01-20');
  await operator.post(`/v1/orders/${closing}/closing/stock-block`);
  await operator.post(`/v1/orders/${closing}/closing/acknowledgement`);
  const ended = await app.passUntil('2026-03-25');
  expect(ended.map(({ step }) => step)).toContain('DrawStatement');
  await operator.post(`/v1/orders/${closing}/closing/agreement`);
  const orders = [closing, cancelled, orderId];
  for (const path of [
    ...orders.flatMap((id) => [`/v1/orders/${id}`, `/v1/orders/${id}/closing`]),
    ...[`/v1/orders/${orderId}/prints`, `/v1/prints/${String(printId)}`, '/v1/orders'],
  ]) {
    await operator.get(path);
  }
  return orderId;
}

async function askBooks(world: OrderWorld, orderId: string): Promise<void> {
  const { operator, funder } = world;
  const [ccas, other] = [await world.prescriber(), await world.prescriber('Autre')];
  const { firstBook, lastBook } = await world.allocate(orderId, ccas, 10);
  const last = { firstBook: lastBook, lastBook };
  await ccas.post(`/v1/orders/${orderId}/returns`, { prescriberId: ccas.partyId, ...last });
  const moved = { firstBook: lastBook - 1, lastBook: lastBook - 1 };
  const transfer = { fromPrescriberId: ccas.partyId, toPrescriberId: other.partyId, ...moved };
  await funder.post(`/v1/orders/${orderId}/transfers`, transfer);
  await ccas.post('/v1/distributions', handOut(ccas, firstBook, { beneficiaryRef: 'dossier-1' }));
  const { placeId, cashier } = await world.place();
  const codeOf = (voucher: number) =>
    app.codes.codeOf({ orderId, keyId: app.keyRing.currentKeyId }, { book: firstBook, voucher });
  await cashier.post('/v1/vouchers/check', { code: codeOf(1), placeId });
  const session = { placeId, codes: [codeOf(1), codeOf(2)], service: 'online-forms' };
  const made = await cashier.post('/v1/redemptions', { ...session, priceCents: 2_500 });
  expect(await cashier.refused('/v1/redemptions', { ...session, priceCents: 2_500 })).toBe(
    '409 voucher_used',
  );
  await cashier.post('/v1/vouchers/check', { code: codeOf(1), placeId });
  const redemption = `/v1/redemptions/${String(made['redemptionId'])}`;
  await operator.get(redemption);
  const finance = app.as('finance-preparer');
  await finance.post(`${redemption}/cancellation`, { reason: 'by mistake' });
  await operator.get(redemption);
  await app.nobody.post('/v1/holder/balance', { code: codeOf(0) });
  await ccas.post('/v1/beneficiaries/balance', { beneficiaryRef: 'dossier-1' });
  await tellBooks({ operator, ccas, book: firstBook });
  const keyId = app.keyRing.currentKeyId;
  await operator.post('/v1/keys/revocation', { keyId, reason: 'stolen' });
}

async function tellBooks(told: { operator: Person; ccas: Person; book: number }): Promise<void> {
  const { operator, ccas, book } = told;
  const path = `/v1/books/${book}`;
  await ccas.post(`${path}/block`, { reason: 'lost' });
  await ccas.post(`${path}/unblock`);
  await ccas.post(`${path}/block`, { reason: 'lost' });
  await ccas.post(`${path}/replacement`);
  for (const reader of [operator, ccas]) await reader.get(path);
  for (const each of ['', `/${ccas.partyId}`, `/${ccas.partyId}/stock`]) {
    await operator.get(`/v1/prescribers${each}`);
  }
  for (const groupBy of ['funder', 'month']) await operator.get(`/v1/figures?groupBy=${groupBy}`);
  await app.nobody.get('/v1/figures?groupBy=public');
}

/** What is no JSON, or is sent as none. */
/** Fees of an order, a debt of a place that was paid, and a day that the bank has stated. */
async function askTreasury(): Promise<void> {
  const runs = await RunWorld.in(app);
  const place = await runs.place();
  const { preparer, approver, auditor, orders } = runs;
  const sweep = { agreementId: orders.agreementId, amountCents: 100 };
  const { feeSweepId } = await preparer.post('/v1/fee-sweeps', sweep);
  const sweepPath = `/v1/fee-sweeps/${String(feeSweepId)}`;
  await auditor.get(sweepPath);
  await approver.post(`${sweepPath}/approval`);
  await preparer.post(`${sweepPath}/cancellation`, { reason: 'not carried out' });
  const [redemptionId = ''] = await runs.redeem(place, 3);
  const { runId } = await runs.submitted();
  const [line] = await runs.lines(runId);
  if (line === undefined) throw new Error('the run pays nobody');
  await runs.settles(line);
  await preparer.post(`/v1/redemptions/${redemptionId}/cancellation`, { reason: 'by mistake' });
  const path = `/v1/organisations/${place.organisationId}`;
  const writeOff = { amountCents: 1_000, reason: 'in liquidation' };
  const { writeOffId } = await preparer.post(`${path}/debt/write-off`, writeOff);
  await auditor.get(`${path}/debt`);
  await approver.post(`${path}/debt/write-off/${String(writeOffId)}/approval`);
  await preparer.post(`${path}/leaving`, { leftOn: app.clock.today() });
  for (const each of [
    `${path}/debt`,
    '/v1/debtors',
    sweepPath,
    '/v1/fee-sweeps?status=cancelled',
  ]) {
    await auditor.get(each);
  }
  for (const each of ['', '?asOf=2026-01-15T10:00:00Z', '/days', '/alarms']) {
    await auditor.get(`/v1/solvency${each}`);
  }
}

/** A report of one credit that names nothing, and one of the bank that answers another's file. */
async function askBank(): Promise<void> {
  const bank = new BankWorld(app);
  const { preparer, approver, auditor } = bank;
  const credit = bank.entry({ amountCents: 100, direction: 'credit' });
  const statement = await bank.send(bank.statement([credit]));
  const path = bank.resolution(await bank.entryOf(statement));
  await preparer.post(path, { as: 'interest' });
  await approver.post(path, { as: 'interest' });
  const rejected = [{ endToEndId: 'OTHER', reasonCode: 'AC04' }];
  const { reportId } = await bank.send(bank.rejection('OTHER', rejected));
  const item = `/v1/bank-reports/${reportId}/items/1`;
  await preparer.post(`${item}/acknowledgement`, { reason: 'of another account' });
  for (const each of [
    ...['/v1/bank-reports', `/v1/bank-reports/${reportId}`, '/v1/bank-entries?status=settled'],
    ...[`/v1/bank-reports/${reportId}/entries?verdict=waiting`, '/v1/reconciliation'],
  ]) {
    await auditor.get(each);
  }
}

async function askRuns(): Promise<void> {
  const runs = await RunWorld.in(app);
  const place = await runs.place();
  await runs.redeem(place, 5);
  const { preparer, approver, otherApprover, auditor } = runs;
  const hold = `/v1/organisations/${place.organisationId}/fraud-hold`;
  await preparer.post(hold, { reason: 'under inquiry' });
  await auditor.get('/v1/fraud-holds');
  await approver.post(`${hold}/lifting`, { reason: 'all is well' });
  const { runId } = await runs.prepared();
  const path = `/v1/reimbursement-runs/${runId}`;
  await approver.post(`${path}/rejection`, { reason: 'once more' });
  await app.sweep();
  await preparer.post(`${path}/preparation`);
  await app.sweep();
  const { linesSha256 } = await runs.run(runId);
  await approver.post(`${path}/approval`, { linesSha256 });
  await app.sweep();
  await runs.file(runId);
  await otherApprover.post(`${path}/submission`, { outcome: 'started' });
  const [line] = await runs.lines(runId);
  if (line === undefined) throw new Error('the run pays nobody');
  await runs.rejects(line);
  const { claimId, endToEndId } = line;
  const evidence = { endToEndId, reference: 'a new account' };
  await preparer.post(`/v1/payments/${claimId}/re-presentment`, { evidence });
  for (const each of [
    ...['/v1/reimbursement-runs', `${path}/held-amounts`, `${path}/parts`],
    ...['/v1/payments', `/v1/payments/${claimId}`],
  ]) {
    await auditor.get(each);
  }
}

async function askAccounting({ funder, agreementId }: OrderWorld): Promise<void> {
  const [preparer, approver] = [app.as('finance-preparer'), app.as('finance-approver')];
  const auditor = app.as('auditor');
  const month = app.clock.today().slice(0, 7);
  app.clock.advanceBy({ days: 31 });
  await preparer.post('/v1/accounting/periods', { month });
  const path = `/v1/accounting/periods/${month}`;
  const { sha256 } = await auditor.get(path);
  await approver.post(`${path}/approval`, { sha256 });
  const { items } = await funder.get<{ items: { invoiceId: string }[] }>('/v1/invoices');
  const invoice = `/v1/invoices/${items[0]?.invoiceId}`;
  const year = 'from=2026-01-01&to=2026-12-31';
  const account = `/v1/agreements/${agreementId}/account?${year}`;
  for (const each of [
    ...['/v1/accounting/periods', '/v1/accounting/trial-balance', invoice, account],
    ...[`/v1/accounting/journal?${year}`, '/v1/accounting/fec?year=2026'],
  ]) {
    await auditor.get(each);
  }
  await auditor.ask('get', `${invoice}/file`);
  const { items: places } = await auditor.get<{ items: { placeId: string }[] }>('/v1/places');
  await auditor.get(`/v1/places/${places[0]?.placeId}/statement?${year}`);
}

async function askFiles(): Promise<void> {
  const lasting = { notBefore: 0, expires: Date.parse('2100-01-01') / 1_000 };
  const headers = await app.http.issuer.bearer({ roles: ['operator'], ...lasting });
  const request = app.http.request
    .post('/v1/places/imports')
    .set({ ...headers, 'Idempotency-Key': randomUUID(), 'Content-Type': 'text/csv' });
  const columns = 'id,pivot,nom,commune,code_postal,adresse,latitude,longitude,services';
  const imported = await request.send(`${columns}\r\na,,Lieu,Nevers,58000,1 rue A,47,3,\r\n`);
  check('post', '/v1/places/imports', imported);
  await app.settle();
  for (const [path, accept] of [
    [`/v1/places/imports/${String(imported.body.importId)}/verdicts`, 'application/json'],
    ['/v1/places', 'application/geo+json'],
    ['/v1/places', 'text/csv'],
    ['/v1/places/export', '*/*'],
    ['/v1/agreements', 'text/csv'],
    ['/metrics', '*/*'],
    ['/health/live', '*/*'],
    ['/health/ready', '*/*'],
  ] as const) {
    check('get', path, await app.http.request.get(path).set({ ...headers, accept }));
  }
}

function check(
  method: string,
  path: string,
  { status, type: mediaType, body }: { status: number; type: string; body: unknown },
): void {
  expect([path, status < 300]).toEqual([path, true]);
  app.contract.check({ method, path, status, mediaType, body });
}

/** `GET /v1/agreements/{agreementId}` of every line of the tree that Fastify draws. */
function routesOf(tree: string): string[] {
  const path: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent, part, methods] = /^([│ ├└─]*)(\S+)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (indent === undefined || part === undefined) return [];
    path.splice(indent.length / 4 - 1, Infinity, part);
    const address = path.join('').replace(/:(\w+)/g, '{$1}');
    const named = (methods ?? '')
      .split(', ')
      .filter((method) => method !== '' && method !== 'HEAD');
    return named.map((method) => `${method} ${address}`);
  });
}
