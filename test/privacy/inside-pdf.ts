import { inflateSync } from 'node:zlib';
import jsQr from 'jsqr';

/** A PDF's streams as they are once inflated, the text it shows, and what its QR codes say. */
export function readPdf(pdf: Buffer): readonly (readonly [string, Buffer])[] {
  const streams = streamsOf(pdf);
  const maps = streams.map((each) => glyphMapOf(each.toString('latin1')));
  const fonts = maps.filter((each) => each.size > 0);
  const contents = streams.map((each) => each.toString('latin1'));
  const shown = contents.flatMap((content) => [null, ...fonts].map((map) => textOf(content, map)));
  return [
    ['streams', Buffer.concat(streams)],
    ['text', Buffer.from(shown.join('\n'))],
    ['QR codes', Buffer.from(contents.flatMap(qrCodesOf).join('\n'))],
  ];
}

function streamsOf(pdf: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 1)) {
    const end = pdf.indexOf('endstream', at);
    const bytes = pdf.subarray(at + 7, end < 0 ? pdf.length : end);
    found.push(inflated(bytes) ?? bytes);
  }
  return found;
}

/** Undefined where it is not deflated. */
export function inflated(bytes: Buffer): Buffer | undefined {
  try {
    return inflateSync(bytes);
  } catch {
    return undefined;
  }
}

/** Of a ToUnicode map: the code of a glyph, as hexadecimal, and the text it stands for. */
function glyphMapOf(cmap: string): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  if (!cmap.includes('begincmap')) return map;
  for (const [, from = '', , list = ''] of cmap.matchAll(/<(\w+)> <(\w+)> \[([^\]]*)\]/g)) {
    const texts = [...list.matchAll(/<([\w ]+)>/g)].map(([, hex = '']) => hex);
    texts.forEach((hex, index) => {
      const code = (parseInt(from, 16) + index).toString(16).padStart(from.length, '0');
      map.set(code, utf16Of(hex));
    });
  }
  return map;
}

const utf16Of = (hex: string): string =>
  Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le');

/** What is shown, in the order of the stream; without a map, codes are those of Latin letters. */
function textOf(content: string, map: ReadonlyMap<string, string> | null): string {
  const shown = content.matchAll(/\[([^\]]*)\]\s*TJ/g);
  return [...shown]
    .map(([, list = '']) => {
      const hex = [...list.matchAll(/<(\w+)>/g)].map(([, each = '']) => each).join('');
      if (map === null) return Buffer.from(hex, 'hex').toString('latin1');
      return (hex.match(/.{4}/g) ?? []).map((code) => map.get(code) ?? '').join('');
    })
    .join(' ');
}

type Rectangle = Readonly<{ x: number; y: number; width: number; height: number }>;

/** Runs of equally high rectangles filled at once are a QR code, if a decoder says so. */
function qrCodesOf(content: string): readonly string[] {
  const number = String.raw`(-?[\d.]+)`;
  const operator = new RegExp(`${number} ${number} ${number} ${number} re|\\b(f\\*?|B|S)\\b`, 'g');
  const codes: string[] = [];
  let path: Rectangle[] = [];
  for (const [, x, y, width, height, painted] of content.matchAll(operator)) {
    if (painted === undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = [x, y, width, height].map(Number);
      path.push({ x: a, y: b, width: c, height: d });
      continue;
    }
    const text = path.length > 50 ? decode(path) : undefined;
    if (text !== undefined) codes.push(text);
    path = [];
  }
  return codes;
}

const PIXELS_PER_MODULE = 4;
const QUIET_MODULES = 4;

function decode(path: readonly Rectangle[]): string | undefined {
  const module = Math.min(...path.map(({ height }) => height));
  const left = Math.min(...path.map(({ x }) => x));
  const top = Math.min(...path.map(({ y }) => y));
  const right = Math.max(...path.map(({ x, width }) => x + width));
  const modules = Math.round((right - left) / module) + 2 * QUIET_MODULES;
  if (modules > 200) return undefined;
  const side = modules * PIXELS_PER_MODULE;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const { x, y, width } of path) {
    const row = Math.round((y - top) / module) + QUIET_MODULES;
    const first = Math.round((x - left) / module) + QUIET_MODULES;
    const count = Math.round(width / module);
    for (let dy = 0; dy < PIXELS_PER_MODULE; dy += 1) {
      const start = ((row * PIXELS_PER_MODULE + dy) * side + first * PIXELS_PER_MODULE) * 4;
      for (let at = start; at < start + count * PIXELS_PER_MODULE * 4; at += 4) {
        pixels.set([0, 0, 0], at);
      }
    }
  }
  return read(pixels, side, side)?.data;
}

/** jsqr is CommonJS with a `default` inside. */
const read = (jsQr as unknown as { default?: typeof jsQr }).default ?? jsQr;
