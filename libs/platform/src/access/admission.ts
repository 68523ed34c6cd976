import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../http/problem';
import { nameOfRoute } from '../http/request-gate';
import { requestOf } from '../http/request-of';
import type { Actor, Caller } from './actor';
import type { Callers } from './callers';
import { identify } from './request-caller';
import { isForSomebody, type Grant, type Grants, type Rights } from './rights';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route that is not for everyone, where somebody says who asks. */
    actor?: Actor;
  }
  interface FastifyInstance {
    /** Whether the request would be let in now as it was: for answers that go on for a while. */
    isStillAdmitted: (request: FastifyRequest) => Promise<boolean>;
  }
}

/**
 * Puts an actor on every request, or answers 401 or 403, as the table of rights says: before a body is
 * read, so that nobody sends 50 MiB to where they may not. To be called before the routes are added,
 * after `RequestGate` has found out who asks.
 */
export function admitByRights(
  fastify: FastifyInstance,
  { rights, callers }: Readonly<{ rights: Rights; callers: Callers }>,
): void {
  fastify.decorate('isStillAdmitted', async (request) => {
    const { method, routeOptions, actor } = request;
    // What nobody in particular was let in to, nobody is put out of.
    if (actor === undefined) return true;
    const grants = rights.named(nameOfRoute({ method, url: routeOptions.url ?? '' }));
    const caller = await identify(request, callers);
    if (grants === undefined || caller === undefined) return false;
    const isSame = caller.id === actor.id && caller.partyId === actor.partyId;
    return isSame && findGrant(caller, grants)?.role === actor.role;
  });
  fastify.addHook('onRoute', (options) => {
    const grants = rights.named(nameOfRoute(options));
    // A token that comes along to what is told to everyone alike is not even looked at.
    if (grants === undefined || !isForSomebody(grants)) return;
    const admit: typeof options.onRequest = (request, _reply, done) =>
      done(refusalOf(request, grants));
    options.onRequest = [...[options.onRequest ?? []].flat(), admit];
  });
}

/** The parameter of an answer that goes on: `@StillAdmitted() isStillAdmitted: IsStillAdmitted`. */
export const StillAdmitted = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const request = requestOf(context);
  return () => request.server.isStillAdmitted(request);
});

export type IsStillAdmitted = () => Promise<boolean>;

function refusalOf(request: FastifyRequest, grants: Grants): Problem | undefined {
  const { caller } = request;
  if (caller === undefined) {
    if (request.headers.authorization !== undefined) return TOKEN_INVALID;
    return grants.nobody ? undefined : TOKEN_REQUIRED;
  }
  // A machine is nobody's user.
  if (grants.people && caller.userId === undefined) return NOT_FOR_KEYS;
  const grant = findGrant(caller, grants);
  if (grant === undefined) return FORBIDDEN;
  const { role, reach } = grant;
  request.actor = { ...caller, role, reach };
  return undefined;
}

function findGrant(
  { roles: held, routes }: Caller,
  { route, newcomers, roles }: Grants,
): Grant | typeof AS_NEWCOMER | undefined {
  if (routes?.includes(route) === false) return undefined;
  for (const grant of roles) if (held.includes(grant.role)) return grant;
  return newcomers ? AS_NEWCOMER : undefined;
}

const AS_NEWCOMER = { role: 'newcomer', reach: 'none' } as const;

const unauthenticated = (code: string, detail: string): Problem =>
  new Problem({ status: 401, code, detail, headers: { 'WWW-Authenticate': 'Bearer' } });

const TOKEN_INVALID = unauthenticated(
  'token_invalid',
  'The bearer token is not valid, or not any more.',
);

export const TOKEN_REQUIRED = unauthenticated(
  'token_required',
  'Send Authorization: Bearer <token>.',
);

const FORBIDDEN = new Problem({
  status: 403,
  code: 'forbidden',
  detail: 'Your roles do not allow this.',
});

const NOT_FOR_KEYS = new Problem({
  status: 403,
  code: 'route_not_for_keys',
  detail: 'A person does this, who logs in: no API key may.',
});
