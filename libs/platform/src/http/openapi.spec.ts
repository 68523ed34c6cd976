import { DomainError } from '@app/kernel';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Response } from 'supertest';
import { HttpTestApp } from '../testing/http-test-app';
import { CentsField, ObjectField, TextField } from './fields';
import { FileBody } from './fastify';
import { UuidParam } from './input.pipe';
import { ListQuery, Page, type PageOf } from './listing';
import { Documented, documents } from './openapi-operation';
import { atLeast, exampleOf, maybe, oneOf, orNull, schemaOf } from './openapi-shape';
import { Reads } from './positions';
import { ChangesNothing } from './request-context';

const TOLD = documents('tills', {
  openTill: {
    does: 'Opens a till.',
    answers: { tillId: '01980a3c-52d1-7b54-8f3e-6f0c2a9d4e11', note: maybe('new') },
    refuses: ['till_locked', 'till_unheard_of'],
  },
  listTills: { does: 'Lists tills.', item: { name: 'A' } },
  askTill: { does: 'Asks a till.', answers: { open: true } },
});

class OwnerBody {
  @TextField({ max: 20 }) readonly name!: string;
}

class TillBody {
  @CentsField() readonly floatCents!: number;
  @ObjectField(() => OwnerBody) readonly owner!: OwnerBody;
}

@Controller('tills')
class TillsController {
  @Post(':tillId')
  @Documented(TOLD.openTill)
  open(@Param('tillId', UuidParam) _: string, @Body() { owner }: TillBody): never {
    throw new DomainError(owner.name);
  }

  @Get()
  @Documented(TOLD.listTills)
  @Reads({ name: 'tills' })
  list(@Query() _: ListQuery, @Page() page: PageOf) {
    return page.answer({ find: () => [], keyOf: () => [''], columns: [] });
  }

  @Post('file')
  @HttpCode(202)
  @Documented(TOLD.askTill)
  @ChangesNothing()
  @FileBody('text/csv')
  ask(@Body() _: Buffer) {
    return { open: true };
  }

  @Get('forgotten')
  forgotten() {
    return {};
  }
}

let http: HttpTestApp;
/** A body nobody has typed. */
type Json = Response['body'];
let paths: Json;
let components: Json;

beforeAll(async () => {
  http = await HttpTestApp.start({
    controllers: [TillsController],
    rights: {
      'POST /tills/{tillId}': { all: ['operator', 'auditor'] },
      'GET /tills': { nobody: true, own: ['funder'] },
      'POST /tills/file': { nobody: true },
      'GET /tills/forgotten': { nobody: true },
    },
    refusalStatuses: { till_locked: 423 },
    refusalReasons: { till_locked: 'Somebody else has the key.' },
  });
  ({ paths, components } = (await http.request.get('/openapi.json')).body);
});

afterAll(() => http.close());

/** The codes by status, wherever their response stands. */
const codesOf = ({ responses }: Json): Json =>
  Object.fromEntries(
    Object.entries<Json>(responses).flatMap(([status, response]) => {
      const shared = components['responses'][response['$ref']?.split('/').at(-1)];
      const problem = (shared ?? response)['content']?.['application/problem+json'];
      return problem ? [[status, problem.schema.properties.code.enum]] : [];
    }),
  );

