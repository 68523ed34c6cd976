import fc from 'fast-check';
import type { Asked, Body, Value } from './asked';

/** A request that is right but for one thing. */
export const mutated = (requests: fc.Arbitrary<Asked>): fc.Arbitrary<Asked> =>
  fc
    .tuple(requests, fc.constantFrom(...ALL), fc.nat(), fc.constantFrom(...WRONG))
    .map(([asked, mutate, at, wrong]) => mutate(asked, at, wrong));

/** `at` chooses where, `wrong` what stands there. */
type Mutation = (asked: Asked, at: number, wrong: Value) => Asked;

/** Of no schema, or of another one. */
const WRONG: readonly Value[] = [
  ...[null, true, 0, -1, 1.5, 2 ** 53, -(2 ** 53), 1e21, 1e-7, '', ' ', 'x'.repeat(300)],
  ...['../../etc/passwd', '\u0000', '\ud800', 'a\nb', '0x10', '１２', '1e3', '2026-02-30', '[]'],
  ...['00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-4FFF-8FFF-FFFFFFFFFFFF', '%00', '\t'],
];
const ODD_VALUES: readonly Value[] = [[], {}, [[]], { $gt: '' }, [null], { toString: 1 }];

const jsonOf = ({ body }: Asked): Value | undefined =>
  body && 'json' in body ? body.json : undefined;

type Properties = Readonly<{ [name: string]: Value }> & { readonly $seen?: never };

const isObject = (value: Value | undefined): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('$seen' in value);

const withBody = (asked: Asked, body: Body): Asked => ({
  ...asked,
  body,
  type: asked.type ?? JSON_TYPE,
});
const JSON_TYPE = 'application/json';

/** Of the body's leaves, the one in turn is another. */
function replaced(value: Value, at: number, wrong: Value): Value {
  if (Array.isArray(value)) {
    const items = value as readonly Value[];
    if (items.length === 0) return wrong;
    return items.map((each, index) =>
      index === at % items.length ? replaced(each, Math.floor(at / items.length), wrong) : each,
    );
  }
  if (!isObject(value)) return wrong;
  const names = Object.keys(value);
  const name = names[at % (names.length + 1)];
  if (name === undefined) return wrong;
  return { ...value, [name]: replaced(value[name] ?? null, Math.floor(at / names.length), wrong) };
}

const json: readonly Mutation[] = [
  (asked, at, wrong) => withBody(asked, { json: replaced(jsonOf(asked) ?? {}, at, wrong) }),
  (asked, at) =>
    withBody(asked, {
      json: replaced(jsonOf(asked) ?? {}, at, ODD_VALUES[at % ODD_VALUES.length] ?? null),
    }),
  (asked, at) => {
    const value = jsonOf(asked);
    if (!isObject(value)) return withBody(asked, { json: value ?? [] });
    const names = Object.keys(value);
    const { [names[at % names.length] ?? '']: _, ...rest } = value;
    return withBody(asked, { json: rest });
  },
  (asked, at, wrong) => {
    const name = ['tenantId', 'status', 'id', 'approvedBy', 'toJSON', 'length'][at % 6] ?? 'x';
    const value = jsonOf(asked);
    return withBody(asked, { json: { ...(isObject(value) ? value : {}), [name]: wrong } });
  },
];

const TEXTS = [
  ...[
    '',
    'null',
    '[]',
    '{',
    '{"a":1}{}',
    '{"a":1,"a":2}',
    '{"__proto__":{}}',
    '\ufeff{}',
    '-',
    '"',
  ],
  ...[`${'['.repeat(5_000)}`, `{"a":"${'x'.repeat(1_100_000)}"}`, '{"a":1e400}', '{"a":-0}', 'NaN'],
  ...['{"amountCents":1.0}', '{"a":"\\ud800"}', '{"a":"\\u0000"}', '// {}', "{'a':1}", '{"a":01}'],
];

