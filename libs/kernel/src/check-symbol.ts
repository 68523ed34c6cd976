import { symbolOf, valueOf } from './base32';

/**
 * The check symbol of a voucher code's 15 data symbols: start with 0, and c ← 2·(c ⊕ s) for each
 * symbol s, over GF(32) with x⁵ + x² + 1. That is Damm's idea of a totally anti-symmetric
 * operation. The powers of 2 that weigh the 16 places are all different and never 0, so every
 * single wrong symbol is caught, and every swap of two symbols, neighbours or not, the check
 * symbol included. Two independent errors pass once in 32 times: the tag is what stops guessing.
 * @param symbols 15 base-32 symbols as they are printed.
 */
export function checkSymbolOf(symbols: string): string {
  if (symbols.length !== DATA_SYMBOLS) {
    throw new RangeError(`A check symbol is over ${DATA_SYMBOLS} symbols.`);
  }
  return symbolOf(checkOf(Array.from(symbols, valueOf)));
}

/** Whether the last of the 16 is the check symbol of the 15 before it. @param values of the symbols. */
export const hasCheckSymbol = (values: readonly number[]): boolean =>
  values.length === DATA_SYMBOLS + 1 && checkOf(values) === values[DATA_SYMBOLS];

/** Of the first 15. */
function checkOf(values: readonly number[]): number {
  let check = 0;
  for (let at = 0; at < DATA_SYMBOLS; at += 1) check = double(check ^ (values[at] ?? 0));
  return check;
}

const DATA_SYMBOLS = 15;

/** Twice an element of GF(32): x⁵ is x² + 1. */
const double = (element: number): number =>
  element & 0b10000 ? (element << 1) ^ 0b100101 : element << 1;
