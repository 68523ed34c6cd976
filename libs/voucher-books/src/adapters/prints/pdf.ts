import { once } from 'node:events';
import { setImmediate as breathe } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import type { PrintLayout, PrintRequested } from '../../contract';
import { BOOKS_ABREAST, SHEET, sheetsOf } from './imposition';
import { drawCuts, drawPanel } from './panels';
import { BOOKS_PER_SLICE, type PrintInput } from './print-input';
import { COVER, numberOf } from './texts';

/**
 * Books as PDF, a few sheets at a time: what is yielded is out of memory. The same request gives the
 * same bytes: the document's dates and id come from it, and nothing in it from the moment.
 */
export async function* pdfOf(
  { wanted, codeOf, onBooks }: PrintInput,
  layout: PrintLayout,
): AsyncGenerator<Uint8Array> {
  const doc = newDocument(wanted, layout);
  let ready: Uint8Array[] = [];
  doc.on('data', (chunk: Uint8Array) => ready.push(chunk));
  const ended = once(doc, 'end');
  const { firstBook, lastBook, vouchersPerBook } = wanted;
  const abreast = BOOKS_ABREAST[layout];
  let told = 0;
  for (let first = firstBook; first <= lastBook; first += abreast) {
    const next = Math.min(first + abreast, lastBook + 1);
    const books = Array.from({ length: next - first }, (_, index) => first + index);
    for (const panels of sheetsOf({ layout, vouchersPerBook }, books)) {
      doc.addPage();
      for (const panel of panels) {
        drawPanel(doc, wanted, panel, codeOf(panel.book, panel.voucher));
      }
      drawCuts(doc, panels);
    }
    // The worker renews its lock on the job meanwhile, and the stream hands over what is written.
    await breathe();
    yield* ready;
    ready = [];
    const done = next - firstBook;
    if (done - told < BOOKS_PER_SLICE && next <= lastBook) continue;
    told = done;
    await onBooks(done);
  }
  doc.end();
  await ended;
  yield* ready;
}

function newDocument(wanted: PrintRequested['data'], layout: PrintLayout): PDFKit.PDFDocument {
  const { firstBook, lastBook, requestedAt } = wanted;
  const [width, height] = SHEET[layout];
  const doc = new PDFDocument({
    ...{ autoFirstPage: false, margin: 0, size: [width, height], lang: 'fr-FR' },
    ...{ pdfVersion: '1.7', displayTitle: true },
    info: {
      Title: `${COVER.title}, carnets ${numberOf(firstBook)} à ${numberOf(lastBook)}`,
      Creator: 'Carnet',
      CreationDate: new Date(requestedAt),
    },
  });
  for (const [name, file] of Object.entries(FONTS)) doc.registerFont(name, require.resolve(file));
  return doc;
}

/** Atkinson Hyperlegible of the Braille Institute (OFL 1.1): made so that 0 and O, 8 and B differ. */
const FONTS = {
  text: '@expo-google-fonts/atkinson-hyperlegible-next/400Regular/AtkinsonHyperlegibleNext_400Regular.ttf',
  bold: '@expo-google-fonts/atkinson-hyperlegible-next/700Bold/AtkinsonHyperlegibleNext_700Bold.ttf',
  code: '@expo-google-fonts/atkinson-hyperlegible-mono/600SemiBold/AtkinsonHyperlegibleMono_600SemiBold.ttf',
} as const;
