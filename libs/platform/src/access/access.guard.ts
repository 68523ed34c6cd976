import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem';
import type { Actor, Caller } from './actor';
import { Callers } from './callers';
import { Rights, type Grant, type Grants } from './rights';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `AccessGuard` on every route that is not for everyone, where somebody says who asks. */
    actor?: Actor;
    /** Who was told 403, for the refusal log. */
    refusedCaller?: Caller;
  }
}

/** Puts an actor on every request, or answers 401 or 403, as the table of rights says. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly callers: Callers,
    private readonly rights: Rights,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const grants = this.rights.of(context.getHandler());
    const { nobody, roles } = grants;
    // A token that comes along to what is told to everyone alike is not even looked at.
    if (nobody && roles.length === 0) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (nobody && request.headers.authorization === undefined) return true;
    const caller = this.callers.identify(bearerTokenOf(request), partyAskedFor(request));
    if (caller instanceof Promise) return caller.then((found) => admit(request, found, grants));
    return admit(request, caller, grants);
  }
}

function admit(request: FastifyRequest, caller: Caller | undefined, grants: Grants): true {
  if (caller === undefined) {
    throw unauthenticated('token_invalid', 'The bearer token is not valid, or not any more.');
  }
  const grant = findGrant(caller, grants);
  if (grant === undefined) {
    request.refusedCaller = caller;
    throw new Problem({ status: 403, code: 'forbidden', detail: 'Your roles do not allow this.' });
  }
  const { role, reach } = grant;
  request.actor = { ...caller, role, reach };
  return true;
}

function findGrant(
  { userId, roles: held, routes }: Caller,
  { route, newcomers, people, roles }: Grants,
): Grant | typeof AS_NEWCOMER | undefined {
  if (routes?.includes(route) === false || (people && userId === undefined)) return undefined;
  const grant = roles.find(({ role }) => held.includes(role));
  return newcomers ? (grant ?? AS_NEWCOMER) : grant;
}

const AS_NEWCOMER = { role: 'newcomer', reach: 'none' } as const;

/** Who belongs to several parties says which one they act for. */
function partyAskedFor({ headers }: FastifyRequest): string | undefined {
  const party = headers['carnet-party'];
  return typeof party === 'string' ? party : undefined;
}

/** RFC 6750 § 2.1. Node keeps the first of two headers in silence, so the raw ones are counted. */
function bearerTokenOf({ headers, raw }: FastifyRequest): string {
  const { authorization } = headers;
  if (authorization === undefined) {
    throw unauthenticated('token_required', 'Send Authorization: Bearer <token>.');
  }
  const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization) ?? [];
  if (token === undefined || countOf('authorization', raw.rawHeaders) > 1) {
    throw unauthenticated('token_invalid', 'Send one Authorization header: Bearer <token>.');
  }
  return token;
}

function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const header = rawHeaders[at];
    if (header?.length === name.length && header.toLowerCase() === name) count += 1;
  }
  return count;
}

function unauthenticated(code: string, detail: string): Problem {
  return new Problem({ status: 401, code, detail, headers: { 'WWW-Authenticate': 'Bearer' } });
}
