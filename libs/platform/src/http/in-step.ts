import { FastifyAdapter } from '@nestjs/platform-fastify';

/**
 * Requests that come in the same turns of the event loop are begun together, and what is ready in the same
 * turns is answered together. The code that serves one request is larger than the caches of a core: taken
 * in step, each part of it is fetched once for all of them, and whoever waits for several answers is woken
 * once. A request alone waits for nobody: a turn without work is over at once.
 */
export class AdapterInStep extends FastifyAdapter {
  readonly #begun = new Step();
  readonly #answered = new Step();

  /** To be called after the hooks that are not to wait, and before those that are. */
  beginInStep(): void {
    this.getInstance().addHook('onRequest', (_request, _reply, done) => this.#begun.join(done));
  }

  /**
   * Nest waits for what this returns: for a reply itself it would be until the socket has taken it, with
   * five listeners. One that is sent has nothing to wait for any more.
   */
  override reply(...answer: Parameters<FastifyAdapter['reply']>): Reply {
    const turn = new Promise<void>((go) => this.#answered.join(go));
    return turn.then(() => {
      const reply = super.reply(...answer);
      return reply.sent ? undefined : reply;
    }) as unknown as Reply;
  }
}

type Reply = ReturnType<FastifyAdapter['reply']>;

/** What waits for the end of the next turn, in the order it came. */
class Step {
  #waiting: (() => void)[] = [];

  join(go: () => void): void {
    if (this.#waiting.push(go) > 1) return;
    // Those of the next turn come along.
    setImmediate(() => setImmediate(() => this.#goAll()));
  }

  #goAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
