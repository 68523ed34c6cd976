import type { FastifyInstance } from 'fastify';
import { unavailable } from './problem';

/**
 * At most so many requests are answered at a time; what comes beyond is told at once to come again, so that
 * those inside are answered soon and memory has a bound. Whether it lives is asked of a busy program above
 * all: /health is always answered.
 */
export function boundInFlight(fastify: FastifyInstance, inFlightMax: number): void {
  let inFlight = 0;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (inFlight >= inFlightMax && !request.url.startsWith('/health/')) return done(OVERLOADED);
    inFlight += 1;
    reply.raw.once('close', () => (inFlight -= 1));
    done();
  });
}

const OVERLOADED = unavailable('overloaded', 'Too many ask at once; nothing was done.');
