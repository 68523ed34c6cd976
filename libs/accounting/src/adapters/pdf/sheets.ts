import { once } from 'node:events';
import { setImmediate as breathe } from 'node:timers/promises';
import { formatCentsInFrench } from '@app/kernel';
import PDFDocument from 'pdfkit';
import type { Seller } from '../../contract';

/** A column of a table: `width` is its share of the sheet. */
export type Column<Row> = Readonly<{
  title: string;
  width: number;
  align?: 'left' | 'right';
  text: (row: Row) => string;
}>;

type Style = Readonly<{
  bold?: boolean;
  size?: number;
  colour?: string;
  align?: 'left' | 'right';
}>;

/** In points of 1/72 inch: A4 upright. */
const MARGIN = 42;
const WIDTH = (210 * 72) / 25.4 - 2 * MARGIN;
const BOTTOM = (297 * 72) / 25.4 - MARGIN - 24;
const ROW = 15;
const ROWS_PER_BREATH = 20;
const INK = '#1d1d1f';
const ACCENT = '#0b4f5c';
const TINT = '#e6f0f1';

/** Atkinson Hyperlegible of the Braille Institute (OFL 1.1), as vouchers are printed in. */
const FONTS = {
  text: '@expo-google-fonts/atkinson-hyperlegible-next/400Regular/AtkinsonHyperlegibleNext_400Regular.ttf',
  bold: '@expo-google-fonts/atkinson-hyperlegible-next/700Bold/AtkinsonHyperlegibleNext_700Bold.ttf',
} as const;

/**
 * A document of text and tables, on as many A4 sheets as it takes, numbered. The same content gives the
 * same bytes: its dates come from `madeOn`.
 */
export class Sheets {
  readonly #doc: PDFKit.PDFDocument;
  readonly #chunks: Uint8Array[] = [];
  #y = MARGIN;

