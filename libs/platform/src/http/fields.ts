import { CENTS_MAX, DomainError, isDay, isUuid, parseInstant, type Instant } from '@app/kernel';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type as TypeOf } from 'class-transformer';
import { ValidateBy, ValidateIf, ValidateNested } from 'class-validator';

/**
 * The fields of requests: each decorator checks one kind of value, names what is wrong with a stable
 * code, and documents it for OpenAPI. A field is required unless `optional`.
 */
export type FieldOptions = Readonly<{
  optional?: boolean;
  /** For a list: each item is checked, and it has at most this many. */
  listMax?: number;
  /** Default 1; 0 where an empty list says something too, such as no restriction. */
  listMin?: number;
  description?: string;
  example?: unknown;
}>;

/** Integer euro cents, 1 to 10^12 unless `min` says otherwise. */
export function CentsField(options: FieldOptions & { min?: number } = {}): PropertyDecorator {
  const { min = 1 } = options;
  return field(
    options,
    {
      type: 'integer',
      minimum: min,
      maximum: CENTS_MAX,
      ...refusals('amount_type', 'amount_integer', 'amount_limit', 'amount_range'),
    },
    (value) => {
      if (typeof value !== 'number') return 'amount_type';
      if (!Number.isInteger(value)) return 'amount_integer';
      if (value > CENTS_MAX) return 'amount_limit';
      return value < min ? 'amount_range' : undefined;
    },
  );
}

/** A whole number within bounds, both inclusive. */
export function IntegerField(
  options: FieldOptions & { min: number; max: number },
): PropertyDecorator {
  const { min, max } = options;
  return field(
    options,
    {
      type: 'integer',
      minimum: min,
      maximum: max,
      ...refusals('number_type', 'number_integer', 'number_range'),
    },
    (value) => {
      if (typeof value !== 'number') return 'number_type';
      if (!Number.isInteger(value)) return 'number_integer';
      return value < min || value > max ? 'number_range' : undefined;
    },
  );
}

/** A number that may have a fraction (a coordinate), within bounds, both inclusive. Never money. */
export function NumberField(
  options: FieldOptions & { min: number; max: number },
): PropertyDecorator {
  const { min, max } = options;
  return field(
    options,
    { type: 'number', minimum: min, maximum: max, ...refusals('number_type', 'number_range') },
    (value) => {
      if (typeof value !== 'number') return 'number_type';
      return value >= min && value <= max ? undefined : 'number_range';
    },
  );
}

export function BooleanField(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'boolean', ...refusals('boolean_type') }, (value) => {
    return typeof value === 'boolean' ? undefined : 'boolean_type';
  });
}

/** Text for people, trimmed of nothing: at least one visible character, on one line. */
export function TextField(options: FieldOptions & { max: number }): PropertyDecorator {
  const { max } = options;
  return field(
    options,
    {
      type: 'string',
      minLength: 1,
      maxLength: max,
      ...refusals('text_type', 'text_too_long', 'text_control_character', 'text_empty'),
    },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      if (value.length > max) return 'text_too_long';

      if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value)) return 'text_control_character';
      return /\S/.test(value) ? undefined : 'text_empty';
    },
  );
}

/** One of a few words. */
export function ChoiceField(
  values: readonly [string, ...string[]],
  options: FieldOptions = {},
): PropertyDecorator {
  return field(
    options,
    { type: 'string', enum: [...values], ...refusals('text_type', 'choice_unknown') },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      return values.includes(value) ? undefined : 'choice_unknown';
    },
  );
}

/**
 * Days that requests may name. The calendar ends in 2199: a day near its end would be recorded, and what
 * counts on from it (a deadline, the next banking day) would find no day, for ever after.
 */
const FIRST_DAY = '1960-01-01';
const LAST_DAY = '2149-12-31';

/** `YYYY-MM-DD`, a day that exists, from 1960 to 2149. */
export function DayField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: 'string', format: 'date', example: '2026-03-31', ...refusals('date_invalid') },
    (value) => {
      const isNamable = isDay(value) && value >= FIRST_DAY && value <= LAST_DAY;
      return isNamable ? undefined : 'date_invalid';
    },
  );
}

/** RFC 3339 with a zone; the handler gets it in the canonical form, UTC with milliseconds. */
export function InstantField(options: FieldOptions = {}): PropertyDecorator {
  const documented = {
    type: 'string',
    format: 'date-time',
    example: '2026-03-31T21:59:59.999Z',
    ...refusals('date_invalid', 'zone_required'),
  };
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => canonicalInstant(value).instant ?? value),
    field(options, documented, (value) => canonicalInstant(value).refusal),
  );
}

export function UuidField(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', format: 'uuid', ...refusals('id_invalid') }, (value) => {
    return isUuid(value) ? undefined : 'id_invalid';
  });
}

/**
 * A voucher or book code as people type it. Only its length is looked at here: what it means is the
 * scheme's to say, and 10,000 characters are nobody's typing error.
 */
export function CodeField(options: FieldOptions = {}): PropertyDecorator {
  const example = '0123-4567-89AB-CDEF';
  return field(
    options,
    { type: 'string', maxLength: 64, example, ...refusals('text_type', 'too_large') },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      return value.length > 64 ? 'too_large' : undefined;
    },
  );
}

