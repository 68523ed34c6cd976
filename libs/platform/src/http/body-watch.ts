import type { FastifyReply, FastifyRequest } from 'fastify';

type Awaited = Readonly<{ reply: FastifyReply; deadlineAt: number }>;

/** How exact a deadline is: it is noticed at most this share of the shortest one later. */
const SWEEPS_PER_DEADLINE = 20;

/**
 * Bodies that have not arrived yet. One timer looks at all of them while there are any: a timer for
 * each request would cost more than reading its body does.
 */
export class BodyWatch {
  readonly #awaited = new Map<FastifyRequest['raw'], Awaited>();
  readonly #sweepMs: number;
  readonly #onLate: (raw: FastifyRequest['raw']) => void;
  #sweeps: NodeJS.Timeout | undefined;

  constructor(options: {
    shortestDeadlineMs: number;
    /** Told once of a body that is late, as long as its request is not answered. */
    onLate: (raw: FastifyRequest['raw']) => void;
  }) {
    this.#sweepMs = Math.max(1, options.shortestDeadlineMs / SWEEPS_PER_DEADLINE);
    this.#onLate = options.onLate;
  }

  await({ raw }: FastifyRequest, reply: FastifyReply, deadlineMs: number): void {
    if (raw.method === 'GET' || raw.complete) return;
    this.#awaited.set(raw, { reply, deadlineAt: performance.now() + deadlineMs });
    this.#sweeps ??= setInterval(() => this.#sweep(), this.#sweepMs).unref();
  }

  arrived({ raw }: FastifyRequest): void {
    this.#awaited.delete(raw);
  }

  #sweep(): void {
    const now = performance.now();
    for (const [raw, { reply, deadlineAt }] of this.#awaited) {
      // Once it is answered the connection is for the next request, whatever was left unread of this.
      const isOver = raw.complete || raw.destroyed || reply.raw.writableEnded;
      if (!isOver && deadlineAt > now) continue;
      this.#awaited.delete(raw);
      if (!isOver) this.#onLate(raw);
    }
    if (this.#awaited.size > 0) return;
    clearInterval(this.#sweeps);
    this.#sweeps = undefined;
  }
}
