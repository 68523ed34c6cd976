import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** OpenAPI 3.1 at `/openapi.json`, readable at `/docs`; both without login. */
export function serveOpenApi(app: NestFastifyApplication, title: string): void {
  const described = new DocumentBuilder()
    .setTitle(title)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .addGlobalResponse({ status: 'default', description: DEFAULT_RESPONSE, content: PROBLEM })
    .build();
  const document = SwaggerModule.createDocument(app, described);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
  });
}

const DEFAULT_RESPONSE = 'Every error: RFC 9457 problem details with a stable code.';

const string = { type: 'string' };

const PROBLEM = {
  'application/problem+json': {
    schema: {
      type: 'object',
      required: ['type', 'title', 'status', 'code', 'detail', 'traceId'],
      properties: {
        type: string,
        title: string,
        status: { type: 'integer' },
        code: string,
        detail: string,
        traceId: string,
        errors: {
          type: 'array',
          items: { type: 'object', properties: { field: string, code: string, detail: string } },
        },
      },
    },
  },
};
