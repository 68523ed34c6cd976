import { checkSymbolOf, decodeBase32, encodeBase32, hasCheckSymbol, readBase32 } from '@app/kernel';
import { refuse } from '../refuse';

/** Six base-32 symbols. */
export const BOOK_NUMBER_MAX = 2 ** 30 - 1;

/**
 * What a voucher code says, read but not believed: `tag` is the 40 bits that only the key ring can
 * tell from a guess. Voucher 0 is the book itself.
 */
export type CodeParts = Readonly<{ book: number; voucher: number; tag: number }>;

/**
 * `XXXX-XXXX-XXXX-XXXX`: book number 6 symbols, voucher 1, tag 8, check 1, big-endian.
 * @throws RangeError when a part does not fit.
 */
export function formatCode({ book, voucher, tag }: CodeParts): string {
  const numbered = encodeBase32(book, BOOK_SYMBOLS) + encodeBase32(voucher, 1);
  const data = numbered + encodeBase32(tag, TAG_SYMBOLS);
  const code = data + checkSymbolOf(data);
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8, 12)}-${code.slice(12)}`;
}

/**
 * What a person typed or a scanner read: lower case, spaces, hyphens, I and L for 1 and O for 0 are
 * fine, nothing else is.
 * @throws DomainError `code_format`, or `code_check` for a typing error the check symbol caught.
 */
export function parseCode(typed: string): CodeParts {
  const values = typed.length <= TYPED_MAX ? readBase32(typed) : undefined;
  if (values?.length !== CODE_SYMBOLS) return refuse('code_format');
  if (!hasCheckSymbol(values)) return refuse('code_check');
  return {
    book: decodeBase32(values, 0, BOOK_SYMBOLS),
    voucher: decodeBase32(values, BOOK_SYMBOLS, BOOK_SYMBOLS + 1),
    tag: decodeBase32(values, BOOK_SYMBOLS + 1, CODE_SYMBOLS - 1),
  };
}

/** A fragment never reaches a server's log. */
export const qrTextOf = (publicHost: string, code: string): string =>
  `https://${publicHost}/v#${code}`;

const BOOK_SYMBOLS = 6;
const TAG_SYMBOLS = 8;
const CODE_SYMBOLS = 16;
/** Room for generous spaces; more is not a code. */
const TYPED_MAX = 64;
