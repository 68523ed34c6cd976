import { randomUUID } from 'node:crypto';
import type { Role } from '@app/platform';
import { anchorToday } from '../audit/anchor-today';
import { BankWorld } from '../bank/bank-world';
import { IBANS } from '../runs/run-world';
import type { Person, SchemeApp } from '../support/scheme-app';
import { handOut, OrderWorld } from '../voucher-books/order-world';

/** What belongs to one funder, its prescriber, and one organisation with its place. */
export type Side = Readonly<{
  funderId: string;
  funderAccountId: string;
  agreementId: string;
  depositId: string;
  refundId: string;
  feeSweepId: string;
  invoiceId: string;
  orderId: string;
  printId: string;
  prescriberId: string;
  /** In the prescriber's stock, and another that it handed out. */
  book: number;
  handedOut: number;
  bookCode: string;
  /** Of the book handed out, and not used. */
  voucherCode: string;
  organisationId: string;
  accountId: string;
  writeOffId: string;
  placeId: string;
  redemptionId: string;
  claimId: string;
  endToEndId: string;
  /** Of the funder, the prescriber and the organisation. */
  userId: string;
  /** The funder’s. */
  invitationId: string;
  /** The funder’s. */
  contactId: string;
  webhookId: string;
  /** The organisation’s, and a message to it. */
  placeWebhookId: string;
  deliveryId: string;
}>;

/** What is the scheme's. */
export type Common = Readonly<{
  runId: string;
  linesSha256: string;
  reportId: string;
  entryRef: string;
  /** The bank's answer to a file that is not ours; its item 1 waits for a person. */
  answersId: string;
  importId: string;
  jobId: string;
  month: string;
  keyId: string;
  apiKeyId: string;
  /** Of an invitation that nobody accepted. */
  secret: string;
  schemeWebhookId: string;
  /** It has a root of the audit trail. */
  auditDay: string;
}>;

/** Two of everything in one scheme, and ids of nothing. */
export type AccessWorld = Readonly<{ own: Side; foreign: Side; common: Common }>;

const ADDRESS = { street: '1 rue du Pont', postalCode: '58000', city: 'Nevers', country: 'FR' };
export const LISTED = {
  ...{ name: 'Espace', services: ['online-forms'] },
  address: { ...ADDRESS, communeCode: '58194' },
};
export const ORGANISATION = {
  ...{ name: 'Espace', siret: '73282932000074', legalForm: 'association', address: ADDRESS },
};

export async function accessWorld(app: SchemeApp): Promise<AccessWorld> {
  const bank = new BankWorld(app, { balanceCents: 1_000_000 });
  const began = [await beginSide(app, IBANS[0]), await beginSide(app, IBANS[1])] as const;
  const { runId, linesSha256, lines } = await payRun(app, bank);
  const sides: Side[] = [];
  for (const each of began) sides.push(await endSide(app, each, lines));
  const [own, foreign] = sides;
  if (own === undefined || foreign === undefined) throw new Error('a side is missing');
  const credit = bank.entry({ amountCents: 100, direction: 'credit' });
  const { reportId, entryRef } = await bank.entryOf(await bank.send(bank.statement([credit])));
  const rejected = [{ endToEndId: 'OTHER', reasonCode: 'AC04' }];
  const { reportId: answersId } = await bank.send(bank.rejection('OTHER', rejected));
  const csv = 'id,pivot,nom,commune,code_postal,adresse,latitude,longitude,services';
  const bytes = Buffer.from(`${csv}\r\na,,Lieu,Nevers,58000,1 rue A,47,3,\r\n`);
  const imported = await app.as('operator').upload('/v1/places/imports', bytes, 'text/csv');
  const common = {
    ...{ runId, linesSha256, reportId, entryRef, answersId },
    importId: String(imported.body['importId']),
    jobId: `bank-report.${reportId}`,
    month: app.clock.today().slice(0, 7),
    keyId: app.keyRing.currentKeyId,
    ...(await giveAccess(app)),
    schemeWebhookId: await beTold(app.as('operator'), 'order.active'),
    auditDay: await anchorToday(app),
  };
  return { own, foreign, common };
}

