import type { FastifyRequest } from 'fastify';
import type { Caller } from './actor';
import type { Callers } from './callers';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who stands behind its bearer, found by `RequestGate` where a route asks; absent: nobody does. */
    caller?: Caller;
  }
}

/** Undefined where the bearer, or whatever is there in its place, is nobody's. */
export function identify(
  request: FastifyRequest,
  callers: Callers,
): Caller | undefined | Promise<Caller | undefined> {
  const bearer = bearerOf(request);
  return bearer === undefined ? undefined : callers.identify(bearer, partyAskedFor(request));
}

/**
 * RFC 6750 § 2.1; `Callers` look at what it is made of, where they do not know it already. Node keeps the
 * first of two headers in silence, so the raw ones are counted.
 */
function bearerOf({ headers, raw }: FastifyRequest): string | undefined {
  const { authorization = '' } = headers;
  const isBearer = authorization.slice(0, SCHEME.length).toLowerCase() === SCHEME;
  if (!isBearer || countOf('authorization', raw.rawHeaders) !== 1) return undefined;
  return authorization.slice(SCHEME.length);
}

const SCHEME = 'bearer ';

function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const header = rawHeaders[at];
    if (header?.length === name.length && header.toLowerCase() === name) count += 1;
  }
  return count;
}

/** Who belongs to several parties says which one they act for. */
function partyAskedFor({ headers }: FastifyRequest): string | undefined {
  const party = headers['carnet-party'];
  return typeof party === 'string' ? party : undefined;
}
