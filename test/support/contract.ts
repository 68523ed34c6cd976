import type { HttpTestApp } from '@app/platform/testing/http-test-app';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

type Json = Readonly<{ [name: string]: unknown }>;

export type Operation = Readonly<{
  operationId: string;
  summary: string;
  responses: Readonly<Record<string, Response>>;
  requestBody?: Readonly<{ content: Content }>;
}> &
  Json;

type Response = Readonly<{ description: string; content?: Content; $ref?: string }>;
type Content = Readonly<Record<string, Readonly<{ schema: Json; example?: unknown }>>>;

export type OpenApi = Readonly<{
  openapi: string;
  info: Json;
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: Readonly<{ responses: Readonly<Record<string, Response>> }>;
}>;

export type Exchange = Readonly<{
  method: string;
  path: string;
  status: number;
  /** Of the answer, without parameters. */
  mediaType: string;
  body: unknown;
}>;

/** Holds answers to what /openapi.json says of them, to the letter: nothing less, nothing more. */
export class Contract {
  /** Operations that answered with a success. */
  readonly succeeded = new Set<string>();
  readonly #ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
  readonly #templates: readonly Readonly<{ path: string; pattern: RegExp }>[];

  private constructor(readonly document: OpenApi) {
    this.#ajv.addSchema({ ...(closed(document) as object), $id: 'openapi' });
    this.#templates = Object.keys(document.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }));
  }

  static async of(http: HttpTestApp): Promise<Contract> {
    const { body } = await http.request.get('/openapi.json');
    return new Contract(body as OpenApi);
  }

  get operations(): readonly Operation[] {
    return Object.values(this.document.paths).flatMap((item) => Object.values(item));
  }

  responseOf({ responses }: Operation, status: number): Response | undefined {
    const response = responses[status];
    const name = response?.$ref?.split('/').at(-1);
    return name === undefined ? response : this.document.components.responses[name];
  }

  /** The codes an operation may be refused with, by status. */
  codesOf(operation: Operation, status: number): readonly string[] {
    const content = this.responseOf(operation, status)?.content;
    const { properties } = (content?.['application/problem+json']?.schema ?? {}) as {
      properties?: { code: { enum: string[] } };
    };
    return properties?.code.enum ?? [];
  }

  /** Throws where an answer is none that is documented. */
  check(exchange: Exchange): void {
    const { method, path, status, mediaType, body } = exchange;
    const [address = ''] = path.split('?');
    const template = this.#templates.find(({ pattern }) => pattern.test(address))?.path;
    const operation = template && this.document.paths[template]?.[method];
    // Where there is no route, there is nothing to document either.
    if (template === undefined || !operation) return;
    const asked = `${method.toUpperCase()} ${template}: ${status}`;
    const content = this.responseOf(operation, status)?.content;
    if (content?.[mediaType] === undefined) throw new Error(`${asked} ${mediaType}: undocumented`);
    if (status < 300) this.succeeded.add(operation.operationId);
    if (status >= 400) {
      const { code } = body as { code: string };
      if (!this.codesOf(operation, status).includes(code)) {
        throw new Error(`${asked} ${code}: undocumented`);
      }
    }
    if (!mediaType.endsWith('json')) return;
    this.validate(content[mediaType].schema, body, asked);
  }

  /** Throws where a value is not of the schema. */
  validate(schema: Json, value: unknown, what: string): void {
    const validate = this.#ajv.compile<unknown>(rooted(closed(schema)) as object);
    if (validate(value)) return;
    const errors = this.#ajv.errorsText(validate.errors);
    throw new Error(`${what} is not as documented: ${errors}\n${JSON.stringify(value)}`);
  }
}

/** Documented properties are all there are, unless others are promised. */
function closed(schema: unknown): unknown {
  return mapped(schema, (each) =>
    each['type'] === 'object' && each['properties'] && !('additionalProperties' in each)
      ? { ...each, additionalProperties: false }
      : each,
  );
}

const rooted = (schema: unknown): unknown =>
  mapped(schema, (each) =>
    typeof each['$ref'] === 'string' ? { ...each, $ref: `openapi${each['$ref']}` } : each,
  );

function mapped(value: unknown, map: (each: Json) => Json): unknown {
  if (Array.isArray(value)) return value.map((each) => mapped(each, map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, mapped(each, map)]);
  return map(Object.fromEntries(entries) as Json);
}