/** Well-formed ids of what was never made. */
export function missingSide(app: SchemeApp): Side {
  const ids = Object.fromEntries(SIDE_IDS.map((name) => [name, randomUUID()]));
  const book = 900_000_000;
  return {
    ...(ids as Record<(typeof SIDE_IDS)[number], string>),
    ...{ book, handedOut: book + 1, endToEndId: 'NOBODYS' },
    bookCode: codeOf(app, randomUUID(), book, 0),
    voucherCode: codeOf(app, randomUUID(), book + 1, 2),
  };
}

export const missingCommon = (): Common => ({
  ...{ runId: randomUUID(), linesSha256: '0'.repeat(64), reportId: randomUUID() },
  ...{ entryRef: randomUUID(), answersId: randomUUID(), importId: randomUUID() },
  ...{ month: '2031-01', keyId: 'nobodys', schemeWebhookId: randomUUID() },
  ...{ apiKeyId: randomUUID(), secret: `ci_${'A'.repeat(64)}` },
  ...{ jobId: `bank-report.${randomUUID()}`, auditDay: '2031-01-01' },
});

const SIDE_IDS = [
  ...(['funderId', 'funderAccountId', 'agreementId', 'depositId', 'refundId'] as const),
  ...(['feeSweepId', 'invoiceId', 'orderId', 'printId', 'prescriberId', 'organisationId'] as const),
  ...(['accountId', 'writeOffId', 'placeId', 'redemptionId', 'claimId'] as const),
  ...(['userId', 'invitationId', 'contactId'] as const),
  ...(['webhookId', 'placeWebhookId', 'deliveryId'] as const),
] as const;

/** What an answer to somebody else must not name: the side's ids. */
export const idsOf = (side: Side): readonly string[] => SIDE_IDS.map((name) => side[name]);

/** The party a role of the world acts for: that of the side, where it is of one. */
export function partyOf(role: Role, side: Side): string | undefined {
  if (role === 'funder') return side.funderId;
  if (role === 'prescriber') return side.prescriberId;
  if (role === 'place-manager' || role === 'place-cashier') return side.organisationId;
  return undefined;
}

type Begun = Readonly<{
  orders: OrderWorld;
  orderId: string;
  prescriber: Person;
  firstBook: number;
  organisationId: string;
  accountId: string;
  placeId: string;
  paidRedemptionId: string;
}>;

/** Up to a redemption that the first run pays. */
async function beginSide(app: SchemeApp, iban: string): Promise<Begun> {
  const orders = await OrderWorld.in(app);
  const orderId = await orders.activeOrder(20);
  const prescriber = await orders.prescriber();
  const { firstBook } = await orders.allocate(orderId, prescriber, 10);
  await prescriber.post('/v1/distributions', handOut(prescriber, firstBook));
  const operator = app.as('operator');
  const { organisationId } = await operator.post<{ organisationId: string }>(
    '/v1/organisations',
    ORGANISATION,
  );
  const listed = { organisationId, ...LISTED };
  const { placeId } = await operator.post<{ placeId: string }>('/v1/places', listed);
  const label = { validFromOn: '2026-01-01', validUntilOn: '2027-12-31' };
  await operator.post(`/v1/places/${placeId}/label`, { ...label, services: LISTED.services });
  const path = `/v1/organisations/${organisationId}/bank-accounts`;
  const { bankAccountId: accountId } = await app
    .as('place-manager', organisationId)
    .post<{ bankAccountId: string }>(path, { iban, holderName: 'Espace' });
  const verification = { outcome: 'match' };
  await app.as('finance-approver').post(`${path}/${accountId}/verification`, verification);
  const begun = { orders, orderId, prescriber, firstBook, organisationId, accountId, placeId };
  return { ...begun, paidRedemptionId: await redeem(app, begun, [1, 2, 3, 4, 5]) };
}

