import type { INestApplication } from '@nestjs/common';
import type { Reach, Role } from './actor';
import { findHandlers } from './handlers';

/** Who may call one route. Of several roles a person holds, the first named here is the one it acts in. */
export type RouteRights = Readonly<
  Partial<Record<Reach, readonly Role[]>> & {
    /** Without login too. Where it names roles beside this, a token that comes along must be valid. */
    nobody?: true;
    /** Besides those roles, whoever logs in and has none. */
    newcomers?: true;
    /** Not for API keys: who gives access answers for it. */
    people?: true;
    /** What else a role must be, for people. */
    note?: string;
  }
>;

/** By route, as in `POST /v1/orders/{orderId}/delivery`. */
export type RightsTable = Readonly<Record<string, RouteRights>>;

export type Grant = Readonly<{ role: Role; reach: Reach }>;

/** The rights of one route, as the guard asks for them. */
export type Grants = Readonly<{
  route: string;
  nobody: boolean;
  newcomers: boolean;
  people: boolean;
  roles: readonly Grant[];
}>;

export const grantsOf = (
  route: string,
  { nobody, newcomers, people, all = [], own = [], none = [] }: RouteRights,
): Grants => ({
  ...{ route, nobody: nobody === true, newcomers: newcomers === true, people: people === true },
  roles: [...granted('all', all), ...granted('own', own), ...granted('none', none)],
});

const granted = (reach: Reach, roles: readonly Role[]): readonly Grant[] =>
  roles.map((role) => ({ role, reach }));

/** The table, by what Nest calls: looked up once for each route, when the program starts. */
export class Rights {
  readonly #byHandler = new Map<unknown, Grants>();

  constructor(private readonly table: RightsTable) {}

  /** Throws where a route is not in the table: the program does not start. */
  resolve(app: INestApplication): void {
    const missing: string[] = [];
    for (const { handler, route } of findHandlers(app)) {
      const rights = Object.hasOwn(this.table, route) ? this.table[route] : undefined;
      if (rights === undefined) missing.push(route);
      else this.#byHandler.set(handler, grantsOf(route, rights));
    }
    if (missing.length === 0) return;
    throw new TypeError(`not in the table of rights, so for nobody: ${missing.join(', ')}`);
  }

  /** Whether who asks makes a difference there. @param route as in the table. */
  looksAtCaller(route: string): boolean {
    const grants = this.named(route);
    return grants !== undefined && isForSomebody(grants);
  }

  /** Undefined for what is in no table: the description of the api. */
  named(route: string): Grants | undefined {
    const rights = Object.hasOwn(this.table, route) ? this.table[route] : undefined;
    return rights && grantsOf(route, rights);
  }

  /** Nobody, where Nest calls what is no route of the table. */
  of(handler: unknown): Grants {
    return this.#byHandler.get(handler) ?? FOR_NOBODY;
  }
}

/** What is told to everyone alike is for nobody in particular. */
export const isForSomebody = ({ nobody, roles }: Grants): boolean => !nobody || roles.length > 0;

const FOR_NOBODY = grantsOf('', {});
