import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createSecretKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import jsQr from 'jsqr';
import type { PrintLayout } from '../../contract';
import { parseCode, qrTextOf } from '../../domain/codes/code-layout';
import { requested } from '../../domain/print/print.examples';
import { VoucherCodes } from '../voucher-codes';
import { countSheets } from './imposition';
import { pdfOf } from './pdf';
import type { PrintInput } from './print-input';
import { csvOf, PRINTER_COLUMNS } from './printer-csv';
import { QUIET_MODULES, qrMatrixOf } from './qr';

const codes = new VoucherCodes({ masterKeyOf: () => createSecretKey(Buffer.alloc(32, 7)) });

function inputOf(changes: Parameters<typeof requested>[0] = {}) {
  const { data: wanted } = requested(changes);
  const told: number[] = [];
  const input: PrintInput = {
    wanted,
    codeOf: (book, voucher) => codes.codeOf(wanted, { book, voucher }),
    onBooks: (done) => Promise.resolve(void told.push(done)),
  };
  return { input, told, wanted };
}

const bytesOf = async (chunks: AsyncIterable<Uint8Array>) =>
  Buffer.concat(await Array.fromAsync(chunks));

/** Every code in print is genuine for this order. */
const isGenuine = (code: string) => codes.isGenuine(requested().data, parseCode(code));

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'carnet-pdf-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Debian's poppler-utils: another's eyes on our PDF. Without it those specs say so and pass. */
const hasPoppler = spawnSync('pdftoppm', ['-v']).status === 0;
const withPoppler = hasPoppler ? it : it.skip;
if (!hasPoppler) process.stderr.write('poppler-utils is not installed: its specs are skipped\n');

async function textOf(layout: PrintLayout, changes: Parameters<typeof requested>[0] = {}) {
  const file = join(folder, `${layout}.pdf`);
  writeFileSync(file, await bytesOf(pdfOf(inputOf(changes).input, layout)));
  const raw = execFileSync('pdftotext', ['-layout', file, '-']).toString();
  return { file, text: raw.replaceAll('\u00a0', ' '), pages: raw.split('\f').length - 1 };
}

/** The first QR code in a picture of greys (PGM), as a decoder that is not ours reads it. */
function decodePicture(pgm: Buffer, part: { top: number; height: number; width: number }) {
  const [, width = 0] =
    /^P5\s+(\d+)\s+\d+\s+255\s/.exec(pgm.toString('latin1', 0, 40))?.map(Number) ?? [];
  const start = /^P5\s+\d+\s+\d+\s+255\s/.exec(pgm.toString('latin1', 0, 40))?.[0].length ?? 0;
  const pixels = new Uint8ClampedArray(part.width * part.height * 4);
  for (let y = 0; y < part.height; y += 1) {
    for (let x = 0; x < part.width; x += 1) {
      const grey = pgm.readUInt8(start + (part.top + y) * width + x);
      pixels.set([grey, grey, grey, 255], (y * part.width + x) * 4);
    }
  }
  return decode(pixels, part.width, part.height);
}

/** jsqr is CommonJS with a `default` inside. */
const decode = (pixels: Uint8ClampedArray, width: number, height: number): string | undefined =>
  ((jsQr as unknown as { default?: typeof jsQr }).default ?? jsQr)(pixels, width, height)?.data;

