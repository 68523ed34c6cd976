import type { INestApplication, OnApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { Counter } from 'prom-client';
import type { Caller } from '../access/actor';
import type { Callers } from '../access/callers';
import { identify } from '../access/request-caller';
import { Rights } from '../access/rights';
import { networkOf } from '../limits/networks';
import type { RequestLimit } from '../limits/request-limit';
import type { Metrics } from '../metrics/metrics';
import { Problem } from './problem';
import { costOfRequest, PLAIN, routeCostsOf, type RouteCost } from './route-costs';

/** What may be asked in a minute. */
export type RequestLimits = Readonly<{
  /** By one person or machine. */
  callers: RequestLimit;
  /** From one network, by all who do not say who they are, or say it wrongly. */
  addresses: RequestLimit;
}>;

export type RequestGateOptions = Readonly<{
  callers: Callers;
  /** Absent: nobody asks too much. */
  limits: RequestLimits | undefined;
  metrics: Metrics;
}>;

/**
 * Finds out who asks, and refuses who asks too much, on every route but /health and before a body is read.
 * Who is known is counted apart from the address, so that people behind one do not stop one another.
 */
export class RequestGate implements OnApplicationShutdown {
  readonly #callers: Callers;
  readonly #limits: RequestLimits | undefined;
  readonly #refusals: Counter<'by'>;

  constructor({ callers, limits, metrics }: RequestGateOptions) {
    this.#callers = callers;
    this.#limits = limits;
    this.#refusals = new Counter({
      name: 'carnet_http_rate_limited_total',
      help: 'Requests refused because their caller, or their address, asked too much.',
      labelNames: ['by'],
      registers: [metrics.registry],
    });
    metrics.gauge({
      name: 'carnet_http_rate_limits_alone',
      help: '1 while other processes cannot be asked what they counted, so that half is borne here.',
      read: () =>
        limits?.callers.isShared === false || limits?.addresses.isShared === false ? 1 : 0,
    });
  }

  /** To be called before the routes are added. */
  guard(app: INestApplication, fastify: FastifyInstance): void {
    const [rights, costs] = [app.get(Rights), routeCostsOf(app)];
    fastify.addHook('onRoute', (options) => {
      if (options.url.startsWith('/health/')) return;
      const route = nameOfRoute(options);
      const cost = costs.get(route) ?? PLAIN;
      const gate = rights.looksAtCaller(route) ? this.#byCaller(cost) : this.#byAddress(cost);
      options.onRequest = [...[options.onRequest ?? []].flat(), gate];
    });
    // What is no route has no hooks of its own.
    fastify.addHook('onRequest', (request, _reply, done) => {
      done(request.is404 ? this.#refusalByAddress(request, PLAIN) : undefined);
    });
  }

  onApplicationShutdown(): void {
    this.#limits?.callers.close();
    this.#limits?.addresses.close();
  }

  #byAddress(cost: RouteCost): Gate {
    return (request, _reply, done) => done(this.#refusalByAddress(request, cost));
  }

  #byCaller(cost: RouteCost): Gate {
    return (request, _reply, done) => {
      if (request.headers.authorization === undefined) {
        return done(this.#refusalByAddress(request, cost));
      }
      const caller = identify(request, this.#callers);
      if (!(caller instanceof Promise)) return done(this.#refusal(request, caller, cost));
      caller.then((found) => done(this.#refusal(request, found, cost)), done);
    };
  }

  #refusal(
    request: FastifyRequest,
    caller: Caller | undefined,
    cost: RouteCost,
  ): Problem | undefined {
    if (caller === undefined) return this.#refusalByAddress(request, PLAIN);
    request.caller = caller;
    if (this.#limits === undefined) return undefined;
    const waitSeconds = this.#limits.callers.take(caller.id, costOfRequest(cost, request.headers));
    return waitSeconds === 0 ? undefined : this.#tooMuch('caller', waitSeconds);
  }

  #refusalByAddress(request: FastifyRequest, cost: RouteCost): Problem | undefined {
    if (this.#limits === undefined) return undefined;
    const network = networkOf(request.ip);
    const waitSeconds = this.#limits.addresses.take(network, costOfRequest(cost, request.headers));
    return waitSeconds === 0 ? undefined : this.#tooMuch('address', waitSeconds);
  }

  #tooMuch(by: 'caller' | 'address', waitSeconds: number): Problem {
    this.#refusals.inc({ by });
    return new Problem({
      status: 429,
      code: 'rate_limited',
      detail: 'Too much was asked from here within a minute; nothing was done.',
      headers: { 'Retry-After': `${waitSeconds}` },
    });
  }
}

type Gate = Exclude<RouteOptions['onRequest'], undefined | readonly unknown[]>;

/** As the table of rights names it. A HEAD is the GET of the same address. */
export function nameOfRoute({ method, url }: Pick<RouteOptions, 'method' | 'url'>): string {
  const [verb = ''] = [method].flat();
  return `${verb === 'HEAD' ? 'GET' : verb} ${url.replace(/:(\w+)/g, '{$1}')}`;
}
