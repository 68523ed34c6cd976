/** Crockford's 32 symbols: no I, L, O, which people misread, and no U. */
export const BASE32_SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * What a person typed, as symbols: lower case becomes upper case, spaces and hyphens go, I and L
 * are 1, O is 0. Undefined when anything else is in it, `U` and every letter outside ASCII
 * included: `'ſ'.toUpperCase()` is `S`, so nothing here leans on Unicode's idea of case.
 */
export function normaliseBase32(typed: string): string | undefined {
  let symbols = '';
  for (const character of typed) {
    const symbol = TYPED_AS.get(character);
    if (symbol === undefined) return undefined;
    symbols += symbol;
  }
  return symbols;
}

const TYPED_AS: ReadonlyMap<string, string> = new Map([
  ...[...BASE32_SYMBOLS].map((symbol) => [symbol, symbol] as const),
  ...[...BASE32_SYMBOLS].map((symbol) => [asciiLowerCase(symbol), symbol] as const),
  ...[...'IiLl'].map((letter) => [letter, '1'] as const),
  ...[...'Oo'].map((letter) => [letter, '0'] as const),
  [' ', ''],
  ['-', ''],
]);

function asciiLowerCase(symbol: string): string {
  const code = symbol.charCodeAt(0);
  return code >= 65 && code <= 90 ? String.fromCharCode(code + 32) : symbol;
}

/** Big-endian, exactly `length` symbols. @throws RangeError when the value needs more. */
export function encodeBase32(value: bigint, length: number): string {
  if (value < 0n || value >> BigInt(5 * length) !== 0n) {
    throw new RangeError(`Does not fit in ${length} base-32 symbols.`);
  }
  let symbols = '';
  for (let shift = 5 * (length - 1); shift >= 0; shift -= 5) {
    symbols += symbolOf(Number((value >> BigInt(shift)) & 31n));
  }
  return symbols;
}

/** @param symbols normalised. @throws RangeError on any other character. */
export function decodeBase32(symbols: string): bigint {
  let value = 0n;
  for (const symbol of symbols) value = (value << 5n) | BigInt(valueOf(symbol));
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
  const value = symbol.length === 1 ? BASE32_SYMBOLS.indexOf(symbol) : -1;
  if (value < 0) throw new RangeError('Not a base-32 symbol.');
  return value;
}
