import type { INestApplication } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { findHandlers, type Handler } from '../access/handlers';
import { Rights, type Grants } from '../access/rights';
import { UuidParam } from './input.pipe';
import { PagePipe } from './listing';
import { OPERATION, type OperationDocument } from './openapi-operation';
import { VIEWS_OF_ROUTE } from './positions';
import { CHANGES_NOTHING } from './request-context';
import { costOf, type RouteCost } from './route-costs';

/** What a route's decorators say of it. */
export type DocumentedRoute = Readonly<{
  documented: OperationDocument | undefined;
  allowed: Grants;
  /** It waits for `At-Least`. */
  readsViews: boolean;
  changesNothing: boolean;
  /** Media types of a file it takes in place of JSON. */
  fileTypes: readonly string[] | undefined;
  isList: boolean;
  /** Names of the parameters of its address that are ids. */
  uuids: readonly string[];
  cost: RouteCost;
}>;

/** Every route by the id its operation has in the document. */
export function findRoutes(app: INestApplication): ReadonlyMap<string, DocumentedRoute> {
  const rights = app.get(Rights);
  return new Map(
    findHandlers(app).map((each) => {
      const route = routeOf(each, rights);
      return [route.documented?.id ?? `${each.controller.name}_${each.method}`, route];
    }),
  );
}

function routeOf(each: Handler, rights: Rights): DocumentedRoute {
  const { controller, method, handler } = each;
  const told = <Value>(key: string): Value | undefined =>
    (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as
      Value | undefined;
  const args = Object.values(
    (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
      string,
      Argument
    >,
  );
  const { fileTypes } =
    told<{ fileTypes?: readonly string[] }>(FASTIFY_ROUTE_CONFIG_METADATA) ?? {};
  return {
    documented: told(OPERATION),
    allowed: rights.of(handler),
    cost: costOf(each),
    readsViews: told(VIEWS_OF_ROUTE) !== undefined,
    changesNothing: told(CHANGES_NOTHING) ?? false,
    fileTypes,
    isList: args.some(({ pipes }) => pipes.includes(PagePipe)),
    uuids: args.flatMap(({ data, pipes }) => (pipes.includes(UuidParam) && data ? [data] : [])),
  };
}

type Argument = Readonly<{ data?: string; pipes: readonly unknown[] }>;
