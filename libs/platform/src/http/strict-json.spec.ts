import * as fc from 'fast-check';
import { Problem } from './problem';
import { parseStrictJson } from './strict-json';

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text));

function refusalOf(body: string | Buffer): string {
  try {
    parseStrictJson(Buffer.from(body as string));
  } catch (error) {
    if (error instanceof Problem) return `${error.status} ${error.code}`;
    throw error;
  }
  throw new Error('expected a refusal');
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const list = (items: number): string => `[${'1,'.repeat(items - 1)}1]`;
const hex = (bytes: string): Buffer => Buffer.from(bytes.replaceAll(' ', ''), 'hex');

describe('strict JSON', () => {
  it.each<[string, string | Buffer, string]>([
    ['no byte', '', '400 body_required'],
    ['a cut object', '{"a":', '400 json_malformed'],
    ['two values', '{}{}', '400 json_malformed'],
    ['NaN', '{"a":NaN}', '400 json_malformed'],
    ['Infinity', '{"a":-Infinity}', '400 json_malformed'],
    ['a leading zero', '{"a":01}', '400 json_malformed'],
    ['one key twice', '{"a":1,"a":999}', '400 json_duplicate_key'],
    ['one key twice, deep inside', '[{"b":{"a":1,"c":[],"a":2}}]', '400 json_duplicate_key'],
    ['one key twice, once in escapes', '{"a":1,"\\u0061":2}', '400 json_duplicate_key'],
    ['one key twice, apart by spaces', '{"a" : 1, "a"\n\t\r : 2}', '400 json_duplicate_key'],
    ['__proto__', '{"__proto__":{"admin":true}}', '400 unknown_property'],
    ['__proto__ in escapes', '{"\\u005f_proto__":1}', '400 unknown_property'],
    ['constructor', '{"constructor":{"prototype":{}}}', '400 unknown_property'],
    ['21 levels', nested(21), '400 too_deep'],
    ['10,000 levels', nested(10_000), '400 too_deep'],
    ['100,001 items', list(100_001), '413 too_many_items'],
    ['minus zero', '{"a":-0}', '400 number_format'],
    ['minus zero point zero', '[-0.0]', '400 number_format'],
    ['1e3', '{"a":1e3}', '400 number_format'],
    ['1E3', '[1E3]', '400 number_format'],
    ['1e-3', '[1e-3]', '400 number_format'],
    ['1e400', '{"a":1e400}', '400 number_format'],
    ['1.0', '{"a":1.0}', '400 number_format'],
    ['a fraction that is lost', '[9007199254740991.4]', '400 number_format'],
    ['2^53', '[9007199254740992]', '400 number_format'],
    ['2^53 + 1', '[9007199254740993]', '400 number_format'],
    ['-2^53', '[-9007199254740992]', '400 number_format'],
    ['400 digits', `[${'9'.repeat(400)}]`, '400 number_format'],
    ['NUL', '{"a":"\\u0000"}', '400 encoding'],
    ['an escape character', '["\\u001b"]', '400 encoding'],
    ['half a surrogate', '["\\ud800"]', '400 encoding'],
    ['half a surrogate in a key', '{"\\udc00":1}', '400 encoding'],
    ['UTF-16, little end first', hex('7b 00 7d 00'), '415 encoding'],
    ['UTF-16, big end first', hex('00 7b 00 7d'), '415 encoding'],
    ['UTF-16 with its mark', hex('ff fe 7b 00 7d 00'), '415 encoding'],
    ['UTF-16 with its other mark', hex('fe ff 00 7b 00 7d'), '415 encoding'],
    ['a byte order mark', hex('ef bb bf 7b 7d'), '400 encoding'],
    ['an overlong sequence', hex('22 c0 af 22'), '400 encoding'],
    ['a lone continuation byte', hex('22 80 22'), '400 encoding'],
    ['a surrogate in UTF-8', hex('22 ed a0 80 22'), '400 encoding'],
  ])('refuses %s', (_name, body, refusal) => {
    expect(refusalOf(body)).toBe(refusal);
  });

  it.each([
    nested(20),
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '[9007199254740991,-9007199254740991,0,-1,999999999999999,48.8566,-2.5,0.1]',
    '{"a":"say \\"a\\":1, \\\\","b":"\\n\\t\\r\\u00e9\\ud83d\\ude00"}',
    '["a","a",":","{\\"a\\":1,\\"a\\":2}","-0","1e3"]',
    ' {"a" : "b" } ',
    'null',
    '""',
  ])('reads %s as JSON does', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('takes 100,000 items', () => {
    expect(parse(list(100_000))).toHaveLength(100_000);
  });

  it('finds the duplicate among many keys', () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `"k${index}":${index}`);
    expect(parse(`{${keys.join()}}`)).toHaveProperty('k999', 999);
    expect(refusalOf(`{${keys.join()},"k500":1}`)).toBe('400 json_duplicate_key');
  });

  it('reads whatever JSON.stringify writes, refusing only what it is for', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6 }),
        fc.integer({ min: 0, max: 4 }),
        (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          let read: unknown;
          try {
            read = parse(text);
          } catch (error) {
            expect(['number_format', 'encoding', 'unknown_property']).toContain(
              (error as Problem).code,
            );
            return;
          }
          expect(read).toEqual(JSON.parse(text));
        },
      ),
    );
  });
});
