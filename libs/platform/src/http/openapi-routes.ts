import type { INestApplication, Type } from '@nestjs/common';
import { METHOD_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { ROLES_OF_ROUTE, type Allowed } from '../access/access.guard';
import { UuidParam } from './input.pipe';
import { PagePipe } from './listing';
import { OPERATION, type OperationDocument } from './openapi-operation';
import { VIEWS_OF_ROUTE } from './positions';
import { CHANGES_NOTHING } from './request-context';

/** What a route's decorators say of it. */
export type DocumentedRoute = Readonly<{
  documented: OperationDocument | undefined;
  allowed: Allowed;
  /** It waits for `At-Least`. */
  readsViews: boolean;
  changesNothing: boolean;
  /** Media types of a file it takes in place of JSON. */
  fileTypes: readonly string[] | undefined;
  isList: boolean;
  /** Names of the parameters of its address that are ids. */
  uuids: readonly string[];
}>;

/** Every route by the id its operation has in the document. */
export function findRoutes(app: INestApplication): ReadonlyMap<string, DocumentedRoute> {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap(({ controllers }) => [...controllers.values()]);
  return new Map(controllers.flatMap(({ metatype }) => routesOf(metatype as Type)));
}

function routesOf(controller: Type): [string, DocumentedRoute][] {
  const prototype = controller.prototype as Record<string, object>;
  const methods = new MetadataScanner().getAllMethodNames(prototype);
  return methods.flatMap((method) => {
    const handler = prototype[method];
    if (handler === undefined || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
    const route = routeOf(controller, method, handler);
    return [[route.documented?.id ?? `${controller.name}_${method}`, route]];
  });
}

function routeOf(controller: Type, method: string, handler: object): DocumentedRoute {
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
    allowed: told<Allowed>(ROLES_OF_ROUTE) ?? [],
    readsViews: told(VIEWS_OF_ROUTE) !== undefined,
    changesNothing: told(CHANGES_NOTHING) ?? false,
    fileTypes,
    isList: args.some(({ pipes }) => pipes.includes(PagePipe)),
    uuids: args.flatMap(({ data, pipes }) => (pipes.includes(UuidParam) && data ? [data] : [])),
  };
}

type Argument = Readonly<{ data?: string; pipes: readonly unknown[] }>;
