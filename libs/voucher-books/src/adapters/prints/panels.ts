import type { PrintRequested } from '../../contract';
import { qrTextOf } from '../../domain/codes/code-layout';
import type { Box, Panel } from './imposition';
import { drawQr } from './qr';
import { COVER, fundedBy, LETTER, SLIP, valueOf } from './texts';

type Document = PDFKit.PDFDocument;
type Wanted = PrintRequested['data'];
type Style = Readonly<{
  font: 'text' | 'bold' | 'code';
  size: number;
  colour?: string;
  align?: 'left' | 'right' | 'center';
  lineGap?: number;
  /** pdfkit keeps how every word is laid out, for ever; not of words that never come again. */
  comesOnce?: true;
}>;

const INK = '#1d1d1f';
const ACCENT = '#0b4f5c';
const TINT = '#e6f0f1';
/** 7 mm: what a cutter may stray and a printer leaves white. */
const MARGIN = 20;
const QR_SIDE_MAX = 150;

export function drawPanel(doc: Document, wanted: Wanted, panel: Panel, code: string): void {
  switch (panel.kind) {
    case 'cover':
      return drawCover(doc, wanted, panel, code);
    case 'letter':
      return drawLetter(doc, wanted, panel.box);
    case 'voucher':
      return drawVoucher(doc, wanted, panel, code);
  }
}

/** Where to cut; over the drawings, so that it is seen on every sheet. */
export function drawCuts(doc: Document, panels: readonly Panel[]): void {
  const { width, height } = doc.page;
  doc.save().lineWidth(0.4).dash(2, { space: 3 }).strokeColor('#9aa5a7');
  for (const { kind, box } of panels) {
    if (kind !== 'voucher' && box.width === width) continue;
    const [right, bottom] = [box.x + box.width, box.y + box.height];
    if (bottom < height - 1) doc.moveTo(box.x, bottom).lineTo(right, bottom).stroke();
    if (right < width - 1) doc.moveTo(right, box.y).lineTo(right, bottom).stroke();
  }
  doc.restore();
}

function drawVoucher(doc: Document, wanted: Wanted, panel: Panel, code: string): void {
  const inner = drawHead(doc, panel.box, { title: SLIP.title, value: wanted.faceValueCents });
  const column = drawCode(doc, wanted, inner, code);
  const { x, width } = column;
  let y = column.y;
  y = write(doc, SLIP.validity(wanted), { x, y, width }, { font: 'bold', size: 12 }) + 1;
  y = write(doc, SLIP.lastDay(wanted), { x, y, width }, { font: 'text', size: 9 }) + 4;
  const room = { x, y, width, height: inner.y + inner.height - y - 12 };
  write(doc, fundedBy(wanted), room, { font: 'text', size: 9 });
  const serial = SLIP.serial(panel.book, panel.voucher, wanted.vouchersPerBook);
  drawFoot(doc, inner, serial);
}

function drawCover(doc: Document, wanted: Wanted, panel: Panel, code: string): void {
  const { faceValueCents, vouchersPerBook } = wanted;
  const value = faceValueCents * vouchersPerBook;
  const inner = drawHead(doc, panel.box, { title: COVER.title, value });
  const column = drawCode(doc, wanted, inner, code, COVER.code);
  const { x, width } = column;
  let y = column.y;
  y = write(doc, COVER.codeUse, { x, y, width }, { font: 'text', size: 8 }) + 6;
  y = write(doc, COVER.contents(wanted), { x, y, width }, { font: 'bold', size: 12 }) + 1;
  y = write(doc, COVER.validity(wanted), { x, y, width }, { font: 'text', size: 10 }) + 4;
  const room = { x, y, width, height: inner.y + inner.height - y - 12 };
  write(doc, fundedBy(wanted), room, { font: 'text', size: 9 });
  drawFoot(doc, inner, COVER.book(panel.book));
}

/** The band with what it is and what it is worth; answers the room that is left. */
function drawHead(
  doc: Document,
  box: Box,
  { title, value }: Readonly<{ title: string; value: number }>,
): Box {
  const band = 40;
  doc.rect(box.x, box.y, box.width, band).fill(TINT);
  const [x, width] = [box.x + MARGIN, box.width - 2 * MARGIN];
  const style = { font: 'bold', colour: ACCENT } as const;
  write(doc, title, { x, y: box.y + 12, width: width / 2 }, { ...style, size: 15 });
  const right = { x: x + width / 2, y: box.y + 7, width: width / 2 };
  write(doc, valueOf(value), right, { ...style, size: 22, align: 'right' });
  const [y, height] = [box.y + band + 8, box.height - band - 8 - MARGIN / 2];
  return { x, y, width, height };
}

