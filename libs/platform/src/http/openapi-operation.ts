import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Shape } from './openapi-shape';

/** What only a route itself can tell of it; the rest follows from its other decorators. */
export type OperationDocument = Readonly<{
  /** Stable: clients are generated with it. */
  id: string;
  /** Of the context. */
  tag: string;
  /** One sentence: what it does. */
  does: string;
  /** What else a caller should know. */
  more?: string;
  /** The body of a success, as JSON. */
  answers?: Shape;
  /** In its place for a list: one of its items. */
  item?: Readonly<Record<string, Shape>>;
  /** Of a success in other media types: JSON, or the beginning of a text. */
  files?: Readonly<Record<string, Shape>>;
  /** An example of the body, where that of its required fields would not do. */
  asks?: Readonly<Record<string, unknown>>;
  /** Codes of its own refusals; statuses and sentences are in the tables of its context. */
  refuses?: readonly string[];
}>;

type Told = Omit<OperationDocument, 'id' | 'tag'>;

/** The documents of a context's operations, by their ids. */
export const documents = <Id extends string>(
  tag: string,
  told: Readonly<Record<Id, Told>>,
): Readonly<Record<Id, OperationDocument>> => {
  const entries = Object.entries<Told>(told).map(([id, each]) => [id, { ...each, id, tag }]);
  return Object.fromEntries(entries) as Record<Id, OperationDocument>;
};

export const OPERATION = 'carnet:operation';

/** Every route has it: `openapi-completion.ts` adds what its other decorators say. */
export const Documented = (told: OperationDocument): MethodDecorator =>
  applyDecorators(
    SetMetadata(OPERATION, told),
    ApiOperation({ operationId: told.id, summary: told.does, tags: [told.tag] }),
  );
