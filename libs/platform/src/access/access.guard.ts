import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem';
import type { Actor, Caller, Role } from './actor';
import { RouteSayings } from './route-sayings';
import { Tokens } from './tokens';

export const ROLES_OF_ROUTE = 'carnet:roles';

/** Nobody needs to say who they are. A token that comes along is not even looked at. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ROLES_OF_ROUTE, 'public');

/** The roles a route is for; the first that the caller holds is the one it acts in. */
export const Roles = (...roles: readonly [Role, ...Role[]]): MethodDecorator & ClassDecorator =>
  SetMetadata(ROLES_OF_ROUTE, roles);

/**
 * For who says who they are, one of these roles; who says nothing is let in without an actor, which
 * `@FindActor()` tells. A token that is not valid is refused all the same.
 */
export const RolesOrNobody = (
  ...roles: readonly [Role, ...Role[]]
): MethodDecorator & ClassDecorator => SetMetadata(ROLES_OF_ROUTE, { orNobody: roles });

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `AccessGuard` on every route that is not `@Public()`, where somebody says who asks. */
    actor?: Actor;
  }
}

/**
 * Puts an actor on every request, or answers 401 or 403. A route that names neither `@Roles` nor
 * `@Public` lets nobody in.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #allowed: RouteSayings<Allowed>;

  constructor(
    private readonly tokens: Tokens,
    reflector: Reflector,
  ) {
    this.#allowed = new RouteSayings(reflector, ROLES_OF_ROUTE);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const route = this.#allowed.of(context) ?? [];
    if (route === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if ('orNobody' in route && request.headers.authorization === undefined) return true;
    const allowed = 'orNobody' in route ? route.orNobody : route;
    const caller = this.tokens.identify(bearerTokenOf(request));
    if (caller instanceof Promise) return caller.then((found) => admit(request, found, allowed));
    return admit(request, caller, allowed);
  }
}

export type Allowed = 'public' | readonly Role[] | Readonly<{ orNobody: readonly Role[] }>;

function admit(request: FastifyRequest, caller: Caller | undefined, roles: readonly Role[]): true {
  if (caller === undefined) {
    throw unauthenticated('token_invalid', 'The bearer token is not valid, or not any more.');
  }
  const role = roles.find((each) => caller.roles.includes(each));
  if (role === undefined) {
    throw new Problem({ status: 403, code: 'forbidden', detail: 'Your roles do not allow this.' });
  }
  request.actor = { ...caller, role };
  return true;
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
