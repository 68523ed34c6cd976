import { STATUS_CODES } from 'node:http';
import { HTTP_LIMITS } from './fastify';
import {
  AT_LEAST,
  BODY,
  CHANGE,
  CURSOR,
  fieldProblem,
  FORBIDDEN,
  ID_INVALID,
  IDEMPOTENCY,
  INTERNAL,
  JSON_BODY,
  NOT_FOUND,
  NOT_READY,
  PARAMETERS,
  NOT_FOR_KEYS,
  QUERY,
  RATE_LIMITED,
  ISSUER,
  STOPPING,
  STORE,
  STREAMS,
  TOKEN_INVALID,
  TOKEN_REQUIRED,
  VIEWS,
  type DocumentedProblem,
} from './openapi-problems';
import { bodyOf, fieldCodesOf, type Body, type Parameter } from './openapi-request';
import type { DocumentedRoute } from './openapi-routes';
import { exampleOf, orNull, schemaOf, type Schema, type Shape } from './openapi-shape';
import { Problem, problemBody } from './problem';
import type { Refusals } from './refusals';

/** An operation as Nest's generator writes it: the part that is read here. */
export type Operation = Readonly<{
  operationId: string;
  summary?: string;
  tags?: readonly string[];
  parameters?: readonly Parameter[];
  requestBody?: Body;
  responses: Readonly<Record<string, object>>;
}>;

export type CompletionContext = Readonly<{
  method: string;
  route: DocumentedRoute;
  schemas: Readonly<Record<string, Schema>>;
  refusals: Refusals;
  /** Responses that many operations have in common, by name: those of this one are put here too. */
  shared: Map<string, object>;
}>;

/** With who may call it, what it answers and how it says no. */
export function completed(operation: Operation, context: CompletionContext): object {
  const { method, route, schemas } = context;
  const { documented } = route;
  const { operationId, summary, tags = [], requestBody } = operation;
  const limit = route.fileTypes ? HTTP_LIMITS.fileBytesMax : HTTP_LIMITS.bodyBytesMax;
  const body = bodyOf(requestBody, { schemas, fileTypes: route.fileTypes, asks: documented?.asks });
  const changes = method === 'post' && !route.changesNothing;
  return {
    ...{ operationId, summary, tags },
    description: [documented?.more, audienceOf(route)].filter(Boolean).join('\n\n'),
    'x-roles': rolesOf(route),
    ...(route.cost.cost > 1 && { 'x-cost': route.cost.cost }),
    security: securityOf(route),
    parameters: [
      ...(operation.parameters ?? []).map((each) => withFormat(each, route)),
      ...(changes ? [IDEMPOTENCY_KEY] : []),
      ...(route.readsViews && method === 'get' ? [AT_LEAST_HEADER] : []),
    ],
    ...(body && { requestBody: { ...body, required: true }, 'x-body-bytes-max': limit }),
    ...(!body && method === 'post' && { requestBody: NOTHING_ASKED }),
    responses: {
      ...successOf(operation, route, changes),
      ...problemResponses(problemsOf(operation, context, changes), context.shared),
    },
  };
}

/** Of a POST whose address says it all. */
const NOTHING_ASKED = {
  required: false,
  content: {
    'application/json': { schema: { type: 'object', additionalProperties: false }, example: {} },
  },
};

const rolesOf = ({ allowed }: DocumentedRoute): readonly string[] =>
  allowed.roles.map(({ role }) => role);

function audienceOf(route: DocumentedRoute): string {
  if (isForEveryone(route)) return 'Without login.';
  const roles = rolesOf(route).join(', ');
  return route.allowed.nobody ? `Without login, or for: ${roles}.` : `For: ${roles}.`;
}

function securityOf(route: DocumentedRoute): readonly object[] {
  if (isForEveryone(route)) return [];
  return route.allowed.nobody ? [{}, { bearer: [] }] : [{ bearer: [] }];
}

const isForEveryone = ({ allowed }: DocumentedRoute): boolean =>
  allowed.nobody && allowed.roles.length === 0;

function withFormat(parameter: Parameter, { uuids }: DocumentedRoute): Parameter {
  if (parameter.in !== 'path') return parameter;
  if (uuids.includes(parameter.name)) return { ...parameter, schema: UUID };
  // A number in an address counts something: Nest knows no integers.
  if (parameter.schema?.['type'] !== 'number') return parameter;
  return { ...parameter, schema: { type: 'integer', minimum: 1 } };
}

const UUID = { type: 'string', format: 'uuid' };
const POSITION = { type: 'string', pattern: '^(0|[1-9][0-9]{0,18})$', example: '42' };

const IDEMPOTENCY_KEY = {
  ...{ name: 'Idempotency-Key', in: 'header', required: true, schema: UUID },
  description: 'Of your own, new for each wish; the same one to ask again what became of it.',
};

const AT_LEAST_HEADER = {
  ...{ name: 'At-Least', in: 'header', required: false, schema: POSITION },
  description: 'The `Event-Position` of a change: waits up to 2 s for it to show.',
};