describe('books as PDF', () => {
  it.each(['a4', '4-up'] as const)('are the same bytes each time (%s)', async (layout) => {
    const sums = [1, 2].map(async () =>
      createHash('sha256')
        .update(await bytesOf(pdfOf(inputOf().input, layout)))
        .digest('hex'),
    );
    const [first, second] = await Promise.all(sums);
    expect(first).toBe(second);
  });

  it('say how far they are, a few books at a time, and at the end', async () => {
    const { input, told } = inputOf({ firstBook: 1, lastBook: 50, vouchersPerBook: 1 });
    await bytesOf(pdfOf(input, 'a4'));
    expect(told).toEqual([20, 40, 50]);
  });

  it.each(['a4', '4-up'] as const)('keep to their sheets whoever pays (%s)', async (layout) => {
    const fundedBy = Array.from({ length: 40 }, (_, n) => `Communauté de communes numéro ${n}`);
    const [place] = requested().data.places;
    const long = { ...place, ...{ name: 'Très long '.repeat(30), services: [] } } as typeof place;
    const places = long ? Array.from({ length: 8 }, () => long) : [];
    const pdf = await bytesOf(pdfOf(inputOf({ fundedBy, places }).input, layout));
    const sheets = pdf.toString('latin1').match(/\/Type \/Page\b/g);
    expect(sheets).toHaveLength(countSheets({ layout, books: 3, vouchersPerBook: 10 }));
  });

  it('embed their fonts', async () => {
    const pdf = await bytesOf(pdfOf(inputOf().input, 'a4'));
    expect(pdf.toString('latin1').match(/\/FontFile2/g)).toHaveLength(3);
  });

  withPoppler.each(['a4', '4-up'] as const)(
    'tell a person all there is to know (%s)',
    async (layout) => {
      const { text, pages } = await textOf(layout);
      for (const part of [
        ...['Pass numérique', '10 €', '100 €', 'Carnet de 10 pass de 10 €', 'Carnet n° 1 001'],
        ...['Valable jusqu’au 31 décembre 2027', 'Accepté au plus tard le 30 janvier 2028'],
        ...['Département de la Nièvre et État', 'Médiathèque Élie-Œuvre', 'pass 10 sur 10'],
        ...['1 rue de l’Église, 58000 Nevers (à 1,2 km)', 'Aide aux démarches', 'pass.example'],
      ]) {
        expect(text).toContain(part);
      }
      expect(pages).toBe(countSheets({ layout, books: 3, vouchersPerBook: 10 }));
    },
  );

  withPoppler.each(['a4', '4-up'] as const)(
    'hold each code once, all genuine (%s)',
    async (layout) => {
      const { text } = await textOf(layout, { lastBook: 1_005 });
      const found = text.match(/\b[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}\b/g) ?? [];
      expect(found).toHaveLength(5 * 11);
      expect(new Set(found).size).toBe(5 * 11);
      expect(found.every(isGenuine)).toBe(true);
    },
  );

  withPoppler('carry QR codes that another’s decoder reads off the paper', async () => {
    const { file } = await textOf('a4');
    const dpi = ['-r', '150', '-gray'];
    execFileSync('pdftoppm', [...dpi, '-f', '2', '-l', '2', file, join(folder, 'page')]);
    const name = execFileSync('ls', [folder])
      .toString()
      .split('\n')
      .find((each) => each.endsWith('.pgm'));
    const pgm = readFileSync(join(folder, name ?? ''));
    const strip = Math.floor(((297 / 25.4) * 150) / 4);
    const read = [0, 1, 2, 3].map((n) =>
      decodePicture(pgm, { top: n * strip, height: strip, width: 450 }),
    );
    expect(read).toEqual(
      [1, 2, 3, 4].map((voucher) =>
        qrTextOf('pass.example', codes.codeOf(requested().data, { book: 1_001, voucher })),
      ),
    );
  });
});

describe('a QR code', () => {
  it('is read by another’s decoder as the address it stands for', () => {
    const text = qrTextOf('pass.example', codes.codeOf(requested().data, { book: 7, voucher: 3 }));
    const { size, isDark } = qrMatrixOf(text);
    const side = (size + 2 * QUIET_MODULES) * 4;
    const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) {
        const [row, column] = [y, x].map((at) => Math.floor(at / 4) - QUIET_MODULES) as [
          number,
          number,
        ];
        const isInside = row >= 0 && column >= 0 && row < size && column < size;
        if (isInside && isDark(row, column))
          pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
      }
    }
    const read = decode(pixels, side, side);
    expect(read).toBe(text);
    expect(isGenuine(read?.split('#')[1] ?? '')).toBe(true);
  });
});

describe('books for a printer', () => {
  const csv = async (changes: Parameters<typeof requested>[0] = {}) => {
    const { input, told } = inputOf({ format: 'csv', ...changes });
    const text = (await bytesOf(csvOf(input))).toString();
    return { text, told, rows: parse<Record<string, string>>(text, { columns: true }) };
  };

  it('are a line per code, covers included', async () => {
    const { rows, text, told } = await csv();
    expect(text.split('\r\n')).toHaveLength(1 + 3 * 11 + 1);
    expect(Object.keys(rows[0] ?? {})).toEqual([...PRINTER_COLUMNS]);
    expect(rows[1]).toEqual({
      ...{ book: '1001', voucher: '1', vouchers: '10', valueEuros: '10.00' },
      ...{ validUntilOn: '2027-12-31', lastDayOfUseOn: '2028-01-30' },
      code: codes.codeOf(requested().data, { book: 1_001, voucher: 1 }),
      qr: `https://pass.example/v#${rows[1]?.['code']}`,
      fundedBy: 'Département de la Nièvre ; État',
    });
    expect(rows.map(({ code }) => isGenuine(code ?? ''))).not.toContain(false);
    expect(told).toEqual([3]);
  });

  it('run nothing in a spreadsheet', async () => {
    const { rows } = await csv({ fundedBy: ['=HYPERLINK("x")'] });
    expect(rows[0]?.['fundedBy']).toBe('\'=HYPERLINK("x")');
  });
});
