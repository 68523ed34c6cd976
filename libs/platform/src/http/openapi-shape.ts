/**
 * What an answer looks like: an example of it, whose leaves say where something else could stand.
 * The schema follows from the example, so that there is one of both.
 */
export type Shape =
  | string
  | number
  | boolean
  | null
  | readonly Shape[]
  | Readonly<{ [name: string]: Shape }>
  | Varied;

export type Schema = Readonly<Record<string, unknown>>;

/** A place where more than its example may stand. */
class Varied {
  constructor(
    readonly kind: 'null' | 'absent' | 'words' | 'open',
    readonly shape: Shape,
    readonly words: readonly string[] = [],
  ) {}
}

/** This, or null. */
export const orNull = (shape: Shape): Shape => new Varied('null', shape);

/** A property that is left out where there is nothing to say. */
export const maybe = (shape: Shape): Shape => new Varied('absent', shape);

/** One of these words; the first is the example. */
export const oneOf = (...words: readonly [string, ...string[]]): Shape =>
  new Varied('words', words[0], words);

/** An object with more properties than these, which depend on what it is of. */
export const atLeast = (shape: Readonly<{ [name: string]: Shape }>): Shape =>
  new Varied('open', shape);

/** The example as it is answered. */
export function exampleOf(shape: Shape): unknown {
  if (shape instanceof Varied) return exampleOf(shape.shape);
  if (isList(shape)) return shape.map(exampleOf);
  if (!isObject(shape)) return shape;
  return Object.fromEntries(Object.entries(shape).map(([name, each]) => [name, exampleOf(each)]));
}

/** JSON Schema 2020-12, which OpenAPI 3.1 speaks. A list's items are like any of its examples. */
export function schemaOf(shape: Shape): Schema {
  if (shape instanceof Varied) return variedSchema(shape);
  if (shape === null) return { type: 'null' };
  if (isList(shape)) return { type: 'array', items: anyOf(shape.map(schemaOf)) };
  if (isObject(shape)) return objectSchema(shape, false);
  if (typeof shape === 'number') return { type: Number.isInteger(shape) ? 'integer' : 'number' };
  return typeof shape === 'string' ? textSchema(shape) : { type: 'boolean' };
}

function variedSchema({ kind, shape, words }: Varied): Schema {
  switch (kind) {
    case 'words':
      return { type: 'string', enum: words };
    case 'null':
      return anyOf([schemaOf(shape), { type: 'null' }]);
    case 'absent':
      return schemaOf(shape);
    case 'open':
      return objectSchema(shape as Readonly<{ [name: string]: Shape }>, true);
  }
}

function objectSchema(shape: Readonly<{ [name: string]: Shape }>, open: boolean): Schema {
  const properties = Object.entries(shape);
  return {
    type: 'object',
    required: properties.filter(([, each]) => !isOptional(each)).map(([name]) => name),
    properties: Object.fromEntries(properties.map(([name, each]) => [name, schemaOf(each)])),
    ...(open && { additionalProperties: true }),
  };
}

const FORMATS: readonly (readonly [format: string, pattern: RegExp])[] = [
  ['uuid', /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['date-time', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/],
];

function textSchema(text: string): Schema {
  const [format] = FORMATS.find(([, pattern]) => pattern.test(text)) ?? [];
  return { type: 'string', ...(format !== undefined && { format }) };
}

function anyOf(schemas: readonly Schema[]): Schema {
  const different = [...new Map(schemas.map((each) => [JSON.stringify(each), each])).values()];
  const [only, another] = different;
  if (only === undefined) throw new TypeError('an empty list shows nothing of its items');
  return another === undefined ? only : { anyOf: different };
}

const isOptional = (shape: Shape): boolean => shape instanceof Varied && shape.kind === 'absent';

const isList = (shape: Shape): shape is readonly Shape[] => Array.isArray(shape);

const isObject = (shape: Shape): shape is Readonly<{ [name: string]: Shape }> =>
  typeof shape === 'object' && shape !== null;
