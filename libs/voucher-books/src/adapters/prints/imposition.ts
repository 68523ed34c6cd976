import type { PrintLayout } from '../../contract';

/** In points of 1/72 inch, from the upper left corner. */
export type Box = Readonly<{ x: number; y: number; width: number; height: number }>;

export type Panel = Readonly<{
  kind: 'cover' | 'letter' | 'voucher';
  book: number;
  /** 0 but for a voucher. */
  voucher: number;
  box: Box;
}>;

type Shape = Readonly<{ layout: PrintLayout; vouchersPerBook: number }>;

/** ISO 216, in points. */
const LONG = (297 * 72) / 25.4;
const SHORT = (210 * 72) / 25.4;

export const SHEET: Readonly<Record<PrintLayout, readonly [width: number, height: number]>> = {
  a4: [SHORT, LONG],
  '4-up': [LONG, SHORT],
};

/** Books that share their sheets: side by side, so that one cut through the pile parts them. */
export const BOOKS_ABREAST: Readonly<Record<PrintLayout, number>> = { a4: 1, '4-up': 4 };

const STRIPS = 4;
const COVER_HEIGHT = LONG * 0.3;

/**
 * The sheets of as many books as lie abreast, or of fewer at the end.
 * - `a4`: cover and letter on the first sheet, then four vouchers a sheet, one under the other.
 * - `4-up`: a book in each quarter of an A4 across: its cover, its letter, then one voucher a sheet.
 */
export function sheetsOf(shape: Shape, books: readonly number[]): readonly (readonly Panel[])[] {
  const { layout, vouchersPerBook } = shape;
  const vouchers = Array.from({ length: vouchersPerBook }, (_, index) => index + 1);
  if (layout === '4-up') {
    const leaf = (kind: Panel['kind'], voucher = 0) =>
      books.map((book, at) => ({ kind, book, voucher, box: quarter(at) }));
    return [leaf('cover'), leaf('letter'), ...vouchers.map((voucher) => leaf('voucher', voucher))];
  }
  return books.flatMap((book) => {
    const front = [
      { kind: 'cover', book, voucher: 0, box: band(0, COVER_HEIGHT) },
      { kind: 'letter', book, voucher: 0, box: band(COVER_HEIGHT, LONG - COVER_HEIGHT) },
    ] as const;
    const strips = vouchers.map((voucher, index): Panel => {
      const box = band(((index % STRIPS) * LONG) / STRIPS, LONG / STRIPS);
      return { kind: 'voucher', book, voucher, box };
    });
    const sheets = Array.from({ length: Math.ceil(strips.length / STRIPS) }, (_, sheet) =>
      strips.slice(sheet * STRIPS, (sheet + 1) * STRIPS),
    );
    return [front, ...sheets];
  });
}

export function countSheets({
  layout,
  vouchersPerBook,
  books,
}: Shape & Readonly<{ books: number }>): number {
  const sheets = layout === 'a4' ? 1 + Math.ceil(vouchersPerBook / STRIPS) : 2 + vouchersPerBook;
  return Math.ceil(books / BOOKS_ABREAST[layout]) * sheets;
}

const band = (y: number, height: number): Box => ({ x: 0, y, width: SHORT, height });

const quarter = (at: number): Box => ({
  x: (at % 2) * (LONG / 2),
  y: Math.floor(at / 2) * (SHORT / 2),
  width: LONG / 2,
  height: SHORT / 2,
});
