import type { Schema } from './openapi-shape';

/** As Nest's generator writes it; `x-refusals` are the codes of a field. */
export type Parameter = Readonly<{
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
  'x-refusals'?: readonly string[];
}>;

export type Body = Readonly<{
  content: Readonly<Record<string, Readonly<{ schema: Schema }>>>;
}>;

type Schemas = Readonly<Record<string, Schema>>;

type Options = Readonly<{
  schemas: Schemas;
  fileTypes: readonly string[] | undefined;
  asks: Readonly<Record<string, unknown>> | undefined;
}>;

/** The body with an example: of its required fields, unless the route has a better one. */
export function bodyOf(
  body: Body | undefined,
  { schemas, fileTypes, asks }: Options,
): Body | undefined {
  if (fileTypes) {
    const schema = { type: 'string', description: 'The bytes of the file.' };
    return { content: Object.fromEntries(fileTypes.map((type) => [type, { schema }])) };
  }
  const schema = body?.content['application/json']?.schema;
  if (schema === undefined) return undefined;
  const example = asks ?? exampleOfSchema(schema, schemas);
  return { content: { 'application/json': { schema, example } } } as Body;
}

function exampleOfSchema(schema: Schema, schemas: Schemas): unknown {
  const { example, type, format, minimum, items } = schema;
  const words = schema['enum'] as readonly unknown[] | undefined;
  const part = referredTo(schema, schemas);
  if (part) return exampleOfSchema(part, schemas);
  if (type === 'array') return [example ?? exampleOfSchema((items ?? {}) as Schema, schemas)];
  if (example !== undefined) return example;
  if (words) return words[0];
  if (type === 'object') {
    const required = (schema['required'] ?? []) as readonly string[];
    const properties = propertiesOf(schema);
    return Object.fromEntries(
      required.map((name) => [name, exampleOfSchema(properties[name] ?? {}, schemas)]),
    );
  }
  if (type === 'integer' || type === 'number') return minimum ?? 0;
  if (type === 'boolean') return false;
  return format === 'uuid' ? '01980a3c-52d1-7b54-8f3e-6f0c2a9d4e11' : 'text';
}

/** Codes that the fields of a route's query and body are refused with. */
export function fieldCodesOf(
  parameters: readonly Parameter[],
  body: Body | undefined,
  schemas: Schemas,
): readonly string[] {
  const ofQuery = parameters.flatMap((each) => each['x-refusals'] ?? []);
  const schema = body?.content['application/json']?.schema;
  return [...new Set([...ofQuery, ...(schema ? codesOfSchema(schema, schemas) : [])])];
}

function codesOfSchema(schema: Schema, schemas: Schemas): readonly string[] {
  const own = (schema['x-refusals'] ?? []) as readonly string[];
  const parts = [
    referredTo(schema, schemas),
    schema['items'] as Schema | undefined,
    ...Object.values(propertiesOf(schema)),
  ];
  return [...own, ...parts.flatMap((part) => (part ? codesOfSchema(part, schemas) : []))];
}

const propertiesOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;

/** Beside other keywords, a class of fields is referred to in `allOf`. */
function referredTo(schema: Schema, schemas: Schemas): Schema | undefined {
  const [one] = (schema['allOf'] ?? []) as readonly Schema[];
  const reference = (schema['$ref'] ?? one?.['$ref']) as string | undefined;
  return reference === undefined ? undefined : schemas[reference.split('/').at(-1) ?? ''];
}