const EVENT_POSITION = {
  'Event-Position': { description: 'Where in the log it stands.', schema: POSITION },
};

function successOf(
  { responses }: Operation,
  { documented, isList }: DocumentedRoute,
  changes: boolean,
): Record<string, object> {
  const [status = '200'] = Object.keys(responses);
  const { answers, item, files = {} } = documented ?? {};
  const list: Shape | undefined = item && { items: [item], nextCursor: orNull('AAEC3pZ0kQ') };
  const json = answers ?? list;
  const content = {
    ...(json !== undefined && { 'application/json': mediaOf(json) }),
    ...(isList && item && { 'text/csv': mediaOf(csvOf(item)) }),
    ...Object.fromEntries(Object.entries(files).map(([type, shape]) => [type, mediaOf(shape)])),
  };
  const description = STATUS_CODES[status] ?? status;
  return { [status]: { description, ...(changes && { headers: EVENT_POSITION }), content } };
}

const mediaOf = (shape: Shape): object => ({ schema: schemaOf(shape), example: exampleOf(shape) });

/** Its columns are among the fields of an item. */
const csvOf = (item: Readonly<Record<string, Shape>>): string => `${Object.keys(item)[0]},…\r\n`;

function problemsOf(
  operation: Operation,
  { method, route, schemas, refusals }: CompletionContext,
  changes: boolean,
): readonly DocumentedProblem[] {
  const { documented, allowed, readsViews, isList, fileTypes, uuids } = route;
  const { parameters = [], requestBody } = operation;
  const isIn = (place: string) => parameters.some((each) => each.in === place);
  const own = (documented?.refuses ?? []).map((code) => ownProblem(code, refusals));
  const fields = fieldCodesOf(parameters, requestBody, schemas).map((code) =>
    fieldProblem(code, refusals),
  );
  const findsNothing = isIn('path') && !own.some(({ status }) => status === 404);
  return [
    ...(isForEveryone(route) ? [] : [...TOKEN_INVALID, ...ISSUER, ...FORBIDDEN]),
    ...(allowed.people ? NOT_FOR_KEYS : []),
    ...(allowed.nobody ? [] : TOKEN_REQUIRED),
    ...(isIn('path') ? PARAMETERS : []),
    ...(uuids.length > 0 ? ID_INVALID : []),
    ...(findsNothing ? NOT_FOUND : []),
    ...QUERY,
    ...(isList ? CURSOR : []),
    ...(method === 'post' ? BODY : []),
    ...(method === 'post' && !fileTypes ? JSON_BODY : []),
    ...fields,
    ...(changes ? [...IDEMPOTENCY, ...STORE, ...CHANGE] : []),
    ...(readsViews && method === 'get' ? AT_LEAST : []),
    ...(readsViews ? VIEWS : []),
    ...(isProbe(route) ? [] : RATE_LIMITED),
    ...STOPPING,
    ...own,
    ...INTERNAL,
  ];
}

const isProbe = ({ allowed }: DocumentedRoute): boolean => allowed.route.includes(' /health/');

function ownProblem(code: string, refusals: Refusals): DocumentedProblem {
  const common = COMMON.find((each) => each.code === code);
  if (common) return common;
  return { status: refusals.statusOf(code), code, reason: refusals.reasonOf(code) };
}

const COMMON = [...NOT_FOUND, ...ID_INVALID, ...STORE, ...NOT_READY, ...STREAMS];

function problemResponses(
  problems: readonly DocumentedProblem[],
  shared: Map<string, object>,
): Record<string, object> {
  const statuses = [...Map.groupBy(problems, ({ status }) => status)];
  return Object.fromEntries(
    statuses.map(([status, ofStatus]) => {
      const byCode = [...new Map(ofStatus.map((each) => [each.code, each])).values()];
      if (byCode.length > SHARED_CODES_MAX) return [status, problemResponse(byCode)];
      const name = [status, ...byCode.map(({ code }) => code)].join('.');
      shared.set(name, problemResponse(byCode));
      return [status, { $ref: `#/components/responses/${name}` }];
    }),
  );
}

/** What has more of them is one operation's own. */
const SHARED_CODES_MAX = 5;

const TRACE_ID = '01980a3c-52d1-7b54-8f3e-6f0c2a9d4e11';

function problemResponse(byCode: readonly DocumentedProblem[]): object {
  // What a route refuses for reasons of its own comes last, and shows best.
  const { status = 500, code = '', reason = '' } = byCode.at(-1) ?? {};
  const example = problemBody(new Problem({ status, code, detail: reason }), TRACE_ID);
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    properties: { code: { enum: byCode.map((each) => each.code) } },
  };
  const waits = status === 429 || status === 503;
  return {
    description: byCode.map((each) => `- \`${each.code}\`: ${each.reason}`).join('\n'),
    ...(waits && { headers: RETRY_AFTER }),
    content: { 'application/problem+json': { schema, example } },
  };
}

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } },
};
