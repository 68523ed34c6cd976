/**
 * ISO 8859-15, which the article names. What it has no letter for is written without its accent, or
 * as a question mark.
 */
export const encodeFec = (text: string): Uint8Array =>
  Buffer.from(text.normalize('NFC').replaceAll(NOT_SHARED, codeOf), 'latin1');

/** All but the letters whose codes ISO 8859-15 shares with Unicode, as ISO 8859-1 does. */
const NOT_SHARED = /[^\0-\xa3\xa5\xa7\xa9-\xb3\xb5-\xb7\xb9-\xbb\xbf-\xff]/gu;

const OWN_LETTERS = new Map([
  ['€', 0xa4],
  ['Š', 0xa6],
  ['š', 0xa8],
  ['Ž', 0xb4],
  ['ž', 0xb8],
  ['Œ', 0xbc],
  ['œ', 0xbd],
  ['Ÿ', 0xbe],
]);

const SPELT = new Map([
  ['’', "'"],
  ['‘', "'"],
  ['“', '"'],
  ['”', '"'],
  ['–', '-'],
  ['—', '-'],
  ['…', '...'],
  ['\u202f', '\u00a0'],
]);

/** The letters, one or more, whose codes stand for it. */
const codeOf = (letter: string): string => {
  const own = OWN_LETTERS.get(letter);
  if (own !== undefined) return String.fromCharCode(own);
  const spelt = SPELT.get(letter) ?? letter.normalize('NFD').replaceAll(/\p{M}/gu, '');
  return spelt.replaceAll(NOT_SHARED, '?') || '?';
};
