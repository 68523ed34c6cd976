import { gzipSync } from 'node:zlib';
import { each, type BadCase } from './bad-case';
import type { BadInputWorld, Sent } from './world';

const raw =
  (body: string | Buffer, changes: Partial<Sent> = {}) =>
  (): Sent => ({
    ...{ path: '/v1/deposits', role: 'finance-preparer', body },
    ...changes,
  });

/** A deposit with one field more. */
const more = (json: string) => (world: BadInputWorld) => {
  const { body, ...sent } = world.deposit('100');
  return { ...sent, body: `${body.slice(0, -1)},${json}}` };
};

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** Cases 1–23: bodies and types. */
export const BODIES: readonly BadCase[] = [
  ...each(1, '400 body_required', {
    'no body': () => ({ path: '/v1/deposits', role: 'finance-preparer', method: 'POST' }),
    'an empty body': raw(''),
    'an empty file': () => ({
      ...{ path: '/v1/places/imports', role: 'operator', body: '', type: 'text/csv' },
    }),
  }),
  ...each(2, '400 object_required', {
    null: raw('null'),
    'null where nothing is asked': () => ({
      ...{ path: '/v1/reimbursement-runs', role: 'finance-preparer', body: 'null' },
    }),
  }),
  ...each(3, '400 object_required', { 'a list': raw('[]'), 'a text': raw('"text"') }),
  ...each(4, '400 json_malformed', { 'a cut object': raw('{"a":'), 'two values': raw('{}{}') }),
  ...each(5, '400 json_duplicate_key', { 'an amount twice': more('"amountCents":999') }),
  ...each(6, '400 unknown_property', { 'a prototype': more('"__proto__":{"role":"operator"}') }),
  ...each(7, '400 unknown_property', { 'a constructor': more('"constructor":{"prototype":{}}') }),
  ...each(8, '400 unknown_property', {
    'a property more': more('"comment":"to be ignored"'),
    'a property more, below': (world) => ({
      ...{ path: '/v1/organisations', role: 'operator' },
      body: {
        ...{ name: 'Espace', siret: '73282932000074', legalForm: 'association' },
        address: { street: 'a', postalCode: '58000', city: 'b', country: 'FR', funder: world.till },
      },
    }),
    'any property where none is asked': () => ({
      ...{ path: '/v1/reimbursement-runs', role: 'finance-preparer', body: { weekday: 'monday' } },
    }),
  }),
  ...each(9, '400 unknown_property', { 'another tenant': more(`"tenantId":"${UNKNOWN_ID}"`) }),
  ...each(10, '400 unknown_property', {
    'a status': more('"status":"APPROVED"'),
    'who approved': ({ orders: { agreementId } }) => ({
      ...{ path: `/v1/agreements/${agreementId}/refunds/${UNKNOWN_ID}/approval` },
      ...{ role: 'finance-approver', body: { approvedBy: UNKNOWN_ID } },
    }),
  }),
  {
    ...{ no: 10, what: 'PATCH', gets: '405 method_not_allowed' },
    ask: () => ({ ...raw('{"status":"APPROVED"}')(), method: 'PATCH' }),
  },
  ...each(11, '400 too_deep', {
    'lists in lists': raw('['.repeat(10_000) + ']'.repeat(10_000)),
    'objects in objects': raw('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)),
  }),
  ...each(12, '413 body_too_large', { '5 MB': raw(`{"a":"${'x'.repeat(5_000_000)}"}`) }),
  ...each(13, '413 too_many_items', {
    '100,001 items': raw(`[${'1,'.repeat(100_000)}1]`),
    '1,000 codes': (world) => world.redeem('', { codes: Array(1_000).fill('0123456789ABCDEF') }),
  }),
  ...each(14, '415 media_type', { 'plain text': raw('{}', { type: 'text/plain' }) }),
  ...each(15, '415 media_type', {
    'XML for JSON': raw('<a/>', { type: 'application/xml' }),
    'JSON for XML': () => ({ path: '/v1/bank-reports', role: 'finance-preparer', body: '{}' }),
  }),
  ...each(16, '415 encoding', { 'UTF-16': raw(Buffer.from('{"a":1}', 'utf16le')) }),
  ...each(16, '415 media_type', {
    'UTF-16, said so': raw(Buffer.from('{"a":1}', 'utf16le'), {
      type: 'application/json; charset=utf-16',
    }),
  }),
  ...each(17, '400 encoding', { 'a byte order mark': raw('\ufeff{"a":1}') }),
  ...each(18, '400 encoding', { 'C0 AF': raw(Buffer.from('7b2261223a22c0af227d', 'hex')) }),
  ...each(19, '415 media_type', {
    'a bomb in gzip': raw(gzipSync(Buffer.alloc(10_000_000)), {
      headers: { 'content-encoding': 'gzip' },
    }),
    'one for a file': () => ({
      ...{ path: '/v1/bank-reports', role: 'finance-preparer', type: 'application/xml' },
      ...{ body: gzipSync(Buffer.alloc(10_000_000)), headers: { 'content-encoding': 'gzip' } },
    }),
  }),
  ...each(20, '400 amount_type', { '"100"': (world) => world.deposit('"100"') }),
  ...each(20, '400 number_type', {
    'books of "10"': ({ orders: { agreementId, funder } }) => ({
      ...{ path: '/v1/orders', role: 'funder', partyId: funder.partyId },
      body: { agreementId, books: '10', vouchersPerBook: 10, validUntilOn: '2026-12-31' },
    }),
  }),
  ...each(21, '400 amount_type', { true: (world) => world.deposit('true') }),
  ...each(22, '400 id_invalid', {
    'a path for an id': () => ({ path: '/v1/deposits/..%2F..%2Fx', role: 'auditor' }),
    'a word for an id': () => ({ path: '/v1/orders/undefined', role: 'auditor' }),
    'a path in a body': ({ orders }) => ({
      ...{ path: '/v1/orders', role: 'funder', partyId: orders.funder.partyId },
      body: { agreementId: '../../x', books: 1, vouchersPerBook: 10, validUntilOn: '2026-12-31' },
    }),
    'an operator of a query': (world) => world.redeem('', { placeId: { $gt: '' } }),
    'capital letters': ({ orderId }) => ({
      ...{ path: `/v1/orders/${orderId.toUpperCase()}`, role: 'auditor' },
    }),
  }),
  ...each(23, '400 id_invalid', {
    'an id twice': () => ({
      ...{ path: `/v1/orders?agreementId=${UNKNOWN_ID}&agreementId=${UNKNOWN_ID}` },
      role: 'auditor',
    }),
  }),
  ...each(23, '400 unknown_property', {
    'a list of ids': () => ({ path: '/v1/orders?id[]=1&id[]=2', role: 'auditor' }),
    'a list of ids where no query is read': ({ orderId }) => ({
      ...{ path: `/v1/orders/${orderId}?id[]=1&id[]=2`, role: 'auditor' },
    }),
  }),
];
