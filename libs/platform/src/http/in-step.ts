import type { FastifyInstance } from 'fastify';

/**
 * Requests that come in one turn of the event loop are begun together, and what is ready in one turn is
 * answered together. The code that serves one request is larger than the caches of a core: taken in step,
 * each part of it is fetched once for all of them, and whoever waits for several answers is woken once.
 * A request alone waits for nobody: the turn ends when there is nothing left to read.
 */
export function serveInStep(fastify: FastifyInstance): void {
  const begun = new Step();
  const answered = new Step();
  fastify.addHook('onRequest', (_request, _reply, done) => begun.join(done));
  fastify.addHook('onSend', (_request, _reply, payload, done) => {
    answered.join(() => done(null, payload));
  });
}

/** What waits for the end of the turn, in the order it came. */
class Step {
  #waiting: (() => void)[] = [];

  join(go: () => void): void {
    if (this.#waiting.push(go) === 1) setImmediate(() => this.#goAll());
  }

  #goAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