/** Statuses of field codes; what is not listed is a 400. */
export const FIELD_STATUSES: Readonly<Record<string, number>> = {
  amount_limit: 422,
  bic_invalid: 422,
  iban_invalid: 422,
  siret_invalid: 422,
  too_large: 413,
  too_many_items: 413,
};

/** An object of a class of fields, or with `listMax` a list of them. */
export function ObjectField(type: () => Type, options: FieldOptions = {}): PropertyDecorator {
  const { optional = false, listMax } = options;
  return applyDecorators(
    ApiProperty({
      // Asked for by name: the generator takes only an arrow called `type` for one to be called later.
      type: () => type(),
      required: !optional,
      ...listProperty(options),
      ...codes(options, ['object_type']),
    }),
    TypeOf(type),
    ...(optional ? [isGiven()] : []),
    checked(listMax === undefined ? isObject : (value) => listRefusal(value, options, isObject)),
    ValidateNested(),
  );
}

const listProperty = ({ listMin = 1, listMax }: FieldOptions): object =>
  listMax === undefined ? {} : { isArray: true, minItems: listMin, maxItems: listMax };

/** The codes of a kind of field, as the document lists them. */
export const refusals = (...codes: readonly string[]): Record<string, unknown> => ({
  'x-refusals': codes,
});

const codes = ({ optional = false, listMax }: FieldOptions, own: unknown): object => ({
  'x-refusals': [
    ...(optional ? [] : ['required']),
    ...(listMax === undefined ? [] : ['list_type', 'too_many_items', 'list_empty']),
    ...((own ?? []) as readonly string[]),
  ],
});

/** Answers what is wrong with a value, or nothing. */
export type Check = (value: unknown) => string | undefined;

/** For a field of a kind of its own: the scheme's kinds are made with it beside their route. */
export function field(
  options: FieldOptions,
  documented: Record<string, unknown>,
  check: Check,
): PropertyDecorator {
  const { optional = false, listMax, description, example } = options;
  const property = {
    ...documented,
    ...listProperty(options),
    ...(description !== undefined && { description }),
    ...(example !== undefined && { example }),
    required: !optional,
    ...codes(options, documented['x-refusals']),
  } as ApiPropertyOptions;
  const whole: Check =
    listMax === undefined ? check : (value) => listRefusal(value, options, check);
  return applyDecorators(
    ApiProperty(property),
    ...(optional ? [isGiven()] : []),
    checked(whole),
    (target: object, name: string | symbol) =>
      declareField(target, { name: String(name), check: whole, optional }),
  );
}

type DeclaredField = Readonly<{ name: string; check: Check; optional: boolean }>;

const DECLARED = new WeakMap<object, DeclaredField[]>();

function declareField(target: object, field: DeclaredField): void {
  const fields = DECLARED.get(target);
  if (fields === undefined) DECLARED.set(target, [field]);
  else fields.push(field);
}

const IN_ONE_PASS = new Map<unknown, readonly DeclaredField[] | undefined>();

/**
 * For a class all of whose fields are checked and none transformed: `InputPipe` then accepts a body
 * by these checks alone, at a fraction of the cost. What they refuse goes the long way, as every other body.
 */
export const ReadInOnePass = (): ClassDecorator => (target) =>
  void IN_ONE_PASS.set(target, DECLARED.get(target.prototype as object));

/** The body as an instance; undefined where its class goes the long way, or a field is refused. */
export function readInOnePass(type: Type<object>, body: object): object | undefined {
  const fields = IN_ONE_PASS.get(type);
  if (fields === undefined) return undefined;
  const given = body as Readonly<Record<string, unknown>>;
  const input = new type() as Record<string, unknown>;
  let taken = 0;
  for (const { name, check, optional } of fields) {
    const value = given[name];
    if (value === undefined && optional && !Object.hasOwn(given, name)) continue;
    if (value === undefined || check(value) !== undefined) return undefined;
    input[name] = value;
    taken += 1;
  }
  return Object.keys(given).length === taken ? input : undefined;
}

/** Absent is fine; null is not a way to say absent. */
function isGiven(): PropertyDecorator {
  return ValidateIf((_target, value) => value !== undefined);
}

/** `code`, or `code@index` for an item: `InputPipe` reads it out of the constraint's message. */
function listRefusal(
  value: unknown,
  { listMin = 1, listMax = Infinity }: FieldOptions,
  check: Check,
): string | undefined {
  if (!Array.isArray(value)) return 'list_type';
  if (value.length > listMax) return 'too_many_items';
  if (value.length < listMin) return 'list_empty';
  for (const [index, item] of value.entries()) {
    const code = check(item);
    if (code !== undefined) return `${code}@${index}`;
  }
  return undefined;
}

function checked(check: Check): PropertyDecorator {
  return ValidateBy({
    name: 'field',
    validator: {
      validate: (value: unknown) => check(value) === undefined,
      defaultMessage: (args) => check(args?.value) ?? 'invalid',
    },
  });
}

const isObject: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'object_type';

function canonicalInstant(value: unknown): { instant?: Instant; refusal?: string } {
  if (typeof value !== 'string') return { refusal: 'date_invalid' };
  try {
    return { instant: parseInstant(value) };
  } catch (error) {
    if (error instanceof DomainError) return { refusal: error.code };
    throw error;
  }
}
