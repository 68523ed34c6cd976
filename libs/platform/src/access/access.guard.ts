import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem';
import type { Actor, Caller } from './actor';
import { isForSomebody, Rights, type Grant, type Grants } from './rights';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `AccessGuard` on every route that is not for everyone, where somebody says who asks. */
    actor?: Actor;
  }
}

/** Puts an actor on every request, or answers 401 or 403, as the table of rights says. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly rights: Rights) {}

  canActivate(context: ExecutionContext): true {
    const grants = this.rights.of(context.getHandler());
    // A token that comes along to what is told to everyone alike is not even looked at.
    if (!isForSomebody(grants)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { caller } = request;
    if (caller !== undefined) return admit(request, caller, grants);
    if (request.headers.authorization !== undefined) {
      throw unauthenticated('token_invalid', 'The bearer token is not valid, or not any more.');
    }
    if (grants.nobody) return true;
    throw unauthenticated('token_required', 'Send Authorization: Bearer <token>.');
  }
}

function admit(request: FastifyRequest, caller: Caller, grants: Grants): true {
  const grant = findGrant(caller, grants);
  if (grant === undefined) {
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

function unauthenticated(code: string, detail: string): Problem {
  return new Problem({ status: 401, code, detail, headers: { 'WWW-Authenticate': 'Bearer' } });
}
