import fc from 'fast-check';
import {
  BASE32_SYMBOLS,
  checkSymbolOf,
  hasCheckSymbol,
  readBase32,
  symbolOf,
  valueOf,
} from './index';

const symbols = fc.constantFrom(...BASE32_SYMBOLS);
const anyFifteen = fc.string({ unit: symbols, minLength: 15, maxLength: 15 });
const anyCode = anyFifteen.map((fifteen) => fifteen + checkSymbolOf(fifteen));
const isChecked = (code: string) => hasCheckSymbol(readBase32(code) ?? []);
const PLACES = [...Array(16).keys()];

const withSymbols = (code: string, changes: Readonly<Record<number, string>>): string =>
  [...code].map((symbol, place) => changes[place] ?? symbol).join('');

describe('the check symbol', () => {
  it.each([
    ['000000000000000', '0'],
    ['000000000000001', '2'],
    ['00000000000000G', '5'],
    ['100000000000000', 'Z'],
    ['G00000000000000', '6'],
    ['0123456789ABCDE', '4'],
    ['ZZZZZZZZZZZZZZZ', 'N'],
  ])('of %s is %s', (fifteen, check) => {
    expect(checkSymbolOf(fifteen)).toBe(check);
    expect(isChecked(fifteen + check)).toBe(true);
  });

  it('agrees with multiplication in GF(32) written as polynomials', () =>
    fc.assert(
      fc.property(anyFifteen, (fifteen) => {
        // The sum of s(i) · x^(15 − i), divided by x⁵ + x² + 1: long division over GF(2).
        let sum = 0;
        [...fifteen].forEach((symbol, place) => {
          let term = valueOf(symbol) << (15 - place);
          for (let degree = 20; degree >= 5; degree -= 1) {
            if (term & (1 << degree)) term ^= 0b100101 << (degree - 5);
          }
          sum ^= term;
        });
        expect(checkSymbolOf(fifteen)).toBe(symbolOf(sum));
      }),
    ));

  it('is linear, so what holds around one code holds around every code', () =>
    fc.assert(
      fc.property(anyFifteen, anyFifteen, (a, b) => {
        const both = [...a].map((symbol, place) =>
          symbolOf(valueOf(symbol) ^ valueOf(b[place] ?? '0')),
        );
        const check = symbolOf(valueOf(checkSymbolOf(a)) ^ valueOf(checkSymbolOf(b)));
        expect(checkSymbolOf(both.join(''))).toBe(check);
      }),
    ));

  it('catches every single wrong symbol', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        const missed = PLACES.flatMap((place) =>
          [...BASE32_SYMBOLS]
            .filter((wrong) => wrong !== code[place])
            .filter((wrong) => isChecked(withSymbols(code, { [place]: wrong }))),
        );
        expect(missed).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('catches every swap of two different symbols, at any distance', () => {
    let swaps = 0;
    for (const first of PLACES) {
      for (const second of PLACES.filter((place) => place > first)) {
        for (const difference of [...BASE32_SYMBOLS].slice(1)) {
          // By linearity a swap is missed exactly if the difference at both places passes alone.
          const error = withSymbols('0'.repeat(16), { [first]: difference, [second]: difference });
          expect(isChecked(error)).toBe(false);
          swaps += 1;
        }
      }
    }
    expect(swaps).toBe(120 * 31);
  });

  it('catches swaps in codes as they are printed', () =>
    fc.assert(
      fc.property(anyCode, fc.nat(15), fc.nat(15), (code, i, j) => {
        const [a = '', b = ''] = [code[i], code[j]];
        fc.pre(a !== b);
        expect(isChecked(withSymbols(code, { [i]: b, [j]: a }))).toBe(false);
      }),
    ));

  it.each(['', '0', '0'.repeat(15), '0'.repeat(17)])('is not at the end of %p', (code) =>
    expect(isChecked(code)).toBe(false),
  );

  it.each(['0'.repeat(14), '0'.repeat(16), '00000000000000U'])('is not of %p', (text) =>
    expect(() => checkSymbolOf(text)).toThrow(RangeError),
  );
});
