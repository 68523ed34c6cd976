/** Crockford's 32 symbols: no I, L, O, which people misread, and no U. */
export const BASE32_SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * What a person typed, as symbols: lower case becomes upper case, spaces and hyphens go, I and L
 * are 1, O is 0. Undefined when anything else is in it, `U` and every letter outside ASCII
 * included: `'ſ'.toUpperCase()` is `S`, so nothing here leans on Unicode's idea of case.
 */
export function normaliseBase32(typed: string): string | undefined {
  const symbols: number[] = [];
  for (let at = 0; at < typed.length; at += 1) {
    const symbol = TYPED_AS[typed.charCodeAt(at)];
    if (symbol === undefined) return undefined;
    if (symbol !== NOTHING) symbols.push(symbol);
  }
  return String.fromCharCode(...symbols);
}

const NOTHING = 0;

/** By the code unit of what was typed: that of its symbol. */
const TYPED_AS: readonly (number | undefined)[] = Array.from({ length: 128 }, (_, unit) => {
  const typed = String.fromCharCode(unit);
  if (typed === ' ' || typed === '-') return NOTHING;
  const upper = typed >= 'a' && typed <= 'z' ? typed.toUpperCase() : typed;
  const symbol = upper === 'I' || upper === 'L' ? '1' : upper === 'O' ? '0' : upper;
  return BASE32_SYMBOLS.includes(symbol) ? symbol.charCodeAt(0) : undefined;
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

/**
 * What the symbols from one place to before another say, ten at most.
 * @param symbols normalised. @throws RangeError on any other character.
 */
export function decodeBase32(symbols: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 32 + valueAt(symbols, at);
  return value;
}

/** The symbol of a value from 0 to 31. */
export function symbolOf(value: number): string {
  const symbol = BASE32_SYMBOLS[value];
  if (symbol === undefined) throw new RangeError('A base-32 symbol stands for 0 to 31.');
  return symbol;
}

/** The value, 0 to 31, of a normalised symbol. */
export function valueOf(symbol: string): number {
  if (symbol.length !== 1) throw new RangeError('Not a base-32 symbol.');
  return valueAt(symbol, 0);
}

/** The value of the one at a place of several. */
export function valueAt(symbols: string, at: number): number {
  const value = VALUES[symbols.charCodeAt(at)];
  if (value === undefined) throw new RangeError('Not a base-32 symbol.');
  return value;
}

const VALUES: readonly (number | undefined)[] = Array.from({ length: 128 }, (_, unit) => {
  const value = BASE32_SYMBOLS.indexOf(String.fromCharCode(unit));
  return value < 0 ? undefined : value;
});
