import { gunzipSync } from 'node:zlib';
import { inflated, readPdf } from './inside-pdf';

/**
 * What is in a file besides its bytes: compressed parts opened, a PDF's text and QR codes read, Redis's
 * packed strings unpacked; each by a name that begins with the file's. The bytes themselves come first.
 */
export function inside(files: Readonly<Record<string, Buffer>>): Record<string, Buffer> {
  const found: Record<string, Buffer> = {};
  for (const [name, bytes] of Object.entries(files)) {
    found[name] = bytes;
    for (const [part, content] of partsOf(bytes)) found[`${name} (${part})`] = content;
  }
  return found;
}

function partsOf(bytes: Buffer): readonly (readonly [string, Buffer])[] {
  if (bytes.subarray(0, 2).equals(GZIP)) return [['gzip', gunzipSync(bytes)]];
  if (bytes.subarray(0, 4).toString('latin1') === '%PDF') return readPdf(bytes);
  if (bytes.subarray(0, 8).equals(PNG)) return [['picture', pngText(bytes)]];
  const packed = bytes.subarray(0, 5).toString('latin1') === 'REDIS' ? unpacked(bytes) : [];
  return packed.length > 0 ? [['packed', Buffer.concat(packed)]] : [];
}

const GZIP = Buffer.of(0x1f, 0x8b);
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** Its chunks of text and of pixels, inflated where they are deflated. */
function pngText(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at + 8 < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const data = bytes.subarray(at + 8, at + 8 + length);
    parts.push(data, inflated(data) ?? Buffer.of());
    at += 12 + length;
  }
  return Buffer.concat(parts);
}

/** Strings that an RDB file holds compressed: C3, both lengths, then LZF. */
function unpacked(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = bytes.indexOf(0xc3); at >= 0; at = bytes.indexOf(0xc3, at + 1)) {
    const packed = lengthAt(bytes, at + 1);
    const plain = packed && lengthAt(bytes, packed.end);
    if (packed === undefined || plain === undefined || plain.length > 1e8) continue;
    const text = unpackLzf(bytes.subarray(plain.end, plain.end + packed.length), plain.length);
    if (text) found.push(text);
  }
  return found;
}

/** 6 bits, 14 bits, or four bytes of it. */
function lengthAt(bytes: Buffer, at: number): { length: number; end: number } | undefined {
  const first = bytes[at];
  if (first === undefined || at + 5 > bytes.length) return undefined;
  if (first < 0x40) return { length: first, end: at + 1 };
  if (first < 0x80) return { length: bytes.readUInt16BE(at) & 0x3fff, end: at + 2 };
  return first === 0x80 ? { length: bytes.readUInt32BE(at + 1), end: at + 5 } : undefined;
}

/** Undefined where it is none, or not of that length. */
function unpackLzf(packed: Buffer, length: number): Buffer | undefined {
  const plain: number[] = [];
  for (let at = 0; at < packed.length && plain.length <= length;) {
    const control = packed[at] ?? 0;
    at += 1;
    if (control < 32) {
      plain.push(...packed.subarray(at, at + control + 1));
      at += control + 1;
      continue;
    }
    let run = control >> 5;
    if (run === 7) {
      run += packed[at] ?? 0;
      at += 1;
    }
    const from = plain.length - ((control & 0x1f) << 8) - (packed[at] ?? 0) - 1;
    at += 1;
    if (from < 0) return undefined;
    for (let n = 0; n < run + 2; n += 1) plain.push(plain[from + n] ?? 0);
  }
  return plain.length === length ? Buffer.from(plain) : undefined;
}
