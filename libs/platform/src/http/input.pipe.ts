import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { isUuid, type Uuid } from '@app/kernel';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { FIELD_STATUSES, readInOnePass } from './fields';
import { badRequest, Problem, type FieldError } from './problem';

const VALIDATION = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  validationError: { target: false, value: true },
} as const;

/**
 * Bodies and queries as instances of their class of fields, or a `Problem` that names every field
 * refused. Nest's own pipe awaits each check; ours are pure functions, so one synchronous pass will do.
 */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (metatype === undefined || type === 'custom' || NOT_CHECKED.has(metatype)) return value;
    if (type === 'body') {
      refuseNoObject(value);
      const read = readInOnePass(metatype as Type<object>, value as object);
      if (read !== undefined) return read;
    }
    if (type === 'query') refuseDroppedNames(value as object);
    const input = plainToInstance(metatype as Type<object>, value ?? {});
    const errors = validateSync(input, VALIDATION);
    if (errors.length > 0) throw refusalOf(errors);
    return input;
  }
}

/** For `@Param('id', UuidParam)`: what is no id is no missing object either. */
@Injectable()
export class UuidParam implements PipeTransform {
  transform(value: unknown): Uuid {
    if (isUuid(value)) return value;
    throw badRequest('id_invalid', 'An id in the address is not a UUID in lower case.');
  }
}

/** Types that are no class of fields: `@Param('id') id: string`, `@Body() bytes: Buffer`. */
const NOT_CHECKED = new Set<unknown>([String, Number, Boolean, Object, Array, Buffer]);

function refuseNoObject(value: unknown): void {
  if (value === undefined) throw badRequest('body_required', 'The request needs a JSON body.');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw badRequest('object_required', 'The body must be a JSON object.');
}

/** class-transformer leaves these out in silence; the JSON parser has refused them in a body. */
function refuseDroppedNames(query: object): void {
  if (!Object.keys(query).some((name) => name === '__proto__' || name === 'constructor')) return;
  throw badRequest('unknown_property', 'The query has a parameter this route does not know.');
}

/** The problem takes the code of its first error; form before limits, as a 400 outranks a 422. */
function refusalOf(validation: readonly ValidationError[]): Problem {
  const errors = validation.flatMap((error) => fieldErrors(error, ''));
  const status = Math.min(...errors.map(({ code }) => statusOf(code)));
  const first = errors.find(({ code }) => statusOf(code) === status);
  const code = first?.code ?? 'invalid';
  const many = errors.length > 1 ? `; ${errors.length} fields are refused in all` : '';
  const detail = `${first?.field ?? 'the request'}: ${code.replaceAll('_', ' ')}${many}.`;
  return new Problem({ status, code, detail, errors });
}

function fieldErrors(error: ValidationError, path: string): FieldError[] {
  const { constraints = {}, children = [] } = error;
  // A list's items are its children, named by their index.
  const isIndex = /^\d+$/.test(error.property);
  const separator = path === '' ? '' : '.';
  const own = isIndex ? `${path}[${error.property}]` : `${path}${separator}${error.property}`;
  const below = children.flatMap((child) => fieldErrors(child, own));
  const [constraint] = Object.entries(constraints);
  if (constraint === undefined) return below;
  const [name, message] = constraint;
  // What a caller calls a property is its own text: it is not sent back.
  if (name === 'whitelistValidation') {
    return [{ field: path, code: 'unknown_property', detail: 'This route does not know it.' }];
  }
  if (error.value === undefined)
    return [{ field: own, code: 'required', detail: 'It is missing.' }];
  if (name !== 'field')
    return [{ field: own, code: 'object_type', detail: 'It must be an object.' }];
  const [code = 'invalid', index] = message.split('@');
  const field = index === undefined ? own : `${own}[${index}]`;
  return [{ field, code, detail: `${code.replaceAll('_', ' ')}.` }, ...below];
}

const statusOf = (code: string): number => FIELD_STATUSES[code] ?? 400;