describe('what the document says of a route', () => {
  it('is who may call it', () => {
    const told = (operation: Json) => [operation['x-roles'], operation['security']];
    expect(told(paths['/tills/{tillId}'].post)).toEqual([
      ['operator', 'auditor'],
      [{ bearer: [] }],
    ]);
    expect(told(paths['/tills'].get)).toEqual([['funder'], [{}, { bearer: [] }]]);
    expect(told(paths['/tills/file'].post)).toEqual([[], []]);
  });

  it('is which headers it takes and gives', () => {
    const headersOf = ({ parameters }: Json) =>
      parameters.filter((each: Json) => each['in'] === 'header').map((each: Json) => each['name']);
    expect(headersOf(paths['/tills/{tillId}'].post)).toEqual(['Idempotency-Key']);
    expect(headersOf(paths['/tills'].get)).toEqual(['At-Least']);
    expect(headersOf(paths['/tills/file'].post)).toEqual([]);
    const { 201: opened } = paths['/tills/{tillId}'].post.responses;
    expect(Object.keys(opened.headers)).toEqual(['Event-Position']);
    expect(paths['/tills/file'].post.responses[202].headers).toBeUndefined();
  });

  it('is every way it says no, each with its status', () => {
    const codes = codesOf(paths['/tills/{tillId}'].post);
    expect(codes).toMatchObject({
      400: expect.arrayContaining(['id_invalid', 'idempotency_key_required', 'amount_type']),
      401: ['token_invalid', 'token_required'],
      403: ['forbidden'],
      404: ['not_found'],
      409: ['till_unheard_of'],
      413: ['body_too_large', 'too_many_items'],
      422: ['amount_limit', 'idempotency_mismatch'],
      423: ['till_locked'],
      503: ['issuer_unavailable', 'store_unavailable', 'contended', 'outcome_unknown', 'stopping'],
    });
    // A field of a class within a class.
    expect(codes['400']).toContain('text_empty');
    expect(codesOf(paths['/tills'].get)).toMatchObject({
      400: expect.arrayContaining(['limit_range', 'cursor_invalid', 'at_least_invalid']),
      401: ['token_invalid'],
      503: ['issuer_unavailable', 'read_model_behind', 'read_model_damaged', 'stopping'],
    });
    expect(Object.keys(codesOf(paths['/tills/file'].post))).not.toContain('401');
  });

  it('is its body, with an example and a limit', () => {
    const { requestBody, 'x-body-bytes-max': max } = paths['/tills/{tillId}'].post;
    expect(requestBody.content['application/json'].example).toEqual({
      floatCents: 1,
      owner: { name: 'text' },
    });
    expect(max).toBe(1_048_576);
    const { requestBody: file, 'x-body-bytes-max': fileMax } = paths['/tills/file'].post;
    expect([Object.keys(file.content), fileMax]).toEqual([['text/csv'], 52_428_800]);
  });

  it('is a list as JSON and as CSV', () => {
    const { 200: listed } = paths['/tills'].get.responses;
    expect(Object.keys(listed.content)).toEqual(['application/json', 'text/csv']);
    expect(listed.content['application/json'].example.items).toEqual([{ name: 'A' }]);
  });

  it('is little where the route tells nothing, and no failure', () => {
    expect(paths['/tills/forgotten'].get.operationId).toBe('TillsController_forgotten');
  });
});

describe('a refusal', () => {
  const refused = async (name: string) => {
    const headers = await http.issuer.bearer({ roles: ['operator'] });
    const { body, status } = await http.request
      .post('/tills/01980a3c-52d1-7b54-8f3e-6f0c2a9d4e11')
      .set({ ...headers, 'Idempotency-Key': '01980a3c-52d1-7b54-8f3e-6f0c2a9d4e11' })
      .send({ floatCents: 1, owner: { name } });
    return [status, body.detail] as const;
  };

  it('says what its table says', async () => {
    expect(await refused('till_locked')).toEqual([423, 'Somebody else has the key.']);
  });

  it('says its code where no table has it', async () => {
    expect(await refused('not_me')).toEqual([409, 'Refused: not me.']);
  });
});

describe('a shape', () => {
  const shape = {
    ...{ id: '01980a3c-52d1-7b54-8f3e-6f0c2a9d4e11', on: '2026-03-31', ratio: 1.5, cents: 2 },
    ...{ at: '2026-03-31T21:59:59.999Z', state: oneOf('open', 'shut'), note: maybe('x') },
    ...{ left: orNull(3), steps: [{ a: 1 }, { b: 2 }], extra: atLeast({ c: true }) },
  };

  it('gives its example', () => {
    expect(exampleOf(shape)).toEqual({
      ...shape,
      ...{ state: 'open', note: 'x', left: 3, extra: { c: true } },
    });
  });

  it('gives its schema', () => {
    const { required, properties } = schemaOf(shape) as Json;
    expect(required).not.toContain('note');
    expect(required).toContain('left');
    expect(properties).toEqual({
      id: { type: 'string', format: 'uuid' },
      on: { type: 'string', format: 'date' },
      at: { type: 'string', format: 'date-time' },
      ratio: { type: 'number' },
      cents: { type: 'integer' },
      state: { type: 'string', enum: ['open', 'shut'] },
      note: { type: 'string' },
      left: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      steps: {
        type: 'array',
        items: {
          anyOf: [
            { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } },
            { type: 'object', required: ['b'], properties: { b: { type: 'integer' } } },
          ],
        },
      },
      extra: {
        ...{ type: 'object', required: ['c'], additionalProperties: true },
        properties: { c: { type: 'boolean' } },
      },
    });
  });

  it('is not made of an empty list', () => {
    expect(() => schemaOf([])).toThrow(TypeError);
  });
});
