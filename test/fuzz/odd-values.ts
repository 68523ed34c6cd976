import fc from 'fast-check';
import type { Value } from './asked';

type Schema = Readonly<Record<string, unknown>>;
type Schemas = Readonly<Record<string, Schema>>;

/** Texts that are allowed nearly everywhere, and were thought of nowhere. */
const ODD_TEXTS = [
  ...['=HYPERLINK("x")', "'; DROP TABLE events;--", '<script>alert(1)</script>', '${7*7}', '%s%n'],
  ...[
    '\u202eabc',
    'e\u0301',
    'é',
    '\u{1F600}',
    '\u200d',
    'İı',
    'ß',
    '\ufeffa',
    '..',
    '../..',
    'a b',
  ],
  ...[
    'null',
    'undefined',
    'NaN',
    '__proto__',
    'constructor',
    '0',
    '-1',
    '"',
    '\\',
    '$streams',
    '$all',
  ],
  ...['A'.repeat(70), 'ａｂｃ', '٣', '\u{10ffff}', '\u2066', '{{x}}', '|', ';', '\u00a0a'],
];

const DAYS = [
  ...['2026-01-15', '2026-01-16', '2026-03-29', '2026-10-25', '2026-12-31', '2028-02-29'],
  ...['1900-01-01', '1970-01-01', '2199-12-31', '9999-12-31', '0001-01-01', '2026-01-01'],
];

const INSTANTS = [
  ...['2026-01-15T10:00:00Z', '2026-01-15T11:00:00+01:00', '2026-03-29T02:30:00+01:00'],
  ...['1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-01-15T00:00:00.123456789Z'],
  ...['2026-10-25T02:30:00+02:00', '2026-01-15T10:00:00-14:00', '0001-01-01T00:00:00Z'],
];

/** A value the schema allows, often at its edge. `name` is that of its property. */
export function valueOf(schema: Schema, schemas: Schemas, name = ''): fc.Arbitrary<Value> {
  const referred = referredTo(schema, schemas);
  if (referred) return valueOf(referred, schemas, name);
  const words = schema['enum'] as readonly string[] | undefined;
  if (words) return fc.constantFrom(...words);
  switch (schema['type']) {
    case 'array':
      return listOf(schema, schemas, name);
    case 'object':
      return objectOf(schema, schemas);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return numberOf(schema, name);
    default:
      return textOf(schema, name);
  }
}

function listOf(schema: Schema, schemas: Schemas, name: string): fc.Arbitrary<Value> {
  const { minItems = 0, maxItems = 5 } = schema as { minItems?: number; maxItems?: number };
  const item = valueOf((schema['items'] ?? {}) as Schema, schemas, name);
  return fc.array(item, { minLength: minItems, maxLength: Math.min(maxItems, 12) });
}

function objectOf(schema: Schema, schemas: Schemas): fc.Arbitrary<Value> {
  const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
  const required = (schema['required'] ?? []) as string[];
  const values = Object.entries(properties).map(
    ([name, each]) => [name, valueOf(each, schemas, name)] as const,
  );
  return fc
    .record(Object.fromEntries(values), { requiredKeys: required })
    .map((record): Value => ({ ...record }));
}

function numberOf(schema: Schema, name: string): fc.Arbitrary<Value> {
  const {
    minimum = 0,
    maximum = 1_000,
    type,
  } = schema as Record<string, number | undefined> & {
    type: string;
  };
  const edges = [minimum, maximum, Math.min(minimum + 1, maximum), Math.max(maximum - 1, minimum)];
  if (type === 'number') {
    const inside = fc.double({ min: minimum, max: maximum, noNaN: true });
    // -0 and exponents are written as no request may.
    return fc.oneof(fc.constantFrom(...edges), inside).map(plain);
  }
  const small = fc.integer({ min: minimum, max: Math.min(maximum, minimum + 20) });
  const any = fc.integer({ min: minimum, max: maximum });
  return fc.oneof(
    { weight: 3, arbitrary: small },
    { weight: 1, arbitrary: fc.constantFrom(...edges) },
    { weight: 1, arbitrary: any },
    { weight: 4, arbitrary: seen(name, fc.constant(minimum)) },
  );
}

const plain = (value: number): number => Number(value.toFixed(6)) + 0;

function textOf(schema: Schema, name: string): fc.Arbitrary<Value> {
  const { format, example, pattern } = schema as Record<string, string | undefined>;
  const { minLength = 0, maxLength = 80 } = schema as { minLength?: number; maxLength?: number };
  if (format === 'uuid') return seen(name, fc.uuid());
  if (format === 'date') return fc.constantFrom(...DAYS);
  if (format === 'date-time') return fc.constantFrom(...INSTANTS);
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  const odd = fc.oneof(
    fc.constantFrom(...ODD_TEXTS),
    fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, 40) }),
  );
  const likely: fc.Arbitrary<Value>[] = [
    seen(name, odd.filter(fits)),
    fc.constant(example ?? 'online-forms'),
    ...(pattern === undefined ? [] : [fc.stringMatching(new RegExp(pattern))]),
  ];
  return fc.oneof({ weight: 3, arbitrary: fc.oneof(...likely) }, odd.filter(fits));
}

/** Mostly one that was seen. */
const seen = (name: string, other: fc.Arbitrary<string | number>): fc.Arbitrary<Value> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), other)
        .map(([pick, fallback]): Value => ({ $seen: name, pick, else: fallback })),
    },
    { weight: 1, arbitrary: other },
  );

/** Beside other keywords, a class of fields is referred to in `allOf`. */
function referredTo(schema: Schema, schemas: Schemas): Schema | undefined {
  const [one] = (schema['allOf'] ?? []) as readonly Schema[];
  const reference = (schema['$ref'] ?? one?.['$ref']) as string | undefined;
  return reference === undefined ? undefined : schemas[reference.split('/').at(-1) ?? ''];
}
