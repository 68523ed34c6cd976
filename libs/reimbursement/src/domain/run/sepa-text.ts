/** A text as a SEPA message can carry it. What was replaced or cut is shown, never silent. */
export type SepaText = Readonly<{ text: string; changed: boolean }>;

/**
 * The text in the characters every SEPA bank takes: `a–z A–Z 0–9 / - ? : ( ) . , ' +` and space
 * (EPC217-08, SEPA requirements for an extended character set). Letters lose their accents, ligatures
 * and signs are replaced by the table below, anything else by a full stop; no slash at an end and no
 * two in a row; white space is single. Cut to `lengthMax`. Undefined when no letter or digit remains.
 */
export function toSepaText(original: string, lengthMax: number): SepaText | undefined {
  let replaced = '';
  for (const character of original.normalize('NFC')) replaced += replacementOf(character);
  const text = tidy(tidy(replaced).slice(0, lengthMax));
  return /[A-Za-z0-9]/.test(text) ? { text, changed: text !== original } : undefined;
}

function replacementOf(character: string): string {
  if (SEPA_CHARACTER.test(character)) return character;
  if (/\s/u.test(character) || /\p{Cc}/u.test(character)) return ' ';
  const listed = REPLACEMENTS.get(character);
  if (listed !== undefined) return listed;
  const [base = ''] = character.normalize('NFD');
  return SEPA_CHARACTER.test(base) ? base : '.';
}

const tidy = (text: string): string =>
  text
    .replaceAll(/ +/g, ' ')
    .replaceAll(/\/{2,}/g, '/')
    .replaceAll(/^[ /]+|[ /]+$/g, '');

const SEPA_CHARACTER = /^[A-Za-z0-9/\-?:().,'+ ]$/;

/** What has no accent to lose. */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ...[...'’‘‛′`´"“”„«»‹›'].map((quote) => [quote, "'"] as const),
  ...[...'‐‑‒–—―−_~'].map((dash) => [dash, '-'] as const),
  ...[...'<[{'].map((bracket) => [bracket, '('] as const),
  ...[...'>]}'].map((bracket) => [bracket, ')'] as const),
  ...[...'\\|¦'].map((bar) => [bar, '/'] as const),
  ['&', '+'],
  [';', ','],
  ['…', '...'],
  ['@', '(at)'],
  ['€', 'EUR'],
  ['œ', 'oe'],
  ['Œ', 'OE'],
  ['æ', 'ae'],
  ['Æ', 'AE'],
  ['ß', 'ss'],
  ['ẞ', 'SS'],
  ['ø', 'o'],
  ['Ø', 'O'],
  ['ł', 'l'],
  ['Ł', 'L'],
  ['đ', 'd'],
  ['Đ', 'D'],
  ['ð', 'd'],
  ['Ð', 'D'],
  ['þ', 'th'],
  ['Þ', 'Th'],
  ['ı', 'i'],
]);
