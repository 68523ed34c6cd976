/** Crockford's 32 symbols: no I, L, O, which people misread, and no U. */
export const BASE32_SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * What a person typed, as the values of its symbols: lower case is taken as upper case, spaces and
 * hyphens go, I and L are 1, O is 0. Undefined when anything else is in it, `U` and every letter outside
 * ASCII included: `'ſ'.toUpperCase()` is `S`, so nothing here leans on Unicode's idea of case.
 */
export function readBase32(typed: string): readonly number[] | undefined {
  const values: number[] = [];
  for (let at = 0; at < typed.length; at += 1) {
    const value = TYPED_AS[typed.charCodeAt(at)];
    if (value === undefined) return undefined;
    if (value !== NOTHING) values.push(value);
  }
  return values;
}

const NOTHING = -1;

/** By the code unit of what was typed: the value of its symbol. */
const TYPED_AS: readonly (number | undefined)[] = Array.from({ length: 128 }, (_, unit) => {
  const typed = String.fromCharCode(unit);
  if (typed === ' ' || typed === '-') return NOTHING;
  const upper = typed >= 'a' && typed <= 'z' ? typed.toUpperCase() : typed;
  const symbol = upper === 'I' || upper === 'L' ? '1' : upper === 'O' ? '0' : upper;
  const value = BASE32_SYMBOLS.indexOf(symbol);
  return value < 0 ? undefined : value;
});

/**
 * Big-endian, exactly `length` symbols, ten at most: 50 bits are exact in a plain number, which is
 * much faster than a big integer. @throws RangeError when the value needs more.
 */
export function encodeBase32(value: number, length: number): string {
  let rest = value;
  let symbols = '';
  for (let left = length; left > 0; left -= 1) {
    symbols = symbolOf(rest % 32) + symbols;
    rest = Math.floor(rest / 32);
  }
  if (rest !== 0) throw new RangeError(`Does not fit in ${length} base-32 symbols.`);
  return symbols;
}

/** What the symbols from one place to before another say, ten at most. @param values of all. */
export function decodeBase32(values: readonly number[], from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 32 + (values[at] ?? 0);
  return number;
}

/** The symbol of a value from 0 to 31. */
export function symbolOf(value: number): string {
  const symbol = BASE32_SYMBOLS[value];
  if (symbol === undefined) throw new RangeError('A base-32 symbol stands for 0 to 31.');
  return symbol;
}

/** The value, 0 to 31, of a symbol as it is printed. @throws RangeError on any other character. */
export function valueOf(symbol: string): number {
  const value = symbol.length === 1 ? BASE32_SYMBOLS.indexOf(symbol) : -1;
  if (value < 0) throw new RangeError('Not a base-32 symbol.');
  return value;
}
