import type { Schema } from './openapi-shape';
import { FIELD_STATUSES } from './fields';
import type { Refusals } from './refusals';

/** One way a route says no. */
export type DocumentedProblem = Readonly<{ status: number; code: string; reason: string }>;

type Codes = Readonly<Record<string, string>>;

const problems = (status: number, codes: Codes): readonly DocumentedProblem[] =>
  Object.entries(codes).map(([code, reason]) => ({ status, code, reason }));

export const INTERNAL = problems(500, { internal: 'Something went wrong on our side.' });

export const NOT_FOUND = problems(404, {
  not_found: 'It is not there, or it is not yours: nobody is told which.',
});

export const TOKEN_REQUIRED = problems(401, { token_required: 'There is no bearer token.' });

export const TOKEN_INVALID = problems(401, {
  token_invalid: 'The bearer token is not valid, or not any more.',
});

export const ISSUER = problems(503, {
  issuer_unavailable:
    'The issuer of tokens cannot be reached, and alone knows the key of this one.',
});

export const NOT_FOR_KEYS = problems(403, {
  route_not_for_keys: 'A person does this, who logs in: no API key may.',
});

export const FORBIDDEN = problems(403, { forbidden: 'None of your roles may do this.' });

export const ID_INVALID = problems(400, {
  id_invalid: 'An id in the address is not one of its kind.',
});

export const PARAMETERS = problems(400, {
  bad_request: 'The address cannot be read: a percent sign is followed by no byte.',
});

export const QUERY = problems(400, {
  unknown_property: 'The query or the body names something this route does not know.',
});

export const CURSOR = problems(400, {
  cursor_invalid: 'The cursor is not of this list with these filters.',
});

export const AT_LEAST = problems(400, {
  at_least_invalid: 'At-Least takes the Event-Position of a change.',
});

/** Of what is sent, before any of its fields is looked at. */
export const BODY = [
  ...problems(400, {
    body_required: 'There is no body.',
    encoding: 'The body is not valid UTF-8, or a text of it holds a control character.',
  }),
  ...problems(408, { request_timeout: 'The body did not arrive in time.' }),
  ...problems(413, { body_too_large: 'The body is larger than this route takes.' }),
  ...problems(415, { media_type: 'The Content-Type is none this route takes.' }),
];

export const JSON_BODY = [
  ...problems(400, {
    json_duplicate_key: 'An object of the body names one key twice.',
    json_malformed: 'The body is not JSON.',
    number_format: 'A number is written in plain digits: no exponent, no empty fraction.',
    object_required: 'The body must be a JSON object.',
    too_deep: 'The body is nested deeper than 20 levels.',
    unknown_property: 'The query or the body names something this route does not know.',
  }),
  ...problems(413, { too_many_items: 'A list or an object of the body has too many items.' }),
  ...problems(415, { encoding: 'JSON is sent as UTF-8.' }),
];

export const IDEMPOTENCY = [
  ...problems(400, {
    idempotency_key_invalid: 'The Idempotency-Key must be one UUID.',
    idempotency_key_required: 'There is no Idempotency-Key.',
  }),
  ...problems(422, {
    idempotency_mismatch: 'The same Idempotency-Key came before with another request.',
  }),
];

export const STORE = problems(503, {
  store_unavailable: 'The event store cannot be reached; nothing was done.',
});

export const CHANGE = problems(503, {
  contended: 'Others were faster each time; nothing was done.',
  outcome_unknown:
    'Nobody knows whether it was done: send it again with the same Idempotency-Key to find out.',
});

export const VIEWS = problems(503, {
  read_model_behind:
    'The figures have not caught up with the log, or with At-Least, in 2 s; ask again.',
  read_model_damaged: 'The figures are being rebuilt.',
});

/** From every route but /health. */
export const RATE_LIMITED = problems(429, {
  rate_limited: 'Too much was asked from here within a minute; nothing was done.',
});

/** Of routes that answer a stream of events. */
export const STREAMS = [
  ...problems(429, {
    too_many_streams: 'You follow as many streams of events as you may; close one first.',
  }),
  ...problems(503, { overloaded: 'Too many ask at once; nothing was done.' }),
];

export const NOT_READY = problems(503, {
  not_ready: 'Something this program cannot work without is missing, or it is stopping.',
});

/** From any route, while the process is being replaced. */
export const STOPPING = problems(503, {
  stopping: 'This process is about to stop; nothing was done: ask again.',
});

/** What fields of bodies and queries are refused for; other kinds of field bring their own. */
const FIELDS: Codes = {
  amount_integer: 'An amount is a whole number of cents.',
  amount_limit: 'An amount is above 10^12 cents.',
  amount_range: 'An amount is below the least this takes.',
  amount_type: 'An amount is a number.',
  boolean_type: 'It is true or false.',
  choice_unknown: 'It is none of the words that may stand here.',
  cursor_invalid: 'The cursor is one text.',
  date_invalid: 'A date is none of the calendar, or not written as RFC 3339 says.',
  id_invalid: 'An id is not a UUID in lower case.',
  limit_range: 'A limit is from 1 to 500.',
  list_empty: 'The list is shorter than it may be.',
  list_type: 'It is a list.',
  number_integer: 'It is a whole number.',
  number_range: 'A number is outside its bounds.',
  number_type: 'It is a number.',
  object_type: 'It is an object.',
  required: 'A field is missing.',
  text_control_character: 'A text is one line, without control characters.',
  text_empty: 'A text has at least one visible character.',
  text_too_long: 'A text is longer than it may be.',
  text_type: 'It is a text.',
  too_large: 'A code is longer than any code.',
  too_many_items: 'A list has more items than it may.',
  zone_required: 'An instant is written with its zone: the same local time can exist twice.',
};

export const fieldProblem = (code: string, refusals: Refusals): DocumentedProblem => ({
  ...{ status: FIELD_STATUSES[code] ?? 400, code },
  reason: FIELDS[code] ?? refusals.reasonOf(code),
});

const text = { type: 'string' };

/** `ProblemBody`. */
export const PROBLEM_SCHEMA: Schema = {
  type: 'object',
  description:
    'RFC 9457: `code` is stable, `detail` is for people, `traceId` finds it in our logs.',
  required: ['type', 'title', 'status', 'code', 'detail', 'traceId'],
  additionalProperties: true,
  properties: {
    type: { type: 'string', format: 'uri', example: 'urn:carnet:problem:already_so' },
    title: text,
    status: { type: 'integer' },
    code: text,
    detail: text,
    traceId: { type: 'string', format: 'uuid' },
    details: { type: 'object', description: 'Of some refusals: the figures behind it.' },
    errors: {
      type: 'array',
      description: 'The fields that were refused, at most 8.',
      items: {
        type: 'object',
        required: ['field', 'code', 'detail'],
        properties: {
          field: { type: 'string', example: 'address.city' },
          code: text,
          detail: text,
        },
      },
    },
  },
};
