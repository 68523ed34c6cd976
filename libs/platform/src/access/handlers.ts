import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

/** What Nest calls for a route. */
export type Handler = Readonly<{
  controller: Type;
  method: string;
  handler: object;
  /** `GET /v1/orders/{orderId}`. */
  route: string;
}>;

/** Of every controller of the application. */
export function findHandlers(app: INestApplication): readonly Handler[] {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap(({ controllers }) => [...controllers.values()]);
  return controllers.flatMap(({ metatype }) => handlersOf(metatype as Type));
}

function handlersOf(controller: Type): Handler[] {
  const prototype = controller.prototype as Record<string, object>;
  const methods = new MetadataScanner().getAllMethodNames(prototype);
  return methods.flatMap((method) => {
    const handler = prototype[method];
    if (handler === undefined || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
    const verb = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
    const parts = [controller, handler].flatMap((of) => partsOf(of));
    return [{ controller, method, handler, route: `${verb} /${parts.join('/')}` }];
  });
}

const partsOf = (of: object): string[] =>
  (Reflect.getMetadata(PATH_METADATA, of) as string)
    .split('/')
    .filter((part) => part !== '')
    .map((part) => part.replace(/^:(\w+)$/, '{$1}'));
