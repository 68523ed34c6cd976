import type { INestApplication } from '@nestjs/common';
import { HTTP_CODE_METADATA } from '@nestjs/common/constants.js';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { findHandlers, type Handler } from '../access/handlers';
import { HEAVY_COST } from '../limits/costs';
import { OPERATION, type OperationDocument } from './openapi-operation';

/** What an answer costs, in plain ones: of a limit of requests it takes that much. */
export type RouteCost = Readonly<{
  cost: number;
  /** Where `Accept` asks for a whole list, or a page drawn on paper. */
  costAsFile: number;
}>;

/** A redemption, a check, a page of a list. */
export const PLAIN: RouteCost = { cost: 1, costAsFile: 1 };

/** By route, as in `POST /v1/orders/{orderId}/delivery`. */
export const routeCostsOf = (app: INestApplication): ReadonlyMap<string, RouteCost> =>
  new Map(findHandlers(app).map((each) => [each.route, costOf(each)]));

export function costOfRequest(
  { cost, costAsFile }: RouteCost,
  headers: Readonly<{ accept?: string | undefined }>,
): number {
  if (cost === costAsFile || headers.accept === undefined) return cost;
  return FILE_WANTED.test(headers.accept) ? costAsFile : cost;
}

const FILE_WANTED = /csv|pdf/i;

/** Follows from what the route's own decorators say, so that no route is forgotten. */
export function costOf({ route, handler }: Handler): RouteCost {
  const told = <Value>(key: string): Value | undefined =>
    Reflect.getMetadata(key, handler) as Value | undefined;
  const { fileTypes } =
    told<{ fileTypes?: readonly string[] }>(FASTIFY_ROUTE_CONFIG_METADATA) ?? {};
  const takesFile = fileTypes !== undefined;
  const beginsJob = told<number>(HTTP_CODE_METADATA) === 202;
  if (takesFile || beginsJob || answersFile(told<OperationDocument>(OPERATION))) return HEAVY;
  return route.startsWith('GET ') ? { cost: 1, costAsFile: HEAVY_COST } : PLAIN;
}

const HEAVY: RouteCost = { cost: HEAVY_COST, costAsFile: HEAVY_COST };

/** And nothing else. A stream of events is none, and whoever watches the program asks for little. */
function answersFile({ tag, answers, item, files = {} }: Partial<OperationDocument> = {}): boolean {
  if (answers !== undefined || item !== undefined || tag === 'operations') return false;
  return Object.keys(files).some((type) => type !== 'text/event-stream');
}
