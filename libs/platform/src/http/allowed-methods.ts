import type { FastifyInstance } from 'fastify';

/**
 * Which methods an address has, so that a wrong one is told from a wrong address: Fastify's router
 * answers 404 to both. Asked only then.
 */
export class AllowedMethods {
  readonly #routes: { method: string; parts: readonly string[] }[] = [];

  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) this.#routes.push({ method: each, parts: partsOf(url) });
    });
  }

  at(url: string): readonly string[] {
    const [path = ''] = url.split('?', 1);
    const parts = partsOf(path);
    const routes = this.#routes.filter((route) => fits(parts, route.parts));
    return [...new Set(routes.map(({ method }) => method))];
  }
}

const partsOf = (path: string): string[] => path.split('/');

function fits(parts: readonly string[], template: readonly string[]): boolean {
  if (parts.length !== template.length) return false;
  return template.every((part, index) => part === parts[index] || /^[:*]/.test(part));
}
