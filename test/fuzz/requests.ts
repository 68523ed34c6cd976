import { ROLES } from '@app/platform';
import fc from 'fast-check';
import type { OpenApi, Operation } from '../support/contract';
import type { Asked, Body, Value } from './asked';
import { valueOf } from './odd-values';

type Schema = Readonly<Record<string, unknown>>;
type Parameter = Readonly<{ name: string; in: string; required?: boolean; schema: Schema }>;

/** A route of the document, with what the other arbitraries need of it. */
type Route = Readonly<{
  name: string;
  method: string;
  template: string;
  parameters: readonly Parameter[];
  roles: readonly string[];
  body: Readonly<{ type: string; schema: Schema }> | undefined;
}>;

/** Requests that the document allows, of every route and role; half of them odd, none of them wrong. */
export function validRequests(document: OpenApi): fc.Arbitrary<Asked> {
  const schemas = (document.components as unknown as { schemas: Record<string, Schema> }).schemas;
  const routes = Object.entries(document.paths).flatMap(([template, item]) =>
    Object.entries(item).map(([method, operation]) => routeOf(method, template, operation)),
  );
  return fc.oneof(...routes.map((route) => requestOf(route, schemas)));
}

function routeOf(method: string, template: string, operation: Operation): Route {
  const told = operation as unknown as { parameters?: Parameter[]; 'x-roles': string[] };
  const [content] = Object.entries(operation.requestBody?.content ?? {});
  return {
    ...{ name: `${method.toUpperCase()} ${template}`, method: method.toUpperCase(), template },
    ...{ parameters: told.parameters ?? [], roles: told['x-roles'] },
    body: content && { type: content[0], schema: content[1].schema },
  };
}

function requestOf(route: Route, schemas: Record<string, Schema>): fc.Arbitrary<Asked> {
  const { name, method, template, parameters, roles, body } = route;
  const query = parameters.filter((each) => each.in === 'query');
  return fc.record({
    route: fc.constant(name),
    method: fc.constant(method),
    path: pathOf(template, parameters),
    query: fc.tuple(...query.map((each) => parameterOf(each))).map((values) => values.flat()),
    headers: headersOf(method, template),
    role: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...(roles.length > 0 ? roles : [undefined])) },
      { weight: 1, arbitrary: fc.constantFrom(undefined, ...ROLES) },
    ),
    isOfParty: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    ...(body && { body: bodyOf(body, schemas), type: fc.constant(body.type) }),
  });
}

function pathOf(template: string, parameters: readonly Parameter[]): fc.Arbitrary<Value[]> {
  const parts = template.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return fc.constant<Value>(part);
    const parameter = parameters.find((each) => each.in === 'path' && each.name === name);
    return valueOf(parameter?.schema ?? { type: 'string' }, {}, name);
  });
  return fc.tuple(...parts);
}

type Pairs = (readonly [string, Value])[];

function parameterOf({ name, required = false, schema }: Parameter): fc.Arbitrary<Pairs> {
  const given = valueOf(schema, {}, name).map((value): Pairs => [[name, value]]);
  return required ? given : fc.oneof(given, fc.constant<Pairs>([]));
}

const ACCEPTS = [
  ...['application/json', 'text/csv', 'application/geo+json', 'application/pdf', '*/*', ''],
  ...['text/csv;q=0.5, application/json;q=0.1', 'a/b,'.repeat(200), ';;;,,,', 'q=1'],
];

function headersOf(method: string, template: string): fc.Arbitrary<Asked['headers']> {
  // Server-sent events last as long as their job.
  const accept = template.endsWith('/events') ? ['text/event-stream'] : ACCEPTS;
  const changes = method === 'POST';
  return fc
    .record(
      {
        accept: fc.constantFrom(...accept),
        ...(changes && { 'idempotency-key': fc.uuid() }),
        // What nobody has written yet is waited for, and that is told by a 503: not asked for here.
        ...(!changes && { 'at-least': fc.constantFrom('0', '1', '7') }),
        'accept-language': fc.constantFrom('fr', 'a'.repeat(50), '*'),
        origin: fc.constantFrom('null', 'https://evil.test'),
        range: fc.constantFrom('bytes=0-1', 'bytes=-1,5-'),
        'if-none-match': fc.constantFrom('*', '"a"'),
      },
      { requiredKeys: changes ? ['idempotency-key'] : [] },
    )
    .map((record) => record as Record<string, string>);
}

function bodyOf(
  { type, schema }: NonNullable<Route['body']>,
  schemas: Record<string, Schema>,
): fc.Arbitrary<Body> {
  if (type === 'application/json') return valueOf(schema, schemas).map((json) => ({ json }));
  const texts = type === 'text/csv' ? directories : statements;
  return texts.map((text) => ({ text }));
}

const cell = fc.constantFrom(
  ...[
    '',
    'Lieu',
    '58000',
    '47.1',
    '-3.1',
    '"a,b"',
    '73282932000074',
    '=1+1',
    'é',
    '|',
    'a|b',
    '1e9',
  ],
);

const directories = fc
  .array(fc.array(cell, { minLength: 8, maxLength: 8 }), { maxLength: 4 })
  .chain((rows) => fc.uuid().map((id) => [rows, id] as const))
  .map(([rows, id]) =>
    [
      'id,pivot,nom,commune,code_postal,adresse,latitude,longitude,services',
      ...rows.map((cells, at) => [`${id}-${at}`, ...cells].join(',')),
      '',
    ].join('\r\n'),
  );

const amountText = fc.constantFrom(
  '1.00',
  '0.01',
  '0.00',
  '999999999999.99',
  '1.001',
  '-1.00',
  '1,00',
);

/** What looks like a statement of the ring-fenced account. */
const statements = fc
  .record({ id: fc.uuid(), amount: amountText, sign: fc.constantFrom('CRDT', 'DBIT', 'X') })
  .map(
    ({ id, amount, sign }) =>
      '<?xml version="1.0" encoding="UTF-8"?>' +
      '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>' +
      `<GrpHdr><MsgId>${id.slice(0, 30)}</MsgId><CreDtTm>2026-01-15T10:00:00Z</CreDtTm></GrpHdr>` +
      `<Stmt><Id>${id.slice(0, 30)}</Id><CreDtTm>2026-01-15T10:00:00Z</CreDtTm>` +
      '<Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></Acct>' +
      balance('OPBD', '0.00') +
      balance('CLBD', amount) +
      `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
      '<BookgDt><Dt>2026-01-15</Dt></BookgDt><ValDt><Dt>2026-01-15</Dt></ValDt>' +
      '</Ntry></Stmt></BkToCstmrStmt></Document>',
  );

const balance = (code: string, amount: string): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt>` +
  '<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-15</Dt></Dt></Bal>';
