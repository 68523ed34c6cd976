import type { RouteRights } from '@app/platform';
import { RIGHTS } from '../../apps/api/src/access/rights';
import { SchemeApp } from '../support/scheme-app';
import { accessWorld, missingCommon, missingSide, type AccessWorld } from './access-world';
import type { Ask, Objects, Route } from './asking';
import { ASKS } from './asks';
import { Callers, type Told } from './callers';

export type Which = 'own' | 'foreign' | 'missing';
export type Asked = Readonly<{ route: Route; rights: RouteRights; ask: Ask; at: number }>;

/** The scheme with two of everything, every way to ask it, and what came out otherwise than said. */
export class AccessApp {
  readonly #counts = new Map<string, number>();
  #surprises: string[] = [];

  private constructor(
    readonly asks: readonly Asked[],
    readonly scheme: SchemeApp,
    readonly world: AccessWorld,
    readonly callers: Callers,
    readonly objects: Readonly<Record<Which, Objects>>,
  ) {}

  static async start(): Promise<AccessApp> {
    // Before anything runs that would have to be stopped: an entry that nobody asks throws here.
    const asks = Object.entries(RIGHTS).flatMap(([route, rights]) =>
      ASKS[route as Route].map((ask, at) => ({ route: route as Route, rights, ask, at })),
    );
    const scheme = await SchemeApp.start();
    const world = await accessWorld(scheme);
    const { own, foreign, common } = world;
    return new AccessApp(asks, scheme, world, await Callers.of(scheme, own), {
      own: { ...own, ...common },
      foreign: { ...foreign, ...common },
      missing: { ...missingSide(scheme), ...missingCommon() },
    });
  }

  stop(): Promise<void> {
    return this.scheme.stop();
  }

  send({ route, ask }: Asked, which: Which, token?: string): Promise<Told> {
    return this.callers.ask(route, ask.sent(this.objects[which], this.objects.own), token);
  }

  check(kind: string, told: Told, isRight: boolean, what: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    if (!isRight) this.#surprises.push(`${what}: ${told.status} ${told.text.slice(0, 160)}`);
  }

  /** What was checked so far, by kind. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Those since it was asked last. */
  surprises(): readonly string[] {
    const found = this.#surprises;
    this.#surprises = [];
    return found;
  }

  /** Throws where the log has grown meanwhile. */
  async recordsNothing(during: () => Promise<void>): Promise<void> {
    const before = (await this.scheme.events()).length;
    await during();
    await this.scheme.settle();
    const after = (await this.scheme.events()).slice(before);
    if (after.length > 0) throw new Error(`recorded: ${after.map(({ type }) => type).join(', ')}`);
  }
}

export const isRefused = ({ status, text, type }: Told, expected: number, code: string): boolean =>
  status === expected && type === 'application/problem+json' && text.includes(`"code":"${code}"`);

/** Without what is of the request itself. */
export const bodyOf = ({ text }: Told): string => text.replace(/"traceId":"[^"]*"/, '');
