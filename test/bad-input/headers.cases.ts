import { randomUUID } from 'node:crypto';
import { each, type BadCase } from './bad-case';
import type { BadInputWorld, Sent } from './world';

const deposit = (changes: Partial<Sent>) => (world: BadInputWorld) => ({
  ...world.deposit('100'),
  ...changes,
});

/** Asked with a token of these claims. */
const withToken =
  (input: Parameters<BadInputWorld['app']['http']['issuer']['token']>[0]) =>
  async ({ app }: BadInputWorld): Promise<Sent> => ({
    path: '/v1/funders',
    headers: await app.http.issuer.bearer(input),
  });

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What a token says, unsigned or signed with the public key as if it were a secret. */
const forged =
  (alg: string) =>
  ({ app }: BadInputWorld): Sent => {
    const { issuer, audience } = app.http.issuer;
    const claims = { iss: issuer, aud: audience, sub: randomUUID(), party: randomUUID() };
    const body = part({ ...claims, roles: ['operator'], nbf: 0, exp: 4_000_000_000 });
    const signature = alg === 'none' ? '' : 'AAAA';
    const token = `${part({ alg, kid: 'test' })}.${body}.${signature}`;
    return { path: '/v1/funders', headers: { authorization: `Bearer ${token}` } };
  };

const UUIDS = [randomUUID(), randomUUID()];

/** Cases 69–82: headers, idempotency, auth. */
export const HEADERS: readonly BadCase[] = [
  ...each(69, '400 idempotency_key_required', {
    'no Idempotency-Key': deposit({ key: null }),
    'none where nothing else is asked': () => ({
      ...{ path: '/v1/reimbursement-runs', role: 'finance-preparer', method: 'POST', key: null },
    }),
  }),
  ...each(70, '400 idempotency_key_invalid', {
    'a word': deposit({ key: 'again' }),
    '10 kB': deposit({ key: 'a'.repeat(10_000) }),
    'a UUID and more': deposit({ key: `${randomUUID()}0` }),
    'no text': deposit({ key: ' ' }),
  }),
  ...each(71, '400 idempotency_key_invalid', {
    'two keys': deposit({ key: null, headers: { 'idempotency-key': UUIDS } }),
    'two keys in one': deposit({ key: UUIDS.join(', ') }),
  }),
  {
    ...{ no: 72, what: 'the same key with another body', gets: '422 idempotency_mismatch' },
    ask: async (world) => {
      const sent = { ...world.deposit('100'), key: randomUUID(), partyId: randomUUID() };
      await world.send(sent);
      return { ...sent, body: sent.body.replace(':100}', ':101}') };
    },
  },
  {
    ...{ no: 74, what: 'the same key of another party', gets: '201' },
    ask: async (world) => {
      const key = randomUUID();
      await world.send({ ...world.deposit('100'), key });
      return { ...world.deposit('101'), key };
    },
  },
  ...each(75, '401 token_invalid', {
    'an expired token': withToken({ notBefore: 0, expires: 1_000_000 }),
    'one of the future': withToken({ notBefore: 3_999_999_999, expires: 4_000_000_000 }),
    'one without end': withToken({ notBefore: 0, expires: null }),
    'one for another audience': withToken({ notBefore: 0, audience: 'elsewhere' }),
    'one of another issuer': withToken({ notBefore: 0, issuer: 'https://elsewhere.test' }),
    'one without a party': withToken({ notBefore: 0, claims: { party: undefined } }),
    'one that nobody signed': forged('none'),
    'one signed with the public key': forged('HS256'),
    'no token': () => ({ path: '/v1/funders', headers: { authorization: 'Bearer text' } }),
    'a password': () => ({ path: '/v1/funders', headers: { authorization: 'Basic YTpi' } }),
  }),
  ...each(75, '401 token_required', { nothing: () => ({ path: '/v1/funders' }) }),
  ...each(76, '401 token_invalid', {
    'two Authorization headers': async ({ app }) => {
      const input = { notBefore: 0, expires: 4_000_000_000 };
      const { authorization } = await app.http.issuer.bearer(input);
      const twice = [authorization, authorization] as unknown as string;
      return { path: '/v1/funders', headers: { authorization: twice } };
    },
  }),
  ...each(78, '400 body_required', {
    'another method than its own': () => ({
      ...{ path: '/v1/deposits', role: 'finance-preparer', method: 'POST' },
      headers: { 'x-http-method-override': 'GET' },
    }),
  }),
  ...each(79, '400 http_malformed', {
    'a host that is none': () => ({
      ...{ path: '/v1/funders', role: 'auditor', headers: { host: 'a.test/../b@c' } },
    }),
  }),
  {
    ...{ no: 79, what: 'a host of others', gets: '200' },
    ask: () => ({ path: '/v1/places', headers: { host: 'canary.example' } }),
    // No answer is made of it.
    and: ({ text, headers }) => {
      expect(text + JSON.stringify(headers)).not.toContain('canary.example');
    },
  },
  ...each(80, '431 headers_too_large', {
    '100 kB of headers': () => ({ path: '/v1/places', headers: { 'x-a': 'a'.repeat(100_000) } }),
  }),
  {
    ...{ no: 82, what: 'a page of another origin', gets: '200' },
    ask: () => ({
      ...{ path: '/v1/places', headers: { origin: 'https://evil.test', cookie: 'session=1' } },
    }),
    // No cookie means anything here, and no browser shows the answer to that page.
    and: ({ headers }) => {
      const allowed = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
      expect(allowed).toEqual([]);
      expect(headers['set-cookie']).toBeUndefined();
    },
  },
  ...each(82, '405 method_not_allowed', {
    'its preflight': () => ({
      ...{ path: '/v1/deposits', method: 'OPTIONS', key: null },
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
    }),
  }),
];
