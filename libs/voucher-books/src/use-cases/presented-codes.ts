import type { Actor } from '@app/platform';
import type { VoucherCodes } from '../adapters/voucher-codes';
import { type CodeParts, parseCode } from '../domain/codes/code-layout';
import type { Asker } from '../domain/codes/code-limits';
import { refuse } from '../domain/refuse';
import type { BookKnowledge } from '../ports/book-lookup';

/** Codes somebody shows, read but not believed; all of one book. */
export type PresentedCodes = Readonly<{ book: number; codes: readonly CodeParts[] }>;

/** @throws DomainError `code_format`, `code_check` or `codes_of_several_books`. */
export function readCodes(typed: readonly string[]): PresentedCodes {
  const codes = typed.map(parseCode);
  const [first] = codes;
  if (first === undefined) return refuse('code_format');
  const { book } = first;
  if (codes.some((code) => code.book !== book)) return refuse('codes_of_several_books');
  return { book, codes };
}

/** Whether every code is genuine; each is verified, so that the time does not tell which is not. */
export function areGenuine(
  voucherCodes: VoucherCodes,
  { codes }: PresentedCodes,
  { origin }: BookKnowledge,
): boolean {
  let genuine = true;
  for (const code of codes) genuine = voucherCodes.isGenuine(origin, code) && genuine;
  return genuine;
}

/** The vouchers named; the book itself is voucher 0, which no rule takes. */
export const vouchersOf = ({ codes }: PresentedCodes): readonly number[] =>
  codes.map(({ voucher }) => voucher);

/** Whose wrong codes are counted. @param address the network's, as the server saw it. */
export const askerOf = (
  { id, partyId }: Pick<Actor, 'id' | 'partyId'>,
  { placeId, address }: Readonly<{ placeId?: string | undefined; address: string }>,
): Asker => ({ deviceId: id, placeId, organisationId: partyId, address });