const raw: readonly Mutation[] = [
  (asked, at) => withBody(asked, { text: TEXTS[at % TEXTS.length] ?? '' }),
  (asked, at) =>
    withBody(asked, { hex: ['7b2261223a22c0af227d', 'fffe7b00', '00', 'ff'][at % 4] ?? '' }),
  // Cut, doubled or with a byte in it that is none of its own.
  (asked, at) => {
    const { body } = asked;
    if (!body || !('text' in body)) return asked;
    const cut = at % (body.text.length + 1);
    const put = ['', '\u0000', '&#x41;', '<!DOCTYPE x>', '"', '\r', '<'][at % 7] ?? '';
    return withBody(asked, {
      text: body.text.slice(0, cut) + put + body.text.slice(cut + (at % 3)),
    });
  },
  (asked, at) => {
    const types = ['text/plain', 'application/xml', 'text/csv', 'multipart/form-data', 'x', ''];
    const { type = types[at % types.length] ?? '' } = asked;
    return {
      ...asked,
      body: asked.body ?? { text: 'a' },
      type: at % 3 ? type : (types[at % 6] ?? ''),
    };
  },
];

const PARAMETERS = [
  ...['%00', '..%2f..%2fx', '%zz', 'a'.repeat(127), 'a'.repeat(2_000), '%F0%9F%98%80', '0', '-1'],
  ...[
    '1e9',
    '%20',
    '',
    '.',
    '..',
    'null',
    '*',
    ':x',
    '9'.repeat(25),
    '%C0%AF',
    '2147483648',
    '1.0',
  ],
];

const NAMES = [
  '__proto__',
  'constructor',
  'limit',
  'cursor',
  'asOf',
  'x[]',
  'sort',
  'x.y',
  '',
  'at',
];

const addresses: readonly Mutation[] = [
  (asked, at) => {
    const parts = asked.path.map((_, index) => index).filter((index) => index % 2 === 1);
    const chosen = parts[at % (parts.length || 1)];
    const wrong = PARAMETERS[at % PARAMETERS.length] ?? '';
    if (chosen === undefined) return { ...asked, path: [...asked.path, '/', { raw: wrong }] };
    return {
      ...asked,
      path: asked.path.map((part, index) => (index === chosen ? { raw: wrong } : part)),
    };
  },
  (asked, at, wrong) => ({
    ...asked,
    query: [...asked.query, [NAMES[at % NAMES.length] ?? 'x', wrong] as const],
  }),
  (asked) => ({ ...asked, query: [...asked.query, ...asked.query] }),
  (asked, at, wrong) => ({
    ...asked,
    query: asked.query.map(([name, value], index) =>
      index === at % asked.query.length ? ([name, wrong] as const) : ([name, value] as const),
    ),
  }),
  (asked, at) => ({
    ...asked,
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'GET', 'POST', 'TRACE'][at % 8] ?? 'GET',
  }),
];

const HEADERS: readonly Asked['headers'][] = [
  ...['', 'x', '7'.repeat(10_000), '-1', '00000000-0000-4000-8000-00000000000'].map((key) => ({
    'idempotency-key': key,
  })),
  { 'idempotency-key': ['01980a3c-4f9a-7d33-8b21-5c6d7e8f9a0b', 'x'] },
  ...['', 'x', '-1', '01', '1.5', '99999999999999999999', '0x1'].map((at) => ({ 'at-least': at })),
  ...['Bearer', 'Bearer x.y.z', 'Basic YTpi', 'bearer  a', 'Bearer ' + 'a'.repeat(8_000)].map(
    (authorization) => ({ authorization }),
  ),
  { 'content-encoding': 'gzip' },
  { 'x-http-method-override': 'DELETE', 'x-forwarded-for': '::1, unknown' },
  { 'x-a': 'a'.repeat(20_000) },
  { expect: '100-continue' },
  { connection: 'close, upgrade', upgrade: 'h2c' },
  { host: 'a/../b' },
  { accept: '\u00e9' },
];

const heads: readonly Mutation[] = [
  (asked, at) => ({ ...asked, headers: { ...asked.headers, ...HEADERS[at % HEADERS.length] } }),
  (asked) => ({ ...asked, headers: {} }),
];

const ALL: readonly Mutation[] = [...json, ...json, ...raw, ...addresses, ...heads];
