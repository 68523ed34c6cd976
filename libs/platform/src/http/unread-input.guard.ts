import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { badRequest } from './problem';
import { requestOf } from './request-of';

/** What a route's parameters take of a request. */
type Read = Readonly<{ body: boolean; query: boolean }>;

/**
 * Refuses what a route would drop in silence: whoever sends it meant something by it. A route without
 * `@Body()` takes no body, or an empty object; one without `@Query()` takes no query.
 */
@Injectable()
export class UnreadInputGuard implements CanActivate {
  readonly #known = new Map<unknown, Read>();

  canActivate(context: ExecutionContext): boolean {
    const { body, query } = requestOf(context);
    const handler = context.getHandler();
    let read = this.#known.get(handler);
    if (read === undefined) {
      read = readsOf(context.getClass(), handler.name);
      this.#known.set(handler, read);
    }
    if (!read.query && isFilled(query as object)) throw UNKNOWN_PARAMETER;
    if (!read.body && body !== undefined) refuseBody(body);
    return true;
  }
}

/** What a handler's parameter decorators say. */
function readsOf(controller: object, method: string): Read {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as object;
  const kinds = Object.keys(args).map((key) => key.split(':', 1)[0]);
  const reads = (kind: RouteParamtypes): boolean => kinds.includes(String(kind));
  return { body: reads(RouteParamtypes.BODY), query: reads(RouteParamtypes.QUERY) };
}

function refuseBody(body: unknown): void {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isObject) throw badRequest('object_required', 'The body must be a JSON object.');
  if (isFilled(body)) {
    throw badRequest('unknown_property', 'The body has a property this route does not know.');
  }
}

function isFilled(object: object): boolean {
  for (const _ in object) return true;
  return false;
}

const UNKNOWN_PARAMETER = badRequest(
  'unknown_property',
  'The query has a parameter this route does not know.',
);
