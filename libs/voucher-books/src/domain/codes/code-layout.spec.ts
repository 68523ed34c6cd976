import * as fc from 'fast-check';
import { DomainError } from '@app/kernel';
import { BOOK_NUMBER_MAX, type CodeParts, formatCode, parseCode, qrTextOf } from './code-layout';

const TAG_MAX = 2 ** 40 - 1;
const CODE = formatCode({ book: 100_000, voucher: 10, tag: 0x12_34_56_78_9a });

const anyParts = fc.record({
  book: fc.integer({ min: 0, max: BOOK_NUMBER_MAX }),
  voucher: fc.integer({ min: 0, max: 31 }),
  tag: fc.integer({ min: 0, max: TAG_MAX }),
});

const refusalOf = (typed: string): string => {
  try {
    parseCode(typed);
    return 'none';
  } catch (error) {
    return error instanceof DomainError ? error.code : 'a bug';
  }
};

describe('a code', () => {
  it('holds its parts, whatever they are', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const code = formatCode(parts);
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
        expect(parseCode(code)).toEqual(parts);
      }),
    );
  });

  it.each<[CodeParts, string]>([
    [{ book: 0, voucher: 0, tag: 0 }, '0000-0000-0000-0000'],
    [{ book: 1, voucher: 2, tag: 3 }, '0000-0120-0000-003'],
    [{ book: BOOK_NUMBER_MAX, voucher: 31, tag: TAG_MAX }, 'ZZZZ-ZZZZ-ZZZZ-ZZZ'],
  ])('puts %j in its place', (parts, symbols) => expect(formatCode(parts)).toContain(symbols));

  it.each<CodeParts>([
    { book: BOOK_NUMBER_MAX + 1, voucher: 1, tag: 0 },
    { book: 1, voucher: 32, tag: 0 },
    { book: 1, voucher: 1, tag: TAG_MAX + 1 },
    { book: -1, voucher: 1, tag: 0 },
    { book: 0.5, voucher: 1, tag: 0 },
  ])('has no room for %j', (parts) => expect(() => formatCode(parts)).toThrow(RangeError));
});

describe('a typed code', () => {
  it('may be in lower case, with spaces, hyphens and I, L, O', () => {
    const typed = CODE.toLowerCase().replaceAll('1', 'l').replaceAll('0', 'o').replaceAll('-', ' ');
    expect(parseCode(typed)).toEqual(parseCode(CODE));
    expect(parseCode(CODE.replaceAll('1', 'I').replaceAll('-', ''))).toEqual(parseCode(CODE));
  });

  it.each([
    ['nothing', ''],
    ['15 symbols', CODE.slice(0, -1)],
    ['17 symbols', `${CODE}0`],
    ['a U', `U${CODE.slice(1)}`],
    ['a Cyrillic А', `А${CODE.slice(1)}`],
    ['a zero-width joiner', `\u200d${CODE}`],
    ['the whole address', qrTextOf('carnet.example', CODE)],
    ['10,000 characters', '0'.repeat(10_000)],
    ['more room than any code takes', ' '.repeat(64) + CODE],
  ])('is no code with %s', (_, typed) => expect(refusalOf(typed)).toBe('code_format'));

  it('with one wrong symbol, or two swapped, is a typing error', () => {
    const symbols = CODE.replaceAll('-', '');
    for (let i = 0; i < 16; i += 1) {
      const wrong = symbols[i] === '7' ? '8' : '7';
      expect(refusalOf(symbols.slice(0, i) + wrong + symbols.slice(i + 1))).toBe('code_check');
      const [a = '', b = ''] = symbols.slice(i, i + 2);
      if (a === b || b === '') continue;
      expect(refusalOf(symbols.slice(0, i) + b + a + symbols.slice(i + 2))).toBe('code_check');
    }
  });
});

describe('a QR', () => {
  it('keeps the code in the fragment, which no server sees', () =>
    expect(qrTextOf('carnet.example', CODE)).toBe(`https://carnet.example/v#${CODE}`));
});