  constructor(
    private readonly title: string,
    madeOn: string,
  ) {
    this.#doc = new PDFDocument({
      ...{ size: 'A4', margin: 0, lang: 'fr-FR', pdfVersion: '1.7', displayTitle: true },
      ...{ bufferPages: true },
      info: { Title: title, Creator: 'Carnet', CreationDate: new Date(`${madeOn}T00:00:00Z`) },
    });
    this.#doc.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk));
    for (const [name, file] of Object.entries(FONTS)) {
      this.#doc.registerFont(name, require.resolve(file));
    }
  }

  heading(text: string): void {
    this.#write(text, { bold: true, size: 19, colour: ACCENT });
    this.#y += 6;
  }

  section(text: string): void {
    this.#room(48);
    this.#y += 12;
    this.#write(text, { bold: true, size: 12, colour: ACCENT });
    this.#y += 4;
  }

  paragraph(text: string, style: Style = {}): void {
    this.#room(40);
    this.#write(text, style);
    this.#y += 3;
  }

  /** Two blocks of lines side by side: who writes, and to whom. */
  sideBySide(left: readonly string[], right: readonly string[]): void {
    const top = this.#y;
    const half = WIDTH / 2 - 10;
    const block = (lines: readonly string[], x: number): number => {
      let y = top;
      lines.forEach((line, index) => {
        this.#set({ bold: index === 0 }).text(printable(line), x, y, { width: half });
        y = this.#doc.y + 1;
      });
      return y;
    };
    this.#y = Math.max(block(left, MARGIN), block(right, MARGIN + WIDTH / 2 + 10)) + 14;
  }

  /** A row a line, cut where a text is too long for its column; the head again on every sheet. */
  async table<Row>(
    columns: readonly Column<Row>[],
    rows: readonly Row[],
    { total, size = 8.5 }: Readonly<{ total?: readonly string[]; size?: number }> = {},
  ): Promise<void> {
    this.#room(3 * ROW);
    this.#head(columns, size);
    let written = 0;
    for (const row of rows) {
      if (this.#y + ROW > BOTTOM) this.#sheet(() => this.#head(columns, size));
      this.#row(
        columns.map((column) => column.text(row)),
        columns,
        { size },
      );
      written += 1;
      // Long statements leave the process to others in between.
      if (written % ROWS_PER_BREATH === 0) await breathe();
    }
    if (total === undefined) return;
    if (this.#y + ROW > BOTTOM) this.#sheet(() => this.#head(columns, size));
    this.#rule();
    this.#row(total, columns, { bold: true, size });
  }

  /** The file; nothing can be added afterwards. */
  async end(): Promise<Buffer> {
    const { start, count } = this.#doc.bufferedPageRange();
    for (let page = start; page < start + count; page += 1) {
      this.#doc.switchToPage(page);
      const foot = `${this.title}, page ${page - start + 1} sur ${count}`;
      this.#set({ size: 8, colour: ACCENT });
      this.#doc.text(printable(foot), MARGIN, BOTTOM + 18, { width: WIDTH, align: 'right' });
    }
    await this.#flush();
    const ended = once(this.#doc, 'end');
    this.#doc.end();
    await ended;
    return Buffer.concat(this.#chunks);
  }

  /** As `doc.end()` would, which compresses hundreds of sheets in one go: here one at a time. */
  async #flush(): Promise<void> {
    const doc = this.#doc as unknown as { _pageBuffer: unknown[]; flushPages(): void };
    for (const page of doc._pageBuffer) {
      doc._pageBuffer = [page];
      doc.flushPages();
      await breathe();
    }
  }

  #head<Row>(columns: readonly Column<Row>[], size: number): void {
    this.#doc.rect(MARGIN, this.#y, WIDTH, ROW).fill(TINT);
    const titles = columns.map(({ title }) => title);
    this.#row(titles, columns, { bold: true, colour: ACCENT, size });
  }

  #row<Row>(texts: readonly string[], columns: readonly Column<Row>[], style: Style): void {
    const shares = columns.reduce((sum, { width }) => sum + width, 0);
    let x = MARGIN;
    columns.forEach(({ width: share, align = 'left' }, index) => {
      const width = (WIDTH * share) / shares;
      this.#set(style);
      this.#doc.text(printable(texts[index] ?? ''), x + 3, this.#y + 3, {
        ...{ width: width - 6, height: ROW - 3, align, ellipsis: true, lineBreak: true },
      });
      x += width;
    });
    this.#y += ROW;
  }

  #rule(): void {
    this.#doc
      .lineWidth(0.6)
      .strokeColor(ACCENT)
      .moveTo(MARGIN, this.#y)
      .lineTo(MARGIN + WIDTH, this.#y)
      .stroke();
  }

  #write(text: string, style: Style): void {
    const { align = 'left' } = style;
    this.#set(style).text(printable(text), MARGIN, this.#y, { width: WIDTH, align });
    this.#y = this.#doc.y;
  }

  #room(height: number): void {
    if (this.#y + height > BOTTOM) this.#sheet();
  }

  #sheet(head?: () => void): void {
    this.#doc.addPage();
    this.#y = MARGIN;
    head?.();
  }

  #set({ bold = false, size = 10, colour = INK }: Style): PDFKit.PDFDocument {
    return this.#doc
      .font(bold ? 'bold' : 'text')
      .fontSize(size)
      .fillColor(colour);
  }
}

/** The fonts have no narrow no-break space, which French numbers are written with. */
const printable = (text: string): string => text.replaceAll('\u202f', '\u00a0');

/** Who answers for the document. */
export const issuedBy = ({ name, siret, address }: Seller): string =>
  `Établi par ${name}, ${address}, SIRET ${siret}`;

export const euros = (cents: number): string => formatCentsInFrench(cents);

/** `2026-03-31` → `31/03/2026`. */
export const frenchDay = (day: string): string => day.split('-').reverse().join('/');
