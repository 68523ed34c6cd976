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
 * Where the scan ended. `whole`: nothing but the zeros reserved for what comes next. `tail` is
 * what a crash leaves of a last write: a frame that ends after the file does, one whose end was
 * never written (zeros up to the end of the file), or one in which a whole sector was never
 * written while nothing says that the write was finished (sectors reach a disk in any order). A
 * write that was acknowledged never looks so: its length is guarded by a CRC of its own, its last
 * byte is not zero and its sectors are there. Everything else is `damage`.
 */
export type ScanEnd = Readonly<{
  offset: number;
  state: 'whole' | 'tail' | 'damage';
  reason: string;
}>;

/** What is wrong with the frame from `offset` to `end`, where its length is known. */
type Wrong = Readonly<{ offset: number; end: number; reason: string }>;

/** A power cut leaves each run of so many bytes as it was or as it was to be. */
const SECTOR_BYTES = 512;
/** How often what looks wrong is read again: a header and then its frame may be just arriving. */
const REREADS_MAX = 2;

/** Reads frame after frame and checks every byte of them. */
export function scanFrames({ file, base, from, size, onRecord }: ScanInput): ScanEnd {
  const window = new Window(file, size);
  let rereads = 0;
  for (let offset = from; ;) {
    const read = readFrame(window, { base, offset, size, onRecord });
    if (typeof read === 'number') {
      offset = read;
      rereads = 0;
      continue;
    }
    const end = judge(window, base, read);
    if (end.state !== 'damage' || rereads === REREADS_MAX) return end;
    // A server may be writing here at this moment.
    window.forget();
    rereads++;
  }
}

/** Where the whole frame at `offset` ends, or why there is none. */
function readFrame(
  window: Window,
  {
    base,
    offset,
    size,
    onRecord,
  }: Pick<ScanInput, 'base' | 'size' | 'onRecord'> & { offset: number },
): number | Wrong {
  const wrong = (reason: string, end = offset + HEADER_BYTES) => ({ offset, end, reason });
  if (size - offset < HEADER_BYTES) return wrong('incomplete header', size + 1);
  let at = window.hold(offset, HEADER_BYTES);
  const header = readFrameHeader(window.bytes, at, base + offset);
  if (!header) return wrong('bad frame header');
  const { length } = header;
  if (length < HEADER_BYTES + TRAILER_BYTES || length > FRAME_BYTES_MAX) {
    return wrong(`impossible frame length ${length}`);
  }
  const end = offset + length;
  if (end > size) return wrong('incomplete frame', end);
  at = window.hold(offset, length);
  const frameAt = offset - at;
  const reason = checkFrame(window.bytes, at, header, (bodyAt, bodyEnd) =>
    onRecord(window.bytes, bodyAt, bodyEnd, frameAt + bodyAt),
  );
  return reason === undefined ? end : wrong(reason, end);
}

function judge(window: Window, base: number, { offset, end, reason }: Wrong): ScanEnd {
  if (window.isZeroFrom(offset)) return { offset, state: 'whole', reason: '' };
  const isUnfinished =
    window.isZeroFrom(end - 1) ||
    (window.hasZeroSector(offset, end) && !window.groupBeginsAfter(offset, base));
  return isUnfinished
    ? { offset, state: 'tail', reason: `an unfinished write: ${reason}` }
    : { offset, state: 'damage', reason };
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
      const read = this.file.read(this.bytes, offset, wanted);
      // A server that goes on to the next segment cuts the zeros off this one.
      this.bytes.fill(0, read, wanted);
      this.filled = wanted;
    }
    return offset - this.start;
  }

  /** What is held next is read from the file anew. */
  forget(): void {
    this.filled = 0;
  }

  /** True also where the file ends before. */
  isZeroFrom(offset: number): boolean {
    this.forget();
    for (let at = offset; at < this.size; at += WINDOW_BYTES) {
      if (!this.isZero(at, Math.min(at + WINDOW_BYTES, this.size))) return false;
    }
    return true;
  }

  /** Whether a sector is zero as far as it lies after `offset`; the last may go on after `end`. */
  hasZeroSector(offset: number, end: number): boolean {
    for (let at = offset; at < end;) {
      const next = at - (at % SECTOR_BYTES) + SECTOR_BYTES;
      if (this.isZero(at, Math.min(next, this.size))) return true;
      at = next;
    }
    return false;
  }

  /** Whether there is proof that all before it was durable once. */
  groupBeginsAfter(offset: number, base: number): boolean {
    for (let at = offset + 1; at + HEADER_BYTES <= this.size; at++) {
      const start = this.hold(at, HEADER_BYTES);
      if (readFrameHeader(this.bytes, start, base + at)?.beginsGroup) return true;
    }
    return false;
  }

  private isZero(from: number, to: number): boolean {
    const at = this.hold(from, to - from);
    return this.bytes.subarray(at, at + to - from).equals(ZEROS.subarray(0, to - from));
  }
}

const ZEROS = Buffer.alloc(WINDOW_BYTES);
