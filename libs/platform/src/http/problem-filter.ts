import { DomainError } from '@app/kernel';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import {
  OutcomeUnknown,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../event-store/event-store';
import { QueueUnavailable } from '../queues/errors';
import { ReadModelBehind, ReadModelDamaged } from '../read-store/errors';
import { Problem, sendProblem, unavailable } from './problem';
import { Refusals } from './refusals';

/** Turns every error into RFC 9457 problem details, in one place. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly refusals: Refusals,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error, this.refusals);
    const traceId = request.id;
    if (problem.status >= 500 && problem !== error)
      this.logger.error({ traceId, err: error }, problem.code);
    // A list that breaks half-way can only be cut: whoever reads it must not take it for whole.
    if (reply.raw.headersSent) return void reply.raw.destroy();
    sendProblem(reply, problem, traceId);
  }
}

/** What the caller is told of an error; one nobody foresaw is a 500 and says no more than that. */
export function problemOf(error: unknown, refusals = new Refusals()): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DomainError) return refusal(error, refusals);
  if (error instanceof OutcomeUnknown) {
    return unavailable(
      'outcome_unknown',
      'Nobody knows whether it was done. Send it again with the same Idempotency-Key to find out.',
    );
  }
  if (error instanceof StoreUnavailable) {
    return unavailable('store_unavailable', 'The event store cannot be reached; nothing was done.');
  }
  if (error instanceof WrongExpectedRevision) {
    return unavailable('contended', 'Others were faster each time; nothing was done.');
  }
  if (error instanceof ReadModelBehind) {
    return unavailable('read_model_behind', 'The figures have not caught up yet; ask again.');
  }
  if (error instanceof ReadModelDamaged) {
    return unavailable('read_model_damaged', 'The figures are being rebuilt.', 60);
  }
  if (error instanceof QueueUnavailable || isRedisAway(error)) {
    return unavailable('queue_unavailable', 'The job queue cannot be reached; nothing was queued.');
  }
  const { status, code } = statusOfFramework(error);
  if (status < 500) return new Problem({ status, code, detail: DETAILS[code] ?? 'Refused.' });
  return new Problem({
    status: 500,
    code: 'internal',
    detail: 'Something went wrong on our side.',
  });
}

function refusal({ code, details }: DomainError, refusals: Refusals): Problem {
  const extensions = Object.keys(details).length > 0 ? { details } : {};
  const { retryAfterSeconds: wait } = details;
  return new Problem({
    status: refusals.statusOf(code),
    code,
    detail: refusals.reasonOf(code),
    extensions,
    ...(typeof wait === 'number' && { headers: { 'Retry-After': `${wait}` } }),
  });
}

/** ioredis names no class of its own for a connection that is not there. */
function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'MaxRetriesPerRequestError') return true;
  if (/^(Connection is closed\.|Stream isn't writeable and enableOfflineQueue)/.test(error.message))
    return true;
  if (error.message === 'Command timed out') return true;
  const away = /^(LOADING|READONLY|MASTERDOWN|OOM) /.test(error.message);
  return away && error.name === 'ReplyError';
}

/** Codes of what Fastify and Nest refuse before a route is reached. */
function statusOfFramework(error: unknown): { status: number; code: string } {
  const known = error as { code?: unknown; statusCode?: unknown } | null | undefined;
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : typeof known?.code === 'string' && known.code.startsWith('FST_')
        ? Number(known.statusCode)
        : 500;
  return { status, code: CODES[status] ?? 'bad_request' };
}

const CODES: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'token_required',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'body_too_large',
  414: 'uri_too_long',
  415: 'media_type',
};

const DETAILS: Readonly<Record<string, string>> = {
  bad_request: 'The request cannot be read.',
  not_found: 'There is nothing here.',
  body_too_large: 'The body is larger than this route takes.',
  uri_too_long: 'The address is too long.',
  media_type: 'This route does not take that Content-Type.',
};
