import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { HEAVY_COST } from '../limits/costs';
import { completed, type Operation } from './openapi-completion';
import { PROBLEM_SCHEMA } from './openapi-problems';
import { findRoutes } from './openapi-routes';
import { STREAM_LIMITS } from './in-flight';
import { Refusals } from './refusals';

/** OpenAPI 3.1 at `/openapi.json`, readable at `/docs`; both without login. */
export function serveOpenApi(app: NestFastifyApplication, title: string): void {
  const document = openApiOf(app, title);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: title,
    // Swagger UI would send the document to a validator of its makers, for a badge.
    swaggerOptions: { validatorUrl: null, docExpansion: 'none' },
  });
}

/** The version of the contract, which is that of its paths: what is added does not change it. */
const VERSION = '1';

/**
 * Nest's generator knows addresses, bodies and queries; who may call, what is answered and every way
 * a route says no is added from the decorators that make it so.
 */
function openApiOf(app: NestFastifyApplication, title: string): OpenAPIObject {
  const described = new DocumentBuilder()
    .setTitle(title)
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: BEARER })
    .build();
  const document = SwaggerModule.createDocument(app, described, { autoTagControllers: false });
  const routes = findRoutes(app);
  const refusals = app.get(Refusals);
  const responses = new Map<string, object>();
  // The bytes of a file are no schema.
  const { Buffer: _, ...bodies } = document.components?.schemas ?? {};
  const schemas = { ...bodies, Problem: PROBLEM_SCHEMA };
  const operations = Object.entries(document.paths).map(([path, item]) => [
    path,
    mapValues(item as Readonly<Record<string, Operation>>, (operation, method) => {
      const route = routes.get(operation.operationId);
      if (route === undefined) throw new TypeError(`${operation.operationId} is no route`);
      return completed(operation, { method, route, schemas, refusals, shared: responses });
    }),
  ]);
  return {
    ...document,
    info: { ...document.info, license: LICENCE },
    paths: Object.fromEntries(operations) as OpenAPIObject['paths'],
    components: {
      ...document.components,
      schemas,
      responses: Object.fromEntries(responses),
    } as NonNullable<OpenAPIObject['components']>,
  };
}

const mapValues = <From, To>(
  of: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, map(value, key)]));

/** By its SPDX identifier, which 3.1 has a field for and the generator has not. */
const LICENCE = { name: 'European Union Public Licence 1.2', identifier: 'EUPL-1.2' } as const;

const BEARER = 'A JWT of the configured issuer: it names the person, the party and its roles.';

const DESCRIPTION = `
The ledger of a digital-voucher scheme. Amounts are integer euro cents (\`…Cents\`), days \`…On\`
are days in Paris, instants \`…At\` are UTC.

**Changes.** A POST that changes something takes an \`Idempotency-Key\` (UUID): the same key and
request answer with the first status and body, for ever. It answers with \`Event-Position\`; a GET
that sends it back as \`At-Least\` shows at least that change.

**Errors** are RFC 9457 \`application/problem+json\` with a stable \`code\`; every operation lists
its own. What is foreign looks exactly like what is missing. Beside them any address can answer 405
\`method_not_allowed\`, 414 \`uri_too_long\`, 431 \`headers_too_large\`, 400 \`http_malformed\`, and
503 \`overloaded\` with \`Retry-After\`, where too many ask at once.

**Lists** answer \`{items, nextCursor}\`, at most 500 items; \`Accept: text/csv\` gives the whole
list, up to 100,000 rows.

**Limits.** A JSON body has at most 1 MiB, a file 50 MiB; JSON is at most 20 levels deep, names no
key twice and no property a route does not know; a JSON body arrives within 15 s, a file within 120 s.
Whoever asks too much within a minute, by caller or, without login, by address, is answered 429
\`rate_limited\` with \`Retry-After\`, and nothing was done. A file made or taken and a job begun count as
${HEAVY_COST} requests (\`x-cost\`; so do a list as CSV and a page as PDF), all else as one. One caller
follows at most ${STREAM_LIMITS.perCallerMax} streams of events at a time.
`.trim();
