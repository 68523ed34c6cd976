import {
  createParamDecorator,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../access/actor';
import { RouteSayings } from '../access/route-sayings';
import { hashOf, requestCommandId } from '../event-store/command-ids';
import type { EventMetadata } from '../event-store/event-store';
import { badRequest } from './problem';
import { requestOf } from './request-of';

declare module 'fastify' {
  interface FastifyRequest {
    /** In lower case; set on every POST that changes something, once it is known to be a UUID. */
    idempotencyKey?: string;
  }
}

/** What a change is recorded with, as the request knows it: the context of its command. */
export type RequestContext = Readonly<
  Pick<EventMetadata, 'commandId' | 'requestHash' | 'correlationId' | 'causationId' | 'actor'>
>;

export const CHANGES_NOTHING = 'carnet:changes-nothing';

/** A POST that only asks (checking a voucher): it needs no Idempotency-Key. */
export const ChangesNothing = (): MethodDecorator => SetMetadata(CHANGES_NOTHING, true);

/** The parameter of a POST that changes something: `@Asked() asked: RequestContext`. */
export const Asked = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return requestContextOf(requestOf(context));
});

/** The parameter of a GET that depends on who asks: `@CurrentActor() actor: Actor`. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return actorOf(requestOf(context));
});

/** The same on a route that nobody may call too: undefined where nobody said who asks. */
export const FindActor = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return requestOf(context).actor;
});

/** Every POST that changes something names its wish, so that asking again is not wishing again. */
@Injectable()
export class IdempotencyGuard implements CanActivate {
  readonly #changesNothing: RouteSayings<true>;

  constructor(reflector: Reflector) {
    this.#changesNothing = new RouteSayings(reflector, CHANGES_NOTHING);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = requestOf(context);
    if (request.method !== 'POST') return true;
    if (this.#changesNothing.of(context)) return true;
    request.idempotencyKey = idempotencyKeyOf(request);
    return true;
  }
}

/**
 * What `@Asked()` gives. The busiest route asks for it with its `@Req()`: for each parameter of a decorator
 * of our own Nest makes a context, and waits for every pipe.
 */
export function requestContextOf(request: FastifyRequest): RequestContext {
  const actor = actorOf(request);
  const { method, url, body, id } = request;
  const route = `${method} ${request.routeOptions.url ?? url}`;
  const idempotencyKey = request.idempotencyKey ?? idempotencyKeyOf(request);
  const commandId = requestCommandId({ partyId: actor.partyId, route, idempotencyKey });
  const said = Buffer.isBuffer(body) ? body.toString('base64') : body;
  // The log keeps it for ever. With the key, which nobody keeps, it cannot be tried who or what was
  // in the body: a hash of a few known words and a name would tell the name.
  const requestHash = hashOf([idempotencyKey, method, url, said ?? null]);
  return {
    commandId,
    requestHash,
    actor: { id: actor.id, partyId: actor.partyId, role: actor.role },
    correlationId: id,
    causationId: commandId,
  };
}

/** Node joins two headers of this name with a comma, which is no UUID either. */
function idempotencyKeyOf({ headers }: FastifyRequest): string {
  const key = headers['idempotency-key'];
  if (key === undefined) {
    throw badRequest('idempotency_key_required', 'Send an Idempotency-Key: a UUID of your own.');
  }
  if (typeof key === 'string' && UUID.test(key)) return key.toLowerCase();
  throw badRequest('idempotency_key_invalid', 'The Idempotency-Key must be one UUID.');
}

/** Any version: it is the caller's. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

function actorOf({ actor }: FastifyRequest): Actor {
  if (actor) return actor;
  throw new TypeError('a route for everyone has no actor: it cannot ask for one');
}
