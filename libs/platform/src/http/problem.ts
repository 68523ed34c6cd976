import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';

/** One field of the request that was refused. `field` is a path such as `address.city` or `codes[3]`. */
export type FieldError = Readonly<{ field: string; code: string; detail: string }>;

/** RFC 9457, as every error answers. */
export type ProblemBody = Readonly<{
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  traceId: string;
  errors?: readonly FieldError[];
  [extension: string]: unknown;
}>;

/**
 * An error the caller is told about: a status, a stable snake_case code and a sentence that never
 * repeats what was sent. Business refusals are `DomainError`s instead and know no status.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(input: ProblemInput) {
    super(input.detail);
    this.name = 'Problem';
    this.status = input.status;
    this.code = input.code;
    this.errors = input.errors;
    this.headers = input.headers ?? {};
    this.extensions = input.extensions ?? {};
  }
}

export type ProblemInput = Readonly<{
  status: number;
  code: string;
  detail: string;
  errors?: readonly FieldError[];
  headers?: Readonly<Record<string, string>>;
  extensions?: Readonly<Record<string, unknown>>;
}>;

export const badRequest = (code: string, detail: string): Problem =>
  new Problem({ status: 400, code, detail });

/** What is not there and what is not the caller's look alike: same status, same body. */
export const notFound = (): Problem =>
  new Problem({ status: 404, code: 'not_found', detail: 'There is nothing here.' });

/** Nobody could do it now; the same request, with the same Idempotency-Key, may be sent again. */
export const unavailable = (code: string, detail: string, retryAfterSeconds = 1): Problem =>
  new Problem({ status: 503, code, detail, headers: { 'Retry-After': `${retryAfterSeconds}` } });

/** Field errors told at most: enough to mend a form, and the body stays under 2 kB. */
const ERRORS_MAX = 8;
const DETAIL_MAX = 300;
const FIELD_MAX = 60;

export function problemBody(problem: Problem, traceId: string): ProblemBody {
  const { status, code, errors, extensions } = problem;
  return {
    ...extensions,
    type: `urn:carnet:problem:${code}`,
    title: titleOf(code, status),
    status,
    code,
    detail: problem.message.slice(0, DETAIL_MAX),
    traceId,
    ...(errors && { errors: errors.slice(0, ERRORS_MAX).map(shortened) }),
  };
}

declare module 'fastify' {
  interface FastifyReply {
    /** The code of the problem it answers with: `AuditObserver` records it. */
    problemCode?: string;
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem, traceId: string): void {
  reply.problemCode = problem.code;
  void reply
    .status(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(problem, traceId)));
}

function shortened({ field, code, detail }: FieldError): FieldError {
  return { field: field.slice(0, FIELD_MAX), code, detail: detail.slice(0, 100) };
}

/** `amount_range` reads "Amount range"; a type's title never changes (RFC 9457 § 3.1.3). */
function titleOf(code: string, status: number): string {
  const words = code.replaceAll('_', ' ');
  return words === '' ? `${STATUS_CODES[status]}` : words.charAt(0).toUpperCase() + words.slice(1);
}
