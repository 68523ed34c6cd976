import { formatCents } from '@app/kernel';
import { stringify } from 'csv-stringify/sync';
import { qrTextOf } from '../../domain/codes/code-layout';
import { BOOKS_PER_SLICE, type PrintInput } from './print-input';

/** Of the printer's file, in this order; voucher 0 is the cover of its book. */
export const PRINTER_COLUMNS = [
  'book',
  'voucher',
  'vouchers',
  'code',
  'qr',
  'valueEuros',
  'validUntilOn',
  'lastDayOfUseOn',
  'fundedBy',
] as const;

/**
 * RFC 4180, UTF-8, one line per code. Nothing in it is a caller's text but the payers' names, which are
 * quoted and made safe for spreadsheets.
 */
export async function* csvOf({ wanted, codeOf, onBooks }: PrintInput): AsyncGenerator<Uint8Array> {
  const { firstBook, lastBook, vouchersPerBook, faceValueCents, publicHost } = wanted;
  const { validUntilOn, lastDayOfUseOn } = wanted;
  const fundedBy = wanted.fundedBy.join(' ; ').replace(/^[=+\-@\t\r\n]/, "'$&");
  yield linesOf([PRINTER_COLUMNS]);
  for (let first = firstBook; first <= lastBook; first += BOOKS_PER_SLICE) {
    const next = Math.min(first + BOOKS_PER_SLICE, lastBook + 1);
    const rows: unknown[][] = [];
    for (let book = first; book < next; book += 1) {
      for (let voucher = 0; voucher <= vouchersPerBook; voucher += 1) {
        const code = codeOf(book, voucher);
        const euros = voucher === 0 ? '' : formatCents(faceValueCents);
        rows.push([
          ...[book, voucher, vouchersPerBook, code, qrTextOf(publicHost, code)],
          ...[euros, validUntilOn, lastDayOfUseOn, fundedBy],
        ]);
      }
    }
    yield linesOf(rows);
    await onBooks(next - firstBook);
  }
}

const linesOf = (rows: readonly (readonly unknown[])[]): Buffer =>
  Buffer.from(stringify(rows as unknown[][], { record_delimiter: 'windows' }));
