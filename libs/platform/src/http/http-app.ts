import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Logger as NestLogger } from 'nestjs-pino';
import type { Logger } from 'pino';
import { admitByRights } from '../access/admission';
import { Callers } from '../access/callers';
import { Rights } from '../access/rights';
import { Readiness } from '../health/readiness';
import { SystemClock } from '../clock/clock';
import { SystemIds } from '../ids/ids';
import { SystemRandomness } from '../ids/randomness';
import { Metrics } from '../metrics/metrics';
import { AllowedMethods } from './allowed-methods';
import { Draining } from './draining';
import { fastifyAdapter, HTTP_LIMITS, type HttpLimits } from './fastify';
import { InFlight } from './in-flight';
import { serveOpenApi } from './openapi';
import { Problem } from './problem';
import { RequestGate } from './request-gate';

export type HttpAppOptions = Readonly<{
  /** A module that imports `HttpModule.with(…)`. */
  module: Type | DynamicModule;
  logger: Logger;
  /** Serves /openapi.json and /docs under this title. */
  openApiTitle?: string;
  limits?: Partial<HttpLimits>;
  /** Reverse proxies before it, as CARNET_TRUSTED_PROXIES names them. */
  trustedProxies?: readonly string[];
}>;

/** An application ready to `listen`; a module that cannot be made, or a route without rights, throws. */
export async function createHttpApp(options: HttpAppOptions): Promise<NestFastifyApplication> {
  const { module, logger, openApiTitle, limits = {}, trustedProxies = [] } = options;
  const ids = new SystemIds(new SystemClock(), new SystemRandomness());
  const adapter = fastifyAdapter({ ids, limits, trustedProxies });
  const fastify = adapter.getInstance<FastifyInstance>();
  const methods = new AllowedMethods(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(NestLogger));
  app.get(Rights).resolve(app);
  app.get(Metrics).observe(fastify);
  app.get(InFlight).bound(fastify, limits.inFlightMax ?? HTTP_LIMITS.inFlightMax);
  app.get(RequestGate).guard(app, fastify);
  admitByRights(fastify, { rights: app.get(Rights), callers: app.get(Callers) });
  adapter.beginInStep();
  fastify.addHook('onResponse', (request, reply, done) => {
    logAnswer(logger, request, reply);
    done();
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    done(request.is404 ? methodRefusal(methods, request, reply) : undefined);
  });
  if (openApiTitle !== undefined) serveOpenApi(app, openApiTitle);
  return app;
}

/** In flight requests get this long to end. */
const STOP_DEADLINE_MS = 15_000;

/**
 * On SIGTERM or SIGINT: not ready any more, whoever still comes is served (`Draining`), then no new
 * connection, requests in flight are finished, then `onApplicationShutdown` of the modules. What has
 * not ended in 15 s is cut. To be called before the application listens.
 */
export function stopOnSignals(app: NestFastifyApplication, logger: Logger): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const draining = new Draining(fastify);
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    app.get(Readiness).stop();
    const late = setTimeout(() => {
      logger.error(`not stopped after ${STOP_DEADLINE_MS} ms: cutting`);
      process.exit(1);
    }, STOP_DEADLINE_MS);
    late.unref();
    draining
      .drain()
      .then(() => app.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

/** Successes are in the log of events already; refusals and failures are told here. */
function logAnswer(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode } = reply;
  // Next to every answer: no more is looked at for it.
  if (statusCode < 400 && !logger.isLevelEnabled('debug')) return;
  // A probe asks again and again; what it found is told once, by `Readiness`.
  const isProbe = request.routeOptions.url?.startsWith('/health/') ?? false;
  const level = isProbe
    ? 'debug'
    : statusCode === 500
      ? 'error'
      : statusCode > 500
        ? 'warn'
        : statusCode >= 400
          ? 'info'
          : 'debug';
  if (!logger.isLevelEnabled(level)) return;
  const { id: traceId, method, routeOptions, actor } = request;
  const who = actor && { actorId: actor.id, partyId: actor.partyId, role: actor.role };
  const ms = Math.round(reply.elapsedTime * 10) / 10;
  logger[level](
    { traceId, method, route: routeOptions.url, status: statusCode, ms, ...who },
    'answered',
  );
}

function methodRefusal(
  methods: AllowedMethods,
  { method, url }: FastifyRequest,
  _reply: FastifyReply,
): Problem | undefined {
  const allowed = methods.at(url);
  if (allowed.length === 0 || allowed.includes(method)) return undefined;
  return new Problem({
    status: 405,
    code: 'method_not_allowed',
    detail: 'This address does not know that method.',
    headers: { Allow: allowed.join(', ') },
  });
}
