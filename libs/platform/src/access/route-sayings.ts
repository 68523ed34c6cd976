import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

/** What a decorator says of a route, or else of its controller: looked up once, since none changes. */
export class RouteSayings<Said> {
  readonly #known = new Map<unknown, Map<unknown, Said | undefined>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly key: string,
  ) {}

  of(context: ExecutionContext): Said | undefined {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    let routes = this.#known.get(controller);
    if (routes === undefined) {
      routes = new Map<unknown, Said | undefined>();
      this.#known.set(controller, routes);
    }
    if (!routes.has(handler)) {
      routes.set(handler, this.reflector.getAllAndOverride(this.key, [handler, controller]));
    }
    return routes.get(handler);
  }
}