/** Vouchers of the book handed out, by the cashier of the side; five make a payment. */
async function redeem(
  app: SchemeApp,
  { orderId, firstBook, organisationId, placeId }: Omit<Begun, 'paidRedemptionId'>,
  vouchers: readonly number[],
): Promise<string> {
  const cashier = app.as('place-cashier', organisationId);
  const codes = vouchers.map((voucher) => codeOf(app, orderId, firstBook, voucher));
  const { redemptionId } = await cashier.post<{ redemptionId: string }>('/v1/redemptions', {
    ...{ placeId, codes, service: 'online-forms', priceCents: 100_000 },
  });
  return redemptionId;
}

type Line = Readonly<{
  organisationId: string;
  claimId: string;
  endToEndId: string;
  amountCents: number;
}>;

/** Opened, approved, at the bank, and booked. */
async function payRun(app: SchemeApp, bank: BankWorld) {
  const { preparer, approver, auditor } = bank;
  const { runId } = await preparer.post<{ runId: string }>('/v1/reimbursement-runs');
  await app.sweep();
  const path = `/v1/reimbursement-runs/${runId}`;
  const { linesSha256 } = await auditor.get<{ linesSha256: string }>(path);
  await approver.post(`${path}/approval`, { linesSha256 });
  await app.sweep();
  for (const outcome of ['started', 'submitted']) {
    await approver.post(`${path}/submission`, { outcome });
  }
  const { items: lines } = await auditor.get<{ items: Line[] }>(`${path}/lines`);
  const debits = lines.map(({ endToEndId, amountCents }) => {
    const transactions = [{ endToEndId, amountCents }];
    return bank.entry({ amountCents, direction: 'debit', transactions });
  });
  await bank.send(bank.statement(debits));
  return { runId, linesSha256, lines };
}

/** With a debt, and something proposed of each kind that two people decide. */
async function endSide(app: SchemeApp, begun: Begun, lines: readonly Line[]): Promise<Side> {
  const { orders, orderId, prescriber, firstBook, organisationId, accountId, placeId } = begun;
  const { funder, agreementId, operator } = orders;
  const preparer = app.as('finance-preparer');
  const line = lines.find((each) => each.organisationId === organisationId);
  if (line === undefined) throw new Error('the run does not pay the organisation');
  const cancellation = `/v1/redemptions/${begun.paidRedemptionId}/cancellation`;
  await preparer.post(cancellation, { reason: 'no session' });
  const { writeOffId } = await preparer.post<{ writeOffId: string }>(
    `/v1/organisations/${organisationId}/debt/write-off`,
    { amountCents: 100, reason: 'in liquidation' },
  );
  const account = { iban: IBANS[4], holderName: 'Paierie' };
  const accounts = `/v1/funders/${funder.partyId}/bank-accounts`;
  const { bankAccountId: funderAccountId } = await funder.post<{ bankAccountId: string }>(
    accounts,
    account,
  );
  const verification = { outcome: 'match' };
  await app
    .as('finance-approver')
    .post(`${accounts}/${funderAccountId}/verification`, verification);
  const refund = { amountCents: 100, bankAccountId: funderAccountId };
  const refunds = `/v1/agreements/${agreementId}/refunds`;
  const { refundId } = await preparer.post<{ refundId: string }>(refunds, refund);
  const sweep = { agreementId, amountCents: 1 };
  const { feeSweepId } = await preparer.post<{ feeSweepId: string }>('/v1/fee-sweeps', sweep);
  const { printId } = await operator.post<{ printId: string }>(`/v1/orders/${orderId}/prints`, {
    format: 'csv',
  });
  const { items: invoices } = await funder.get<{ items: { invoiceId: string }[] }>('/v1/invoices');
  const { items: deposits } = await funder.get<{ items: { depositId: string }[] }>('/v1/deposits');
  return {
    ...{ funderId: funder.partyId, funderAccountId, agreementId, refundId, feeSweepId, orderId },
    ...{
      printId,
      prescriberId: prescriber.partyId,
      organisationId,
      accountId,
      writeOffId,
      placeId,
    },
    depositId: deposits[0]?.depositId ?? '',
    invoiceId: invoices[0]?.invoiceId ?? '',
    ...{ book: firstBook + 1, handedOut: firstBook },
    bookCode: codeOf(app, orderId, firstBook + 1, 0),
    voucherCode: codeOf(app, orderId, firstBook, 7),
    redemptionId: await redeem(app, begun, [6]),
    ...{ claimId: line.claimId, endToEndId: line.endToEndId },
    ...(await letIn(app, [funder.partyId, prescriber.partyId, organisationId])),
    contactId: await recordContact(funder),
    webhookId: await beTold(funder, 'order.active'),
    ...(await tellPlace(app, { organisationId, placeId })),
  };
}

