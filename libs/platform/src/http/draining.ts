import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem';

export type DrainLimits = Readonly<{
  /** Nobody has come for so long: it may close. */
  quietMs: number;
  /** From the signal to when those who still come are sent away. */
  serveMs: number;
  /** From then to when it closes all the same. */
  refuseMs: number;
}>;

const LIMITS: DrainLimits = { quietMs: 250, serveMs: 4_000, refuseMs: 2_000 };

/**
 * How a server stops without dropping a request. HTTP/1.1 has no word for "I am about to close": a
 * connection that is closed while a request is on its way is a failure at the client. So it says
 * `Connection: close` with every answer and goes on serving, also who still comes, until a balancer
 * has seen that it is not ready and nobody comes any more. Who never stops coming is sent away with
 * 503 and `Retry-After`.
 */
export class Draining {
  readonly #limits: DrainLimits;
  #state: 'open' | 'serving' | 'refusing' = 'open';
  #lastCameAt = 0;

  /** Before the server listens: hooks are not taken any more then. */
  constructor(
    private readonly fastify: FastifyInstance,
    limits: Partial<DrainLimits> = {},
  ) {
    this.#limits = { ...LIMITS, ...limits };
    fastify.addHook('onRequest', (request, _, done) => done(this.#refusal(request)));
    // What was asked before the signal is answered so too.
    fastify.addHook('onSend', (_, reply, payload, done) => {
      if (this.#state !== 'open') void reply.header('Connection', 'close');
      done(null, payload);
    });
  }

  /** Resolves when the server may be closed; what is in flight by then is the closing's to finish. */
  async drain(): Promise<void> {
    const { serveMs, refuseMs } = this.#limits;
    this.#state = 'serving';
    const came = (): void => {
      this.#lastCameAt = performance.now();
    };
    this.fastify.server.on('connection', came).on('request', came);
    if (!(await this.#isQuietWithin(serveMs))) {
      this.#state = 'refusing';
      await this.#isQuietWithin(refuseMs);
    }
    // An HTTP server that closes cuts connections on which nothing was asked yet, also those it has
    // just taken: so it only stops listening, and lets those ask first.
    Server.prototype.close.call(this.fastify.server);
    await this.#isQuietWithin(refuseMs);
  }

  /** Answers right after the poll for connections, so that those in the backlog have been taken. */
  async #isQuietWithin(ms: number): Promise<boolean> {
    const from = performance.now();
    for (;;) {
      await sleep(LOOK_EVERY_MS);
      await new Promise((resolve) => setImmediate(resolve));
      const now = performance.now();
      if (now - Math.max(from, this.#lastCameAt) >= this.#limits.quietMs) return true;
      if (now - from >= ms) return false;
    }
  }

  #refusal(request: FastifyRequest): Problem | undefined {
    if (this.#state !== 'refusing') return undefined;
    // A probe is told by `Readiness`; that the process answers is still true.
    if (request.routeOptions.url?.startsWith('/health/')) return undefined;
    return new Problem({
      status: 503,
      code: 'stopping',
      detail: 'This process is about to stop: ask again.',
      headers: { 'Retry-After': '1' },
    });
  }
}

const LOOK_EVERY_MS = 20;
