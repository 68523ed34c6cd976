import type { LogFile } from './files';
import { FRAME_BYTES_MAX, HEADER_BYTES, TRAILER_BYTES, checkFrame, readFrameHeader } from './frame';

const WINDOW_BYTES = 1 << 20;

export type ScanInput = Readonly<{
  file: LogFile;
  /** Position in the log of the file's first byte. */
  base: number;
  /** First byte to look at, and the length of the file: both offsets in it. */
  from: number;
  size: number;
  /** Called with the body of every event of every whole frame, in log order. */
  onRecord: (bytes: Buffer, bodyAt: number, bodyEnd: number, offset: number) => void;
}>;

/**
 * Where the scan ended. `tail` is what a crash leaves behind: a frame that ends after the file
 * does, or one whose end was never written (zeros up to the end of the file). A write that was
 * acknowledged never looks so: its length is guarded by a CRC of its own and its last byte is not
 * zero. Everything else is `damage`.
 */
export type ScanEnd = Readonly<{
  offset: number;
  state: 'whole' | 'tail' | 'damage';
  reason: string;
}>;

/** Reads frame after frame and checks every byte of them. */
export function scanFrames({ file, base, from, size, onRecord }: ScanInput): ScanEnd {
  const window = new Window(file, size);
  for (let offset = from; ;) {
    if (offset === size) return { offset, state: 'whole', reason: '' };
    if (size - offset < HEADER_BYTES) return tail(offset, 'incomplete header');
    let at = window.hold(offset, HEADER_BYTES);
    const header = readFrameHeader(window.bytes, at, base + offset);
    if (!header) {
      return window.isZeroFrom(offset + HEADER_BYTES)
        ? tail(offset, 'zero-filled header')
        : damage(offset, 'bad frame header');
    }
    const { length } = header;
    if (length < HEADER_BYTES + TRAILER_BYTES || length > FRAME_BYTES_MAX) {
      return damage(offset, `impossible frame length ${length}`);
    }
    if (offset + length > size) return tail(offset, 'incomplete frame');
    at = window.hold(offset, length);
    const frameAt = offset - at;
    const wrong = checkFrame(window.bytes, at, header, (bodyAt, bodyEnd) =>
      onRecord(window.bytes, bodyAt, bodyEnd, frameAt + bodyAt),
    );
    if (wrong !== undefined) {
      return window.isZeroFrom(offset + length - 1)
        ? tail(offset, 'zero-filled frame')
        : damage(offset, wrong);
    }
    offset += length;
  }
}

function tail(offset: number, reason: string): ScanEnd {
  return { offset, state: 'tail', reason };
}

function damage(offset: number, reason: string): ScanEnd {
  return { offset, state: 'damage', reason };
}

/** A part of the file in memory, moved forwards as needed. */
class Window {
  bytes = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  private start = 0;
  private filled = 0;

  constructor(
    private readonly file: LogFile,
    private readonly size: number,
  ) {}

  /** Makes `length` bytes from `offset` available; returns where they begin in `bytes`. */
  hold(offset: number, length: number): number {
    if (offset < this.start || offset + length > this.start + this.filled) {
      if (length > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(length);
      this.start = offset;
      const wanted = Math.min(this.bytes.length, this.size - offset);
      this.filled = this.file.read(this.bytes, offset, wanted);
      if (this.filled < length) throw new Error(`the file ended at ${offset + this.filled}`);
    }
    return offset - this.start;
  }

  isZeroFrom(offset: number): boolean {
    const part = Buffer.allocUnsafeSlow(WINDOW_BYTES);
    for (let at = offset; at < this.size; at += part.length) {
      const read = this.file.read(part, at, Math.min(part.length, this.size - at));
      if (part.subarray(0, read).some((byte) => byte !== 0)) return false;
      if (read === 0) return true;
    }
    return true;
  }
}