/** One person for all three parties of a side, and of the invitations that each made the last. */
async function letIn(
  app: SchemeApp,
  [funderId, prescriberId, organisationId]: readonly [string, string, string],
): Promise<Pick<Side, 'userId' | 'invitationId'>> {
  const operator = app.as('operator');
  const { userId } = await operator.post<{ userId: string }>('/v1/users', {
    subject: randomUUID(),
  });
  const parties = [
    { role: 'prescriber', partyId: prescriberId },
    { role: 'place-manager', partyId: organisationId },
    { role: 'funder', partyId: funderId },
  ] as const;
  let invitationId = '';
  for (const { role, partyId } of parties) {
    await operator.post(`/v1/users/${userId}/roles`, { role, partyId });
    const made = app.as(role, partyId).post<{ invitationId: string }>('/v1/invitations', { role });
    ({ invitationId } = await made);
  }
  return { userId, invitationId };
}

/** To a machine, and to whoever comes with the secret. */
async function giveAccess(app: SchemeApp): Promise<Pick<Common, 'apiKeyId' | 'secret'>> {
  const operator = app.as('operator');
  const key = { roles: ['system'], purpose: 'any' };
  const { apiKeyId } = await operator.post<{ apiKeyId: string }>('/v1/api-keys', key);
  const invitation = { role: 'auditor' };
  const { secret } = await operator.post<{ secret: string }>('/v1/invitations', invitation);
  return { apiKeyId, secret };
}

async function recordContact(funder: Person): Promise<string> {
  const body = { partyKind: 'funder', partyId: funder.partyId, name: 'Camille' };
  return (await funder.post<{ contactId: string }>('/v1/contacts', body)).contactId;
}

/** Nobody listens there. */
async function beTold(person: Person, ...kinds: readonly string[]): Promise<string> {
  const webhook = { url: 'http://127.0.0.1:9/hook', kinds };
  return (await person.post<{ webhookId: string }>('/v1/webhooks', webhook)).webhookId;
}

async function tellPlace(
  app: SchemeApp,
  { organisationId, placeId }: Pick<Side, 'organisationId' | 'placeId'>,
): Promise<Pick<Side, 'placeWebhookId' | 'deliveryId'>> {
  const manager = app.as('place-manager', organisationId);
  const placeWebhookId = await beTold(manager, 'label.suspended');
  const place = `/v1/places/${placeId}`;
  await app.as('operator').post(`${place}/suspension`, { reason: 'inquiry' });
  await app.as('operator').post(`${place}/restoration`);
  const { items } = await manager.get<{ items: { deliveryId: string }[] }>(
    `/v1/webhooks/${placeWebhookId}/deliveries`,
  );
  return { placeWebhookId, deliveryId: items[0]?.deliveryId ?? '' };
}

/** Of a voucher, 0 for the book itself. */
function codeOf(app: SchemeApp, orderId: string, book: number, voucher: number): string {
  const key = { orderId, keyId: app.keyRing.currentKeyId };
  return app.codes.codeOf(key, { book, voucher });
}
