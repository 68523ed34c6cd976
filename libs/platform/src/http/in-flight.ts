import {
  applyDecorators,
  Injectable,
  Sse,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, unavailable } from './problem';

/**
 * At most so many requests are answered at a time; what comes beyond is told at once to come again, so that
 * those inside are answered soon and memory has a bound. Whether it lives is asked of a busy program above
 * all: /health is always answered.
 */
export class InFlight {
  #count = 0;
  /** One function for all: an answer closes once. */
  readonly #left = (): void => void (this.#count -= 1);

  bound(fastify: FastifyInstance, inFlightMax: number): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      if (this.#count >= inFlightMax && !request.url.startsWith('/health/')) {
        return done(OVERLOADED);
      }
      this.#count += 1;
      reply.raw.on('close', this.#left);
      done();
    });
  }

  /** An answer that goes on for minutes gives its place to others. */
  leaveEarly(reply: FastifyReply): void {
    this.#count -= 1;
    reply.raw.once('close', () => (this.#count += 1));
  }
}

const OVERLOADED = unavailable('overloaded', 'Too many ask at once; nothing was done.');

/** A stream is asked for where it stands twice a second for as long as somebody listens. */
export const STREAM_LIMITS = { perCallerMax: 10, inAllMax: 500 } as const;

/** Streams of events have a bound of their own, by caller and in all: each is open for minutes. */
@Injectable()
export class StreamGuard implements CanActivate {
  readonly #ofCallers = new Map<string, number>();
  #count = 0;

  constructor(private readonly inFlight: InFlight) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const caller = http.getRequest<FastifyRequest>().actor?.id ?? '';
    const ofCaller = this.#ofCallers.get(caller) ?? 0;
    if (ofCaller >= STREAM_LIMITS.perCallerMax) throw TOO_MANY_OF_CALLER;
    if (this.#count >= STREAM_LIMITS.inAllMax) throw TOO_MANY_STREAMS;
    this.#count += 1;
    this.#ofCallers.set(caller, ofCaller + 1);
    reply.raw.once('close', () => this.#leave(caller));
    this.inFlight.leaveEarly(reply);
    return true;
  }

  #leave(caller: string): void {
    this.#count -= 1;
    const left = (this.#ofCallers.get(caller) ?? 0) - 1;
    if (left > 0) this.#ofCallers.set(caller, left);
    else this.#ofCallers.delete(caller);
  }
}

const TOO_MANY_OF_CALLER = new Problem({
  status: 429,
  code: 'too_many_streams',
  detail: `You follow ${STREAM_LIMITS.perCallerMax} streams of events already; close one first.`,
  headers: { 'Retry-After': '5' },
});

const TOO_MANY_STREAMS = unavailable('overloaded', 'Too many streams are open; ask again.', 5);

/** A route that answers server-sent events, as `@Sse` makes them. */
export const EventStream = (path: string): MethodDecorator =>
  applyDecorators(Sse(path), UseGuards(StreamGuard));
