import {
  Injectable,
  Optional,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Position } from '../event-store/event-store';
import { ViewProgress } from '../read-store/view-progress';
import { badRequest } from './problem';
import { requestOf } from './request-of';

/** The answer of a change: its body, and where in the log it stands (`Event-Position`). */
export class Changed<Body> {
  constructor(
    /** Undefined where nothing is in the log because nothing had to be done. */
    readonly position: Position | undefined,
    readonly body: Body,
  ) {}
}

type Named = Readonly<{ name: string }>;

export const VIEWS_OF_ROUTE = 'carnet:views';

/** The views a GET reads: `At-Least` waits for these. Of a change, those it is decided on. */
export const Reads = (...views: readonly [Named, ...Named[]]): MethodDecorator & ClassDecorator =>
  SetMetadata(VIEWS_OF_ROUTE, views);

/**
 * `At-Least: <position>` on a GET: the answer waits up to 2 s for its views to have passed it, so that
 * whoever changed something sees it. Later it is 503 `read_model_behind`.
 */
@Injectable()
export class AtLeastGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Optional() private readonly progress?: ViewProgress,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { headers, method } = requestOf(context);
    const atLeast = headers['at-least'];
    if (atLeast === undefined || (method !== 'GET' && method !== 'HEAD')) return true;
    const position = positionOf(atLeast);
    const targets = [context.getHandler(), context.getClass()];
    const views = this.reflector.getAllAndOverride<readonly Named[]>(VIEWS_OF_ROUTE, targets);
    if (views === undefined) return true;
    if (this.progress === undefined) throw new TypeError('@Reads needs HttpModule’s viewProgress');
    return this.progress.waitFor(position, views).then(() => true);
  }
}

/** Positions are unsigned 64-bit numbers, as EventStoreDB has them; SQLite keeps 63 of the bits. */
const POSITION_MAX = 2n ** 63n - 1n;

function positionOf(text: string | string[]): Position {
  const isNumber = typeof text === 'string' && /^(0|[1-9]\d{0,18})$/.test(text);
  const position = isNumber ? BigInt(text) : -1n;
  if (position >= 0n && position <= POSITION_MAX) return position;
  throw badRequest('at_least_invalid', 'At-Least takes the Event-Position of a change.');
}