/** The QR code at the left and the code at its right; answers the column under the code. */
function drawCode(doc: Document, wanted: Wanted, room: Box, code: string, label?: string): Box {
  const side = Math.min(room.height, QR_SIDE_MAX);
  doc.fillColor('#000');
  const rectangle = (...box: [number, number, number, number]) => doc.rect(...box);
  drawQr(rectangle, qrTextOf(wanted.publicHost, code), { x: room.x - 10, y: room.y, side });
  doc.fill();
  const x = room.x + side;
  const width = room.width - side;
  let y = room.y + 8;
  if (label !== undefined) {
    y = write(doc, label, { x, y, width }, { font: 'text', size: 9, colour: ACCENT });
  }
  // A fixed pitch of 0.6 em: the largest size at which 19 characters stay on one line.
  const size = Math.min(19, width / (code.length * 0.625));
  y = write(doc, code, { x, y, width }, { font: 'code', size, comesOnce: true }) + 6;
  return { x, y, width, height: room.y + room.height - y };
}

function drawFoot(doc: Document, inner: Box, text: string): void {
  const { x, y, width, height } = inner;
  const style = { font: 'text', size: 8.5, colour: ACCENT, align: 'right' } as const;
  write(doc, text, { x, y: y + height - 9, width }, { ...style, comesOnce: true });
}

/** How to use the book at the left, where at the right; what does not fit is not begun. */
function drawLetter(doc: Document, wanted: Wanted, box: Box): void {
  const size = box.height > 400 ? 11.5 : 7.4;
  const margin = box.height > 400 ? 40 : MARGIN;
  const text: Style = { font: 'text', size, lineGap: size * 0.18 };
  const bold: Style = { ...text, font: 'bold' };
  const title: Style = { ...bold, size: size * 1.15, colour: ACCENT };
  const width = (box.width - 2 * margin - size * 2.5) / 2;
  const bottom = box.y + box.height - margin;
  let [x, y] = [box.x + margin, box.y + margin];
  y = write(doc, LETTER.greeting, { x, y, width }, bold) + size * 0.6;
  for (const paragraph of LETTER.paragraphs(wanted)) {
    y = write(doc, paragraph, { x, y, width }, text) + size * 0.6;
  }
  y = write(doc, LETTER.stepsTitle, { x, y: y + size * 0.3, width }, title) + size * 0.4;
  LETTER.steps(wanted).forEach((step, index) => {
    write(doc, `${index + 1}.`, { x, y, width: size * 1.5 }, { ...bold, colour: ACCENT });
    const beside = { x: x + size * 1.5, y, width: width - size * 1.5 };
    y = write(doc, step, beside, text) + size * 0.4;
  });
  y += size * 0.6;
  write(doc, fundedBy(wanted), { x, y, width, height: bottom - y }, text);
  x += width + size * 2.5;
  y = box.y + margin;
  const foot = heightOf(doc, LETTER.more(wanted), width, bold);
  if (wanted.places.length > 0) {
    y = write(doc, LETTER.placesTitle(wanted.places), { x, y, width }, title) + size * 0.5;
  }
  const small: Style = { ...text, size: size * 0.9 };
  for (const place of wanted.places) {
    const [where, what] = [LETTER.place(place), LETTER.services(place)];
    const services = heightOf(doc, what, width, small);
    const lines = heightOf(doc, place.name, width, bold) + heightOf(doc, where, width, text);
    if (y + lines + services > bottom - foot - size) break;
    y = write(doc, place.name, { x, y, width }, bold);
    y = write(doc, where, { x, y, width }, text);
    if (what !== '') y = write(doc, what, { x, y, width }, { ...small, colour: ACCENT });
    y += size * 0.6;
  }
  const end = wanted.places.length > 0 ? bottom - foot : y;
  write(doc, LETTER.more(wanted), { x, y: end, width }, bold);
}

/**
 * Writes into the column, cut with an ellipsis at its height or at the foot of the sheet, beyond which
 * pdfkit would begin another; answers where it ended.
 */
function write(
  doc: Document,
  text: string,
  column: Readonly<{ x: number; y: number; width: number; height?: number }>,
  style: Style,
): number {
  const { x, y, width, height = doc.page.height - y } = column;
  const { align = 'left', lineGap = 0 } = style;
  set(doc, style).fillColor(style.colour ?? INK);
  doc.text(printable(text), x, y, {
    ...{ width, align, lineGap },
    // With features named, even none, it lays out anew.
    ...(style.comesOnce && { features: [] }),
    height: Math.max(height, style.size),
    ellipsis: true,
  });
  return doc.y;
}

function heightOf(doc: Document, text: string, width: number, style: Style): number {
  return set(doc, style).heightOfString(printable(text), { width, lineGap: style.lineGap ?? 0 });
}

const set = (doc: Document, { font, size }: Style): Document => doc.font(font).fontSize(size);

/** The fonts have no narrow no-break space, which French numbers are written with. */
const printable = (text: string): string => text.replaceAll('\u202f', '\u00a0');
