import { instantOf, isDay, isUuid, type Day } from '@app/kernel';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/actor';
import { Clock } from '../clock/clock';
import { RefusalLog } from './refusal-log';
import type { AuditActor } from './refusal-records';

/** Whoever is seen beyond that many is recorded again when they come back on the same day. */
const SEEN_MAX = 100_000;

/**
 * Tells the refusal log what the api answered: every refusal of a route, every change that failed, and the
 * first time on a day that somebody was let in. Where they log in is the issuer's; here is where it shows.
 */
@Injectable()
export class AuditObserver implements OnModuleInit, OnApplicationShutdown {
  readonly #seen = new Set<string>();
  #day: Day = '';

  constructor(
    private readonly log: RefusalLog,
    private readonly clock: Clock,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onResponse', (request, reply, done) => {
      this.#see(request, reply);
      done();
    });
  }

  /** Comes after the last answer. */
  async onApplicationShutdown(): Promise<void> {
    await this.log.close();
  }

  #see(request: FastifyRequest, reply: FastifyReply): void {
    const { actor } = request;
    if (actor !== undefined) this.#signIn(request, actor);
    const { statusCode: status } = reply;
    if (status < 400 || request.routeOptions.url?.startsWith('/health/')) return;
    const isChange = request.method !== 'GET' && request.method !== 'HEAD';
    if (status < 500 || isChange) this.#refused(request, reply);
  }

  #signIn(request: FastifyRequest, actor: AuditActor): void {
    const day = this.clock.today();
    if (day !== this.#day || this.#seen.size >= SEEN_MAX) this.#seen.clear();
    this.#day = day;
    if (this.#seen.has(actor.id)) return;
    this.#seen.add(actor.id);
    const at = instantOf(this.clock.now());
    this.log.record({ kind: 'sign-in', at, traceId: request.id, actor: pseudonymOf(actor) });
  }

  #refused(request: FastifyRequest, reply: FastifyReply): void {
    const { id: traceId, method, routeOptions, params, actor, caller } = request;
    // An address that is no route is what anybody types into a browser.
    if (routeOptions.url === undefined) return;
    const { statusCode: status, problemCode } = reply;
    this.log.record({
      kind: status < 500 ? 'refused' : 'failed',
      at: instantOf(this.clock.now()),
      traceId,
      route: `${method} ${routeOptions.url}`,
      status,
      code: problemCode ?? 'unknown',
      objects: Object.values((params ?? {}) as Record<string, unknown>).filter(isId),
      actor: actor ? pseudonymOf(actor) : caller ? pseudonymOf(inAllRoles(caller)) : null,
    });
  }
}

/** None of them would do. */
const inAllRoles = ({ id, partyId, roles }: Caller): AuditActor => {
  return { id, partyId, role: roles.join('+') || 'none' };
};

const pseudonymOf = ({ id, partyId, role }: AuditActor): AuditActor => ({ id, partyId, role });

/** Ids, days and numbers of books; anything else in an address may be a name that was typed there. */
const isId = (value: unknown): value is string =>
  typeof value === 'string' && (isUuid(value) || isDay(value) || /^\d{1,12}$/.test(value));
