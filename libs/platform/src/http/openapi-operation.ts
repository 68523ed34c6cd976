import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Shape } from './openapi-shape';

/** What only a route itself can tell of it; the rest follows from its other decorators. */
export type DocumentedInput = Readonly<{
  /** Stable: clients are generated with it. */
  id: string;
  /** One sentence: what it does. */
  does: string;
  /** What else a caller should know. */
  more?: string;
  /** The body of a success, as JSON. A list's is given by one of its `items`. */
  answers?: Shape;
  item?: Readonly<Record<string, Shape>>;
  /** Of a success in other media types: an object of JSON, or the beginning of a text. */
  files?: Readonly<Record<string, Shape>>;
  /** An example of the body, where that of its fields would not do. */
  asks?: Readonly<Record<string, unknown>>;
  /** Codes of its own refusals; statuses and sentences are in the tables of its context. */
  refuses?: readonly string[];
}>;

export const OPERATION = 'carnet:operation';

/** Every route has it: see `openapi.ts` for what it adds by itself. */
export const Documented = (input: DocumentedInput): MethodDecorator =>
  applyDecorators(
    SetMetadata(OPERATION, input),
    ApiOperation({ operationId: input.id, summary: input.does }),
  );
