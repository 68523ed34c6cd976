import fc from 'fast-check';
import { BASE32_SYMBOLS, decodeBase32, encodeBase32, readBase32, symbolOf, valueOf } from './index';

const readAs = (typed: string) => readBase32(typed)?.map(symbolOf).join('');
const valuesOf = (symbols: string) => Array.from(symbols, valueOf);

describe('symbols as typed', () => {
  it('are read in either case, with spaces and hyphens wherever', () =>
    expect(readAs(' 7k2m-xw9q 3bvt--Zr4n ')).toBe('7K2MXW9Q3BVTZR4N'));

  it('take I and L for 1, O for 0', () => expect(readAs('IiLlOo')).toBe('111100'));

  it('may be none', () => expect(readAs(' - ')).toBe(''));

  it('are taken from ASCII alone, in the whole of Unicode', () => {
    const taken: string[] = [];
    for (let point = 0; point <= 0x10ffff; point += 1) {
      const character = String.fromCodePoint(point);
      if (readBase32(character) !== undefined) taken.push(character);
    }
    const letters = 'ABCDEFGHIJKLMNOPQRSTVWXYZ';
    expect(taken.sort()).toEqual([...' -0123456789', ...letters, ...letters.toLowerCase()].sort());
  });

  it.each([
    ['U', 'a U'],
    ['u', 'a small u'],
    ['ſ', 'a long s, whose upper case is S'],
    ['ı', 'a dotless i, whose upper case is I'],
    ['İ', 'a dotted I'],
    ['\u212a', 'the Kelvin sign, whose lower case is k'],
    ['А', 'a Cyrillic A'],
    ['Ο', 'a Greek O'],
    ['Ⅰ', 'a Roman numeral'],
    ['Ａ', 'a full-width A'],
    ['\u200d', 'a joiner'],
    ['\u200f', 'a right-to-left mark'],
    ['\u00a0', 'a no-break space'],
    ['‐', 'a typographic hyphen'],
    ['\n', 'a line end'],
    ['\ud800', 'half a character'],
  ])('hold no %p: %s', (character) => expect(readBase32(`7K2M${character}XW9Q`)).toBeUndefined());

  it('are left alone when normal', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...BASE32_SYMBOLS) }), (symbols) => {
        expect(readAs(symbols)).toBe(symbols);
      }),
    ));
});

describe('base-32 numbers', () => {
  it('are big-endian, with leading zeros', () => {
    expect(encodeBase32(0, 6)).toBe('000000');
    expect(encodeBase32(1, 6)).toBe('000001');
    expect(encodeBase32(32, 6)).toBe('000010');
    expect(encodeBase32(2 ** 30 - 1, 6)).toBe('ZZZZZZ');
    expect(decodeBase32(valuesOf('Z000010Z'), 1, 7)).toBe(32);
    expect(decodeBase32(valuesOf('Z'), 1, 1)).toBe(0);
  });

  it('come back as they went, up to ten symbols', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 - 1 }), (value) => {
        expect(decodeBase32(valuesOf(encodeBase32(value, 10)), 0, 10)).toBe(value);
      }),
    ));

  it('that do not fit are a mistake', () => {
    expect(() => encodeBase32(2 ** 30, 6)).toThrow(RangeError);
    expect(() => encodeBase32(-1, 6)).toThrow(RangeError);
  });

  it.each(['I', 'a', 'U', '-', ' '])('hold no %p', (symbol) =>
    expect(() => valueOf(symbol)).toThrow(RangeError),
  );

  it('have 32 symbols of their own', () => {
    expect(new Set(BASE32_SYMBOLS).size).toBe(32);
    for (let value = 0; value < 32; value += 1) expect(valueOf(symbolOf(value))).toBe(value);
    expect(() => symbolOf(32)).toThrow(RangeError);
    expect(() => symbolOf(-1)).toThrow(RangeError);
    expect(() => valueOf('')).toThrow(RangeError);
    expect(() => valueOf('01')).toThrow(RangeError);
  });
});
